/** Works through a job that this process holds the lease of. */
import type { ItemRecord, Lease } from '../jobs/store/records.js'
import type { JobStore } from '../jobs/store/store.js'
import type { RunProgress } from '../../../shared/job.js'
import type { JobProgress } from '../jobs/progress.js'
import type { ProcessTools } from '../jobs/process-file.js'
import type { Log } from '../log.js'

export interface JobTools extends Omit<ProcessTools, 'run'> {
  readonly store: JobStore
  readonly log: Log
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
  run: ProcessTools['run']
  /** Aborted: what runs is put back, uncounted, and the job is left as `onAbort` says. */
  signal: AbortSignal
  /** waiting: goes on when the studio starts again; interrupted: only when a person takes it up. */
  onAbort: 'waiting' | 'interrupted'
}

export type JobEnd = 'done' | 'paused' | 'cancelled' | 'aborted' | 'lost'

/**
 * Runs until every item has ended, or a wish (pause, cancel) or the signal stops it; the lease is given up in the end.
 * A job that watches folders goes on until it is stopped. An item's failure is in its record, never thrown.
 * `lost`: another process took the lease.
 */
export declare function runJob(tools: JobTools, lease: Lease, options: RunJobOptions): Promise<JobEnd>
