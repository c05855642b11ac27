/** Weights that lie in a file beside the graph: only ever one that lies in the graph's own folder. */
import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, posix, relative, sep, win32 } from 'node:path'
import { LacunaError } from '../../../../shared/errors.js'
import type { GraphFacts } from './graph.js'

export interface DataFile {
  /** As the graph calls it: a name without folders. */
  readonly location: string
  readonly path: string
  readonly bytes: number
}

/**
 * Null where all weights are inside. Throws `import.dataOutside` for a file that is not in the graph's folder, however it
 * is said (`..`, an absolute path, a link), `import.dataMissing`, `import.dataShort`, and `import.dataMany` where there are several.
 */
export async function dataFile(graph: string, { external }: Pick<GraphFacts, 'external'>): Promise<DataFile | null> {
  const name = basename(graph)
  const locations = [...new Set(external.map(({ location }) => location))]
  for (const location of locations) if (leadsOut(location)) throw outside(name, location)
  const [location, another] = locations
  if (location === undefined) return null
  if (another !== undefined || location.includes('/'))
    throw new LacunaError('import.dataMany', { name, files: locations.slice(0, 3).join(', ') })
  const folder = await realpath(dirname(graph))
  const path = join(folder, location)
  let real: string
  let bytes: number
  try {
    real = await realpath(path)
    const found = await stat(real)
    bytes = found.isFile() ? found.size : -1
  } catch (error) {
    throw new LacunaError('import.dataMissing', { name, file: location }, error)
  }
  const way = relative(folder, real)
  if (way === '..' || way.startsWith(`..${sep}`)) throw outside(name, location)
  const needed = Math.max(...external.map(({ offset, length }) => offset + (length ?? 0)))
  if (bytes < needed) throw new LacunaError('import.dataShort', { name, file: location })
  return { location, path: real, bytes }
}

const outside = (name: string, file: string) => new LacunaError('import.dataOutside', { name, file })

const leadsOut = (location: string): boolean =>
  location === '' ||
  location.includes('\0') ||
  posix.isAbsolute(location) ||
  win32.isAbsolute(location) ||
  /^[a-z]:/i.test(location) ||
  location.split(/[\\/]/).includes('..')
