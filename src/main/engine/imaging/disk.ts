/** Disk space is asked for before a big file is begun, so that a full disk is said in a sentence and not half-way. */
import { statfs } from 'node:fs/promises'
import { LacunaError, type MessageParams } from '../../../shared/errors.js'

/** Kept free beyond what is asked for: a disk filled to the last byte harms other programs. */
const RESERVE = 64 * 1024 * 1024

/** Throws `output.diskFull` (params + neededMB, freeMB) when `bytes` do not fit into the file system of `dir`. */
export async function requireSpace(dir: string, bytes: number, params: MessageParams): Promise<void> {
  const { bavail, bsize } = await statfs(dir)
  const free = bavail * bsize
  if (free < bytes + RESERVE)
    throw new LacunaError('output.diskFull', {
      ...params,
      neededMB: megabytes(bytes + RESERVE),
      freeMB: megabytes(free),
    })
}

/** Whether a thrown error says that the disk (or the person's quota) is full, whoever threw it. */
export function isDiskFull(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  const code = 'code' in thrown ? thrown.code : undefined
  return code === 'ENOSPC' || code === 'EDQUOT' || /no space left|disk quota exceeded|ENOSPC/i.test(thrown.message)
}

const megabytes = (bytes: number) => Math.ceil(bytes / 1e6)
