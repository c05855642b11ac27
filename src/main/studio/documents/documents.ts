/** The open pictures: opening, closing, editing, and moving in their history. */
import { basename, dirname, join, resolve } from 'node:path'
import PQueue from 'p-queue'
import type { DocumentView } from '../../../shared/contract.js'
import type { Edit } from '../../../shared/edit.js'
import { isCancelled, LacunaError } from '../../../shared/errors.js'
import { resultSize } from '../../../shared/extend.js'
import type { JobReport } from '../../../shared/picture.js'
import type { EngineClient } from '../../engine/protocol/client.js'
import type { RunOptions } from '../../engine/protocol/tasks.js'
import type { Changes } from '../changes.js'
import { InputGuard } from '../files/guard.js'
import { inQueue } from '../in-queue.js'
import { type JobControl, type JobList, STORING } from '../jobs/job-list.js'
import { uniqueNotes } from '../jobs/notes.js'
import { JobMeter } from '../jobs/progress.js'
import type { Library } from '../library/library.js'
import type { Log } from '../log.js'
import { namedError } from '../named-error.js'
import type { StudioPaths } from '../paths.js'
import { openScratch } from '../scratch.js'
import type { Speeds } from '../speeds.js'
import { type DocumentState, fingerprint, OpenDocument, type Origin, sameContent } from './document.js'
import { currentState, show } from './history.js'
import type { Pixels } from './rasters.js'
import { States } from './states.js'
import type { HistoryStore } from './store/index.js'

export interface DocumentTools {
  readonly engine: EngineClient
  readonly library: Library
  readonly paths: StudioPaths
  readonly jobs: JobList
  readonly changes: Changes
  readonly speeds: Speeds
  readonly history: HistoryStore
  readonly historyBudget: () => number
  readonly scratchBudget?: number
  /** sha256 of a file's bytes, remembered while the file is untouched. */
  readonly contentHash: (path: string, signal: AbortSignal) => Promise<string>
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

/** How long a closed document can be opened again with its history. */
const REOPEN_MS = 10 * 60_000
/** Closed documents that keep their scratch. */
const REOPEN_COUNT = 5
/** Files that are remembered after that. */
const REMEMBERED = 20

export class Documents {
  readonly #tools: DocumentTools
  readonly #open: OpenDocument[] = []
  readonly #closed: { document: OpenDocument; at: number; expiry: NodeJS.Timeout }[] = []
  /** Of documents that are gone: opening the file again brings the history back. */
  readonly #remembered: Origin[] = []
  readonly states: States
  readonly #asked = new WeakMap<OpenDocument, object>()
  readonly #ending = new Set<Promise<void>>()
  /** Decoding is quick and hungry: one at a time keeps many dropped files within memory. */
  readonly #opening = new PQueue({ concurrency: 1 })
  readonly #edits = new PQueue({ concurrency: 1 })

