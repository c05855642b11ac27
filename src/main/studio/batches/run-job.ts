/** Works through a job that this process holds the lease of. */
import { isCancelled, LacunaError } from '../../../shared/errors.js'
import type { RunProgress } from '../../../shared/job.js'
import type { JobReport } from '../../../shared/picture.js'
import { faultPoint } from '../../engine/protocol/fault-points.js'
import type { RunOptions } from '../../engine/protocol/tasks.js'
import type { Changes } from '../changes.js'
import { removeFile } from '../files/fs.js'
import { InputGuard } from '../files/guard.js'
import type { ProcessTools } from '../jobs/process-file.js'
import type { JobProgress } from '../jobs/progress.js'
import type { ItemRecord, JobRecord, Lease, Wish } from '../jobs/store/records.js'
import { HEARTBEAT_MS, type JobStore } from '../jobs/store/store.js'
import type { Log } from '../log.js'
import { evaluations, type Speeds } from '../speeds.js'
import { Forecast } from './forecast.js'
import { runItem, temporaryOf, type ItemOutcome } from './run-item.js'
import { Rivals } from './rivals.js'
import { settleInFlight } from './settle.js'
import { Admission, IN_WORK, OverlappingStages } from './stages.js'
import type { Turn } from './turns.js'
import { watchJob } from './watch-job.js'

export interface JobTools extends Omit<ProcessTools, 'run'> {
  readonly store: JobStore
  readonly log: Log
  /** Learn from each picture how fast its model runs here. */
  readonly speeds?: Speeds
}

/** Told as they happen, in this process alone; the store has all of it but the progress between heartbeats. */
export interface JobListener {
  started?(item: ItemRecord): void
  progress?(item: ItemRecord, progress: JobProgress, job: RunProgress): void
  /** Done, failed or skipped, with its error or result. */
  ended?(item: ItemRecord): void
}

export interface RunJobOptions extends JobListener {
  /** Of the settings; the job's own overrides win. */
  run: RunOptions
  /** Somebody in this process wished for something: it is looked up at once, not at the next heartbeat. */
  poked?: Changes
  /** Where several jobs share a process: files are started only in turn. A job that watches gives it up while it has none. */
  turn?: Turn
  /** Aborted: what runs is put back, uncounted, and the job is left as `onAbort` says. */
  signal: AbortSignal
  /** waiting: goes on when the studio starts again; interrupted: only when a person takes it up. */
  onAbort: 'waiting' | 'interrupted'
}

export type JobEnd = 'done' | 'paused' | 'cancelled' | 'aborted' | 'lost'

/**
 * Runs until every item has ended, or a wish (pause, cancel) or the signal stops it; the lease is given up in the end.
 * A job that watches folders goes on until it is stopped. An item's failure is in its record, never thrown.
 * Pausing lets the pictures that are in work come to their end. `lost`: another process took the lease.
 */
export async function runJob(tools: JobTools, lease: Lease, options: RunJobOptions): Promise<JobEnd> {
  for (let held: Lease | null = lease; held !== null;) {
    const end = await runOnce(tools, held, options)
    if (end !== 'more') return end
    // Items were added or retried in the moment in which the job ended: they are this run's, too.
    held = await tools.store.claim(lease.owner, ({ id }) => id === lease.job)
  }
  return 'lost'
}

async function runOnce(tools: JobTools, lease: Lease, options: RunJobOptions): Promise<JobEnd | 'more'> {
  try {
    return await new JobRun(tools, lease, options).run()
  } catch (thrown) {
    if (LacunaError.from(thrown).code === 'job.leaseLost') return 'lost'
    // A store that fails now may work again: the job must not look as if it were in work for as long as we live.
    await tools.store.release(lease, options.onAbort).catch((error: unknown) => {
      tools.log.error(`giving up the lease of job ${lease.job}`, error)
    })
    throw thrown
  }
}

class JobRun {
  readonly #tools: JobTools
  readonly #lease: Lease
  readonly #options: RunJobOptions
  readonly #stages = new OverlappingStages()
  readonly #admission = new Admission()
  readonly #guard = new InputGuard()
  readonly #working = new Map<number, Promise<void>>()
  /** Aborted to stop the items in work: by the options' signal, a wish to cancel, or a lost lease. */
  readonly #stop = new AbortController()
  /** Of items that failed here. */
  readonly #failedTemps: string[] = []
  #rivals: Rivals | null = null
  #wish: Wish = 'run'
  #forecast = new Forecast([], [])
  /** Why the run cannot go on, e.g. a lost lease or a store that fails. */
  #failure: { error: unknown } | null = null
  #wake: () => void = () => undefined

