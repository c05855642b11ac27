/**
 * Who writes to the store and who clears it, among all processes that share it. Tiles are written before the record that
 * names them, and to the one who clears they look as if nobody needed them: so never both at a time. Each first says that it
 * is there, then looks for the other; where both come at once, the one who clears gives way.
 */
import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { errno } from '../../files/fs.js'
import { openScratch, type Scratch, shortId, sweepScratch } from '../../scratch.js'

const WAIT_MS = 100

/** Held while tiles are written, until their record is. */
export async function writing(folder: string): Promise<AsyncDisposable> {
  for (;;) {
    const mark = await openScratch(folder, `write-${shortId()}`)
    if (!(await others(folder, 'collect-'))) return mark
    await mark.remove()
    await sleep(WAIT_MS)
  }
}

/** Null while anyone writes or clears. */
export async function collecting(folder: string): Promise<AsyncDisposable | null> {
  const mark = await openScratch(folder, `collect-${shortId()}`)
  if (!(await others(folder, 'write-', 'collect-', mark))) return mark
  await mark.remove()
  return null
}

async function others(folder: string, ...[first, second, mine]: [string, string?, Scratch?]): Promise<boolean> {
  await sweepScratch(folder)
  try {
    const names = await readdir(folder)
    return names.some(
      (name) => name !== mine?.id && (name.startsWith(first) || (second !== undefined && name.startsWith(second))),
    )
  } catch (error) {
    if (errno(error) === 'ENOENT') return false
    throw error
  }
}
