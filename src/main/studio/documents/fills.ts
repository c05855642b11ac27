/**
 * Fills that wait for an answer: one for each open picture at most. Drawn by the engine into a scratch folder, shown from
 * there, and either kept as a new state or forgotten.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import PQueue from 'p-queue'
import type { FillEdit } from '../../../shared/edit.js'
import { LacunaError } from '../../../shared/errors.js'
import { extensionOf } from '../../../shared/extend.js'
import type { FillView } from '../../../shared/fill.js'
import type { JobReport } from '../../../shared/picture.js'
import type { Progress, RasterRef } from '../../engine/protocol/tasks.js'
import type { Encoded } from '../byte-cache.js'
import { inQueue } from '../in-queue.js'
import type { JobControl, JobOutcome } from '../jobs/job-list.js'
import { JobMeter } from '../jobs/progress.js'
import { namedError } from '../named-error.js'
import { openScratch, type Scratch, shortId } from '../scratch.js'
import { evaluations } from '../speeds.js'
import type { OpenDocument } from './document.js'
import type { Documents, DocumentTools } from './documents.js'
import type { MaskPictures } from './mask-pictures.js'
import type { Masks } from './masks.js'

/** Larger side of a variation's picture, px: an extended canvas may be larger. */
const LARGEST = 4096
const THUMB = 192

interface Fill {
  readonly document: OpenDocument
  readonly scratch: Scratch
  readonly previews: string[]
  /** By variation. */
  readonly rasters: RasterRef[]
  report: JobReport | null
}

export class Fills {
  readonly #tools: DocumentTools
  readonly #documents: Documents
  readonly #masks: Masks
  readonly #pictures: MaskPictures
  readonly #fills = new Map<string, Fill>()
  /** The search takes every core: one at a time. */
  readonly #queue = new PQueue({ concurrency: 1 })

  constructor(tools: DocumentTools, documents: Documents, masks: Masks, pictures: MaskPictures) {
    this.#tools = tools
    this.#documents = documents
    this.#masks = masks
    this.#pictures = pictures
  }

  /**
   * Draws variations of the shown state, by what is painted on it; the fill before is discarded. The ids of job and fill.
   * Throws `document.*`, `model.notFound`, `mask.empty`, `extend.nothing`.
   */
  async start(id: string, edit: FillEdit): Promise<{ job: string; fill: string }> {
    const { jobs, library, paths, changes } = this.#tools
    const document = this.#documents.get(id)
    const { state } = document.ready()
    if (jobs.isEditing(id)) throw new LacunaError('document.busy', { name: document.origin.name })
    library.resolve(edit.model)
    if (edit.kind === 'extend') extensionOf(edit, state)
    else if (this.#masks.get(id, state.id) === null) throw new LacunaError('mask.empty', { name: document.origin.name })
    await this.discardOf(id)
    const scratch = await openScratch(join(paths.cache, 'jobs'))
    const fill = shortId()
    this.#fills.set(fill, { document, scratch, previews: [], rasters: [], report: null })
    const job = jobs.run<JobOutcome>(
      { kind: 'fill', document: id, name: document.origin.name, edit },
      (control) => inQueue(this.#queue, control.signal, () => this.#draw(fill, state.id, edit, control)),
      () => this.#again(id, state.id, edit),
    )
    document.fill = {
      ...{ id: fill, job: job.id, edit, state: state.id },
      ...{ area: null, previews: 0, variations: [], done: false },
    }
    job.result.catch(() => this.discard(id, fill).catch(() => undefined))
    changes.notify()
    return { job: job.id, fill }
  }

  /** Resolves when the variation is the shown state, and stored. Throws `fill.notFound`, `document.busy`, and what writing throws. */
  async keep(id: string, fillId: string, variation: number): Promise<void> {
    const { jobs, engine } = this.#tools
    const { document, rasters, report } = this.#get(id, fillId)
    const view = document.fill
    const patch = rasters[variation]
    const area = view?.area
    if (view === null || patch === undefined || area == null)
      throw new LacunaError('fill.notFound', { name: document.origin.name })
    const edit = { ...view.edit, variation }
    const start = (): { id: string; result: Promise<JobOutcome> } =>
      jobs.run<JobOutcome>(
        { kind: 'edit', document: id, name: document.origin.name, edit },
        async (control) => {
          control.start()
          const { signal } = control
          await this.#documents.states.add(document, view.state, edit, signal, async ({ raster, out }) => {
            const pasted = await engine.run({ kind: 'paste', raster, patch, area, out }, { signal, priority: 0 })
            return { raster: pasted.raster, area: edit.kind === 'extend' ? null : area, report }
          })
          // Before it is stored: whoever goes back meanwhile has answered it, too.
          await this.discard(id, fillId)
          await this.#documents.storing(document, control)
          return { report }
        },
        () => {
          // As long as it waits.
          this.#get(id, fillId)
          return start().id
        },
      )
    await start().result
  }

  /** Cancels it where it is being drawn. One that is gone already is no error. */
  async discard(id: string, fillId: string): Promise<void> {
    const fill = this.#fills.get(fillId)
    if (fill === undefined) return
    this.#fills.delete(fillId)
    const view = fill.document.fill
    if (view?.id === fillId) {
      if (!view.done) this.#tools.jobs.cancelAll((job) => job.id === view.job)
      fill.document.fill = null
      this.#tools.changes.notify()
    }
    // A task that is being cancelled may still write there.
    await this.#queue.add(() => fill.scratch.remove())
  }

