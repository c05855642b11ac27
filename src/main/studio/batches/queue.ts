/**
 * The studio's queue: jobs over files, one after another, for as long as the studio is open. A job that watches folders is
 * held until it is stopped, but has its turn only while it has files.
 */
import type { RunProgress } from '../../../shared/job.js'
import type { RunOptions } from '../../engine/protocol/tasks.js'
import { Changes } from '../changes.js'
import { pruneStore } from '../jobs/prune.js'
import type { JobRecord, Lease } from '../jobs/store/records.js'
import { thisProcess } from '../owner.js'
import { runJob, type JobListener, type JobTools } from './run-job.js'
import { settleAbandoned } from './settle.js'
import { Turns, type Turn } from './turns.js'

export interface QueueTools extends JobTools {
  /** Of the settings as they are when a job starts. */
  run(): RunOptions
}

export interface QueueListener extends JobListener {
  /** A job came to its end here, or the queue moved on. */
  changed?(): void
}

/** After a failure of the store or of a whole job, so that a full disk is not asked a thousand times a second. */
const PAUSE_AFTER_FAILURE_MS = 5_000
/** Jobs that ended here before old ones are looked for again. */
const PRUNE_EVERY = 20

interface Run {
  progress: RunProgress | null
  ended: Promise<void>
}

export class JobQueue {
  readonly #tools: QueueTools
  readonly #listener: QueueListener
  readonly #poked = new Changes()
  readonly #ended = new AbortController()
  readonly #owner = thisProcess()
  readonly #turns = new Turns()
  /** Jobs that this process holds: one that has its turn, and others that watch or wait for it. */
  readonly #runs = new Map<string, Run>()
  /** Jobs that failed as a whole a moment ago. */
  readonly #resting = new Set<string>()
  #paused = false
  #endedSincePruning = 0
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
    await this.#prune()
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

  /** How far a job is that runs here; null for any other. */
  progress(job: string): RunProgress | null {
    return this.#runs.get(job)?.progress ?? null
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
    await Promise.all([...this.#runs.values()].map(({ ended }) => ended))
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
        if (!this.#paused && this.#turns.free && (this.#turns.next() || (await this.#startNext()))) continue
        await woken
      } catch (error) {
        log.error('the queue', error)
        await pause(PAUSE_AFTER_FAILURE_MS, signal)
      }
    }
    await following
  }

  /** Starts the first job that may run, whose turn it is then. False when there is none. */
  async #startNext(): Promise<boolean> {
    const lease = await this.#tools.store.claim(this.#owner, (job) => mine(job) && !this.#resting.has(job.id))
    if (lease === null) return false
    const turn = this.#turns.begin()
    const run: Run = { progress: null, ended: Promise.resolve() }
    this.#runs.set(lease.job, run)
    run.ended = this.#work(lease, turn, run).finally(() => {
      this.#runs.delete(lease.job)
      turn.give()
      this.#listener.changed?.()
    })
    this.#listener.changed?.()
    return true
  }

  /** Never throws: a job that fails as a whole rests before it is tried again, and others go on. */
  async #work(lease: Lease, turn: Turn, run: Run): Promise<void> {
    try {
      await runJob(this.#tools, lease, {
        run: this.#tools.run(),
        signal: this.#ended.signal,
        onAbort: 'waiting',
        poked: this.#poked,
        turn,
        started: (item) => this.#listener.started?.(item),
        progress: (item, progress, job) => {
          run.progress = job
          this.#listener.progress?.(item, progress, job)
        },
        ended: (item) => this.#listener.ended?.(item),
      })
      if (++this.#endedSincePruning >= PRUNE_EVERY) await this.#prune()
    } catch (error) {
      this.#tools.log.error(`job ${lease.job}`, error)
      this.#resting.add(lease.job)
      void pause(PAUSE_AFTER_FAILURE_MS, this.#ended.signal).then(() => {
        this.#resting.delete(lease.job)
        this.poke()
      })
    }
  }

  /** A failure of it is none of any job. */
  async #prune(): Promise<void> {
    this.#endedSincePruning = 0
    await pruneStore(this.#tools.store, this.#tools.paths).catch((error: unknown) => {
      this.#tools.log.warn('forgetting old jobs', error)
    })
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
      const stops = [changed, this.#poked, this.#turns.changed].map((one) => one.subscribe(done))
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
