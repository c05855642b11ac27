/**
 * The states of documents: how they come in, and how a history comes back. Their pixels in scratch are `rasters.ts`'s, their
 * tiles and records `keeper.ts`'s.
 */
import { join } from 'node:path'
import type { Edit } from '../../../shared/edit.js'
import { isCancelled } from '../../../shared/errors.js'
import type { FillArea } from '../../../shared/fill.js'
import type { JobReport } from '../../../shared/picture.js'
import type { RasterRef, Rect } from '../../engine/protocol/tasks.js'
import { namedError } from '../named-error.js'
import { shortId } from '../scratch.js'
import { type DocumentState, type OpenDocument, pathOf } from './document.js'
import { push } from './history.js'
import { Keeper, type KeeperTools } from './keeper.js'
import { notInScratch, type Pixels, Rasters, type RastersTools, roomIn, sameShape, type Shape } from './rasters.js'

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

export type StatesTools = RastersTools & KeeperTools

export class States {
  readonly #tools: StatesTools
  readonly #rasters: Rasters
  readonly #keeper: Keeper

  constructor(tools: StatesTools) {
    this.#tools = tools
    this.#rasters = new Rasters(tools)
    this.#keeper = new Keeper(tools, this.#rasters)
  }

  /** The last history of the same content, once the original is decoded. A history that cannot be read is a note. */
  async open(document: OpenDocument, content: string): Promise<void> {
    const { history, log } = this.#tools
    const { opened, origin } = document
    if (opened === null) return
    this.#rasters.watch(document)
    const { file, read, problem } = await history.open(content, {
      name: origin.name,
      path: pathOf(origin),
      size: opened.fingerprint.size,
    })
    file.told = () => this.#keeper.tell(document)
    document.file = file
    if (document.gone.signal.aborted) return await this.forget(document)
    document.recorded = read !== null
    if (problem !== null) opened.info = { ...opened.info, notes: [...opened.info.notes, { code: problem, params: {} }] }
    if (read === null) return
    for (const [state, masks] of read.masks) document.masks.set(state, masks)
    const [original] = document.history.states
    const states = read.document.states.map(({ id, edit, pixels, thumb, report, at, exported }): DocumentState => {
      const { width, height } = pixels
      return { id, edit, width, height, report, at, exported, ...notInScratch, stored: { pixels, thumb }, area: null }
    })
    document.history = { states: [original, ...states], current: 0 }
    // A step that is damaged keeps nobody from the others.
    for (let current = read.document.current; current > 0; current--) {
      const state = document.history.states[current]
      try {
        if (state !== undefined) await this.#rasters.bring(document, state.id)
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
   * shown by now, and is shown; what could be redone after `base` is dropped. Nothing changes when `make` throws. It is being
   * stored then: see {@link stored}. Throws like {@link pixels}, and what `make` throws, named after the picture.
   */
  async add<R extends JobReport | null>(
    document: OpenDocument,
    base: string,
    edit: Edit,
    signal: AbortSignal,
    make: (room: Room) => Promise<Made<R>>,
  ): Promise<DocumentState & { report: R }> {
    await using before = await this.#rasters.pixels(document, base)
    const { scratch } = document.ready()
    const dir = await roomIn(scratch.dir)
    try {
      const { raster, area: anywhere, report } = await make({ raster: before.raster, dir, out: join(dir, 'raster.v') })
      const area = anywhere === null || !sameShape(raster, before.raster) ? null : inside(anywhere, raster)
      const levels = await this.#rasters.levels(
        raster,
        dir,
        signal,
        area === null ? null : { levels: before.levels, area },
      )
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
      this.#rasters.touch(document, result.id)
      void this.#keeper.keep(document)
      return result
    } catch (thrown) {
      await document.discard({ id: dir, dir })
      throw namedError(thrown, document.origin.name)
    }
  }

  /** See {@link Rasters.pixels}. */
  pixels(document: OpenDocument, id: string): Promise<Pixels> {
    return this.#rasters.pixels(document, id)
  }

  /** Called when another state is shown: the steps beside it are made ready, and the record says where we are. */
  shown(document: OpenDocument): void {
    this.save(document)
    void this.#rasters.bringNeighbours(document)
  }

  save(document: OpenDocument): void {
    this.#keeper.save(document)
  }

  /** After a change of `document.masks`; see {@link stored}. */
  saveMasks(document: OpenDocument, state: string): void {
    this.#keeper.saveMasks(document, state)
  }

  /** Tries again what could not be stored. Resolves like {@link stored}. */
  async store(document: OpenDocument): Promise<void> {
    document.file?.retry()
    await this.#keeper.keep(document)
  }

  /** Resolves when all that came in is on the disk, or `document.unstored` says why it is not. */
  stored(document: OpenDocument): Promise<void> {
    return this.#keeper.flush(document)
  }

  /** The document is gone for good: its history can be opened by others. */
  async forget(document: OpenDocument): Promise<void> {
    await this.stored(document)
    this.#rasters.forget(document)
    const nothing = document.opened !== null && document.history.states.length === 1 && document.masks.size === 0
    const { file } = document
    document.file = null
    await file?.release({ empty: nothing })
  }

  /** Ends what runs in the background. */
  end(): Promise<void> {
    return this.#keeper.end()
  }

  #forgetMasks(document: OpenDocument, id: string): void {
    if (document.masks.delete(id)) document.file?.saveMasks(id, null)
  }
}

/** Null for one that lies beside the picture. */
function inside({ left, top, width, height }: FillArea, raster: Shape): Rect | null {
  const [x, y] = [Math.max(0, left), Math.max(0, top)]
  const [right, bottom] = [Math.min(raster.width, left + width), Math.min(raster.height, top + height)]
  return right <= x || bottom <= y ? null : { left: x, top: y, width: right - x, height: bottom - y }
}