  /** What belongs to a picture, e.g. since another state is to be shown. */
  async discardOf(id: string): Promise<void> {
    for (const [fillId, { document }] of this.#fills) if (document.id === id) await this.discard(id, fillId)
  }

  async end(): Promise<void> {
    for (const { document } of [...this.#fills.values()]) await this.discardOf(document.id)
  }

  /** The hole as far as it is filled. Throws `fill.notFound`. */
  async preview(id: string, fillId: string, number: number): Promise<Encoded> {
    const { document, previews } = this.#get(id, fillId)
    const path = previews[number - 1]
    if (path === undefined) throw new LacunaError('fill.notFound', { name: document.origin.name })
    return { data: new Uint8Array(await readFile(path)), type: 'image/png' }
  }

  /** A variation over its area. Throws `fill.notFound`. */
  async picture(
    id: string,
    fillId: string,
    variation: number,
    size: 'full' | 'thumb',
    signal: AbortSignal,
  ): Promise<Encoded> {
    const { document, rasters } = this.#get(id, fillId)
    const raster = rasters[variation]
    if (raster === undefined) throw new LacunaError('fill.notFound', { name: document.origin.name })
    const rect = { left: 0, top: 0, width: raster.width, height: raster.height }
    const most = size === 'thumb' ? THUMB : LARGEST
    const task = { kind: 'region', raster, rect, type: size === 'thumb' ? 'webp' : 'png', size: most } as const
    return await this.#tools.engine.run(task, { signal, priority: 0 })
  }

  /** The same fill of the same state, which is shown for it. Throws like {@link start}, and `document.notFound` for one that is gone. */
  async #again(id: string, state: string, edit: FillEdit): Promise<string> {
    await this.#documents.show(id, this.#documents.get(id).indexOf(state))
    return (await this.start(id, edit)).job
  }

  async #draw(fillId: string, stateId: string, edit: FillEdit, control: JobControl): Promise<JobOutcome> {
    const { engine, library, run, speeds } = this.#tools
    const { document, scratch } = this.#fills.get(fillId) ?? {}
    if (document === undefined || scratch === undefined) return {}
    control.start()
    const { raster, state } = document.ready(stateId)
    await using _held = document.hold(state)
    const meter = new JobMeter(['edit'])
    try {
      const { variations, area, report } = await engine.run(
        {
          ...{ kind: 'fill', raster, edit, dir: scratch.dir, run: run() },
          model: library.resolve(edit.model).ref,
          ...(edit.kind === 'inpaint' ? this.#painted(document, stateId) : {}),
        },
        {
          signal: control.signal,
          onProgress: ({ phase, fraction, fill }) => {
            if (fill !== undefined) this.#took(fillId, fill)
            control.progress(meter.update('edit', phase, fraction))
          },
          onNote: (note) => control.note(note),
        },
      )
      const fill = this.#fills.get(fillId)
      if (fill !== undefined) {
        fill.report = report
        fill.rasters.splice(0, fill.rasters.length, ...variations.map((variation) => variation.raster))
        const told = variations.map(({ seed, distance, changed }) => ({ seed, distance, changed }))
        this.#change(fillId, { area, variations: told, done: true })
      }
      await speeds.add(edit, report, evaluations(edit, variations.length))
      return { report, notes: report.notes }
    } catch (thrown) {
      throw namedError(thrown, document.origin.name)
    }
  }

  #painted(document: OpenDocument, stateId: string) {
    const masks = this.#masks.get(document.id, stateId)
    if (masks === null) throw new LacunaError('mask.empty', { name: document.origin.name })
    const mask = this.#pictures.sourceOf(masks.mask)
    if (masks.sources === null) return { mask }
    return { mask, takeFrom: { mode: masks.sources.mode, mask: this.#pictures.sourceOf(masks.sources.mask) } }
  }

  #took(fillId: string, news: NonNullable<Progress['fill']>): void {
    const fill = this.#fills.get(fillId)
    const view = fill?.document.fill
    if (fill === undefined || view?.id !== fillId) return
    if ('area' in news) {
      // The first thing that is told: after a crash of the engine everything is drawn again.
      fill.rasters.length = 0
      this.#change(fillId, { area: news.area, variations: [] })
    } else if ('preview' in news) {
      fill.previews.push(news.preview)
      this.#change(fillId, { previews: fill.previews.length })
    } else {
      fill.rasters.push(news.raster)
      this.#change(fillId, { variations: [...view.variations, news.variation] })
    }
  }

  #change(fillId: string, change: Partial<FillView>): void {
    const { document } = this.#fills.get(fillId) ?? {}
    if (document?.fill == null || document.fill.id !== fillId) return
    document.fill = { ...document.fill, ...change }
    this.#tools.changes.notify()
  }

  /** Throws `fill.notFound`. */
  #get(id: string, fillId: string): Fill {
    const fill = this.#fills.get(fillId)
    if (fill === undefined || fill.document.id !== id) throw new LacunaError('fill.notFound', { name: id })
    return fill
  }
}
