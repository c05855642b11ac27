/**
 * The job store: jobs, their items and leases, results and temporary files, shared by every process of this user
 * (DESIGN 8.6 to 8.8). Implementations: SQLite (`sqlite/`) and memory (`memory.ts`); `contract.test.ts` holds for both,
 * so that a distributed queue can be the third.
 *
 * A call that returned is durable (SQLite: WAL with `synchronous=FULL`): a kill -9 or a power cut after it loses nothing.
 */
import type { ErrorWire, LacunaError } from '../../../../shared/errors.js'
import type {
  ItemResult,
  ItemState,
  JobOrigin,
  JobRequest,
  JobState,
  PictureSize,
  RunProgress,
  SkipReason,
} from '../../../../shared/job.js'
import type { Owner } from '../../owner.js'
import type { ItemRecord, JobRecord, Lease, MadeResult, NewItem, NewJob, Wish } from './records.js'

/** Milliseconds between heartbeats, and after which a lease of an unreachable owner may be taken. */
export const HEARTBEAT_MS = 2_000
export const LEASE_EXPIRY_MS = 10_000

export interface ItemQuery {
  /** All when absent. */
  states?: readonly ItemState[]
  offset?: number
  limit?: number
}

/** What a store keeps at most. */
export interface KeepLimits {
  /** Ended jobs, the newest. */
  jobs: number
  /** Ended jobs that ended before this time (ms since 1970) are not kept either. */
  endedSince: number
  /** Hashes of files, and results by their targets: of each the newest. What is forgotten is hashed, or made, again. */
  results: number
  /** Ended jobs that are kept all the same. */
  spared: ReadonlySet<string>
}

/** What a file was when its content was hashed: a change of any of these means that it has to be hashed again. */
export interface FileIdentity {
  /** Real path. */
  path: string
  dev: string
  ino: string
  size: number
  mtimeNs: string
}

export interface JobStore extends AsyncDisposable {
  /** What was wrong on opening, e.g. `store.damaged`: the jobs of before are in a file kept aside. */
  readonly problem: LacunaError | null

  // --- Jobs, from any process -------------------------------------------------------------------------------

  /** The new job's id, short and typeable. It stands last in the queue. */
  enqueue(job: NewJob, items: readonly NewItem[]): Promise<string>
  /**
   * Adds items behind the others; a job that was `done` waits again if one of them waits. In a job that was cancelled,
   * or is to be, those that would wait are cancelled. Throws `job.notFound`.
   */
  append(job: string, items: readonly NewItem[]): Promise<void>
  /**
   * Of a draft only: other items, another request. An item whose input was there keeps its number and its size, so that a
   * list that is shown does not begin anew at every change of a setting; other new items' numbers go on from the old ones',
   * which are not used again. Throws `job.notFound`, `job.notDraft`.
   */
  redraft(job: string, request: JobRequest, items: readonly NewItem[], name?: string): Promise<void>
  /**
   * Null when there is none. An unambiguous beginning of an id is enough here, in any case; every other call wants the
   * whole id. Throws `job.ambiguous`.
   *
   * `running` in a record means that a living process holds the lease. A job whose holder died is shown as what it is
   * now: `interrupted` when it came from the command line, else `waiting`; `paused` or `cancelled` when that was wished.
   */
  job(id: string): Promise<JobRecord | null>
  /** In the order of the queue; ended ones keep their place. */
  jobs(): Promise<JobRecord[]>
  /** In order. Throws `job.notFound`. */
  items(job: string, query?: ItemQuery): Promise<ItemRecord[]>
  item(job: string, item: number): Promise<ItemRecord | null>
  /** Throws `job.notFound`. */
  countItems(job: string, states?: readonly ItemState[]): Promise<number>
  /** Found out while rows were shown. Sizes that are known stay; rows and jobs that are gone are passed over. */
  setSizes(job: string, sizes: ReadonlyMap<number, PictureSize>): Promise<void>

