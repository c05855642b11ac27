/**
 * What `--json` writes to standard output: one of these objects a line. Documented in docs/command-line.md
 * and kept stable: fields are added, never renamed; a change that breaks a reader raises `v`.
 */
import { z } from 'zod'
import { ErrorCode, MessageParams, noteCodes } from './errors.js'
import { ItemCounts, ItemState, JobOrigin, JobRequest, JobState, SkipReason } from './job.js'
import { How, ImportField, ImportRemark } from './model-import.js'

const v = z.literal(1)
/** Id of the job: what `lacuna jobs show <id>` takes. */
const job = z.string()
/** How often the picture was started, this time included; more than one after a crash. */
const attempts = z.number().int().nonnegative()
/** Which of the run's pictures: `index` counts from 1 to `total`, which grows while folders are watched. */
const which = { job, index: z.number().int().positive(), total: z.number().int().positive(), input: z.string() }
/** 0..1 and the seconds that are left; null while that cannot be said. */
const part = { fraction: z.number().min(0).max(1), secondsLeft: z.number().nonnegative().nullable() }

/** A code with its parameters for programs, and its sentence for people. */
export const EventError = z.object({ code: ErrorCode, params: MessageParams, message: z.string() })
export type EventError = z.infer<typeof EventError>
export const EventNote = z.object({ code: z.enum(noteCodes), params: MessageParams, message: z.string() })
export type EventNote = z.infer<typeof EventNote>

/**
 * A picture that will be worked on, and where its result will go. All of them come before the first is started, but for
 * those that come into a watched folder later.
 */
export const PlannedEvent = z.object({ v, event: z.literal('planned'), ...which, output: z.string() })

/**
 * What is not worked on, and no failure. hidden: its name starts with a dot; foreign: its extension is no picture's;
 * duplicate: named twice; folder: inside a named folder, without --recursive; output: the output folder itself; made:
 * the same result of the same picture is there already. A picture that had been planned has its `index` and `total`.
 */
export const SkippedEvent = z.object({
  v,
  event: z.literal('skipped'),
  job,
  index: which.index.optional(),
  total: which.total.optional(),
  input: z.string(),
  reason: SkipReason,
})

/** With --watch: from now on new pictures of these folders are worked on. */
export const WatchingEvent = z.object({ v, event: z.literal('watching'), job, folders: z.array(z.string()) })

export const StartedEvent = z.object({ v, event: z.literal('started'), ...which })

/** At most five a second for each picture; pictures overlap: one is read while another is worked on. */
export const ProgressEvent = z.object({
  v,
  event: z.literal('progress'),
  ...which,
  phase: z.string(),
  ...part,
  /** The whole run. */
  overall: z.object(part),
})

export const DoneEvent = z.object({
  v,
  event: z.literal('done'),
  ...which,
  output: z.string(),
  bytes: z.number().int().nonnegative(),
  seconds: z.number().nonnegative(),
  model: z.string(),
  /** Execution provider and device that really ran. */
  provider: z.string(),
  device: z.string(),
  /** Noise level in units of 255: estimated, or as given. */
  sigma: z.number().nullable(),
  /** What an upscaled picture was taken for. */
  takenFor: z.enum(['clean', 'photo']).optional(),
  attempts,
  notes: z.array(EventNote),
})

/** A HEIC or camera raw file that was found in a folder fails without having been planned: it has no `index` and `total`. */
export const FailedEvent = z.object({
  v,
  event: z.literal('failed'),
  job,
  index: which.index.optional(),
  total: which.total.optional(),
  input: z.string(),
  attempts,
  error: EventError,
})

/** The last line of a run, a cancelled one too. */
export const SummaryEvent = z.object({
  v,
  event: z.literal('summary'),
  job,
  done: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  skipped: z.number().int().nonnegative(),
  /** Those of the skipped whose result was there already. */
  made: z.number().int().nonnegative(),
  /** Pictures that a run which was stopped never finished. */
  unfinished: z.number().int().nonnegative(),
  cancelled: z.boolean(),
  /** What the job is afterwards: `interrupted` after Ctrl+C, `paused` and `cancelled` by another process. */
  state: JobState,
  seconds: z.number().nonnegative(),
})

export const RunEvent = z.discriminatedUnion('event', [
  PlannedEvent,
  SkippedEvent,
  WatchingEvent,
  StartedEvent,
  ProgressEvent,
  DoneEvent,
  FailedEvent,
  SummaryEvent,
])
export type RunEvent = z.infer<typeof RunEvent>
export type RunEventOf<E extends RunEvent['event']> = Extract<RunEvent, { event: E }>

const time = z.iso.datetime()

