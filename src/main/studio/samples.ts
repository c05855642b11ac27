/** Photos to try, bundled with the program: `resources/samples/samples.json` names them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { LacunaError } from '../../shared/errors.js'
import { errno } from './files/fs.js'
import type { StudioPaths } from './paths.js'

const SampleFile = z.array(
  z.object({ id: z.string(), file: z.string().regex(/^[^/\\]+$/), name: z.string(), credit: z.string() }),
)

export interface Sample {
  readonly id: string
  readonly name: string
  readonly credit: string
  readonly path: string
}

/** None when the list is not there; throws when it is damaged, as it comes with the program. */
export async function listSamples(paths: StudioPaths): Promise<Sample[]> {
  const folder = join(paths.resources, 'samples')
  let text: string
  try {
    text = await readFile(join(folder, 'samples.json'), 'utf8')
  } catch (error) {
    if (errno(error) === 'ENOENT') return []
    throw error
  }
  return SampleFile.parse(JSON.parse(text)).map(({ id, file, name, credit }) => ({
    id,
    name,
    credit,
    path: join(folder, file),
  }))
}

/** Throws `file.notFound`. */
export async function findSample(paths: StudioPaths, id: string): Promise<Sample> {
  const sample = (await listSamples(paths)).find((one) => one.id === id)
  if (sample === undefined) throw new LacunaError('file.notFound', { name: id })
  return sample
}
