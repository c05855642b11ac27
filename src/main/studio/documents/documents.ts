/** The open pictures: opening, closing, editing, and moving in their history. */
import { basename, dirname, resolve } from 'node:path'
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
import { JobMeter } from '../jobs/progress.js'
import type { Library } from '../library/library.js'
import { priorOf } from '../library/prior.js'
import type { Log } from '../log.js'
import type { StudioPaths } from '../paths.js'
import { evaluations, type Speeds } from '../speeds.js'
import { fingerprint, OpenDocument, type Origin, sameContent } from './document.js'
import { currentState, show } from './history.js'
import { Loading } from './loading.js'
import type { Pixels } from './rasters.js'
import type { NextEntry, Session } from './session.js'
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
  readonly session: Session
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
  readonly #loading: Loading
  /** Being opened, by path: who asks for it meanwhile gets the same. */
  readonly #arriving = new Map<string, Promise<string>>()
  /** Of those that an earlier session had open: see `SessionEntry`. */
  readonly #tries = new WeakMap<OpenDocument, number>()
  #restoring: Promise<void> | null = null
  #shown: string | null = null
  readonly #asked = new WeakMap<OpenDocument, object>()
  readonly #ending = new Set<Promise<void>>()
  readonly #edits = new PQueue({ concurrency: 1 })

  constructor(tools: DocumentTools) {
    this.#tools = tools
    this.states = new States(tools)
    this.#loading = new Loading(tools, this.states)
  }

  views(): DocumentView[] {
    return this.#open.map((document) => document.view())
  }

  /** The picture that a window showed last; that of the session before from when it is open again. */
  get shown(): string | null {
    return this.#shown
  }

  /** A window shows this picture now. Throws `document.notFound`. */
  look(id: string): void {
    const document = this.get(id)
    if (this.#shown === document.id) return
    this.#shown = document.id
    this.#note()
    this.#tools.changes.notify()
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
  open(given: string | Origin): Promise<string> {
    return this.#arrive(typeof given === 'string' ? originOf(given) : given, 0)
  }

  /**
   * Opens what was open when the program ended, one after the other, and remembers what was closed. `allowed`: whether a path
   * may be opened now. Never rejects: what cannot be opened says so in its place.
   */
  restore(allowed: (path: string) => Promise<boolean>): Promise<void> {
    return (this.#restoring ??= this.#restore(
      async ({ path, sent, sample }) => sent !== undefined || sample !== undefined || (await allowed(path)),
    ))
  }

  async #restore(may: (origin: Origin) => Promise<boolean>): Promise<void> {
    const { session, log } = this.#tools
    try {
      this.#remembered.unshift(...(await session.closedBefore(may)))
      for (let one = await session.next(may); one !== null; one = await session.next(may)) await this.#again(one)
      this.#remembered.push(...(await session.closedBefore(may)))
    } catch (error) {
      if (!isCancelled(error)) log.error('what was open was not opened again', error)
    }
    this.#note()
  }

  async #again({ origin, tries, shown }: NextEntry): Promise<void> {
    const id = await this.#arrive(origin, tries)
    // Whoever has looked at another meanwhile stays there.
    if (shown && this.#shown === null) this.look(id)
  }

  async #arrive(origin: Origin, tries: number): Promise<string> {
    const arriving = this.#arriving.get(origin.path)
    if (arriving !== undefined) return await arriving
    const opening = this.#openAnew(origin, tries).finally(() => this.#arriving.delete(origin.path))
    this.#arriving.set(origin.path, opening)
    return await opening
  }

  async #openAnew(origin: Origin, tries: number): Promise<string> {
    const already = await this.#sameFile(origin.path)
    if (already !== null) return this.#bringForward(already)
    const remembered = this.#remembered.findIndex(({ path }) => path === origin.path)
    if (remembered >= 0) this.#remembered.splice(remembered, 1)
    const document = new OpenDocument(origin)
    this.#tries.set(document, tries)
    try {
      await this.#loading.header(document)
      this.#open.push(document)
      void this.#loading.rest(document, () => this.#note())
    } catch (thrown) {
      this.#loading.fail(document, thrown)
      this.#open.push(document)
    }
    this.#note()
    this.#tools.changes.notify()
    return document.id
  }

  /** The document goes out of sight; {@link reopen} brings it back for a while. Its running edit is cancelled. */
  close(id: string): void {
    const document = this.get(id)
    this.#open.splice(this.#open.indexOf(document), 1)
    if (this.#shown === id) this.#shown = null
    this.#tools.jobs.cancelAll((job) => job.document === id && job.kind === 'edit')
    const expiry = setTimeout(() => this.#forget(document), REOPEN_MS)
    expiry.unref()
    this.#closed.push({ document, at: Date.now(), expiry })
    for (const { document: oldest } of this.#closed.slice(0, -REOPEN_COUNT)) this.#forget(oldest)
    this.#note()
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

  /** Removes the scratch of all documents, open or closed. The next start finds them as they are now. */
  async end(): Promise<void> {
    this.#note()
    await this.#tools.session.end()
    await this.#restoring
    for (const document of [...this.#open.splice(0), ...this.#closed.map((one) => one.document)]) this.#forget(document)
    await Promise.all(this.#ending)
    await this.#loading.end()
    await this.#edits.onIdle()
    await this.states.end()
  }

  /** The session knows what is open: but for what cannot be opened. */
  #note(): void {
    const works = ({ error }: OpenDocument): boolean => error === null
    const open = this.#open.filter(works).map((document) => ({
      origin: document.origin,
      shown: document.id === this.#shown,
      tries: document.phase === 'opening' ? (this.#tries.get(document) ?? 0) : 0,
    }))
    const closed = this.#closed.map(({ document }) => document).filter(works)
    this.#tools.session.save(open, [...this.#remembered, ...closed.map(({ origin }) => origin)])
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
      this.#note()
      this.#tools.changes.notify()
    }
    return document.id
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
      const prior = priorOf(edit, library)?.ref
      const task = { kind: 'edit', raster, edit, model, prior, out, dir, run: run() } as const
      const edited = await engine.run(task, {
        signal: control.signal,
        onProgress: ({ phase, fraction }) => control.progress(meter.update('edit', phase, fraction)),
        onNote: (note) => control.note(note),
      })
      return { ...edited, area: null }
    })
    await speeds.add(edit, report, evaluations(edit))
    return { report, notes: report.notes }
  }

  #forget(document: OpenDocument): void {
    const index = this.#closed.findIndex((closed) => closed.document === document)
    for (const { expiry } of index < 0 ? [] : this.#closed.splice(index, 1)) clearTimeout(expiry)
    document.gone.abort()
    if (document.origin.release === undefined && document.error === null) {
      this.#remembered.push(document.origin)
      this.#remembered.splice(0, this.#remembered.length - REMEMBERED)
    }
    this.#note()
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
