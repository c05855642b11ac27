/**
 * Which pictures are open, for the next start to show them again, and which were closed last, to be brought back. A folder for
 * each process, `open/<audience>/<id>.<pid>@<host>`, taken over when that process is gone; pictures that the page has sent lie
 * in it, since nothing else has them.
 */
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { hostname } from 'node:os'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { errno, outputError } from '../files/fs.js'
import type { Log } from '../log.js'
import { thisProcess } from '../owner.js'
import type { StudioPaths } from '../paths.js'
import { findSample } from '../samples.js'
import { shortId } from '../scratch.js'
import type { Origin } from './document.js'
import { foldersOf, isOpen, take } from './store/folders.js'

const RECORD = 'session.json'
const OWNER = 'owner.json'
const FILES = 'files'

const Entry = z.object({
  name: z.string(),
  source: z.discriminatedUnion('from', [
    z.object({ from: z.literal('path'), path: z.string(), folder: z.string().nullable() }),
    z.object({ from: z.literal('sample'), sample: z.string() }),
    /** Sent by the page: a file of the session's own, `files/<id>/<name>`. */
    z.object({ from: z.literal('sent'), id: z.string().regex(/^[0-9a-z]+$/) }),
  ]),
  /** How many starts began to open it and did not come to an end. */
  tries: z.number().int().nonnegative().default(0),
  /** Whether it was looked at last, of those that were open. */
  shown: z.boolean().default(false),
})
export type SessionEntry = z.infer<typeof Entry>

const Record = z.object({
  version: z.literal(1),
  /** In the order of the filmstrip. */
  open: z.array(Entry),
  /** The last closed comes last. */
  closed: z.array(Entry),
})

/** A picture that twice took the program with it is not opened by itself again. */
const TRIES = 2
/** Entries of either list: a folder of thousands that was dropped once is no session to come back to. */
const LIMIT = 200

/** A picture to be opened again. */
export interface NextEntry {
  readonly origin: Origin
  readonly tries: number
  readonly shown: boolean
}

/** Who sees it: what was open on this machine alone is nothing for a page on another one. */
export type Audience = 'local' | 'remote'

export class Session {
  readonly #parent: string
  readonly #path: string
  readonly #paths: StudioPaths
  readonly #log: Log
  #open: readonly SessionEntry[] = []
  #closed: readonly SessionEntry[] = []
  /** Of sessions before this one, not opened yet. */
  #waiting: SessionEntry[]
  #trying: SessionEntry | null = null
  #closedBefore: SessionEntry[]
  #ended = false
  #asked = false
  #writing: Promise<void> | null = null

  private constructor(
    path: string,
    paths: StudioPaths,
    log: Log,
    before: { open: SessionEntry[]; closed: SessionEntry[] },
  ) {
    this.#parent = dirname(path)
    this.#path = path
    this.#paths = paths
    this.#log = log
    this.#waiting = before.open
    this.#closedBefore = before.closed
  }

  /** With what sessions left whose processes are gone. Throws the system's error when its folder cannot be made. */
  static async open(paths: StudioPaths, log: Log, audience: Audience = 'local'): Promise<Session> {
    const parent = join(paths.data, 'open', audience)
    const path = join(parent, `${shortId()}.${process.pid}@${hostname()}`)
    await mkdir(join(path, FILES), { recursive: true, mode: 0o700 })
    await writeFileAtomic(join(path, OWNER), JSON.stringify(thisProcess()), { mode: 0o600 })
    const before: { open: SessionEntry[]; closed: SessionEntry[] } = { open: [], closed: [] }
    const left: string[] = []
    for (const folder of await foldersOf(parent)) {
      if (await isOpen(folder)) continue
      // Another process may have been quicker.
      const ours = await take(folder, parent)
      if (ours === null) continue
      const { open, closed } = await recordOf(ours.path, log)
      before.open.push(...open)
      before.closed.push(...closed)
      left.push(ours.path)
    }
    const session = new Session(path, paths, log, before)
    // First it is written what is where, then the files follow, then what had them goes.
    session.#start()
    await session.#writing
    for (const folder of left) {
      await moveFiles(join(folder, FILES), join(path, FILES))
      await rm(folder, { recursive: true, force: true })
    }
    await session.#sweep()
    return session
  }

