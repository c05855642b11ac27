import { basename } from 'node:path'
import { removeFile } from '../../files/fs.js'
import { isTemporaryName } from '../../files/names.js'
import type { ItemRecord } from './records.js'

/** Removes the temporary files of items that were in flight. A record is only a record: nothing but our own names is believed. */
export async function removeLeftFiles(items: readonly ItemRecord[]): Promise<void> {
  const temporaries = items.flatMap(({ state, temp }) => (state === 'running' && temp !== null ? [temp] : []))
  await Promise.all(temporaries.filter((path) => isTemporaryName(basename(path))).map(removeFile))
}
