/**
 * Pictures for the screen: overviews, thumbnails, tiles and live previews, made by the engine, kept in memory,
 * dropped when nobody waits for them any more. Priority 0: before jobs at the next tile.
 */
import PQueue from 'p-queue'
import { type DenoiseEdit, canonicalEdit, type UpscaleEdit } from '../../shared/edit.js'
import { LacunaError } from '../../shared/errors.js'
import { MAX_PATCH, type PatchRect, PREVIEW_TILE, TILE } from '../../shared/media.js'
import { upscaledSize } from '../../shared/upscale.js'
import type { EngineClient } from '../engine/protocol/client.js'
import type { RasterRef, Rect, RunOptions } from '../engine/protocol/tasks.js'
import { ByteCache, type Encoded } from './byte-cache.js'
import { fingerprint } from './documents/document.js'
import type { Documents } from './documents/documents.js'
import type { HistoryStore } from './documents/store/index.js'
import { inQueue } from './in-queue.js'
import type { Library } from './library/library.js'
import { priorOf } from './library/prior.js'

export type PreviewPart = 'original' | 'mean' | 'sample'

const OVERVIEW = 2048
const THUMB = 192
const BATCH_THUMB = 96
const MB = 1024 ** 2
const LIMITS = { tiles: 128 * MB, previews: 64 * MB, batch: 24 * MB } as const

export interface ViewTools {
  readonly engine: EngineClient
  readonly library: Library
  readonly documents: Documents
  readonly history: HistoryStore
  readonly run: () => RunOptions
  /** Whether a job is running that would have to start again if the engine were ended by force. */
  readonly isEditing: () => boolean
}

export class Views {
  readonly #tools: ViewTools
  readonly #tiles = new ByteCache(LIMITS.tiles)
  readonly #previews = new ByteCache(LIMITS.previews)
  readonly #batch = new ByteCache(LIMITS.batch)
  /**
   * Inference runs one at a time anyway; the second waits in the engine so that it never idles. The rest wait here,
   * where dropping one costs nothing. See {@link Views.#interruptible} for those that run.
   */
  readonly #previewQueue = new PQueue({ concurrency: 2 })

  constructor(tools: ViewTools) {
    this.#tools = tools
  }

  /** The whole picture straight from its file. Throws `document.notFound` and what the decoder throws. */
  async overview(id: string, signal: AbortSignal): Promise<Encoded> {
    const { path } = this.#tools.documents.get(id).origin
    return await this.#tiles.load(`${id}/overview`, signal, (inner) => this.file(path, OVERVIEW, inner))
  }

