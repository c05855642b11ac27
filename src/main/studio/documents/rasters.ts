/**
 * The pixels of states in scratch: a cache of what the store has. What is shown and the steps beside it stay, and whatever
 * is not stored; of the rest the longest unused goes first.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isCancelled } from '../../../shared/errors.js'
import type { EngineClient } from '../../engine/protocol/client.js'
import type { RasterRef, Rect, StoredPixels } from '../../engine/protocol/tasks.js'
import type { Log } from '../log.js'
import { namedError } from '../named-error.js'
import { shortId } from '../scratch.js'
import type { DocumentState, OpenDocument } from './document.js'
import type { HistoryStore } from './store/index.js'

/** A state whose pixels are in scratch, and stay there until it is disposed of. */
export interface Pixels extends AsyncDisposable {
  readonly state: DocumentState
  readonly raster: RasterRef
  readonly levels: readonly RasterRef[]
}

export interface RastersTools {
  readonly engine: EngineClient
  readonly log: Log
  readonly history: HistoryStore
  /** Bytes of rasters and levels in scratch; what must stay may take more. */
  readonly scratchBudget?: number
}

const SCRATCH_BUDGET = 4e9

export class Rasters {
  readonly #tools: RastersTools
  readonly #documents = new Set<OpenDocument>()
  readonly #bringing = new Map<string, Promise<void>>()
  readonly #used = new Map<string, number>()
  #clock = 0

  constructor(tools: RastersTools) {
    this.#tools = tools
  }

  /** From now on its rasters count. */
  watch(document: OpenDocument): void {
    this.#documents.add(document)
  }

  forget(document: OpenDocument): void {
    this.#documents.delete(document)
    for (const key of this.#used.keys()) if (key.startsWith(`${document.id}/`)) this.#used.delete(key)
  }

  /**
   * A state's pixels, out of the store when they are not in scratch. Throws `document.notFound`, `document.busy`,
   * `history.damaged`, `output.diskFull`.
   */
  async pixels(document: OpenDocument, id: string): Promise<Pixels> {
    const { raster, stored } = document.state(id)
    const held = document.hold({ id })
    try {
      if (raster === null && stored !== null) await this.bring(document, id)
      const ready = document.ready(id)
      this.touch(document, id)
      return { ...ready, levels: ready.state.levels, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() }
    } catch (thrown) {
      await held[Symbol.asyncDispose]()
      throw thrown
    }
  }

  /** Resolves when the pixels of a stored state are in scratch. Throws like {@link pixels}. */
  bring(document: OpenDocument, id: string): Promise<void> {
    const key = `${document.id}/${id}`
    const under = this.#bringing.get(key)
    if (under !== undefined) return under
    const work = this.#bringBack(document, id).finally(() => this.#bringing.delete(key))
    this.#bringing.set(key, work)
    return work
  }

  /** The steps beside the state shown, so that undo and redo find them. */
  async bringNeighbours(document: OpenDocument): Promise<void> {
    const { states, current } = document.history
    for (const state of [states[current - 1], states[current + 1]]) {
      if (state === undefined || state.raster !== null || state.stored === null) continue
      try {
        await this.bring(document, state.id)
      } catch (error) {
        // Said when somebody asks for it.
        if (!isCancelled(error)) this.#tools.log.warn('a neighbouring state was not brought back', error)
      }
    }
  }

  /** Each half of the one before, until both sides fit into a tile. `near`: what differs from it is in `area`. */
  async levels(
    raster: RasterRef,
    dir: string,
    signal: AbortSignal,
    near: { levels: readonly RasterRef[]; area: Rect } | null,
  ): Promise<RasterRef[]> {
    const known = near === null ? {} : { near: { levels: [...near.levels], area: near.area } }
    const { levels } = await this.#tools.engine.run({ kind: 'levels', raster, dir, ...known }, { signal, priority: 0 })
    return levels
  }

  /** It was used now. */
  touch(document: OpenDocument, id: string): void {
    this.#used.set(`${document.id}/${id}`, ++this.#clock)
  }

  /** Takes rasters out of scratch until they are within the budget, or nothing more may go. Never rejects. */
  async trim(): Promise<void> {
    try {
      await this.#trim()
    } catch (error) {
      this.#tools.log.warn('scratch was not trimmed', error)
    }
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
      const levels = await this.levels(raster, dir, signal, near)
      document.change({ id }, { dir, raster, levels })
      this.touch(document, id)
      // Dropped meanwhile.
      if (!document.history.states.some((state) => state.id === id)) await document.discard({ id: dir, dir })
    } catch (thrown) {
      await document.discard({ id: dir, dir })
      throw namedError(thrown, document.origin.name)
    }
    void this.trim()
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
      document.change(state, notInScratch)
      await document.discard(state)
    }
  }
}

/** Of a state whose pixels are in the store alone. */
export const notInScratch = { dir: '', raster: null, levels: [] } as const

/** A folder of its own for a state. */
export async function roomIn(scratch: string): Promise<string> {
  const dir = join(scratch, shortId())
  await mkdir(dir)
  return dir
}

export type Shape = Pick<RasterRef, 'width' | 'height' | 'bands' | 'depth'>

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.width === b.width && a.height === b.height && a.bands === b.bands && a.depth === b.depth

const bytesOf = ({ width, height, bands, depth }: Shape): number => width * height * bands * (depth / 8)
