/** The open pictures: opening, closing, editing, and moving in their history. */
import { basename, dirname, join, resolve } from 'node:path'
import PQueue from 'p-queue'
import type { DocumentView } from '../../../shared/contract.js'
import type { Edit } from '../../../shared/edit.js'
import { isCancelled, LacunaError } from '../../../shared/errors.js'
import type { FillArea } from '../../../shared/fill.js'
import type { JobReport } from '../../../shared/picture.js'
import type { EngineClient } from '../../engine/protocol/client.js'
import type { RasterRef, RunOptions } from '../../engine/protocol/tasks.js'
import type { Changes } from '../changes.js'
import { InputGuard } from '../files/guard.js'
import { inQueue } from '../in-queue.js'
import type { JobControl, JobList } from '../jobs/job-list.js'
import { uniqueNotes } from '../jobs/notes.js'
import { JobMeter } from '../jobs/progress.js'
import type { Library } from '../library/library.js'
import type { Log } from '../log.js'
import { namedError } from '../named-error.js'
import type { StudioPaths } from '../paths.js'
import { openScratch } from '../scratch.js'
import type { Speeds } from '../speeds.js'
import { type DocumentState, fingerprint, OpenDocument, type Origin, sameContent } from './document.js'
import { currentState, push, show } from './history.js'

export interface DocumentTools {
  readonly engine: EngineClient
  readonly library: Library
  readonly paths: StudioPaths
  readonly jobs: JobList
  readonly changes: Changes
  readonly speeds: Speeds
  readonly log: Log
  /** How inference may run now, by the settings. */
  readonly run: () => RunOptions
  /** Names of results, by the settings; see `fillTemplate`. */
  readonly template: () => string
  /** Makes the overview, so that decoding does not compete with the first pixels on screen; never rejects. */
  readonly prime: (id: string, signal: AbortSignal) => Promise<void>
  /** Called when a document is gone for good. */
  readonly forgotten: (id: string) => void
}

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

/** How long a closed document can be opened again with its history. */
const REOPEN_MS = 10 * 60_000
/** Closed documents that keep their scratch. */
const REOPEN_COUNT = 5

export class Documents {
  readonly #tools: DocumentTools
  readonly #open: OpenDocument[] = []
  readonly #closed: { document: OpenDocument; at: number; expiry: NodeJS.Timeout }[] = []
  readonly #ending = new Set<Promise<void>>()
  /** Decoding is quick and hungry: one at a time keeps many dropped files within memory. */
  readonly #opening = new PQueue({ concurrency: 1 })
  readonly #edits = new PQueue({ concurrency: 1 })

  constructor(tools: DocumentTools) {
    this.#tools = tools
  }

  views(): DocumentView[] {
    return this.#open.map((document) => document.view())
  }

  /** Throws `document.notFound`. */
  get(id: string): OpenDocument {
    const document = this.#open.find((open) => open.id === id)
    if (document === undefined) throw new LacunaError('document.notFound', { name: id })
    return document
  }

