/**
 * Histories on the disk: `documents/<content>/<id>`, one folder each, by the sha256 of the picture's file. While a process
 * has a history open its folder is called `<id>.<pid>@<host>`: a rename takes it, and only one process can do that. A second
 * process that opens the same picture starts a history of its own, a copy of the first as it is by then.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import writeFileAtomic from 'write-file-atomic'
import { LacunaError } from '../../../../shared/errors.js'
import { StateMasks } from '../../../../shared/fill.js'
import { errno, outputError, removeFile, syncFolder } from '../../files/fs.js'
import type { Log } from '../../log.js'
import { isAlive, Owner, thisProcess } from '../../owner.js'
import { shortId } from '../../scratch.js'
import { NewerRecord, parseRecord, type StoredDocument, writeRecord } from './record.js'

const RECORD = 'document.json'
const OWNER = 'owner.json'
const MASKS = /^masks-([^.]+)\.json$/
const masksFile = (state: string): string => `masks-${state}.json`

/** What is painted on a state, as it is kept; version 1 alone so far. */
const MasksRecord = z.object({ version: z.literal(1), masks: StateMasks })

export interface Folder {
  readonly id: string
  readonly path: string
  /** Null: no process has it open. */
  readonly owner: { readonly host: string; readonly pid: number } | null
  /** When its record was last written. */
  readonly at: number
}

/** Of one content, newest first; none where there is nothing. */
export async function foldersOf(parent: string): Promise<Folder[]> {
  const found: Folder[] = []
  for (const name of await namesIn(parent)) {
    const [, id, pid, host] = /^([0-9a-z]+)(?:\.(\d+)@(.+))?$/.exec(name) ?? []
    if (id === undefined) continue
    const path = join(parent, name)
    const at = await stat(join(path, RECORD)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    )
    found.push({ id, path, at, owner: pid === undefined || host === undefined ? null : { host, pid: Number(pid) } })
  }
  return found.sort((a, b) => b.at - a.at)
}

/** Whether a living process has it open. */
export async function isOpen({ owner, path }: Folder): Promise<boolean> {
  if (owner === null) return false
  // Its start tells it from a later process of the same number; the note may still be that of the owner before.
  const noted = await readFile(join(path, OWNER), 'utf8').then(
    (text) => Owner.safeParse(parsed(text)).data ?? null,
    () => null,
  )
  const same = noted !== null && noted.pid === owner.pid && noted.host === owner.host
  return isAlive(same ? noted : { ...owner, start: null })
}

/** Takes a folder that no living process has; null when another was quicker. */
export async function take(folder: Folder, parent: string): Promise<Folder | null> {
  const owner = { host: hostname(), pid: process.pid }
  const path = join(parent, `${folder.id}.${owner.pid}@${owner.host}`)
  try {
    await rename(folder.path, path)
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'].includes(errno(error) ?? '')) return null
    throw error
  }
  await writeFileAtomic(join(path, OWNER), JSON.stringify(thisProcess()), { mode: 0o600 })
  return { ...folder, path, owner }
}

export interface ReadHistory {
  readonly document: StoredDocument
  readonly masks: ReadonlyMap<string, StateMasks>
}

/** Throws {@link NewerRecord}, `history.damaged`. Null where nothing was recorded yet. */
export async function readHistory({ path }: Folder, name: string): Promise<ReadHistory | null> {
  let text: string
  try {
    text = await readFile(join(path, RECORD), 'utf8')
  } catch (error) {
    if (errno(error) === 'ENOENT') return null
    throw error
  }
  const masks = new Map<string, StateMasks>()
  for (const file of await namesIn(path)) {
    const state = MASKS.exec(file)?.[1]
    if (state === undefined) continue
    // A mask can be painted again: one that cannot be read takes nothing with it.
    const read = MasksRecord.safeParse(parsed(await readFile(join(path, file), 'utf8').catch(() => '')))
    if (read.success) masks.set(state, read.data.masks)
  }
  return { document: parseRecord(text, name), masks }
}