  // Wishes. Each throws `job.notFound`. On a job that a living process holds they set its wish; else the state.
  /** draft, paused, interrupted -> waiting; a wish to pause is taken back. Nothing on a job that ended: see `retry`. */
  resume(id: string): Promise<void>
  /**
   * A job of the command line that no living process holds becomes one of this kind of studio, and waits in its queue; one
   * that ended stays as it is (`retry`). Only because a person wished so. Throws `job.running` while it is held. On a job of
   * a studio the same as `resume`.
   */
  adopt(id: string, origin: Exclude<JobOrigin, 'cli'>): Promise<void>
  /** waiting, interrupted -> paused. Nothing on a draft, a job that ended or one that is to be cancelled. */
  pause(id: string): Promise<void>
  /**
   * Its waiting items become cancelled at once, whoever holds it; what is done stays, and what is being worked on is
   * cancelled by the holder. Nothing on a job that ended.
   */
  cancel(id: string): Promise<void>
  /**
   * Failed and cancelled items (all, or those named) wait again with no attempts counted; an ended job waits again. In a
   * job that runs they wait in that run, and a wish to cancel it is taken back. Returns how many.
   */
  retry(id: string, items?: readonly number[]): Promise<number>
  /** In front of `before`, or last for null. `before` itself must be there too. */
  move(id: string, before: string | null): Promise<void>
  /**
   * Forgets a job and its items, not its results. Temporary files that a dead holder left are removed first, since
   * nothing else knows of them. Throws `job.running` while a living process holds it.
   */
  remove(id: string): Promise<void>
  /** Forgets what is beyond the limits, and answers how many jobs that were. Jobs that have not ended are never among them. */
  prune(limits: KeepLimits): Promise<number>

  // --- Running, by the holder of the lease; every call with a lease throws `job.leaseLost` ----------------------
  // Those about one item want it `running` (`internal` else).

  /**
   * The first job in the queue that may run (waiting; or running under a dead lease) and passes `filter`, now `running`
   * and leased to `owner`; null when there is none. A lease is dead when its owner is certainly gone (`isAlive`), or
   * is on another machine and has not beaten for LEASE_EXPIRY_MS.
   *
   * The filter is called while the store is locked: it has to be quick and call no store. It sees jobs as they were
   * written: `running` here is a job whose holder died. What was wished of that holder still holds for the new one
   * (`heartbeat` says it), who settles the items in flight first.
   */
  claim(owner: Owner, filter: (job: JobRecord) => boolean): Promise<Lease | null>
  /** Renews the lease, tells how far the job is, and answers what is wanted of it. */
  heartbeat(lease: Lease, progress: RunProgress | null): Promise<Wish>
  /** What is wanted of the lease's holder; unlike `heartbeat` it writes nothing. */
  wish(lease: Lease): Promise<Wish>
  /** Items that former holders of the lease left `running`. To be settled (complete, fail, putBack) before `start`. */
  inFlight(lease: Lease): Promise<ItemRecord[]>
  /**
   * Starts the next waiting item: counts the attempt and records its temporary file, in one commit. Null when none waits.
   * `alone`: only an item that was started before and did not survive; those are started when nothing else runs, so
   * that it is known which of them it was. Without it, only items never started. `temp` is called while the store is
   * locked, as `filter` of `claim`.
   */
  start(
    lease: Lease,
    options: { alone: boolean; temp: (item: ItemRecord) => string | null },
  ): Promise<ItemRecord | null>
  /** The result's key, once the picture was hashed. */
  identify(lease: Lease, item: number, key: string, size: PictureSize): Promise<void>
  /** The temporary file is whole and synced, and would be this result; called before its rename. */
  written(lease: Lease, item: number, result: ItemResult): Promise<void>
  /** Done; its temporary file is gone, and its result is remembered under its key. */
  complete(lease: Lease, item: number, result: ItemResult): Promise<void>
  /** Its temporary file is gone. */
  fail(lease: Lease, item: number, error: ErrorWire): Promise<void>
  /** Its temporary file is gone. */
  skip(lease: Lease, item: number, reason: SkipReason): Promise<void>
  /**
   * Waits again, its temporary file gone: after a pause or cancel of its work (`counted: false` takes the attempt back),
   * or after a crash.
   */
  putBack(lease: Lease, item: number, options: { counted: boolean }): Promise<void>
  /**
   * Gives the lease up and answers what the job is then: `state`, except that a wish not obeyed yet comes true
   * (`cancelled` instead of anything but `done`; `paused` instead of `waiting` and `interrupted`), and that `done` is
   * `waiting` while items wait, added or retried at the last moment. `cancelled` cancels the items that still wait.
   */
  release(lease: Lease, state: 'waiting' | 'paused' | 'interrupted' | 'done' | 'cancelled'): Promise<JobState>

  // --- Identity ---------------------------------------------------------------------------------------------

  /** sha256 of a file's bytes, if it was remembered for exactly this identity. */
  contentHash(file: FileIdentity): Promise<string | null>
  rememberContent(file: FileIdentity, sha256: string): Promise<void>
  /** What was last written to a target by a job. */
  made(target: string): Promise<MadeResult | null>

  // --- Watching ---------------------------------------------------------------------------------------------

  /**
   * A number after every change, at once for this process's own, within half a second for another's; also when the
   * holder of a lease died. Changes from the call on are told, several at once as one. Ends with the signal, or when the
   * store is closed. A heartbeat without news is none.
   */
  watch(signal: AbortSignal): AsyncGenerator<number, void, void>
}
