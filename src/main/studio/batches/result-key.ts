/**
 * A result's identity (DESIGN 8.6): the same key means the same bytes of input, edit, model, algorithm and way of
 * writing. Names play no part in it, so that a renamed picture is not done again and a changed one is.
 */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { canonicalEdit, type Edit } from '../../../shared/edit.js'
import { modelIdentity } from '../../../shared/model.js'
import type { OutputSettings } from '../../../shared/picture.js'
import type { RunOptions } from '../../engine/protocol/tasks.js'
import { errno } from '../files/fs.js'
import { hashFile, identityOf, sameIdentity } from '../files/identity.js'
import type { JobStore } from '../jobs/store/store.js'
import type { Library } from '../library/library.js'
import { priorOf } from '../library/prior.js'

/** Raised whenever the same edit of the same picture would come out otherwise than before. */
const ALGORITHM_REVISION = 1

export interface KeyParts {
  /** sha256 of the input's bytes. */
  readonly content: string
  readonly edit: Edit
  /** Of the mask's bytes, for an edit that has one. */
  readonly mask?: string
  readonly output: OutputSettings
  readonly run: Pick<RunOptions, 'provider'>
}

/** Throws `model.notFound`. */
export function resultKey({ content, edit, mask, output, run }: KeyParts, library: Library): string {
  const model = modelIdentity(library.resolve(edit.model).manifest)
  const prior = priorOf(edit, library)
  const { format, quality = null, depth, strip } = output
  const parts = [
    ALGORITHM_REVISION,
    content,
    canonicalEdit(edit),
    model,
    run.provider,
    { format, quality, depth, strip },
    ...(mask === undefined ? [] : [mask]),
    ...(prior === undefined ? [] : [modelIdentity(prior.manifest)]),
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/**
 * sha256 of a picture's bytes: remembered for as long as its file is untouched, so that a folder that was read
 * yesterday is not read again. Throws `file.notFound`, `file.unreadable`, `file.changed`, `cancelled`.
 */
export async function contentHash(store: JobStore, path: string, signal?: AbortSignal): Promise<string> {
  const before = await identityOf(path)
  const known = await store.contentHash(before)
  if (known !== null) return known
  const sha256 = await hashFile(path, signal)
  // A file that is being written while it is read has no hash yet.
  if (sameIdentity(before, await identityOf(path))) await store.rememberContent(before, sha256)
  return sha256
}

/** Whether the target holds, byte for byte, what a job once made of the same picture with the same settings. */
export async function alreadyMade(store: JobStore, target: string, key: string): Promise<boolean> {
  const made = await store.made(target)
  if (made === null || made.key !== key) return false
  return await holds(target, made)
}

/** Whether a file has these bytes; false where there is none. Throws `file.unreadable`. */
export async function holds(path: string, { sha256, bytes }: { sha256: string; bytes?: number }): Promise<boolean> {
  try {
    if (bytes !== undefined && (await stat(path)).size !== bytes) return false
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return false
    throw error
  }
  return (await hashFile(path)) === sha256
}
