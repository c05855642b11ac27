/**
 * Scratch folders: one for each job or document, removed by its owner, and swept at the next start when the owner
 * died. The folder also records temporary files that lie elsewhere (beside an output), so that a crash leaves none.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { LacunaError } from '../../shared/errors.js'
import { errno, removeFile } from './files/fs.js'
import { isTemporaryName } from './files/names.js'
import { isAlive, Owner, thisProcess } from './owner.js'

const RECORD = 'owner.json'
const Record = z.object({ version: z.literal(1), owner: Owner, temporaries: z.array(z.string()) })

/** A folder without a record is one whose owner died while making it, unless it is this young. */
const RECORD_GRACE_MS = 60_000

/** While a folder has no record, since it is being made or removed, its name says by whom: that process may die. */
const passingName = (id: string, { host, pid }: Owner): string => `.${id}.${pid}@${host}`

function passingOwner(name: string): Owner | null {
  const [, pid, host] = /^\.[^.]+\.(\d+)@(.+)$/.exec(name) ?? []
  return pid === undefined || host === undefined ? null : { host, pid: Number(pid), start: null }
}

export interface Scratch extends AsyncDisposable {
  readonly id: string
  readonly dir: string
  /** Notes a file outside the folder, before it is made. */
  addTemporary(path: string): Promise<void>
  /** Removes the folder and the noted files; a second call does nothing. */
  remove(): Promise<void>
}

/** Makes `parent/<id>`. Throws `output.diskFull`, `output.readOnly` or `output.failed` naming the folder. */
export async function openScratch(parent: string, id: string = shortId()): Promise<Scratch> {
  const dir = join(parent, id)
  const unfinished = join(parent, passingName(id, thisProcess()))
  const temporaries: string[] = []
  const save = (folder: string): Promise<void> =>
    writeFile(join(folder, RECORD), JSON.stringify({ version: 1, owner: thisProcess(), temporaries }), { flush: true })
  try {
    await mkdir(unfinished, { recursive: true, mode: 0o700 })
    await save(unfinished)
    await rename(unfinished, dir)
  } catch (error) {
    await removeAll(unfinished).catch(() => undefined)
    throw scratchError(error, dir)
  }
  const remove = async (): Promise<void> => {
    await Promise.all(temporaries.map(removeFile))
    await removeFolder(parent, id)
  }
  return {
    id,
    dir,
    async addTemporary(path) {
      temporaries.push(path)
      await save(dir)
    },
    remove,
    [Symbol.asyncDispose]: remove,
  }
}

/** Removes what dead owners left under `parent`; the living keep theirs. */
export async function sweepScratch(parent: string): Promise<void> {
  for (const id of await foldersOf(parent)) {
    const dir = join(parent, id)
    const record = await readRecord(dir)
    const maker = passingOwner(id)
    if (maker !== null) {
      if (!isAlive(maker)) await removeAll(dir)
    } else if (record === null) {
      if (await isOlderThan(dir, RECORD_GRACE_MS)) await removeFolder(parent, id)
    } else if (!isAlive(record.owner)) {
      // The record is only a file: nothing but our own temporary names is believed.
      const temporaries = record.temporaries.filter((path) => isTemporaryName(basename(path)))
      await Promise.all(temporaries.map(removeFile))
      await removeFolder(parent, id)
    }
  }
}

export const shortId = (): string => randomUUID().replaceAll('-', '').slice(0, 12)

async function removeFolder(parent: string, id: string): Promise<void> {
  const dir = join(parent, id)
  const leaving = join(parent, passingName(id, thisProcess()))
  // Some systems do not rename a folder in which a file is open: it is removed where it is.
  const renamed = await rename(dir, leaving).then(
    () => true,
    () => false,
  )
  await removeAll(renamed ? leaving : dir)
}

/** The engine may be writing its last file while a cancelled job is cleaned up: hence the retries. */
const removeAll = (dir: string): Promise<void> =>
  rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })

async function foldersOf(parent: string): Promise<string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  } catch (error) {
    if (errno(error) === 'ENOENT') return []
    throw error
  }
}

async function readRecord(dir: string): Promise<z.infer<typeof Record> | null> {
  try {
    return Record.parse(JSON.parse(await readFile(join(dir, RECORD), 'utf8')))
  } catch {
    // Missing, or cut short by the crash that it was to tell of.
    return null
  }
}

async function isOlderThan(path: string, ms: number): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > ms
  } catch {
    return false
  }
}

function scratchError(error: unknown, dir: string): LacunaError {
  const code = errno(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return new LacunaError('output.diskFull', { name: dir }, error)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new LacunaError('output.readOnly', { name: dir }, error)
  return new LacunaError('output.failed', { name: dir, reason: code ?? String(error) }, error)
}
