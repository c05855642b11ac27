/**
 * The states of documents: how they come in, how their pixels are stored as tiles, and how they come back. Rasters and
 * levels in scratch are a cache: what is shown and the steps beside it stay, of the rest the longest unused goes first.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import PQueue from 'p-queue'
import type { Edit } from '../../../shared/edit.js'
import { isCancelled, LacunaError } from '../../../shared/errors.js'
import type { FillArea } from '../../../shared/fill.js'
import type { JobReport } from '../../../shared/picture.js'
import type { EngineClient } from '../../engine/protocol/client.js'
import type { RasterRef, Rect, StoredPixels } from '../../engine/protocol/tasks.js'
import type { Changes } from '../changes.js'
import type { Log } from '../log.js'
import { namedError } from '../named-error.js'
import { shortId } from '../scratch.js'
import type { DocumentState, OpenDocument } from './document.js'
import { push } from './history.js'
import type { HistoryStore, StoredDocument } from './store/index.js'

/** Where a new state is made. */
export interface Room {
  /** The pixels of the state before. */
  readonly raster: RasterRef
  /** Goes with the state; for what is left of the making, too. */
  readonly dir: string
  /** Where its raster belongs. */
  readonly out: string
}

export interface Made<R extends JobReport | null = JobReport | null> {
  readonly raster: RasterRef
  /** All that may differ from the state before, in its pixels; null: anything may. */
  readonly area: FillArea | null
  readonly report: R
}

/** A state whose pixels are in scratch, and stay there until it is disposed of. */
export interface Pixels extends AsyncDisposable {
  readonly state: DocumentState
  readonly raster: RasterRef
  readonly levels: readonly RasterRef[]
}

export interface StatesTools {
  readonly engine: EngineClient
  readonly changes: Changes
  readonly log: Log
  readonly history: HistoryStore
  /** Bytes that the store may take, by the settings. */
  readonly historyBudget: () => number
  /** Bytes of rasters and levels in scratch; what must stay may take more. */
  readonly scratchBudget?: number
}

const SCRATCH_BUDGET = 4e9
/** The store is cleared when so much was added since the last time, and a while after the start. */
const COLLECT_BYTES = 500e6
const COLLECT_AFTER_MS = 60_000

export class States {
  readonly #tools: StatesTools
  readonly #documents = new Set<OpenDocument>()
  readonly #bringing = new Map<string, Promise<void>>()
  readonly #used = new Map<string, number>()
  /** One at a time: a state is stored by what it shares with the one before. */
  readonly #keeping = new PQueue({ concurrency: 1 })
  #clock = 0
  #added = 0
  #collecting: Promise<void> | null = null
  readonly #first: NodeJS.Timeout

  constructor(tools: StatesTools) {
    this.#tools = tools
    this.#first = setTimeout(() => this.#collect(), COLLECT_AFTER_MS)
    this.#first.unref()
  }

  /** The last history of the same content, once the original is decoded. A history that cannot be read is a note. */
  async open(document: OpenDocument, content: string): Promise<void> {
    const { history, log } = this.#tools
    const { opened, origin } = document
    if (opened === null) return
    this.#documents.add(document)
    const { file, read, problem } = await history.open(content, origin.name)
    document.file = file
    if (document.gone.signal.aborted) return await this.forget(document)
    document.recorded = read !== null
    if (problem !== null) opened.info = { ...opened.info, notes: [...opened.info.notes, { code: problem, params: {} }] }
    if (read === null) return
    for (const [state, masks] of read.masks) document.masks.set(state, masks)
    const [original] = document.history.states
    const states = read.document.states.map(({ id, edit, pixels, thumb, report, at, exported }): DocumentState => {
      const { width, height } = pixels
      return { id, edit, width, height, report, at, exported, ...notThere, stored: { pixels, thumb }, area: null }
    })
    document.history = { states: [original, ...states], current: 0 }
    // A step that is damaged keeps nobody from the others.
    for (let current = read.document.current; current > 0; current--) {
      const state = document.history.states[current]
      try {
        if (state !== undefined) await this.#bring(document, state.id)
        document.history = { ...document.history, current }
        return
      } catch (error) {
        if (isCancelled(error)) throw error
        log.warn('a state was not brought back', error)
      }
    }
  }

