/** What the job store keeps. Everything read from a database is checked against these. */
import { z } from 'zod'
import { ErrorWire } from '../../../../shared/errors.js'
import {
  ItemCounts,
  ItemResult,
  ItemState,
  JobOrigin,
  JobRequest,
  JobState,
  PictureSize,
  RunProgress,
  SkipReason,
} from '../../../../shared/job.js'
import { OutputSettings } from '../../../../shared/picture.js'
import { Owner } from '../../owner.js'

/** After this many starts that no process survived, an item is set aside. */
export const MAX_ATTEMPTS = 3

export const NewItem = z.object({
  /** Absolute. */
  input: z.string(),
  label: z.string(),
  /** Absolute; null for what is not worked on. */
  target: z.string().nullable(),
  output: OutputSettings,
  /** Which of the edit's variations it is, where each picture has several. */
  variation: z.number().int().nonnegative().optional(),
  makeFolder: z.boolean(),
  /** Of the input. */
  bytes: z.number().nullable(),
  /** `waiting`, or what planning already knows: `skipped` with its reason, `failed` with its error. */
  state: ItemState.extract(['waiting', 'skipped', 'failed']),
  skip: SkipReason.nullable(),
  error: ErrorWire.nullable(),
})
export type NewItem = z.infer<typeof NewItem>

export const ItemRecord = NewItem.extend({
  job: z.string(),
  /** From 1, in the order of planning; never reused within a job. */
  item: z.number().int().positive(),
  state: ItemState,
  size: PictureSize.nullable(),
  /** Counted before each start. */
  attempts: z.number().int().nonnegative(),
  /** The result's key (see `result-key.ts`); null until the picture was hashed. */
  key: z.string().nullable(),
  /** The temporary file beside the target that this item may have made; swept only by this record. */
  temp: z.string().nullable(),
  /** Of a running item: its finished temporary file's, recorded before the rename. A target with its hash counts as done. */
  result: ItemResult.nullable(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
})
export type ItemRecord = z.infer<typeof ItemRecord>

export const NewJob = z.object({
  name: z.string(),
  origin: JobOrigin,
  request: JobRequest,
  state: JobState.extract(['draft', 'waiting', 'paused']),
})
export type NewJob = z.infer<typeof NewJob>

export const JobRecord = NewJob.extend({
  id: z.string(),
  /** `running`: a living process holds the lease. See `JobStore.claim` for what its filter sees. */
  state: JobState,
  /** Order of running; jobs move by it. */
  position: z.number(),
  counts: ItemCounts,
  progress: RunProgress.nullable(),
  /** Of the lease; null while nobody holds it. */
  owner: Owner.nullable(),
  heartbeatAt: z.number().nullable(),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  revision: z.number().int(),
})
export type JobRecord = z.infer<typeof JobRecord>

/** The right to work on a job. A lease that was lost (another process holds a newer one) is refused by every call. */
export interface Lease {
  readonly job: string
  readonly owner: Owner
  /** Higher for each new lease of the job. */
  readonly token: number
}

/** What somebody wants of a running job: a flag in the store, obeyed by the process that holds the lease. */
export const Wish = z.enum(['run', 'pause', 'cancel'])
export type Wish = z.infer<typeof Wish>

/** A result that was made once: target, content and settings belong together. */
export const MadeResult = z.object({
  key: z.string(),
  target: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  at: z.number(),
})
export type MadeResult = z.infer<typeof MadeResult>
