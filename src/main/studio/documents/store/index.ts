/** The histories of all documents, as they outlive the program (decision 10). */
import { readFile, stat } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { LacunaError } from '../../../../shared/errors.js'
import type { Log } from '../../log.js'
import type { StudioPaths } from '../../paths.js'
import { writing } from './at-work.js'
import { collect, type Collected, type StoreFolders } from './collect.js'
import {
  type Folder,
  foldersOf,
  HistoryFile,
  isOpen,
  NewerRecord,
  type ReadHistory,
  readHistory,
  setAside,
  take,
} from './folders.js'
import type { StoredDocument } from './record.js'

export { ORIGINAL, type StoredDocument, type StoredState } from './record.js'
export { HistoryFile } from './folders.js'

export interface OpenHistory {
  readonly file: HistoryFile
  /** Null: none so far. */
  readonly read: ReadHistory | null
  /** Why one that is there was left alone. */
  readonly problem: 'history.newer' | 'history.damaged' | null
}

/** A file whose history is looked for. */
export interface HistoryOf {
  readonly name: string
  /** Null for what the page has sent: nobody knows where that lies. */
  readonly path: string | null
  /** Bytes. */
  readonly size: bigint
}

/**
 * A history goes with its file, wherever that is moved and whatever it is called then; a copy beside it is another picture. Of a
 * file that the page sent only the name tells.
 */
async function belongs({ name, path }: StoredDocument, file: HistoryOf): Promise<boolean> {
  if (path === null || file.path === null) return name === file.name
  if (path === file.path) return true
  const there = await stat(path, { bigint: true }).catch(() => null)
  return there === null || there.size !== file.size
}

/** How often a folder that another process takes at the same moment is looked for again. */
const TRIES = 5

export class HistoryStore {
  readonly #folders: StoreFolders
  readonly #log: Log

  constructor(paths: StudioPaths, log: Log) {
    const root = join(paths.data, 'history')
    this.#folders = {
      tiles: join(root, 'tiles'),
      documents: join(root, 'documents'),
      atWork: join(root, 'at-work'),
      masks: join(paths.data, 'masks'),
    }
    this.#log = log
  }

  /** For the engine's tasks. */
  get tiles(): string {
    return this.#folders.tiles
  }

  /** Pictures of masks, `<hash>.png`: see {@link collect}. */
  get masks(): string {
    return this.#folders.masks
  }

  /** Held while tiles are written, until their record is. */
  writing(): Promise<AsyncDisposable> {
    return writing(this.#folders.atWork)
  }

  /**
   * The newest history of a file's content that belongs to the file, and that this program can read; taken, or where another
   * process has it, copied.
   */
  async open(content: string, file: HistoryOf): Promise<OpenHistory> {
    const { name } = file
    const parent = join(this.#folders.documents, content)
    let problem: OpenHistory['problem'] = null
    for (let tries = 0; tries < TRIES; tries++) {
      const { folder, ...found } = await this.#newest(parent, file)
      problem = found.problem ?? problem
      if (folder === null) break
      if (await isOpen(folder)) return { ...(await this.#copy(parent, folder, name)), problem }
      const ours = await take(folder, parent)
      if (ours !== null) return { file: this.#file(parent, ours), read: await readHistory(ours, name), problem }
    }
    return { file: this.#file(parent, null), read: null, problem }
  }

  /** Bytes that were stored as they are, such as thumbnails. Throws `history.damaged`. */
  async bytes(hash: string, name: string): Promise<Uint8Array> {
    try {
      const bytes = await readFile(join(this.tiles, hash.slice(0, 2), hash))
      if (createHash('sha256').update(bytes).digest('hex') === hash) return new Uint8Array(bytes)
    } catch (error) {
      throw new LacunaError('history.damaged', { name }, error)
    }
    throw new LacunaError('history.damaged', { name })
  }

  /** See {@link collect}. */
  collect(budget: number): Promise<Collected | null> {
    return collect(this.#folders, budget)
  }

  async #newest(parent: string, file: HistoryOf): Promise<{ folder: Folder | null; problem: OpenHistory['problem'] }> {
    const { name } = file
    let problem: OpenHistory['problem'] = null
    for (const folder of await foldersOf(parent)) {
      try {
        const read = await readHistory(folder, name)
        if (read !== null && (await belongs(read.document, file))) return { folder, problem }
      } catch (error) {
        if (error instanceof NewerRecord) problem ??= 'history.newer'
        else {
          problem ??= 'history.damaged'
          this.#log.warn('a history cannot be read', error)
          if (!(await isOpen(folder))) await setAside(folder, parent)
        }
      }
    }
    return { folder: null, problem }
  }

  /** Written at once: until then nothing says that its tiles are needed here, too. */
  async #copy(parent: string, from: Folder, name: string): Promise<Omit<OpenHistory, 'problem'>> {
    await using _mark = await this.writing()
    const file = this.#file(parent, null)
    const read = await readHistory(from, name)
    if (read === null) return { file, read }
    for (const [state, masks] of read.masks) file.saveMasks(state, masks)
    file.save(read.document)
    await file.flush()
    return { file, read }
  }

  #file(parent: string, folder: Folder | null): HistoryFile {
    return new HistoryFile(parent, folder, this.#log)
  }
}
