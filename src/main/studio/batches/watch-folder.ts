/** New pictures of a job's folders, each told when it has stopped growing. */
import { lstat, realpath } from 'node:fs/promises'
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { FSWatcher } from 'chokidar'
import type { JobRequest } from '../../../shared/job.js'
import { isUnreadableFormat } from '../files/formats.js'
import { errno } from '../files/fs.js'
import { isTemporaryName } from '../files/names.js'
import { isForeign } from '../jobs/scan-files.js'

/** A file whose length and time of change have been the same for so long is taken for whole. */
export const STABLE_MS = 2_000
/** An empty one is a file that somebody is about to write; after this long it is one that is empty. */
const EMPTY_MS = 30_000
const LOOK_MS = 250
/** Where the system has no more watches to give, the folders are read again and again. */
const POLLING_MS = 2_000

export interface WatchOptions {
  /** Files that need no telling: those that are items already. */
  readonly known?: (path: string) => boolean
  /** For tests. */
  readonly stableMs?: number
}

/**
 * Tells each picture that is or comes in the folders of `request.inputs` (into sub-folders, if that is asked for), once:
 * hidden, foreign and our own temporary files, links, the folder of the results and what a person took out are left out.
 * `onFile` is awaited before the next is told. Resolves when the signal is aborted; throws what `onFile` throws, or the
 * system's error when the folders cannot be watched.
 */
export async function watchFolders(
  request: JobRequest,
  signal: AbortSignal,
  onFile: (path: string) => Promise<void>,
  { known = () => false, stableMs = STABLE_MS }: WatchOptions = {},
): Promise<void> {
  const roots = await Promise.all(request.inputs.map(rootOf))
  const target = request.target === null ? null : await realOf(request.target)
  const excluded = new Set(request.excluded)
  /** As it is called below the folder that was named, which may be reached by a link. */
  const named = (path: string): string => {
    const root = roots.find(({ real }) => isWithin(path, real))
    return root === undefined ? path : join(root.input, relative(root.real, path))
  }
  const isLeftOut = (path: string): boolean => {
    if (roots.some(({ real }) => real === path)) return false
    if (basename(path).startsWith('.')) return true
    // Results beside their inputs are told apart by who wrote them; a folder of their own is left out as a whole.
    if (target !== null && isWithin(path, target) && !roots.some(({ real }) => isWithin(real, target))) return true
    return known(named(path))
  }
  const growing = new Growing(stableMs)
  await using watching = new Watching(
    roots.map(({ real }) => real),
    { isLeftOut, depth: request.recursive ? undefined : 0, onAdd: (path) => isPicture(path) && growing.add(path) },
  )
  for await (const path of growing.whole(AbortSignal.any([signal, watching.failed.signal]))) {
    const file = named(path)
    if (!excluded.has(file) && !known(file)) await onFile(file)
  }
  if (!signal.aborted) throw watching.failed.signal.reason
}

const isPicture = (path: string): boolean => !isForeign(path) || isUnreadableFormat(path)

async function rootOf(input: string): Promise<{ input: string; real: string }> {
  return { input: resolve(input), real: await realOf(input) }
}

const realOf = (path: string): Promise<string> => realpath(path).catch(() => resolve(path))

function isWithin(path: string, folder: string): boolean {
  const below = relative(folder, path)
  return below === '' || (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below))
}

interface WatchingOptions {
  readonly isLeftOut: (path: string) => boolean
  readonly depth: number | undefined
  readonly onAdd: (path: string) => void
}

/** The system's watches on folders; polling where there are too few of them. */
class Watching implements AsyncDisposable {
  /** Aborted when the folders cannot be watched, with the error. */
  readonly failed = new AbortController()
  readonly #folders: readonly string[]
  readonly #options: WatchingOptions
  #watcher: FSWatcher

  constructor(folders: readonly string[], options: WatchingOptions) {
    this.#folders = folders
    this.#options = options
    this.#watcher = this.#open(false)
  }

  #open(usePolling: boolean): FSWatcher {
    const { isLeftOut, depth, onAdd } = this.#options
    const watcher = new FSWatcher({
      ignored: (path) => isLeftOut(resolve(path)) || isTemporaryName(basename(path)),
      ignoreInitial: false,
      followSymlinks: false,
      ignorePermissionErrors: true,
      ...(usePolling ? { usePolling, interval: POLLING_MS, binaryInterval: POLLING_MS } : {}),
      ...(depth === undefined ? {} : { depth }),
    })
    watcher.on('add', (path) => onAdd(resolve(path)))
    watcher.on('error', (error) => this.#onError(watcher, error))
    watcher.add([...this.#folders])
    return watcher
  }

  #onError(watcher: FSWatcher, error: unknown): void {
    if (watcher !== this.#watcher) return
    if (!watcher.options.usePolling && ['ENOSPC', 'EMFILE', 'ENFILE'].includes(errno(error) ?? '')) {
      void watcher.close()
      this.#watcher = this.#open(true)
    } else this.failed.abort(error)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watcher.close()
  }
}

interface Seen {
  size: number
  modified: number
  /** Since when it has been so. */
  since: number
}

/** Files that may still be written to. */
class Growing {
  readonly #stableMs: number
  readonly #files = new Map<string, Seen>()
  readonly #told = new Set<string>()

  constructor(stableMs: number) {
    this.#stableMs = stableMs
  }

  add(path: string): void {
    if (!this.#told.has(path) && !this.#files.has(path))
      this.#files.set(path, { size: -1, modified: -1, since: Date.now() })
  }

  /** Each file once it has been the same for long enough, until the signal is aborted. */
  async *whole(signal: AbortSignal): AsyncGenerator<string, void, void> {
    while (!signal.aborted) {
      for (const [path, seen] of [...this.#files]) {
        if (signal.aborted) return
        if (!(await this.#look(path, seen))) continue
        this.#files.delete(path)
        this.#told.add(path)
        yield path
      }
      await rest(LOOK_MS, signal)
    }
  }

  /** True when it is whole. What has gone, or is no plain file, is forgotten. */
  async #look(path: string, seen: Seen): Promise<boolean> {
    const now = await lstat(path).catch(() => null)
    if (now === null || !now.isFile()) {
      this.#files.delete(path)
      return false
    }
    if (now.size !== seen.size || now.mtimeMs !== seen.modified)
      Object.assign(seen, { size: now.size, modified: now.mtimeMs, since: Date.now() })
    return Date.now() - seen.since >= (now.size === 0 ? Math.max(EMPTY_MS, this.#stableMs) : this.#stableMs)
  }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      done()
    }
    const timer = setTimeout(end, ms)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end)
  })
}
