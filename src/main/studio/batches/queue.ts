/** The studio's queue: jobs over files, one after another, for as long as the studio is open. */
import type { RunProgress } from '../../../shared/job.js'
import type { RunOptions } from '../../engine/protocol/tasks.js'
import { Changes } from '../changes.js'
import type { JobRecord } from '../jobs/store/records.js'
import { thisProcess } from '../owner.js'
import { runJob, type JobListener, type JobTools } from './run-job.js'
import { settleAbandoned } from './settle.js'

export interface QueueTools extends JobTools {
  /** Of the settings as they are when a job starts. */
  run(): RunOptions
}

export interface QueueListener extends JobListener {
  /** A job came to its end here, or the queue moved on. */
  changed?(): void
}

/** After a failure of the store, so that a full disk is not asked a thousand times a second. */
const PAUSE_AFTER_FAILURE_MS = 5_000

export class JobQueue {
  readonly #tools: QueueTools
  readonly #listener: QueueListener
  readonly #poked = new Changes()
  readonly #ended = new AbortController()
  readonly #owner = thisProcess()
  #running: { job: string; progress: RunProgress | null } | null = null
  #paused = false
  #loop: Promise<void> = Promise.resolve()

  constructor(tools: QueueTools, listener: QueueListener = {}) {
    this.#tools = tools
    this.#listener = listener
  }

  /** `paused`: nothing is started until {@link resume}; jobs that were in work wait. */
  async start({ paused }: { paused: boolean }): Promise<void> {
    this.#paused = paused
    // What died in the middle leaves no temporary files, also where the queue is paused.
    await settleAbandoned(this.#tools.store, this.#owner, this.#tools.log)
    this.#loop = this.#run()
  }

  get paused(): boolean {
    return this.#paused
  }

  /** Stops starting jobs; the one that runs goes on. */
  pause(): void {
    this.#paused = true
    this.#listener.changed?.()
  }

  resume(): void {
    this.#paused = false
    this.poke()
    this.#listener.changed?.()
  }

  /** How far the job is that runs here; null for any other. */
  progress(job: string): RunProgress | null {
    return this.#running?.job === job ? this.#running.progress : null
  }

  /** The job that runs here. */
  get running(): string | null {
    return this.#running?.job ?? null
  }

  /** Something was wished for or enqueued in this process. */
  poke(): void {
    this.#poked.notify()
  }

  /** What runs is put back and goes on at the next start. */
  async stop(): Promise<void> {
    this.#ended.abort()
    this.poke()
    await this.#loop
  }

  async #run(): Promise<void> {
    const { store, log } = this.#tools
    const { signal } = this.#ended
    // Made before the first look, so that no change falls between the two.
    const changes = store.watch(signal)
    const changed = new Changes()
    const following = this.#follow(changes, changed)
    while (!signal.aborted) {
      try {
        const woken = this.#woken(changed)
        if (!this.#paused && (await this.#runNext())) continue
        await woken
      } catch (error) {
        log.error('the queue', error)
        await pause(PAUSE_AFTER_FAILURE_MS, signal)
      }
    }
    await following
  }

  /** Takes the first job that may run to its end. False when there is none. */
  async #runNext(): Promise<boolean> {
    const { store } = this.#tools
    const lease = await store.claim(this.#owner, mine)
    if (lease === null) return false
    this.#running = { job: lease.job, progress: null }
    this.#listener.changed?.()
    try {
      await runJob(this.#tools, lease, {
        run: this.#tools.run(),
        signal: this.#ended.signal,
        onAbort: 'waiting',
        poked: this.#poked,
        started: (item) => this.#listener.started?.(item),
        progress: (item, progress, job) => {
          this.#running = { job: lease.job, progress: job }
          this.#listener.progress?.(item, progress, job)
        },
        ended: (item) => this.#listener.ended?.(item),
      })
    } finally {
      this.#running = null
      this.#listener.changed?.()
    }
    return true
  }

  async #follow(changes: AsyncGenerator<number, void, void>, changed: Changes): Promise<void> {
    try {
      for await (const _ of changes) changed.notify()
    } catch (error) {
      this.#tools.log.error('watching the job store', error)
    }
  }

  #woken(changed: Changes): Promise<void> {
    return new Promise((resolve) => {
      const stops = [changed, this.#poked].map((one) => one.subscribe(done))
      function done(): void {
        for (const stop of stops) stop()
        resolve()
      }
    })
  }
}

/** The command line's jobs belong to whoever started them. */
const mine = (job: JobRecord): boolean => job.origin !== 'cli'

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