/** Puts a record that cannot be read out of the way, with all that belongs to it. */
export async function setAside({ path, id }: Folder, parent: string): Promise<void> {
  await rename(path, join(parent, `${id}.damaged-${Date.now()}`)).catch(() => undefined)
}

/**
 * A history that this process has open. Writes are one after another; of those that wait only the last is done. What could not
 * be written is written with the next, or by {@link HistoryFile.retry}.
 */
export class HistoryFile {
  readonly #parent: string
  readonly #id: string
  readonly #log: Log
  #path: string | null
  #masks: Map<string, StateMasks | null> = new Map()
  #document: StoredDocument | null = null
  #asked = false
  #writing: Promise<void> | null = null
  #error: LacunaError | null = null
  /** Called after each writing, which may have failed. */
  told: () => void = () => undefined

  /** `folder`: null before anything was written. */
  constructor(parent: string, folder: Folder | null, log: Log) {
    this.#parent = parent
    this.#id = folder?.id ?? shortId()
    this.#path = folder?.path ?? null
    this.#log = log
  }

  /** Why the last writing failed; null when it did not. */
  get error(): LacunaError | null {
    return this.#error
  }

  save(document: StoredDocument): void {
    this.#document = document
    this.#start()
  }

  /** With the record, which says what the state is. */
  saveMasks(state: string, masks: StateMasks | null): void {
    this.#masks.set(state, masks)
    this.#start()
  }

  /** Once more what could not be written; see {@link flush}. */
  retry(): void {
    if (this.#document !== null || this.#masks.size > 0) this.#start()
  }

  /** Resolves when all is on the disk, or {@link error} says why not. */
  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing
  }

  /** For other processes to take; a history without anything is removed. */
  async release({ empty }: { empty: boolean }): Promise<void> {
    await this.flush()
    if (this.#path === null) return
    if (empty) await rm(this.#path, { recursive: true, force: true })
    else {
      await removeFile(join(this.#path, OWNER))
      await rename(this.#path, join(this.#parent, this.#id))
    }
    this.#path = null
  }

  #start(): void {
    this.#asked = true
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = null))
  }

  async #writeAll(): Promise<void> {
    while (this.#asked) {
      this.#asked = false
      const [document, masks] = [this.#document, this.#masks]
      this.#document = null
      this.#masks = new Map()
      try {
        await this.#write(document, masks)
        this.#error = null
      } catch (error) {
        this.#log.warn('a history was not saved', error)
        this.#error = LacunaError.from(error, 'internal')
        // What came meanwhile is newer.
        this.#document ??= document
        this.#masks = new Map([...masks, ...this.#masks])
      }
      this.told()
    }
  }

  async #write(document: StoredDocument | null, masks: ReadonlyMap<string, StateMasks | null>): Promise<void> {
    try {
      const path = (this.#path ??= await this.#make())
      for (const [state, one] of masks) {
        const file = join(path, masksFile(state))
        if (one === null) await removeFile(file)
        else await writeFileAtomic(file, JSON.stringify({ version: 1, masks: one }), { mode: 0o600 })
      }
      if (document !== null) await writeFileAtomic(join(path, RECORD), writeRecord(document), { mode: 0o600 })
      await syncFolder(path)
    } catch (error) {
      throw outputError(error, join(this.#path ?? this.#parent, RECORD))
    }
  }

  /** Made under another name, so that no folder of ours is ever without its owner. */
  async #make(): Promise<string> {
    const unfinished = join(this.#parent, `.${randomUUID()}`)
    await mkdir(unfinished, { recursive: true, mode: 0o700 })
    await writeFileAtomic(join(unfinished, OWNER), JSON.stringify(thisProcess()), { mode: 0o600 })
    const path = join(this.#parent, `${this.#id}.${process.pid}@${hostname()}`)
    await rename(unfinished, path)
    return path
  }
}

export { NewerRecord }

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (errno(error) === 'ENOENT') return []
    throw error
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