  /**
   * The next picture that was open when the program ended; null when there is none that `may` be opened now. It is noted that
   * it was tried, until it is in the list that is saved.
   */
  async next(may: (origin: Origin) => Promise<boolean>): Promise<NextEntry | null> {
    this.#trying = null
    for (const entry of [...this.#waiting]) {
      if (this.#ended) return null
      const origin = await this.#originOf(entry)
      if (origin !== null && !(await may(origin))) continue
      this.#waiting = this.#waiting.filter((one) => one !== entry)
      if (origin === null) continue
      if (entry.tries >= TRIES) {
        this.#log.warn('a picture is not opened by itself again', new Error(entry.name))
        this.#closedBefore.push({ ...entry, tries: 0, shown: false })
        continue
      }
      this.#trying = { ...entry, tries: entry.tries + 1 }
      this.#start()
      await this.flush()
      return { origin, tries: entry.tries + 1, shown: entry.shown }
    }
    return null
  }

  /** Pictures that were closed before this start, and may be opened now, the last closed last. Once. */
  async closedBefore(may: (origin: Origin) => Promise<boolean>): Promise<Origin[]> {
    const origins: Origin[] = []
    for (const entry of this.#closedBefore.splice(0)) {
      const origin = await this.#originOf(entry)
      if (origin !== null && (await may(origin))) origins.push(origin)
    }
    return origins
  }

  /** Where a picture belongs that the page sent; it stays until it is released. Throws `output.*`. */
  async room(name: string): Promise<Origin> {
    const id = shortId()
    const dir = join(this.#path, FILES, id)
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw outputError(error, dir)
    }
    return this.#sent(id, name)
  }

  /** What is open and what was closed, by now. Written in the background; see {@link flush}. */
  save(open: readonly NextEntry[], closed: readonly Origin[]): void {
    if (this.#ended) return
    this.#open = open.map(({ origin, tries, shown }) => entryOf(origin, tries, shown))
    // One alone was looked at last.
    if (open.some(({ shown }) => shown)) this.#waiting = this.#waiting.map((entry) => ({ ...entry, shown: false }))
    this.#closed = closed.map((origin) => entryOf(origin, 0, false))
    this.#start()
  }

  /** Resolves when it is on the disk, or the log says why not. */
  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing
  }

  /** Nothing that happens from now on changes it: the next start finds it as it is. */
  async end(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    await this.flush()
    try {
      await rm(join(this.#path, OWNER), { force: true })
      const [id = ''] = basename(this.#path).split('.')
      await rename(this.#path, join(this.#parent, id))
    } catch (error) {
      // It is taken over when this process is gone.
      this.#log.warn('the list of open pictures was not released', error)
    }
  }

  #sent(id: string, name: string): Origin {
    const dir = join(this.#path, FILES, id)
    return {
      ...{ path: join(dir, name), name, folder: null, sent: id },
      release: async () => {
        if (!this.#ended) await rm(dir, { recursive: true, force: true })
      },
    }
  }

  async #originOf({ name, source }: SessionEntry): Promise<Origin | null> {
    if (source.from === 'sent') return this.#sent(source.id, name)
    if (source.from === 'path') return { path: source.path, name, folder: source.folder }
    const sample = await findSample(this.#paths, source.sample).catch(() => null)
    return sample === null ? null : { path: sample.path, name, folder: null, sample: source.sample }
  }

  #start(): void {
    this.#asked = true
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = null))
  }

  async #writeAll(): Promise<void> {
    while (this.#asked) {
      this.#asked = false
      const trying = this.#trying === null || this.#open.some(sameAs(this.#trying)) ? [] : [this.#trying]
      const open = [...this.#open, ...trying, ...this.#waiting].slice(0, LIMIT)
      const closed = [...this.#closedBefore, ...this.#closed].slice(-LIMIT)
      const record: z.infer<typeof Record> = { version: 1, open, closed }
      try {
        await writeFileAtomic(join(this.#path, RECORD), JSON.stringify(record), { mode: 0o600 })
      } catch (error) {
        // The pictures and their histories are not lost by it: only who opens them again.
        this.#log.warn('the list of open pictures was not saved', error)
      }
    }
  }

  /** Files that nothing names any more: a process died between the two. */
  async #sweep(): Promise<void> {
    const named = new Set(
      [...this.#waiting, ...this.#closedBefore].flatMap(({ source }) => (source.from === 'sent' ? [source.id] : [])),
    )
    for (const id of await readdir(join(this.#path, FILES)))
      if (!named.has(id)) await rm(join(this.#path, FILES, id), { recursive: true, force: true })
  }
}

function entryOf({ name, path, folder, sent, sample }: Origin, tries: number, shown: boolean): SessionEntry {
  if (sent !== undefined) return { name, source: { from: 'sent', id: sent }, tries, shown }
  if (sample !== undefined) return { name, source: { from: 'sample', sample }, tries, shown }
  return { name, source: { from: 'path', path, folder }, tries, shown }
}

const sameAs =
  ({ source }: SessionEntry) =>
  (other: SessionEntry): boolean =>
    JSON.stringify(other.source) === JSON.stringify(source)

/** Nothing where there is none, or what cannot be read: pictures are opened by hand then. */
async function recordOf(folder: string, log: Log): Promise<{ open: SessionEntry[]; closed: SessionEntry[] }> {
  try {
    return Record.parse(JSON.parse(await readFile(join(folder, RECORD), 'utf8')))
  } catch (error) {
    if (errno(error) !== 'ENOENT') log.warn('a list of open pictures cannot be read', error)
    return { open: [], closed: [] }
  }
}

/** Folders with one file each. */
async function moveFiles(from: string, to: string): Promise<void> {
  const names = await readdir(from).catch((error: unknown) => {
    if (errno(error) === 'ENOENT') return []
    throw error
  })
  for (const name of names) await rename(join(from, name), join(to, name))
}