  constructor(tools: DocumentTools) {
    this.#tools = tools
    this.states = new States(tools)
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
    if (already !== null) return this.#bringForward(already)
    const remembered = this.#remembered.findIndex(({ path }) => path === origin.path)
    if (remembered >= 0) this.#remembered.splice(remembered, 1)
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

  /** The document closed last, with its history; null when there is none. Throws what opening a file throws. */
  reopen(): string | null | Promise<string> {
    const last = this.#closed.at(-1)
    if (last !== undefined) return this.#bringForward(last.document)
    const origin = this.#remembered.pop()
    return origin === undefined ? null : this.open(origin)
  }

  /**
   * Shows another state: at once when its pixels are in scratch, else when they are there, unless yet another was asked for
   * by then. Throws `document.notFound`, `document.busy`, `request.invalid` for a state that is not there, `history.damaged`.
   */
  show(id: string, index: number): void | Promise<void> {
    const document = this.get(id)
    const state = document.history.states[index]
    if (state === undefined) throw new LacunaError('request.invalid', { reason: `no state ${index}` })
    const asked = {}
    this.#asked.set(document, asked)
    const move = (): void => {
      if (this.#asked.get(document) !== asked) return
      document.history = show(document.history, document.indexOf(state.id))
      this.states.shown(document)
      this.#tools.changes.notify()
    }
    if (state.raster !== null || state.stored === null) return move()
    return this.states.pixels(document, state.id).then(async (pixels) => {
      move()
      await pixels[Symbol.asyncDispose]()
    })
  }

  /**
   * Starts an edit of the shown state; edits of several documents wait for one another. Returns the job's id.
   * Throws `document.notFound`, `document.busy` (being opened, or edited already), `model.notFound`, and what
   * {@link resultSize} throws.
   */
  apply(id: string, edit: Edit): string {
    const { jobs, library } = this.#tools
    const document = this.get(id)
    const { state } = document.ready()
    if (jobs.isEditing(id)) throw new LacunaError('document.busy', { name: document.origin.name })
    library.resolve(edit.model)
    // A size that cannot be is said now, not by a job that fails.
    resultSize(edit, state)
    const base = currentState(document.history).id
    return jobs.run(
      { kind: 'edit', document: id, name: document.origin.name, edit },
      async (control) => {
        const outcome = await inQueue(this.#edits, control.signal, () => this.#edit(document, base, edit, control))
        await this.storing(document, control)
        return outcome
      },
      () => this.apply(id, edit),
    ).id
  }

  /** The last part of a job that made a state: that is shown by now, and the person goes on meanwhile. */
  async storing(document: OpenDocument, control: JobControl): Promise<void> {
    control.progress({ phase: STORING, fraction: 1, secondsLeft: null })
    await this.states.stored(document)
  }

  /** Tries again what could not be stored. Throws `document.notFound`. */
  async store(id: string): Promise<void> {
    await this.states.store(this.get(id))
  }

  /** See {@link States.pixels}. Throws `document.notFound`, too. */
  async pixels(id: string, state: string): Promise<Pixels> {
    return await this.states.pixels(this.get(id), state)
  }

  /** Removes the scratch of all documents, open or closed. */
  async end(): Promise<void> {
    for (const document of [...this.#open.splice(0), ...this.#closed.map((one) => one.document)]) this.#forget(document)
    await Promise.all(this.#ending)
    await this.#opening.onIdle()
    await this.#edits.onIdle()
    await this.states.end()
  }

  async #sameFile(path: string): Promise<OpenDocument | null> {
    const now = await fingerprint(path).catch(() => null)
    const same = (document: OpenDocument): boolean =>
      now !== null &&
      document.opened !== null &&
      document.error === null &&
      sameContent(document.opened.fingerprint, now)
    return this.#open.find(same) ?? this.#closed.find(({ document }) => same(document))?.document ?? null
  }

  /** A closed document is open again; an open one stays where it is. */
  #bringForward(document: OpenDocument): string {
    const index = this.#closed.findIndex((closed) => closed.document === document)
    if (index >= 0) {
      for (const { expiry } of this.#closed.splice(index, 1)) clearTimeout(expiry)
      this.#open.push(document)
      this.#tools.changes.notify()
    }
    return document.id
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
      await inQueue(this.#opening, signal, async () => {
        await this.#decode(document, state)
        await this.#bringHistory(document)
      })
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
    const { levels } = await engine.run({ kind: 'levels', raster, dir: state.dir }, options)
    opened.info = { ...info, name: origin.name, notes: uniqueNotes(info.notes, notes) }
    document.change(state, { raster, levels })
  }

  /** Without it everything works but storing, which is said then. */
  async #bringHistory(document: OpenDocument): Promise<void> {
    const { contentHash, log } = this.#tools
    const { signal } = document.gone
    try {
      await this.states.open(document, await contentHash(document.origin.path, signal))
    } catch (error) {
      document.fileError = error
      if (!isCancelled(error)) log.warn('a history was not brought back', error)
    }
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
    const { report } = await this.states.add(document, base, edit, control.signal, async ({ raster, dir, out }) => {
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
    if (document.origin.release === undefined && document.error === null) {
      this.#remembered.push(document.origin)
      this.#remembered.splice(0, this.#remembered.length - REMEMBERED)
    }
    this.#tools.forgotten(document.id)
    this.#tools.jobs.cancelAll((job) => job.document === document.id)
    const ending = this.#remove(document)
      .catch((error: unknown) => this.#tools.log.warn('scratch was not removed', error))
      .finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }

  async #remove(document: OpenDocument): Promise<void> {
    await this.states.forget(document)
    await document.opened?.scratch.remove()
    await document.origin.release?.()
  }
}

const originOf = (path: string): Origin => ({
  path: resolve(path),
  name: basename(path),
  folder: dirname(resolve(path)),
})