  constructor(tools: JobTools, lease: Lease, options: RunJobOptions) {
    this.#tools = tools
    this.#lease = lease
    this.#options = options
  }

  /** `more`: the job waits again, because something was added when it ended. */
  async run(): Promise<JobEnd | 'more'> {
    const { store, log } = this.#tools
    const { signal } = this.#options
    const stop = (): void => this.#halt()
    signal.addEventListener('abort', stop, { once: true })
    const ended = new AbortController()
    const heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS)
    const stops = [
      this.#options.poked?.subscribe(() => void this.#beat()),
      this.#options.turn?.subscribe(() => this.#wake()),
    ]
    // Made before anything is looked up, so that no wish falls between.
    const obeying = this.#obey(store.watch(ended.signal))
    let background: Promise<unknown> = Promise.resolve()
    try {
      if (signal.aborted) this.#halt()
      await settleInFlight(store, this.#lease, log)
      const job = await this.#job()
      const items = await store.items(job.id)
      for (const { input, skip } of items) if (skip === null) await this.#guard.add(input)
      this.#rivals = new Rivals(store, items)
      this.#forecast = new Forecast(
        items.filter(({ state }) => state === 'waiting'),
        // What failed before it was opened was no work.
        items.filter(({ state, size }) => state === 'done' || (state === 'failed' && size !== null)),
      )
      await this.#beat()
      background = this.#watch(job, ended.signal)
      background.catch((error: unknown) => this.#fail(error))
      await this.#loop(job)
      return await this.#end()
    } finally {
      clearInterval(heartbeat)
      for (const unsubscribe of stops) unsubscribe?.()
      signal.removeEventListener('abort', stop)
      ended.abort()
      await obeying
      await background.catch(() => undefined)
    }
  }

