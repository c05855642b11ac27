/**
 * Stores states as tiles, and what is known of a document in its record. A state is shown before it is stored; when it cannot
 * be stored, the document says so until it can.
 */
import PQueue from 'p-queue'
import { LacunaError } from '../../../shared/errors.js'
import type { EngineClient } from '../../engine/protocol/client.js'
import type { Changes } from '../changes.js'
import { errno } from '../files/fs.js'
import type { Log } from '../log.js'
import { type OpenDocument, pathOf } from './document.js'
import type { Rasters } from './rasters.js'
import type { HistoryStore, StoredDocument } from './store/index.js'

export interface KeeperTools {
  readonly engine: EngineClient
  readonly changes: Changes
  readonly log: Log
  readonly history: HistoryStore
  /** Bytes that the store may take, by the settings. */
  readonly historyBudget: () => number
}

/** The store is cleared when so much was added since the last time, and a while after the start. */
const COLLECT_BYTES = 500e6
const COLLECT_AFTER_MS = 60_000

export class Keeper {
  readonly #tools: KeeperTools
  readonly #rasters: Rasters
  /** One at a time: a state is stored by what it shares with the one before. */
  readonly #keeping = new PQueue({ concurrency: 1 })
  /** The last that was begun of each. */
  readonly #kept = new WeakMap<OpenDocument, Promise<void>>()
  /** Why tiles could not be written; what the record says of itself is its own. */
  readonly #failed = new WeakMap<OpenDocument, unknown>()
  #added = 0
  #collecting: Promise<void> | null = null
  readonly #first: NodeJS.Timeout

  constructor(tools: KeeperTools, rasters: Rasters) {
    this.#tools = tools
    this.#rasters = rasters
    this.#first = setTimeout(() => this.#collect(), COLLECT_AFTER_MS)
    this.#first.unref()
  }

  /** Stores what is not stored yet. Resolves when it is on the disk, or `document.unstored` says why not. */
  keep(document: OpenDocument): Promise<void> {
    const kept = this.#keeping.add(async () => {
      try {
        if (document.file === null && !document.gone.signal.aborted) throw document.fileError
        for (const { id } of document.history.states) await this.#keepOne(document, id)
        this.#failed.delete(document)
      } catch (error) {
        this.#tools.log.warn('a state was not stored', error)
        this.#failed.set(document, error)
      }
      // Also without a new state: others may have been dropped.
      this.save(document)
      await document.file?.flush()
      this.tell(document)
      await this.#rasters.trim()
    })
    this.#kept.set(document, kept)
    return kept
  }

  /** The record follows, in the background; see {@link flush}. */
  save(document: OpenDocument): void {
    if (document.file === null || document.opened === null) return
    const { states, current } = document.history
    const stored: StoredDocument['states'][number][] = []
    for (const { id, edit, report, at, exported, stored: kept } of states.slice(1)) {
      // A record has no gaps: what follows a state that is not stored yet is recorded with it.
      if (kept === null || edit === null) break
      stored.push({ id, edit, report, at, exported, ...kept })
    }
    if (stored.length === 0 && document.masks.size === 0 && !document.recorded) return
    document.recorded = true
    const { origin } = document
    const place = { name: origin.name, path: pathOf(origin), current: Math.min(current, stored.length) }
    document.file.save({ ...place, states: stored })
  }

  /** After a change of `document.masks`. */
  saveMasks(document: OpenDocument, state: string): void {
    document.file?.saveMasks(state, document.masks.get(state) ?? null)
    this.save(document)
  }

  /** Resolves when all that was asked for is stored, or the document says why not. */
  async flush(document: OpenDocument): Promise<void> {
    await this.#kept.get(document)
    await document.file?.flush()
  }

  /** What could not be stored is said, until it could. */
  tell(document: OpenDocument): void {
    const cause = this.#failed.get(document) ?? document.file?.error ?? null
    const error = cause === null ? null : unstored(cause, document.origin.name)
    if (error?.code === document.unstored?.code && error?.params['reason'] === document.unstored?.params['reason'])
      return
    document.unstored = error
    this.#tools.changes.notify()
  }

  /** Ends what runs in the background. */
  async end(): Promise<void> {
    clearTimeout(this.#first)
    await this.#keeping.onIdle()
    await this.#collecting
  }

  async #keepOne(document: OpenDocument, id: string): Promise<void> {
    const { engine, history } = this.#tools
    const { states } = document.history
    const index = states.findIndex((state) => state.id === id)
    const state = states[index]
    // Dropped meanwhile, or stored already.
    if (state === undefined || state.edit === null || state.stored !== null || state.raster === null) return
    await using _held = document.hold(state)
    await using _mark = await history.writing()
    const last = states[index - 1]?.stored ?? null
    const before = last === null || state.area === null ? null : { pixels: last.pixels, area: state.area }
    const view = state.levels.at(-1) ?? state.raster
    const task = { kind: 'keepState', raster: state.raster, view, store: history.tiles, before } as const
    const { pixels, thumb, bytes } = await engine.run(task)
    document.change(state, { stored: { pixels, thumb } })
    this.save(document)
    await document.file?.flush()
    this.#added += bytes
    if (this.#added > Math.min(COLLECT_BYTES, this.#tools.historyBudget() / 10)) this.#collect()
  }

  #collect(): void {
    if (this.#collecting !== null) return
    this.#added = 0
    const { history, historyBudget, log } = this.#tools
    this.#collecting = history
      .collect(historyBudget())
      .then(
        (done) => {
          if (done !== null && done.bytes > historyBudget())
            log.warn('what is open takes more than the history may', new LacunaError('internal', { bytes: done.bytes }))
        },
        (error: unknown) => log.warn('the history was not cleared', error),
      )
      .finally(() => (this.#collecting = null))
  }
}

/** Why steps could not be stored, in the picture's name. */
function unstored(cause: unknown, name: string): LacunaError {
  const error = LacunaError.from(cause)
  if (error.code === 'output.diskFull') return new LacunaError('history.diskFull', { name }, error)
  const reason = errno(error.cause) ?? String(error.params['reason'] ?? error.code)
  return new LacunaError('history.notStored', { name, reason }, error)
}
