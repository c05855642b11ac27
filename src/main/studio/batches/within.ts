/**
 * A page that sees some folders only is kept in them at the moment in which its batch reads and writes, too: links may
 * have come since it was planned, and what comes into a watched folder was never seen by a person.
 */
import { realpath } from 'node:fs/promises'
import { basename, dirname, sep } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import type { JobRequest } from '../../../shared/job.js'
import { type BatchFolder, isOwn } from './folders.js'

/** Throws `request.forbidden` with the name of what leads out. What is not there is for others to say. */
export async function checkWithin(
  { within }: Pick<JobRequest, 'within'>,
  own: BatchFolder,
  { read, write }: { read: readonly string[]; write: string },
): Promise<void> {
  if (within === undefined) return
  const leadsOut = async (path: string): Promise<boolean> => {
    // What was sent lies where no link was made but by us.
    if (isOwn(own, path)) return false
    const real = await realpath(path).catch(() => null)
    return real !== null && !within.some((root) => holds(root, real))
  }
  for (const path of read)
    if (await leadsOut(path)) throw new LacunaError('request.forbidden', { name: basename(path) })
  // The folders of a result are made as far as they are missing: the innermost that is there says where that will be.
  for (let folder = dirname(write); ; folder = dirname(folder)) {
    if (await leadsOut(folder)) throw new LacunaError('request.forbidden', { name: basename(folder) })
    if ((await isThere(folder)) || folder === dirname(folder)) return
  }
}

const isThere = (path: string): Promise<boolean> =>
  realpath(path).then(
    () => true,
    () => false,
  )

const holds = (root: string, path: string): boolean =>
  path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
