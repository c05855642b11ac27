/**
 * Clears the store: what no record names goes, and while the rest is over the budget, the histories that have not been open
 * for the longest time. A history that any process has open stays whole. Pictures of masks are a part of it.
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errno, removeFile } from '../../files/fs.js'
import { collecting } from './at-work.js'
import { foldersOf, isOpen, take, type Folder } from './folders.js'

export interface StoreFolders {
  readonly tiles: string
  readonly documents: string
  readonly atWork: string
  /** Pictures of masks, `<hash>.png`. */
  readonly masks: string
}

/**
 * A mask's picture is written before the step that names it, and named no more by a step that was taken back but can be done
 * again: so long it stays after it was last loaded.
 */
const MASK_REST_MS = 24 * 3600_000

export interface Collected {
  /** Bytes that are left, and that were freed. */
  readonly bytes: number
  readonly freed: number
  /** Histories that were forgotten. */
  readonly forgotten: number
}

/** Null when another process is at the store: the next time will do. */
export async function collect(folders: StoreFolders, budget: number): Promise<Collected | null> {
  const mark = await collecting(folders.atWork)
  if (mark === null) return null
  await using _mark = mark
  const files = new Map([...(await tilesIn(folders.tiles)), ...(await masksIn(folders.masks))])
  const histories = await historiesIn(folders.documents)
  const wanted = new Map<string, number>()
  for (const { hashes } of histories) for (const hash of hashes) wanted.set(hash, (wanted.get(hash) ?? 0) + 1)
  let bytes = 0
  for (const hash of wanted.keys()) bytes += files.get(hash)?.bytes ?? 0
  let forgotten = 0
  for (const { parent, folder, hashes } of histories.sort((a, b) => a.folder.at - b.folder.at)) {
    if (bytes <= budget) break
    if (await isOpen(folder)) continue
    // Taken first: somebody may be about to open it.
    const ours = await take(folder, parent)
    if (ours === null) continue
    await rm(ours.path, { recursive: true, force: true })
    forgotten++
    for (const hash of hashes) {
      const left = (wanted.get(hash) ?? 1) - 1
      if (left > 0) wanted.set(hash, left)
      else {
        wanted.delete(hash)
        bytes -= files.get(hash)?.bytes ?? 0
      }
    }
  }
  let freed = 0
  for (const [hash, file] of files) {
    if (wanted.has(hash) || file.rests) continue
    await removeFile(file.path)
    freed += file.bytes
  }
  return { bytes, freed, forgotten }
}

interface Stored {
  readonly path: string
  readonly bytes: number
  /** It stays, whether it is named or not. */
  readonly rests: boolean
}

/** By name, unfinished ones too: nobody is writing. */
async function tilesIn(folder: string): Promise<Map<string, Stored>> {
  const found = new Map<string, Stored>()
  for (const group of await list(folder))
    for (const name of await list(join(folder, group))) {
      const path = join(folder, group, name)
      const size = await stat(path).catch(() => null)
      if (size?.isFile() === true) found.set(name, { path, bytes: size.size, rests: false })
    }
  return found
}

/** By hash. */
async function masksIn(folder: string): Promise<Map<string, Stored>> {
  const found = new Map<string, Stored>()
  for (const name of await list(folder)) {
    const path = join(folder, name)
    const file = await stat(path).catch(() => null)
    if (file?.isFile() !== true) continue
    const rests = Date.now() - file.mtimeMs < MASK_REST_MS
    found.set(name.replace(/\.png$/, ''), { path, bytes: file.size, rests })
  }
  return found
}

async function historiesIn(folder: string): Promise<{ parent: string; folder: Folder; hashes: Set<string> }[]> {
  const found = []
  for (const content of await list(folder)) {
    const parent = join(folder, content)
    for (const one of await foldersOf(parent)) {
      const records = (await list(one.path)).filter((name) => name === 'document.json' || name.startsWith('masks-'))
      const texts = await Promise.all(records.map((name) => textOf(join(one.path, name))))
      const text = texts.join('\n')
      // Whatever looks like a hash counts: the record may be a newer program's.
      found.push({ parent, folder: one, hashes: new Set(text.match(/\b[0-9a-f]{64}\b/g) ?? []) })
    }
  }
  return found
}

/** Empty when it went meanwhile. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errno(error) === 'ENOENT') return ''
    throw error
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return []
    throw error
  }
}
