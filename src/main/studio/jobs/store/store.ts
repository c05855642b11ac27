/**
 * The job store: jobs, their items and leases, results and temporary files, shared by every process of this user
 * (DESIGN 8.6 to 8.8). Implementations: SQLite (`sqlite/`) and memory (`memory.ts`); `contract.test.ts` holds for both,
 * so that a distributed queue can be the third.
 *
 * A call that returned is durable (SQLite: WAL with `synchronous=FULL`): a kill -9 or a power cut after it loses nothing.
 */
import type { ErrorWire } from '../../../../shared/errors.js'
import type { ItemResult, ItemState, JobRequest, PictureSize, RunProgress, SkipReason } from '../../../../shared/job.js'
import type { Owner } from '../../owner.js'
import type { ItemRecord, JobRecord, Lease, MadeResult, NewItem, NewJob, Wish } from './records.js'

/** Seconds between heartbeats, and after which a lease of an unreachable owner may be taken. */
export const HEARTBEAT_MS = 2_000
export const LEASE_EXPIRY_MS = 10_000

export interface ItemQuery {
  /** All when absent. */
  states?: readonly ItemState[]
  offset?: number
  limit?: number
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
  // --- Jobs, from any process -------------------------------------------------------------------------------

  /** The new job's id, short and typeable. It stands last in the queue. */
  enqueue(job: NewJob, items: readonly NewItem[]): Promise<string>
  /** Adds items behind the others; a job that was `done` waits again. Throws `job.notFound`. */
  append(job: string, items: readonly NewItem[]): Promise<void>
  /** Of a draft only: other items, another request. Throws `job.notFound`, `job.notDraft`. */
  redraft(job: string, request: JobRequest, items: readonly NewItem[], name?: string): Promise<void>
  /** Null when there is none. An unambiguous beginning of an id is enough. Throws `job.ambiguous`. */
  job(id: string): Promise<JobRecord | null>
  /** In the order of the queue; ended ones keep their place. */
  jobs(): Promise<JobRecord[]>
  /** In order. Throws `job.notFound`. */
  items(job: string, query?: ItemQuery): Promise<ItemRecord[]>
  /** One item; null when there is none. */
  item(job: string, item: number): Promise<ItemRecord | null>
  countItems(job: string, states?: readonly ItemState[]): Promise<number>
  /** Of a waiting row, found out while it was shown. */
  setSizes(job: string, sizes: ReadonlyMap<number, PictureSize>): Promise<void>

  // Wishes. Each throws `job.notFound`. On a job that a living process holds they set its wish; else the state.
  /** draft, paused, interrupted -> waiting; a wish to pause is taken back. */
  resume(id: string): Promise<void>
  pause(id: string): Promise<void>
  /** Its waiting items become cancelled; what is done stays. Nothing on a job that ended. */
  cancel(id: string): Promise<void>
  /** Failed and cancelled items (all, or those named) wait again with no attempts counted; an ended job waits again. Returns how many. */
  retry(id: string, items?: readonly number[]): Promise<number>
  /** In front of `before`, or last for null. */
  move(id: string, before: string | null): Promise<void>
  /** Forgets a job and its items, not its results. Throws `job.running` while a living process holds it. */
  remove(id: string): Promise<void>

  // --- Running, by the holder of the lease; every call with a lease throws `job.leaseLost` ----------------------

  /**
   * The first job in the queue that may run (waiting; or running under a dead lease) and passes `filter`, now `running`
   * and leased to `owner`; null when there is none. A lease is dead when its owner is certainly gone (`isAlive`), or
   * is on another machine and has not beaten for LEASE_EXPIRY_MS.
   */
  claim(owner: Owner, filter: (job: JobRecord) => boolean): Promise<Lease | null>
  /** Renews the lease, tells how far the job is, and answers what is wanted of it. */
  heartbeat(lease: Lease, progress: RunProgress | null): Promise<Wish>
  /** Items that a dead holder of the lease left `running`. To be settled (complete, fail, putBack) before `start`. */
  inFlight(lease: Lease): Promise<ItemRecord[]>
  /**
   * Starts the next waiting item: counts the attempt and records its temporary file, in one commit. Null when none waits.
   * `alone`: only an item that was started before and did not survive; those are started when nothing else runs, so
   * that it is known which of them it was. Without it, only items never started.
   */
  start(
    lease: Lease,
    options: { alone: boolean; temp: (item: ItemRecord) => string | null },
  ): Promise<ItemRecord | null>
  /** The result's key, once the picture was hashed. */
  identify(lease: Lease, item: number, key: string, size: PictureSize): Promise<void>
  /**
   * The temporary file is whole and synced; called before its rename. Keeps the result as it will be: `tempSha256` is its
   * hash, and a crash after the rename loses nothing of it.
   */
  written(lease: Lease, item: number, result: ItemResult): Promise<void>
  /** Done; its temporary file is gone, and its result is remembered under its key. */
  complete(lease: Lease, item: number, result: ItemResult): Promise<void>
  fail(lease: Lease, item: number, error: ErrorWire): Promise<void>
  skip(lease: Lease, item: number, reason: SkipReason): Promise<void>
  /** Waits again: after a pause or cancel of its work (`counted: false` takes the attempt back), or after a crash. */
  putBack(lease: Lease, item: number, options: { counted: boolean }): Promise<void>
  /** Gives the lease up. `cancelled` cancels the items that still wait; `done` becomes `waiting` when one still does. */
  release(lease: Lease, state: 'waiting' | 'paused' | 'interrupted' | 'done' | 'cancelled'): Promise<void>

  // --- Identity ---------------------------------------------------------------------------------------------

  /** sha256 of a file's bytes, if it was remembered for exactly this identity. */
  contentHash(file: FileIdentity): Promise<string | null>
  rememberContent(file: FileIdentity, sha256: string): Promise<void>
  /** What was last written to a target by a job. */
  made(target: string): Promise<MadeResult | null>

  // --- Watching ---------------------------------------------------------------------------------------------

  /** A number after every change, at once for this process's own, within half a second for another's. Ends with the signal. */
  watch(signal: AbortSignal): AsyncGenerator<number, void, void>
}
