/** New pictures in a job's folders, told of when they have stopped growing. */
import { stat } from 'node:fs/promises'
import { basename, isAbsolute, relative, resolve, sep } from 'node:path'
import { watch } from 'chokidar'
import type { JobRequest } from '../../../shared/job.js'
import { formatByExtension } from '../files/formats.js'
import { isTemporaryName } from '../files/names.js'

/** A file whose size did not change for this long is whole: cameras and copies write without pauses of this length. */
const STABLE_MS = 2_000

/**
 * Calls `onFile` with each file that is or comes, one at a time; hidden, foreign and our own temporary files and whatever
 * lies in the output folder are left out. Resolves when the signal is aborted; throws what `onFile` throws.
 */
export async function watchFolders(
  { inputs, target, recursive }: Pick<JobRequest, 'inputs' | 'target' | 'recursive'>,
  signal: AbortSignal,
  onFile: (path: string) => Promise<void>,
): Promise<void> {
  const kinds = await Promise.all(inputs.map(async (path) => ((await stat(path)).isDirectory() ? [path] : [])))
  const folders = kinds.flat()
  if (folders.length === 0 || signal.aborted) return
  const output = target === null ? null : resolve(target)
  const watcher = watch(folders, {
    ignored: (path, stats) => {
      if (folders.includes(path)) return false
      const name = basename(path)
      if (name.startsWith('.') || isTemporaryName(name) || (output !== null && isInside(path, output))) return true
      return stats?.isFile() === true && formatByExtension(name) === null
    },
    ...(recursive ? {} : { depth: 0 }),
    awaitWriteFinish: { stabilityThreshold: STABLE_MS, pollInterval: 250 },
  })
  try {
    await new Promise<void>((done, fail) => {
      let turn = Promise.resolve()
      signal.addEventListener('abort', () => done(), { once: true })
      watcher.on('error', fail)
      watcher.on('add', (path) => {
        turn = turn.then(() => (signal.aborted ? undefined : onFile(resolve(path))))
        turn.catch(fail)
      })
    })
  } finally {
    await watcher.close()
  }
}

function isInside(path: string, folder: string): boolean {
  const below = relative(folder, path)
  return below === '' || (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below))
}