  /** Starts items while there is room, until nothing is left or the run is stopped. */
  async #loop(job: JobRecord): Promise<void> {
    for (;;) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve))
      const mayGoOn = await this.#hasTurn()
      if (mayGoOn) {
        while (this.#mayStart() && this.#working.size < IN_WORK && (await this.#startNext(job, false)));
        // What was started before and did not survive runs by itself: if it brings the process down again, no other pays.
        if (this.#mayStart() && this.#working.size === 0 && (await this.#startNext(job, true))) {
          await Promise.all(this.#working.values())
          continue
        }
      }
      if (this.#working.size === 0) {
        if (!job.request.watch || !this.#mayStart()) return
        // Nothing to do until files come: others go on meanwhile.
        if (mayGoOn) this.#options.turn?.give()
      }
      await woken
    }
  }

  /** Asks for the turn when there is something to do with it. */
  async #hasTurn(): Promise<boolean> {
    const { turn } = this.#options
    if (turn === undefined || turn.held) return true
    if (this.#mayStart() && (await this.#tools.store.countItems(this.#lease.job, ['waiting'])) > 0) turn.ask()
    return turn.held
  }

  #mayStart(): boolean {
    return this.#wish === 'run' && !this.#stop.signal.aborted && this.#failure === null
  }

  async #startNext(job: JobRecord, alone: boolean): Promise<boolean> {
    const { store } = this.#tools
    faultPoint('start.before')
    const item = await store.start(this.#lease, { alone, temp: temporaryOf })
    if (item === null) return false
    this.#forecast.started(item)
    this.#options.started?.(item)
    const work = this.#work(job, item)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#working.delete(item.item)
        this.#wake()
      })
    this.#working.set(item.item, work)
    return true
  }

  /** Brings one item to its end in the store. Throws only what the store throws. */
  async #work(job: JobRecord, item: ItemRecord): Promise<void> {
    const { store, log } = this.#tools
    const lease = this.#lease
    const run = { ...this.#options.run, ...withoutUndefined(job.request.run) }
    let outcome: ItemOutcome
    try {
      await this.#rivals?.check(item)
      outcome = await runItem({ ...this.#tools, run }, lease, job.request, item, {
        signal: this.#stop.signal,
        guard: this.#guard,
        stages: this.#stages,
        admission: this.#admission,
        onSize: (size) => this.#forecast.inspected(item.item, size),
        onProgress: (progress) => {
          this.#forecast.progress(item.item, progress.phase, progress.fraction)
          this.#options.progress?.(item, progress, this.#forecast.now())
        },
      })
    } catch (thrown) {
      if (this.#stop.signal.aborted && isCancelled(thrown)) {
        this.#forecast.putBack(item.item)
        // With a lost lease there is nothing to put back: the other process has settled it.
        if (this.#failure === null) await store.putBack(lease, item.item, { counted: false })
        return
      }
      const error = LacunaError.from(thrown)
      if (error.code === 'job.leaseLost' || error.code.startsWith('store.')) throw error
      if (error.cause !== undefined) log.warn(`${error.code} ${item.input}`, error)
      await store.fail(lease, item.item, error.toWire())
      if (item.temp !== null) this.#failedTemps.push(item.temp)
      return await this.#ended(item, false)
    }
    // Outside of what fails an item: its result is there, and a store that cannot say so now finds it at the next start.
    if (outcome.state === 'done') {
      await store.complete(lease, item.item, outcome.result)
      faultPoint('commit.after')
      const { edit } = job.request
      // Of a fill one variation is drawn for each item.
      await this.#tools.speeds?.add(edit, ownTime(outcome.report), evaluations(edit))
      this.#forecast.provider = outcome.result.provider
      this.#forecast.device = outcome.result.device
    } else await store.skip(lease, item.item, outcome.reason)
    await this.#ended(item, outcome.state === 'done')
  }

  async #ended(item: ItemRecord, worked: boolean): Promise<void> {
    this.#forecast.ended(item.item, worked)
    if (this.#options.ended === undefined) return
    const record = await this.#tools.store.item(this.#lease.job, item.item)
    if (record !== null) this.#options.ended(record)
  }

  async #beat(): Promise<void> {
    try {
      this.#wish = await this.#tools.store.heartbeat(this.#lease, this.#forecast.now())
      if (this.#wish === 'cancel') this.#halt()
      this.#wake()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** A wish of another process is seen with its change of the store, long before the next heartbeat. */
  async #obey(changes: AsyncGenerator<number, void, void>): Promise<void> {
    try {
      for await (const _ of changes) if ((await this.#tools.store.wish(this.#lease)) !== this.#wish) await this.#beat()
    } catch (error) {
      // The lease was given up at the run's end, or lost, which the next heartbeat finds out and answers for.
      if (LacunaError.from(error).code !== 'job.leaseLost')
        this.#tools.log.warn(`wishes for job ${this.#lease.job}`, error)
    }
  }

  async #watch(job: JobRecord, signal: AbortSignal): Promise<void> {
    if (!job.request.watch) return
    const added = async (): Promise<void> => {
      const items = await this.#tools.store.items(job.id, { states: ['waiting'] })
      for (const { input } of items) await this.#guard.add(input)
      this.#forecast.add(items)
      this.#wake()
    }
    await watchJob(this.#tools.store, job, AbortSignal.any([signal, this.#stop.signal]), added)
  }

  #halt(): void {
    this.#stop.abort(new LacunaError('cancelled'))
    this.#wake()
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#halt()
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error
  }

  async #end(): Promise<JobEnd | 'more'> {
    await Promise.all(this.#working.values())
    await this.#removeTemps()
    this.#throwFailure()
    // A wish of the last two seconds: it may be what took the items away that would otherwise wait.
    if (!this.#options.signal.aborted) await this.#beat()
    this.#throwFailure()
    if (this.#wish === 'cancel') return await this.#release('cancelled', 'cancelled')
    if (this.#options.signal.aborted) return await this.#release(await this.#stateOnAbort(), 'aborted')
    if (this.#wish === 'pause') return await this.#release('paused', 'paused')
    return (await this.#tools.store.release(this.#lease, 'done')) === 'waiting' ? 'more' : 'done'
  }

  /** Those that could not be removed when their item failed: its folder may be writable again. */
  async #removeTemps(): Promise<void> {
    for (const temp of this.#failedTemps) {
      await removeFile(temp).catch((error: unknown) => this.#tools.log.warn(`left behind: ${temp}`, error))
    }
  }

  /** Watching in the foreground ends by an abort and no other way: with nothing left to do, the job is done. */
  async #stateOnAbort(): Promise<'waiting' | 'interrupted' | 'done'> {
    const { onAbort } = this.#options
    if (onAbort === 'waiting' || !(await this.#job()).request.watch) return onAbort
    return (await this.#tools.store.countItems(this.#lease.job, ['waiting'])) === 0 ? 'done' : onAbort
  }

  async #release(state: Parameters<JobStore['release']>[1], end: JobEnd): Promise<JobEnd> {
    await this.#tools.store.release(this.#lease, state)
    return end
  }

  async #job(): Promise<JobRecord> {
    const job = await this.#tools.store.job(this.#lease.job)
    if (job === null) throw new LacunaError('job.notFound', { name: this.#lease.job })
    return job
  }
}

function withoutUndefined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

/** Two files share inference, so the wall time of one holds the work of the other; the time in its own sessions does not. */
const ownTime = (report: JobReport): JobReport => ({
  ...report,
  wallMs: Math.min(report.wallMs, report.sessionMs * 1.1),
})