/** A job, as `lacuna jobs list|show|pause|cancel --json` write it. */
export const JobEvent = z.object({
  v,
  event: z.literal('job'),
  id: job,
  name: z.string(),
  origin: JobOrigin,
  /** A job whose process died is shown as what it will be taken up as: `interrupted`, or `waiting` for the studio. */
  state: JobState,
  request: JobRequest,
  counts: ItemCounts,
  /** The process that works on it now; null when none does. */
  holder: z.object({ host: z.string(), pid: z.number().int() }).nullable(),
  progress: z.object({ ...part, provider: z.string().nullable(), device: z.string().nullable() }).nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
})
export type JobEvent = z.infer<typeof JobEvent>

/** A file of a job, as `lacuna jobs show <id> --json` writes it after the job: one line each, in the order of planning. */
export const ItemEvent = z.object({
  v,
  event: z.literal('item'),
  job,
  item: z.number().int().positive(),
  input: z.string(),
  output: z.string().nullable(),
  state: ItemState,
  attempts,
  /** Of a skipped one. */
  reason: SkipReason.nullable(),
  error: EventError.nullable(),
  /** Of a done one; null where the process that made it died before it could tell. */
  result: DoneEvent.pick({
    bytes: true,
    seconds: true,
    model: true,
    provider: true,
    device: true,
    sigma: true,
    takenFor: true,
  }).nullable(),
})
export type ItemEvent = z.infer<typeof ItemEvent>

/** What `--report` writes to a file whose name ends in `.json`: the whole job, earlier runs of it too. */
export const ReportFile = SummaryEvent.extend({
  event: z.literal('report'),
  /** Of the program. */
  version: z.string(),
  target: z.string().nullable(),
  startedAt: time.nullable(),
  endedAt: time,
  files: z.array(ItemEvent.omit({ v: true, event: true, job: true })),
})
export type ReportFile = z.infer<typeof ReportFile>

/** What `lacuna doctor --json` writes: one line. Memory in bytes, speeds in megapixels a second. */
export const DoctorEvent = z.object({
  v,
  event: z.literal('doctor'),
  /** The CPU runs every bundled model, and all of them are intact. */
  healthy: z.boolean(),
  versions: z.record(z.string(), z.string()),
  providers: z.array(
    z.object({
      provider: z.string(),
      device: z.string(),
      model: z.string(),
      state: z.enum(['passed', 'failed', 'unavailable']),
      /** Largest difference from the CPU on the model's golden tile, of a picture's range 0..1. */
      maxError: z.number().nullable(),
      megapixelsPerSecond: z.number().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  models: z.array(
    z.object({ id: z.string(), state: z.enum(['intact', 'damaged', 'missing']), reason: z.string().nullable() }),
  ),
  memory: z.object({ total: z.number(), free: z.number(), budget: z.number(), engineRss: z.number() }),
  folders: z.record(z.string(), z.string()),
})
export type DoctorEvent = z.infer<typeof DoctorEvent>

/** What `lacuna models list` and `info` write for each model; `info` adds its `manifest`. */
export const ModelEvent = z.object({
  v,
  event: z.literal('model'),
  id: z.string(),
  name: z.string(),
  task: z.string(),
  kind: z.string(),
  summary: z.string(),
  licence: z.string(),
  source: z.string(),
  bundled: z.boolean(),
  bytes: z.number(),
  folder: z.string(),
  /** Megapixels per second measured on this machine, by provider. */
  speed: z.record(z.string(), z.number()),
})
export type ModelEvent = z.infer<typeof ModelEvent>

/** What `lacuna models import` writes: the model, how each part of its manifest is known, and what a person should know. */
export const ImportedEvent = ModelEvent.extend({
  event: z.literal('imported'),
  how: z.partialRecord(ImportField, How),
  remarks: z.array(ImportRemark.extend({ message: z.string() })),
})
export type ImportedEvent = z.infer<typeof ImportedEvent>

export const RemovedEvent = z.object({ v, event: z.literal('removed'), id: z.string() })

/** What `lacuna models verify` writes for each model; `providers` as in {@link DoctorEvent}, none for a model without a network. */
export const VerifiedEvent = z.object({
  v,
  event: z.literal('verified'),
  id: z.string(),
  state: z.enum(['intact', 'damaged', 'missing']),
  reason: z.string().nullable(),
  providers: z.array(DoctorEvent.shape.providers.element.omit({ model: true })),
})
export type VerifiedEvent = z.infer<typeof VerifiedEvent>

/** What `lacuna serve --json` and `lacuna open --json` write: one line, as soon as the page can be opened. */
export const ServingEvent = z.object({ v, event: z.literal('serving'), url: z.string(), port: z.number().int() })
export type ServingEvent = z.infer<typeof ServingEvent>
