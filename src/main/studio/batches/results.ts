/** Results of a batch as downloads: one as it is, or all as a ZIP with their sub-folders. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, sep } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import type { Downloads } from '../downloads.js'
import { mapLimited } from '../map-limited.js'
import { DISK_CONCURRENCY } from '../jobs/scan-files.js'
import { zipOf, type ZipFile } from './zip.js'

export interface ResultFile {
  /** Absolute. */
  readonly path: string
  /** Below the folder of the results. */
  readonly name: string
}

/** Throws `file.notFound`. */
export async function offerResult(downloads: Downloads, { path }: ResultFile): Promise<string> {
  const name = basename(path)
  const { size } = await stat(path).catch((error: unknown) => {
    throw new LacunaError('file.notFound', { name }, error)
  })
  return downloads.offer({ name, bytes: size, open: () => createReadStream(path) })
}

/** Those that are still there; throws `file.notFound` when none is. */
export async function offerResults(downloads: Downloads, batch: string, files: readonly ResultFile[]): Promise<string> {
  const found = await mapLimited(files, DISK_CONCURRENCY, async ({ path, name }): Promise<ZipFile | null> => {
    try {
      const { size, mtime } = await stat(path)
      return { path, name: name.split(sep).join('/'), bytes: size, modified: mtime }
    } catch {
      // Moved away since; the others are wanted all the same.
      return null
    }
  })
  const there = found.filter((file) => file !== null)
  if (there.length === 0) throw new LacunaError('file.notFound', { name: batch })
  const zip = zipOf(there)
  return downloads.offer({ name: `${batch}.zip`, bytes: zip.bytes, open: () => zip.stream() })
}
