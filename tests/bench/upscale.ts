/** Enlarging: how much of it is inference, memory and time by the size of the result, and against a plain script. */
import { join } from 'node:path'
import { folderAgainstPlain } from './folder-against-plain.js'
import { jobTable, type MeasuredJob } from './jobs.js'
import { NO_PYTHON, plainScript } from './plain.js'
import { enlargedSizes } from './sizes.js'
import { root } from './workspace.js'

const TINY = join(root, 'tests/fixtures/models/tiny-upscaler')

const upscale = (megapixels: number, scale: number, name: string, input: 'auto' | 'clean'): MeasuredJob => ({
  name,
  megapixels,
  edit: { kind: 'upscale', model: 'lacuna-upscale', input, target: { by: 'scale', scale } },
})

const JOBS = [
  upscale(1, 2, '2 times, clean', 'clean'),
  upscale(1, 2, '2 times, as measured', 'auto'),
  upscale(1, 4, '4 times, clean', 'clean'),
  upscale(1, 3, '3 times (4 and resampled), clean', 'clean'),
]

export async function enlarging(quick: boolean): Promise<string> {
  const plain = await plainScript()
  const folder = (model: string, scale: number, pictures: number, megapixels: number): Promise<string> =>
    plain === null
      ? Promise.resolve(NO_PYTHON)
      : folderAgainstPlain(plain, { model, edit: { kind: 'upscale', scale }, pictures, megapixels })
  return [
    `Aims: edit / sessions at most 1.05. Pixels inferred are counted as the network gives them.`,
    await jobTable(JOBS, quick),
    'The command line, 4 times, to JPEG, with the default memory budget. Aims: at most 2 GB at 200 MP, time linear in pixels.',
    await enlargedSizes(quick),
    'A job of many files in the job store against tests/bench/plain_upscale.py going through the folder: the same graph, tiles, margin and threads.',
    await folder(TINY, 2, quick ? 8 : 24, quick ? 0.5 : 2),
    await folder('lacuna-upscale', 2, quick ? 2 : 4, quick ? 0.1 : 0.5),
  ].join('\n\n')
}
