/**
 * A batch's own folder in the program's data, for what has no folder of the person's: pictures that a page sent, and
 * results that wait to be downloaded. Unlike scratch it survives restarts, as the job does; it goes with the job.
 */
import { access, mkdir, rm } from 'node:fs/promises'
import { dirname, join, parse, sep } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import { outputError } from '../files/fs.js'
import { safeStem } from '../files/names.js'
import type { StudioPaths } from '../paths.js'
import { cutName } from '../uploads.js'

export interface BatchFolder {
  readonly root: string
  /** Pictures that were sent, below the folders that they were dropped with. */
  readonly in: string
  /** The mask that was sent for all of them. */
  readonly mask: string
  /** Results that wait to be downloaded. */
  readonly out: string
}

export function batchFolder({ data }: Pick<StudioPaths, 'data'>, job: string): BatchFolder {
  // Ids come from the store; a path made of one must stay inside all the same.
  if (!/^[a-z0-9_-]+$/i.test(job)) throw new LacunaError('job.notFound', { name: job })
  const root = join(data, 'batches', job)
  return { root, in: join(root, 'in'), mask: join(root, 'mask'), out: join(root, 'out') }
}

/** Whether a path lies in a batch's own folder. */
export const isOwn = ({ root }: BatchFolder, path: string): boolean => path.startsWith(root + sep)

export async function removeBatchFolder(paths: StudioPaths, job: string): Promise<void> {
  await rm(batchFolder(paths, job).root, { recursive: true, force: true, maxRetries: 3 })
}

/**
 * A free path inside `folder` for a picture called `below` by the page, whose folder is made. No part of the name can
 * lead out; a name that is taken gets a number. Throws `output.*`.
 */
export async function placeFor(folder: string, below: string): Promise<string> {
  const parts = below.split(/[/\\]/).map(safePart)
  const wanted = join(folder, ...parts.filter((part) => part !== ''))
  const path = wanted === folder ? join(folder, 'picture') : wanted
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  } catch (error) {
    throw outputError(error, path)
  }
  const { dir, name, ext } = parse(path)
  for (let number = 1; ; number++) {
    const free = number === 1 ? path : join(dir, `${name} (${number})${ext}`)
    if (!(await exists(free))) return free
  }
}

/** A name of a file or folder without separators and control characters; nothing of `.` and `..`. */
function safePart(part: string): string {
  // eslint-disable-next-line no-control-regex -- they are what must go
  const clean = part.replace(/[\u0000-\u001f\u007f]/g, '')
  if (/^\.*$/.test(clean.trim())) return ''
  const { name, ext } = parse(clean)
  return cutName(safeStem(name) + safeStem(ext))
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