  /**
   * The door by which every new state comes in: `make` writes its pixels, then it follows the state `base`, whatever is
   * shown by now, and is shown; what could be redone after `base` is dropped. Nothing changes when `make` throws.
   * Throws like {@link pixels}, and what `make` throws, named after the picture.
   */
  async add<R extends JobReport | null>(
    document: OpenDocument,
    base: string,
    edit: Edit,
    signal: AbortSignal,
    make: (room: Room) => Promise<Made<R>>,
  ): Promise<DocumentState & { report: R }> {
    await using before = await this.pixels(document, base)
    const { scratch } = document.ready()
    const dir = await roomIn(scratch.dir)
    try {
      const { raster, area: anywhere, report } = await make({ raster: before.raster, dir, out: join(dir, 'raster.v') })
      const area = anywhere === null || !sameShape(raster, before.raster) ? null : inside(anywhere, raster)
      const levels = await this.#levels(raster, dir, signal, area === null ? null : { levels: before.levels, area })
      const { width, height } = raster
      const result = {
        ...{ id: shortId(), edit, width, height, dir, raster, levels, report, at: Date.now() },
        ...{ exported: false, stored: null, area },
      }
      const { history, dropped } = push(document.history, document.indexOf(base), result)
      document.history = history
      for (const { id } of dropped) this.#forgetMasks(document, id)
      await Promise.all(dropped.map((old) => document.discard(old)))
      this.#tools.changes.notify()
      this.#touch(document, result.id)
      this.#keep(document)
      return result
    } catch (thrown) {
      await document.discard({ id: dir, dir })
      throw namedError(thrown, document.origin.name)
    }
  }

  /**
   * A state's pixels, out of the store when they are not in scratch. Throws `document.notFound`, `document.busy`,
   * `history.damaged`, `output.diskFull`.
   */
  async pixels(document: OpenDocument, id: string): Promise<Pixels> {
    const { raster, stored } = document.state(id)
    const held = document.hold({ id })
    try {
      if (raster === null && stored !== null) await this.#bring(document, id)
      const ready = document.ready(id)
      this.#touch(document, id)
      return { ...ready, levels: ready.state.levels, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() }
    } catch (thrown) {
      await held[Symbol.asyncDispose]()
      throw thrown
    }
  }

