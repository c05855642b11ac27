/** The files of a folder or of a .tgz (an npm package), by their path. Nothing outside of it is ever read. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { LacunaError } from '../../../../shared/errors.js'

export interface FileTree {
  /** Relative paths with `/`, sorted. */
  readonly paths: readonly string[]
  /** Throws `import.truncated` for a path that is not there. */
  read(path: string): Promise<Uint8Array>
}

/** Deeper or more than this is no model's folder. */
const DEEPEST = 6
const MOST_FILES = 5000
const MOST_BYTES = 2 ** 31 - 1

/** Throws `import.nothing` for a folder of too many files, `file.unreadable`. */
export async function folderTree(folder: string): Promise<FileTree> {
  const name = basename(folder)
  const root = await realpath(folder)
  const paths: string[] = []
  const walk = async (below: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory() && depth < DEEPEST && entry.name !== 'node_modules') await walk(path, depth + 1)
      else if (!entry.isDirectory()) paths.push(path)
      if (paths.length > MOST_FILES) throw new LacunaError('import.nothing', { name })
    }
  }
  try {
    await walk('', 0)
  } catch (error) {
    throw LacunaError.from(error, 'file.unreadable', { name })
  }
  return {
    paths: paths.sort(),
    async read(path) {
      if (!paths.includes(path)) throw new LacunaError('import.truncated', { name: path })
      const real = await realpath(join(root, path)).catch((error: unknown) => {
        throw new LacunaError('file.unreadable', { name: path }, error)
      })
      const way = relative(root, real)
      if (way === '..' || way.startsWith(`..${sep}`)) throw new LacunaError('import.dataOutside', { name, file: path })
      if ((await stat(real)).size > MOST_BYTES) throw new LacunaError('import.truncated', { name: path })
      return await readFile(real)
    },
  }
}

const unzip = promisify(gunzip)

/** Throws `import.truncated` for what is no (whole) .tgz. Links in it are not followed: they are left out. */
export async function tarTree(file: string): Promise<FileTree> {
  const name = basename(file)
  let bytes: Buffer
  try {
    bytes = await unzip(await readFile(file), { maxOutputLength: MOST_BYTES })
  } catch (error) {
    throw new LacunaError('import.truncated', { name }, error)
  }
  const files = new Map<string, Uint8Array>()
  let longName = ''
  for (let at = 0; at + 512 <= bytes.length; ) {
    const header = bytes.subarray(at, at + 512)
    if (header.every((byte) => byte === 0)) break
    const size = Number.parseInt(textOf(header, 124, 12).trim() || '0', 8)
    const data = bytes.subarray(at + 512, at + 512 + size)
    if (!Number.isFinite(size) || size < 0 || data.length < size) throw new LacunaError('import.truncated', { name })
    const kind = String.fromCharCode(header[156] ?? 0)
    const prefix = textOf(header, 345, 155)
    const short = `${prefix === '' ? '' : `${prefix}/`}${textOf(header, 0, 100)}`
    if (kind === 'x') longName = /\d+ path=([^\n]*)\n/.exec(data.toString('utf8'))?.[1] ?? ''
    else if (kind === 'L') longName = data.toString('utf8').replace(/\0+$/, '')
    else {
      if (kind === '0' || kind === '\0') files.set((longName || short).replace(/^\.\//, ''), data)
      longName = ''
    }
    at += 512 + Math.ceil(size / 512) * 512
  }
  return {
    paths: [...files.keys()].sort(),
    read(path) {
      const found = files.get(path)
      return found ? Promise.resolve(found) : Promise.reject(new LacunaError('import.truncated', { name: path }))
    },
  }
}

const textOf = (bytes: Buffer, start: number, length: number): string =>
  bytes.toString('utf8', start, start + length).replace(/\0.*$/s, '')
