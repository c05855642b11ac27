/** Weights that lie in files beside the graph: only ever such as lie in the graph's own folder. */
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

/** Larger is no network's: exporters that write a file for each tensor write some hundreds. */
const MOST_FILES = 1000
/** Names that a model's folder has itself, in any case: two of them would be one file on some disks. */
const TAKEN = ['model.onnx', 'model.json', 'card.md', 'license']

/**
 * Empty where all weights are inside. Throws `import.dataOutside` for a file that is not in the graph's folder, however it
 * is said (`..`, an absolute path, a link), `import.dataMissing`, `import.dataShort`, and `import.dataMany` for what lies in a
 * sub-folder, has a name that a model's folder needs itself, or is more than 1000 files.
 */
export async function dataFiles(graph: string, { external }: Pick<GraphFacts, 'external'>): Promise<DataFile[]> {
  const name = basename(graph)
  /** Bytes that a file must have at least. */
  const needed = new Map<string, number>()
  for (const { location, offset, length } of external) {
    if (leadsOut(location)) throw outside(name, location)
    const plain = location.replace(/^(\.\/)+/, '')
    needed.set(plain, Math.max(needed.get(plain) ?? 0, offset + (length ?? 0)))
  }
  const locations = [...needed.keys()]
  const wrong = locations.filter((location) => /[\\/]/.test(location) || TAKEN.includes(location.toLowerCase()))
  const odd = locations.length > MOST_FILES ? locations : wrong
  if (odd.length > 0) throw new LacunaError('import.dataMany', { name, files: odd.slice(0, 3).join(', ') })
  if (locations.length === 0) return []
  const folder = await realpath(dirname(graph))
  const found: DataFile[] = []
  for (const [location, least] of needed) found.push(await dataFile(folder, location, least, name))
  return found
}

async function dataFile(folder: string, location: string, least: number, name: string): Promise<DataFile> {
  let real: string
  let bytes: number
  try {
    real = await realpath(join(folder, location))
    const found = await stat(real)
    bytes = found.isFile() ? found.size : -1
  } catch (error) {
    throw new LacunaError('import.dataMissing', { name, file: location }, error)
  }
  const way = relative(folder, real)
  if (way === '..' || way.startsWith(`..${sep}`)) throw outside(name, location)
  if (bytes < least) throw new LacunaError('import.dataShort', { name, file: location })
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