  /** Called when another state is shown: the steps beside it are made ready, and the record says where we are. */
  shown(document: OpenDocument): void {
    this.save(document)
    void this.#bringNeighbours(document)
  }

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
    document.file.save({ name: document.origin.name, current: Math.min(current, stored.length), states: stored })
  }

  /** After a change of `document.masks`. */
  saveMasks(document: OpenDocument, state: string): void {
    document.file?.saveMasks(state, document.masks.get(state) ?? null)
    this.save(document)
  }

  /** Resolves when all is stored, or was reported as failed. */
  async flush(document: OpenDocument): Promise<void> {
    await this.#keeping.onIdle()
    await document.file?.flush()
  }

  /** The document is gone for good: its history can be opened by others. */
  async forget(document: OpenDocument): Promise<void> {
    await this.flush(document)
    this.#documents.delete(document)
    for (const key of this.#used.keys()) if (key.startsWith(`${document.id}/`)) this.#used.delete(key)
    const nothing = document.opened !== null && document.history.states.length === 1 && document.masks.size === 0
    const { file } = document
    document.file = null
    await file?.release({ empty: nothing })
  }

  /** Ends what runs in the background. */
  async end(): Promise<void> {
    clearTimeout(this.#first)
    await this.#keeping.onIdle()
    await this.#collecting
  }

  #forgetMasks(document: OpenDocument, id: string): void {
    if (document.masks.delete(id)) document.file?.saveMasks(id, null)
  }

  /** Stores what is not stored yet, in the background; a failure is tried again with the next state. */
  #keep(document: OpenDocument): void {
    void this.#keeping.add(async () => {
      try {
        for (const { id } of document.history.states) await this.#keepOne(document, id)
      } catch (error) {
        this.#tools.log.warn('a state was not stored: it is gone when the picture is closed', error)
      }
      // Also without a new state: others may have been dropped.
      this.save(document)
      await this.#trim().catch((error: unknown) => this.#tools.log.warn('scratch was not trimmed', error))
    })
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

  #bring(document: OpenDocument, id: string): Promise<void> {
    const key = `${document.id}/${id}`
    const under = this.#bringing.get(key)
    if (under !== undefined) return under
    const work = this.#bringBack(document, id).finally(() => this.#bringing.delete(key))
    this.#bringing.set(key, work)
    return work
  }

  async #bringBack(document: OpenDocument, id: string): Promise<void> {
    const { engine, history } = this.#tools
    const { opened, gone } = document
    const { stored } = document.state(id)
    if (opened === null || stored === null) return
    const { signal } = gone
    const neighbour = this.#nearest(document, id, stored.pixels)
    await using _held = neighbour === null ? null : document.hold(neighbour.state)
    const dir = await roomIn(opened.scratch.dir)
    try {
      const { raster, changed } = await engine.run(
        {
          ...{ kind: 'restoreState', pixels: stored.pixels, store: history.tiles, out: join(dir, 'raster.v') },
          near: neighbour === null ? null : { raster: neighbour.raster, pixels: neighbour.pixels },
        },
        { signal, priority: 0 },
      )
      // Where nothing changed the levels are copies, but for one pixel that comes out the same.
      const area = changed ?? { left: 0, top: 0, width: 1, height: 1 }
      const near = neighbour === null ? null : { levels: neighbour.state.levels, area }
      const levels = await this.#levels(raster, dir, signal, near)
      document.change({ id }, { dir, raster, levels })
      this.#touch(document, id)
      // Dropped meanwhile.
      if (!document.history.states.some((state) => state.id === id)) await document.discard({ id: dir, dir })
    } catch (thrown) {
      await document.discard({ id: dir, dir })
      throw namedError(thrown, document.origin.name)
    }
    void this.#trim().catch((error: unknown) => this.#tools.log.warn('scratch was not trimmed', error))
  }

  /** In the history, of those in scratch. */
  #nearest(document: OpenDocument, id: string, pixels: StoredPixels) {
    const { states } = document.history
    const from = document.indexOf(id)
    return states
      .flatMap((state, index) => {
        const { raster, stored } = state
        if (raster === null || stored === null || !sameShape(raster, pixels)) return []
        return [{ state, raster, pixels: stored.pixels, steps: Math.abs(index - from) }]
      })
      .reduce<{ state: DocumentState; raster: RasterRef; pixels: StoredPixels; steps: number } | null>(
        (best, one) => (best === null || one.steps < best.steps ? one : best),
        null,
      )
  }

  async #bringNeighbours(document: OpenDocument): Promise<void> {
    const { states, current } = document.history
    for (const state of [states[current - 1], states[current + 1]]) {
      if (state === undefined || state.raster !== null || state.stored === null) continue
      try {
        await this.#bring(document, state.id)
      } catch (error) {
        // Said when somebody asks for it.
        if (!isCancelled(error)) this.#tools.log.warn('a neighbouring state was not brought back', error)
      }
    }
  }

  async #levels(
    raster: RasterRef,
    dir: string,
    signal: AbortSignal,
    near: { levels: readonly RasterRef[]; area: Rect } | null,
  ): Promise<RasterRef[]> {
    const known = near === null ? {} : { near: { levels: [...near.levels], area: near.area } }
    const { levels } = await this.#tools.engine.run({ kind: 'levels', raster, dir, ...known }, { signal, priority: 0 })
    return levels
  }

  #touch(document: OpenDocument, id: string): void {
    this.#used.set(`${document.id}/${id}`, ++this.#clock)
  }

  /** Takes rasters out of scratch until they are within the budget, or nothing more may go. */
  async #trim(): Promise<void> {
    const budget = this.#tools.scratchBudget ?? SCRATCH_BUDGET
    let bytes = 0
    const free: { document: OpenDocument; state: DocumentState; size: number; used: number }[] = []
    for (const document of this.#documents) {
      if (document.opened === null) continue
      const { states, current } = document.history
      for (const [index, state] of states.entries()) {
        if (state.raster === null) continue
        const size = bytesOf(state.raster) + state.levels.reduce((sum, level) => sum + bytesOf(level), 0)
        bytes += size
        const needed = index === 0 || Math.abs(index - current) <= 1 || state.stored === null || document.isHeld(state)
        if (!needed) free.push({ document, state, size, used: this.#used.get(`${document.id}/${state.id}`) ?? 0 })
      }
    }
    for (const { document, state, size } of free.sort((a, b) => a.used - b.used)) {
      if (bytes <= budget) return
      bytes -= size
      document.change(state, notThere)
      await document.discard(state)
    }
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

const notThere = { dir: '', raster: null, levels: [] } as const

async function roomIn(scratch: string): Promise<string> {
  const dir = join(scratch, shortId())
  await mkdir(dir)
  return dir
}

const sameShape = (a: Shape, b: Shape): boolean =>
  a.width === b.width && a.height === b.height && a.bands === b.bands && a.depth === b.depth
type Shape = Pick<RasterRef, 'width' | 'height' | 'bands' | 'depth'>

const bytesOf = ({ width, height, bands, depth }: Shape): number => width * height * bands * (depth / 8)

/** Null for one that lies beside the picture. */
function inside({ left, top, width, height }: FillArea, raster: Shape): Rect | null {
  const [x, y] = [Math.max(0, left), Math.max(0, top)]
  const [right, bottom] = [Math.min(raster.width, left + width), Math.min(raster.height, top + height)]
  return right <= x || bottom <= y ? null : { left: x, top: y, width: right - x, height: bottom - y }
}
