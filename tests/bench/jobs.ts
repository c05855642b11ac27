/** How much of a job is inference: wall time against session time, and pixels inferred against pixels out. */
import { join } from 'node:path'
import type { z } from 'zod'
import { Edit } from '../../src/shared/edit.js'
import { OutputSettings } from '../../src/shared/picture.js'
import { openLibrary, processFile, studioPaths } from '../../src/main/studio/index.js'
import { openEngine } from './engine.js'
import { makePhoto } from './photo.js'
import { table } from './table.js'
import { openWorkspace } from './workspace.js'

export interface MeasuredJob {
  name: string
  /** Of the picture. */
  megapixels: number
  edit: z.input<typeof Edit>
}

const JOBS: MeasuredJob[] = [
  { name: 'sigma given', megapixels: 1, edit: { kind: 'denoise', sigma: 12 } },
  { name: 'sigma estimated', megapixels: 1, edit: { kind: 'denoise' } },
  { name: 'sigma estimated, detail 1', megapixels: 1, edit: { kind: 'denoise', detail: 1 } },
  { name: 'sigma given', megapixels: 12, edit: { kind: 'denoise', sigma: 12 } },
  { name: 'sigma estimated', megapixels: 12, edit: { kind: 'denoise' } },
]

export const jobs = (quick: boolean): Promise<string> => jobTable(JOBS, quick)

/** One after the other with bundled models; `quick` on pictures of a twentieth. */
export async function jobTable(jobs: readonly MeasuredJob[], quick: boolean): Promise<string> {
  await using workspace = await openWorkspace()
  await using engine = openEngine()
  const paths = studioPaths({ dataDir: workspace.home })
  const library = await openLibrary(paths)
  const run = { provider: 'cpu' as const, tile: null, memoryBudget: 4e9, cacheDir: join(paths.cache, 'engine') }
  const tools = { engine: engine.client, library, paths, run }
  const job = async (megapixels: number, edit: Edit, name: string) => {
    const { path } = await makePhoto(join(workspace.dir, `${name}.jpg`), megapixels)
    const began = performance.now()
    const { report } = await processFile(tools, {
      input: path,
      target: join(workspace.dir, `${name}-out.jpg`),
      edit,
      output: OutputSettings.parse({}),
      overwrite: 'never',
      makeFolder: false,
    })
    return { ...report, jobMs: performance.now() - began }
  }
  // Starts the engine and loads the model, which is not what is measured.
  for (const [i, edit] of jobs.map((measured) => Edit.parse(measured.edit)).entries())
    if (i === 0 || edit.model !== Edit.parse(jobs[i - 1]?.edit).model) await job(0.1, edit, `first-${i}`)
  const rows: string[][] = []
  for (const [i, measured] of jobs.entries()) {
    const edit = Edit.parse(measured.edit)
    const size = quick ? measured.megapixels / 20 : measured.megapixels
    const evaluations = edit.kind === 'denoise' && edit.detail > 0 ? edit.steps : 1
    const { jobMs, wallMs, sessionMs, pixelsInferred, pixelsOut, tile } = await job(size, edit, String(i))
    rows.push([
      `${size} MP, ${measured.name}`,
      String(tile),
      (jobMs / 1000).toFixed(2),
      (sessionMs / 1000).toFixed(2),
      (jobMs / sessionMs).toFixed(3),
      (wallMs / sessionMs).toFixed(3),
      (pixelsInferred / pixelsOut / evaluations).toFixed(2),
    ])
  }
  return table(
    [
      'job',
      'tile',
      'whole job, s',
      'sessions, s',
      'job / sessions',
      'edit / sessions',
      'pixels inferred / out, an evaluation',
    ],
    rows,
  )
}
