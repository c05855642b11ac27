/** What the file system said, in our words; and the few operations that Node has no single call for. */
import { link, lstat, open, rename, statfs, unlink } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'

/** Error code of a failed system call, e.g. "ENOSPC". */
export function errno(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}

/** A failure to write `target` as the member of the error family that says what to do. */
export function outputError(error: unknown, target: string): LacunaError {
  if (error instanceof LacunaError) return error
  const params = { name: basename(target), folder: dirname(target) }
  const code = errno(error)
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new LacunaError('output.diskFull', params, error)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new LacunaError('output.readOnly', params, error)
    case 'ENAMETOOLONG':
      return new LacunaError('output.nameTooLong', params, error)
    case 'ENOENT':
    case 'ENOTDIR':
      return new LacunaError('output.folderMissing', params, error)
    case 'EEXIST':
      return new LacunaError('output.exists', params, error)
    default:
      return new LacunaError('output.failed', { ...params, reason: code ?? String(error) }, error)
  }
}

/** Makes a rename or a new name in `folder` last through a power cut. Systems without the notion are left alone. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Some network file systems cannot sync a folder; the file itself was synced before.
    if (!['EINVAL', 'ENOTSUP', 'EBADF'].includes(errno(error) ?? '')) throw error
  } finally {
    await handle.close()
  }
}

/**
 * Gives `temp` its final name. With `replace` false an existing file is never replaced, whoever makes it and
 * whenever: the hard link either takes the free name or fails with EEXIST.
 */
export async function commit(temp: string, target: string, replace: boolean): Promise<void> {
  if (replace) {
    await rename(temp, target)
  } else {
    try {
      await link(temp, target)
    } catch (error) {
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'].includes(errno(error) ?? '')) throw error
      await claimAndRename(temp, target)
      return await syncFolder(dirname(target))
    }
    await unlink(temp)
  }
  await syncFolder(dirname(target))
}

/** For file systems without hard links (exFAT, some shares): the name is claimed by an exclusive empty file first. */
async function claimAndRename(temp: string, target: string): Promise<void> {
  await (await open(target, 'wx')).close()
  try {
    await rename(temp, target)
  } catch (error) {
    await unlink(target)
    throw error
  }
}

/** Removes a file that may be gone already. */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error
  }
}

/** Whether the name `path` is taken; by a broken link too. */
export async function nameTaken(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return false
    throw error
  }
}

/** Bytes that this user may still write on the disk of `folder`; null where the system cannot say. */
export async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder)
    // Some virtual file systems report no blocks at all.
    return bsize > 0 ? bavail * bsize : null
  } catch {
    // Only a forecast hangs on it: the writing itself reports a full disk.
    return null
  }
}
