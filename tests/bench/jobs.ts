/** How much of a job is inference: wall time against session time, and pixels inferred against pixels out. */
import { join } from 'node:path'
import { DenoiseEdit } from '../../src/shared/edit.js'
import { OutputSettings } from '../../src/shared/picture.js'
import { openLibrary, processFile, studioPaths } from '../../src/main/studio/index.js'
import { openEngine } from './engine.js'
import { makePhoto } from './photo.js'
import { table } from './table.js'
import { openWorkspace } from './workspace.js'

const JOBS: { name: string; megapixels: number; edit: object }[] = [
  { name: 'sigma given', megapixels: 1, edit: { sigma: 12 } },
  { name: 'sigma estimated', megapixels: 1, edit: {} },
  { name: 'sigma estimated, detail 1', megapixels: 1, edit: { detail: 1 } },
  { name: 'sigma given', megapixels: 12, edit: { sigma: 12 } },
  { name: 'sigma estimated', megapixels: 12, edit: {} },
]

export async function jobs(quick: boolean): Promise<string> {
  await using workspace = await openWorkspace()
  await using engine = openEngine()
  const paths = studioPaths({ dataDir: workspace.home })
  const library = await openLibrary(paths)
  const run = { provider: 'cpu' as const, tile: null, memoryBudget: 4e9, cacheDir: join(paths.cache, 'engine') }
  const tools = { engine: engine.client, library, paths, run }
  const job = async (megapixels: number, edit: object, name: string) => {
    const { path } = await makePhoto(join(workspace.dir, `${name}.jpg`), megapixels)
    const began = performance.now()
    const { report } = await processFile(tools, {
      input: path,
      target: join(workspace.dir, `${name}-out.jpg`),
      edit: DenoiseEdit.parse({ kind: 'denoise', ...edit }),
      output: OutputSettings.parse({}),
      overwrite: 'never',
      makeFolder: false,
    })
    return { ...report, jobMs: performance.now() - began }
  }
  // Starts the engine and loads the model, which is not what is measured.
  await job(0.1, {}, 'first')
  const rows: string[][] = []
  for (const [i, { name, megapixels, edit }] of JOBS.entries()) {
    const size = quick ? megapixels / 20 : megapixels
    const { detail, steps } = DenoiseEdit.parse({ kind: 'denoise', ...edit })
    const evaluations = detail > 0 ? steps : 1
    const { jobMs, wallMs, sessionMs, pixelsInferred, pixelsOut, tile } = await job(size, edit, String(i))
    rows.push([
      `${size} MP, ${name}`,
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
