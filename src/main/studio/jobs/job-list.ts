/** What runs, waits and ran, for the person to see, cancel and retry. */
import type { JobView } from '../../../shared/contract.js'
import type { Edit } from '../../../shared/edit.js'
import { cancelled, isCancelled, LacunaError, type Note } from '../../../shared/errors.js'
import type { JobReport } from '../../../shared/picture.js'
import type { Changes } from '../changes.js'
import { shortId } from '../scratch.js'
import { uniqueNotes } from './notes.js'
import type { JobProgress } from './progress.js'

export interface NewJob {
  kind: JobView['kind']
  document: string | null
  name: string
  edit: Edit | null
}

/** Given to the work of a job. */
export interface JobControl {
  readonly id: string
  readonly signal: AbortSignal
  /** Waiting becomes running; throws `cancelled` when that was asked for meanwhile. */
  start(): void
  progress(progress: JobProgress): void
  note(note: Note): void
}

/** What a job tells of itself when it is done. */
export interface JobOutcome {
  report?: JobReport | null
  notes?: readonly Note[]
  /** Of the file that was written. */
  path?: string | null
}

/** The phase of an edit whose result is shown: the next can begin. */
export const STORING = 'store' as const

/** Ended jobs beyond these are forgotten, the oldest first. */
const KEPT = 100

/** Starts the same once more and gives the new job's id. */
type Retry = () => string | Promise<string>

interface Entry {
  view: JobView
  readonly controller: AbortController
  readonly retry: Retry
}

export class JobList {
  readonly #changes: Changes
  readonly #entries = new Map<string, Entry>()

  constructor(changes: Changes) {
    this.#changes = changes
  }

  /** Newest first. */
  views(): JobView[] {
    return [...this.#entries.values()].map(({ view }) => view).reverse()
  }

  /**
   * Lists a job and runs its `work`. `retry` starts the same again and gives the new job's id.
   * `result` rejects with LacunaError; the list tells of the failure either way.
   */
  run<T>(
    job: NewJob,
    work: (control: JobControl) => Promise<T & JobOutcome>,
    retry: Retry,
  ): { id: string; result: Promise<T> } {
    const id = shortId()
    const controller = new AbortController()
    const view: JobView = {
      ...job,
      id,
      state: 'waiting',
      phase: null,
      fraction: 0,
      secondsLeft: null,
      startedAt: null,
      endedAt: null,
      error: null,
      report: null,
      notes: [],
      path: null,
    }
    this.#entries.set(id, { view, controller, retry })
    this.#changes.notify()
    const result = this.#follow(id, work, controller.signal)
    // Who started it may not wait for it; the list holds the error.
    result.catch(() => undefined)
    return { id, result }
  }

  /** Throws `job.notFound`. Cancelling what has ended does nothing. */
  cancel(id: string): void {
    this.#get(id).controller.abort()
  }

  cancelAll(of: (view: JobView) => boolean): void {
    for (const { view, controller } of this.#entries.values()) if (of(view)) controller.abort()
  }

  /** Starts a failed or cancelled job again and gives the new one's id. Throws `job.notFound`, or what starting throws. */
  retry(id: string): string | Promise<string> {
    const { view, retry } = this.#get(id)
    if (view.state === 'waiting' || view.state === 'running')
      throw new LacunaError('request.invalid', { reason: 'the job has not ended' })
    return retry()
  }

  /** Forgets what has ended. */
  clear(): void {
    for (const [id, { view }] of this.#entries) if (view.endedAt !== null) this.#entries.delete(id)
    this.#changes.notify()
  }

  /** Whether an edit waits or computes; of one document or of any. */
  isEditing(document?: string): boolean {
    return [...this.#entries.values()].some(
      ({ view }) =>
        view.kind === 'edit' &&
        view.endedAt === null &&
        view.phase !== STORING &&
        (document === undefined || view.document === document),
    )
  }

  async #follow<T>(
    id: string,
    work: (control: JobControl) => Promise<T & JobOutcome>,
    signal: AbortSignal,
  ): Promise<T> {
    const control: JobControl = {
      id,
      signal,
      start: () => {
        if (signal.aborted) throw cancelled()
        this.#update(id, { state: 'running', startedAt: Date.now() })
      },
      progress: ({ phase, fraction, secondsLeft }) => this.#update(id, { phase, fraction, secondsLeft }),
      note: (note) => this.#update(id, { notes: uniqueNotes(this.#get(id).view.notes, [note]) }),
    }
    try {
      const outcome = await work(control)
      const { report = null, path = null } = outcome
      const notes = uniqueNotes(this.#get(id).view.notes, outcome.notes ?? [])
      this.#end(id, { state: 'done', fraction: 1, report, path, notes })
      return outcome
    } catch (thrown) {
      const error = LacunaError.from(thrown)
      this.#end(id, isCancelled(error) ? { state: 'cancelled' } : { state: 'failed', error: error.toWire() })
      throw error
    }
  }

  #update(id: string, change: Partial<JobView>): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    entry.view = { ...entry.view, ...change }
    this.#changes.notify()
  }

  #end(id: string, change: Partial<JobView>): void {
    this.#update(id, { ...change, phase: null, secondsLeft: null, endedAt: Date.now() })
    const ended = [...this.#entries.values()].filter(({ view }) => view.endedAt !== null)
    for (const { view } of ended.slice(0, -KEPT)) this.#entries.delete(view.id)
  }

  #get(id: string): Entry {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new LacunaError('job.notFound', { name: id })
    return entry
  }
}
