/** Which file a path leads to, and whether that file is still what it was. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import type { FileIdentity } from '../jobs/store/store.js'
import { errno } from './fs.js'

/** Throws `file.notFound`, `file.unreadable`. */
export async function identityOf(path: string): Promise<FileIdentity> {
  try {
    const [real, { dev, ino, size, mtimeNs }] = await Promise.all([realpath(path), stat(path, { bigint: true })])
    return { path: real, dev: String(dev), ino: String(ino), size: Number(size), mtimeNs: String(mtimeNs) }
  } catch (error) {
    throw readError(error, path)
  }
}

export const sameIdentity = (a: FileIdentity, b: FileIdentity): boolean =>
  a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs

/** Throws `file.changed` when the file is another one than `before`, `file.notFound` when it is gone. */
export async function expectUnchanged(path: string, before: FileIdentity): Promise<void> {
  if (!sameIdentity(before, await identityOf(path))) throw new LacunaError('file.changed', { name: basename(path) })
}

/** sha256 of a file's bytes, hexadecimal. Throws `file.notFound`, `file.unreadable`, `cancelled`. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, signal }))
      hash.update(chunk as Buffer)
  } catch (error) {
    if (signal?.aborted === true) throw new LacunaError('cancelled', {}, error)
    throw readError(error, path)
  }
  return hash.digest('hex')
}

function readError(error: unknown, path: string): LacunaError {
  const gone = ['ENOENT', 'ENOTDIR'].includes(errno(error) ?? '')
  return new LacunaError(gone ? 'file.notFound' : 'file.unreadable', { name: basename(path) }, error)
}