  /** All originals, so that no export can be one of them. */
  async guard(): Promise<InputGuard> {
    const guard = new InputGuard()
    for (const { origin } of this.#open) await guard.add(origin.path)
    return guard
  }

  /**
   * Resolves when the header was read, to the document's id; its pixels follow. A picture that cannot be opened
   * becomes a document in phase `failed`; the same unchanged file is opened once.
   */
  async open(given: string | Origin): Promise<string> {
    const origin = typeof given === 'string' ? originOf(given) : given
    const already = await this.#sameFile(origin.path)
    if (already !== null) return already.id
    const document = new OpenDocument(origin)
    try {
      await this.#readHeader(document)
      this.#open.push(document)
      void this.#load(document)
    } catch (thrown) {
      this.#fail(document, thrown)
      this.#open.push(document)
    }
    this.#tools.changes.notify()
    return document.id
  }

  /** The document goes out of sight; {@link reopen} brings it back for a while. Its running edit is cancelled. */
  close(id: string): void {
    const document = this.get(id)
    this.#open.splice(this.#open.indexOf(document), 1)
    this.#tools.jobs.cancelAll((job) => job.document === id && job.kind === 'edit')
    const expiry = setTimeout(() => this.#forget(document), REOPEN_MS)
    expiry.unref()
    this.#closed.push({ document, at: Date.now(), expiry })
    for (const { document: oldest } of this.#closed.slice(0, -REOPEN_COUNT)) this.#forget(oldest)
    this.#tools.changes.notify()
  }

  /** The document closed last, with its history; null when there is none. */
  reopen(): string | null {
    const last = this.#closed.pop()
    if (last === undefined) return null
    clearTimeout(last.expiry)
    this.#open.push(last.document)
    this.#tools.changes.notify()
    return last.document.id
  }

  /** Throws `document.notFound`, `document.busy`, `request.invalid` for a state that is not there. */
  show(id: string, index: number): void {
    const document = this.get(id)
    try {
      document.history = show(document.history, index)
    } catch (error) {
      throw error instanceof RangeError ? new LacunaError('request.invalid', { reason: error.message }, error) : error
    }
    this.#tools.changes.notify()
  }

  /**
   * Starts an edit of the shown state; edits of several documents wait for one another. Returns the job's id.
   * Throws `document.notFound`, `document.busy` (being opened, or edited already), `model.notFound`.
   */
  apply(id: string, edit: Edit): string {
    const { jobs, library } = this.#tools
    const document = this.get(id)
    document.ready()
    if (jobs.isEditing(id)) throw new LacunaError('document.busy', { name: document.origin.name })
    library.resolve(edit.model)
    const base = currentState(document.history).id
    return jobs.run(
      { kind: 'edit', document: id, name: document.origin.name, edit },
      (control) => inQueue(this.#edits, control.signal, () => this.#edit(document, base, edit, control)),
      () => this.apply(id, edit),
    ).id
  }

  /**
   * The door by which every new state comes in: `make` writes its pixels, then it follows the state `base`, whatever is
   * shown by now, and is shown; what could be redone after `base` is dropped. Nothing changes when `make` throws.
   * Throws like {@link OpenDocument.ready}, and what `make` throws, named after the picture.
   */
  async addState<R extends JobReport | null>(
    document: OpenDocument,
    base: string,
    edit: Edit,
    signal: AbortSignal,
    make: (room: Room) => Promise<Made<R>>,
  ): Promise<DocumentState & { report: R }> {
    const { raster, state, scratch } = document.ready(base)
    await using _held = document.hold(state)
    const next = await document.newState(scratch, edit, state)
    try {
      const made = await make({ raster, dir: next.dir, out: join(next.dir, 'raster.v') })
      const levels = await this.#levels(made.raster, next.dir, signal)
      const { width, height } = made.raster
      const result = { ...next, raster: made.raster, levels, width, height, report: made.report, at: Date.now() }
      const { history, dropped } = push(document.history, document.indexOf(base), result)
      document.history = history
      for (const { id } of dropped) document.masks.delete(id)
      await Promise.all(dropped.map((old) => document.discard(old)))
      this.#tools.changes.notify()
      return result
    } catch (thrown) {
      await document.discard(next)
      throw namedError(thrown, document.origin.name)
    }
  }

  /** Removes the scratch of all documents, open or closed. */
  async end(): Promise<void> {
    for (const document of [...this.#open.splice(0), ...this.#closed.map((one) => one.document)]) this.#forget(document)
    await Promise.all(this.#ending)
    await this.#opening.onIdle()
    await this.#edits.onIdle()
  }

  async #sameFile(path: string): Promise<OpenDocument | null> {
    const now = await fingerprint(path).catch(() => null)
    const same = (document: OpenDocument): boolean =>
      now !== null &&
      document.opened !== null &&
      document.error === null &&
      sameContent(document.opened.fingerprint, now)
    return this.#open.find(same) ?? null
  }

  async #readHeader(document: OpenDocument): Promise<void> {
    const { engine, paths } = this.#tools
    const { path, name } = document.origin
    const info = await engine.run({ kind: 'inspect', path }, { priority: 0 })
    const print = await fingerprint(path).catch((error: unknown) => {
      throw new LacunaError('file.notFound', { name }, error)
    })
    await document.start({ ...info, name }, await openScratch(join(paths.cache, 'documents')), print)
  }

  async #load(document: OpenDocument): Promise<void> {
    const { signal } = document.gone
    try {
      const state = currentState(document.history)
      await inQueue(this.#opening, signal, () => this.#decode(document, state))
      document.phase = 'ready'
      this.#tools.changes.notify()
      await this.#estimateNoise(document, state)
    } catch (thrown) {
      if (!signal.aborted) this.#fail(document, thrown)
    }
    this.#tools.changes.notify()
  }

  async #decode(document: OpenDocument, state: DocumentState): Promise<void> {
    const { engine } = this.#tools
    const { opened, origin, gone } = document
    if (opened === null) return
    const options = { signal: gone.signal, priority: 0 } as const
    await this.#tools.prime(document.id, gone.signal)
    const { info, raster, notes } = await engine.run({ kind: 'decode', path: origin.path, dir: state.dir }, options)
    const levels = await this.#levels(raster, state.dir, gone.signal)
    opened.info = { ...info, name: origin.name, notes: uniqueNotes(info.notes, notes) }
    document.change(state, { raster, levels })
  }

  async #levels(raster: RasterRef, dir: string, signal: AbortSignal): Promise<RasterRef[]> {
    const { levels } = await this.#tools.engine.run({ kind: 'levels', raster, dir }, { signal, priority: 0 })
    return levels
  }

  /** For the panel's words alone: without it everything works, so a failure goes to the log. */
  async #estimateNoise(document: OpenDocument, { id }: DocumentState): Promise<void> {
    const { engine, library, log, run } = this.#tools
    const model = library
      .list()
      .find(({ manifest }) => manifest.kind === 'denoiser' && manifest.files.noise !== undefined)
    if (model === undefined) return
    const { raster, state } = document.ready(id)
    await using _held = document.hold(state)
    try {
      const task = { kind: 'noise', raster, model: model.ref, run: run() } as const
      document.noise = (await engine.run(task, { signal: document.gone.signal, priority: 0 })).sigma
    } catch (error) {
      if (!isCancelled(error)) log.warn('the noise of a picture was not estimated', error)
    }
  }

  async #edit(
    document: OpenDocument,
    base: string,
    edit: Edit,
    control: JobControl,
  ): Promise<{ report: JobReport; notes: JobReport['notes'] }> {
    const { engine, library, speeds, run } = this.#tools
    control.start()
    const meter = new JobMeter(['edit'])
    const { report } = await this.addState(document, base, edit, control.signal, async ({ raster, dir, out }) => {
      const model = library.resolve(edit.model).ref
      const task = { kind: 'edit', raster, edit, model, out, dir, run: run() } as const
      const edited = await engine.run(task, {
        signal: control.signal,
        onProgress: ({ phase, fraction }) => control.progress(meter.update('edit', phase, fraction)),
        onNote: (note) => control.note(note),
      })
      return { ...edited, area: null }
    })
    await speeds.add(edit, report)
    return { report, notes: report.notes }
  }

  #fail(document: OpenDocument, thrown: unknown): void {
    const error = namedError(thrown, document.origin.name)
    document.phase = 'failed'
    document.error = error
    if (error.code === 'internal') this.#tools.log.error('a picture could not be opened', thrown)
  }

  #forget(document: OpenDocument): void {
    const index = this.#closed.findIndex((closed) => closed.document === document)
    for (const { expiry } of index < 0 ? [] : this.#closed.splice(index, 1)) clearTimeout(expiry)
    document.gone.abort()
    this.#tools.forgotten(document.id)
    this.#tools.jobs.cancelAll((job) => job.document === document.id)
    const ending = this.#remove(document)
      .catch((error: unknown) => this.#tools.log.warn('scratch was not removed', error))
      .finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }

  async #remove(document: OpenDocument): Promise<void> {
    await document.opened?.scratch.remove()
    await document.origin.release?.()
  }
}

const originOf = (path: string): Origin => ({
  path: resolve(path),
  name: basename(path),
  folder: dirname(resolve(path)),
})