  /** A small picture of a state. Throws `document.notFound`. */
  async thumb(id: string, stateId: string, signal: AbortSignal): Promise<Encoded> {
    const document = this.#tools.documents.get(id)
    const state = document.history.states.find((one) => one.id === stateId)
    if (state === undefined) throw new LacunaError('document.notFound', { name: document.origin.name })
    const last = state.levels.at(-1) ?? state.raster
    const { stored } = state
    return await this.#tiles.load(`${id}/${stateId}/thumb`, signal, async (inner) => {
      if (stored !== null && last === null) {
        const data = await this.#tools.history.bytes(stored.thumb, document.origin.name)
        return { data, type: 'image/webp' }
      }
      // The original's is wanted before its pixels are there; the smallest level of an edited state is 512 px at most.
      if (state.edit === null || last === null) return await this.file(document.origin.path, THUMB, inner)
      await using _held = document.hold(state)
      return await this.#region(last, wholeOf(last), 'webp', inner, THUMB)
    })
  }

  /** Throws `document.notFound`, `document.busy`, `request.invalid` for a tile that is not there. */
  async tile(
    id: string,
    stateId: string,
    level: number,
    column: number,
    row: number,
    signal: AbortSignal,
  ): Promise<Encoded> {
    const { documents } = this.#tools
    documents.get(id).state(stateId)
    return await this.#tiles.load(`${id}/${stateId}/${level}/${column}/${row}`, signal, async (inner) => {
      await using pixels = await documents.pixels(id, stateId)
      const source = level === 0 ? pixels.raster : pixels.levels[level - 1]
      if (source === undefined) throw new LacunaError('request.invalid', { reason: `no level ${level}` })
      const rect = tileRect(source, column, row, TILE)
      // At 100 % and above every number counts: the difference to a preview must be the edit's alone.
      return await this.#region(source, rect, level === 0 ? 'png' : 'webp', inner)
    })
  }

  /** One PREVIEW_TILE of the picture with an edit. Throws like {@link tile}, and what inference throws. */
  async preview(
    id: string,
    stateId: string,
    place: { column: number; row: number },
    part: PreviewPart,
    edit: DenoiseEdit,
    signal: AbortSignal,
  ): Promise<Encoded> {
    const { documents, library, engine, run } = this.#tools
    const document = documents.get(id)
    const rect = tileRect(document.state(stateId), place.column, place.row, PREVIEW_TILE)
    const relevant = part === 'original' ? null : relevantEdit(edit, part)
    const key = `${id}/${stateId}/${place.column}/${place.row}/${part}/${relevant === null ? '' : canonicalEdit(relevant)}`
    return await this.#previews.load(key, signal, async (inner) => {
      await using pixels = await documents.pixels(id, stateId)
      const { raster } = pixels
      if (relevant === null || part === 'original') return await this.#region(raster, rect, 'png', inner)
      const model = library.resolve(relevant.model).ref
      return await inQueue(this.#previewQueue, inner, async () => {
        const task = { kind: 'preview', raster, edit: relevant, part, model, rect, run: run() } as const
        const { data, type } = await engine.run(task, { signal: this.#interruptible(part, inner), priority: 0 })
        return { data, type }
      })
    })
  }

  /** A part of what an upscale edit makes of a state, in the result's pixels. Throws like {@link preview}, and `upscale.*`. */
  async upscaled(
    id: string,
    stateId: string,
    rect: PatchRect,
    edit: UpscaleEdit,
    signal: AbortSignal,
  ): Promise<Encoded> {
    const { documents, library, engine, run } = this.#tools
    const result = upscaledSize(edit.target, documents.get(id).state(stateId))
    const { left, top, width, height } = rect
    const within = width > 0 && height > 0 && left + width <= result.width && top + height <= result.height
    if (!within || Math.max(width, height) > MAX_PATCH)
      throw new LacunaError('request.invalid', { reason: `no patch ${left}, ${top}, ${width}, ${height}` })
    const model = library.resolve(edit.model).ref
    const prior = priorOf(edit, library)?.ref
    const key = `${id}/${stateId}/${left},${top},${width},${height}/${canonicalEdit(edit)}`
    return await this.#previews.load(key, signal, (inner) =>
      inQueue(this.#previewQueue, inner, async () => {
        await using pixels = await documents.pixels(id, stateId)
        const { raster } = pixels
        // Never cancelled once it runs: see `#interruptible`.
        const task = { kind: 'upscalePreview', raster, edit, model, prior, rect, run: run() } as const
        const { data, type } = await engine.run(task, { priority: 0 })
        return { data, type }
      }),
    )
  }

  /** A thumbnail of any file. Throws what the decoder throws. */
  async file(path: string, size: number, signal: AbortSignal): Promise<Encoded> {
    return await this.#tools.engine.run({ kind: 'thumbnail', path, size }, { signal, priority: 0 })
  }

  /** A thumbnail of a batch's file, kept for as long as the file is the same. Throws what the decoder throws. */
  async batchItem(path: string, signal: AbortSignal): Promise<Encoded> {
    const version = await fingerprint(path).then(
      ({ node, size, modified }) => `${node}/${size}/${modified}`,
      // The decoder says what is wrong with it.
      () => null,
    )
    if (version === null) return await this.file(path, BATCH_THUMB, signal)
    return await this.#batch.load(`${path}/${version}`, signal, (inner) => this.file(path, BATCH_THUMB, inner))
  }

  /** Forgets what belongs to a document. */
  forget(id: string): void {
    this.#tiles.deleteAll(`${id}/`)
    this.#previews.deleteAll(`${id}/`)
  }

  /**
   * Cancelling a running network may take the engine process with it (a single run cannot be stopped). That costs more
   * than the rest of a mean, which is one run, and would set a running job back to its start. So only samples, which
   * take many runs, are cancelled, and only while no job runs; what is finished in vain stays in the cache.
   */
  #interruptible(part: 'mean' | 'sample', dropped: AbortSignal): AbortSignal | undefined {
    if (part === 'mean') return undefined
    const cancel = new AbortController()
    dropped.addEventListener('abort', () => (this.#tools.isEditing() ? undefined : cancel.abort()), { once: true })
    return cancel.signal
  }

  async #region(
    raster: RasterRef,
    rect: Rect,
    type: 'webp' | 'png',
    signal: AbortSignal,
    size?: number,
  ): Promise<Encoded> {
    const shrunk = size === undefined ? {} : { size }
    return await this.#tools.engine.run({ kind: 'region', raster, rect, type, ...shrunk }, { signal, priority: 0 })
  }
}

/** What changes a part's pixels: detail and blend only mix results, so that moving them needs no new run. */
export function relevantEdit(edit: DenoiseEdit, part: 'mean' | 'sample'): DenoiseEdit {
  // The mean has no noise of its own and takes no steps.
  const own = part === 'mean' ? { detail: 0, steps: 6, seed: 0 } : { detail: 1, steps: edit.steps, seed: edit.seed }
  return { ...edit, ...own, blend: 0 }
}

const wholeOf = ({ width, height }: RasterRef): Rect => ({ left: 0, top: 0, width, height })

/** Throws `request.invalid` for a place outside of the raster. */
export function tileRect(raster: { width: number; height: number }, column: number, row: number, side: number): Rect {
  const [left, top] = [column * side, row * side]
  if (left < 0 || top < 0 || left >= raster.width || top >= raster.height)
    throw new LacunaError('request.invalid', { reason: `no tile ${column}, ${row}` })
  return { left, top, width: Math.min(side, raster.width - left), height: Math.min(side, raster.height - top) }
}
