/**
 * A job: one edit over any number of files, kept on disk until it is done, whatever happens to the process that works
 * on it. Each file is an item. The studio, the command line and the job store hold the same objects.
 */
import { z } from 'zod'
import { Edit, MAX_VARIATIONS } from './edit.js'
import { ErrorWire, Note } from './errors.js'
import { DEFAULT_SENSITIVITY, Sensitivity } from './fill.js'
import { Depth, OutputSettings } from './picture.js'
import { ProviderChoice } from './settings.js'

/**
 * draft: being put together, never run by itself · waiting: run when its turn comes · running: a process holds its lease ·
 * paused: waits for `resume` · interrupted: its process died, and it is one that only a person takes up again ·
 * done: every item has ended (failed ones too) · cancelled.
 */
export const JobState = z.enum(['draft', 'waiting', 'running', 'paused', 'interrupted', 'done', 'cancelled'])
export type JobState = z.infer<typeof JobState>

export const ItemState = z.enum(['waiting', 'running', 'done', 'skipped', 'failed', 'cancelled'])
export type ItemState = z.infer<typeof ItemState>

/**
 * Why a file was not worked on, though nothing is wrong. hidden: its name starts with a dot; foreign: its extension is no
 * picture's; duplicate: named twice; folder: inside a named folder, without `recursive`; output: the output folder itself;
 * mask: the mask of another picture; made: the same result of the same picture is there already.
 */
export const SkipReason = z.enum(['hidden', 'foreign', 'duplicate', 'folder', 'output', 'made', 'mask'])
export type SkipReason = z.infer<typeof SkipReason>

/** What was asked for, as a whole. */
export const JobRequest = z.object({
  version: z.literal(1).default(1),
  edit: Edit,
  output: OutputSettings,
  /**
   * What an inpaint edit repaints: one file for all pictures, `<name>.mask.png` beside each, or what is found to be scratches
   * and dust. `fit` stretches one of another size.
   */
  mask: z
    .discriminatedUnion('from', [
      z.object({ from: z.literal('file'), path: z.string(), fit: z.boolean() }),
      z.object({ from: z.literal('beside'), fit: z.boolean() }),
      z.object({ from: z.literal('auto'), sensitivity: Sensitivity.default(DEFAULT_SENSITIVITY) }),
    ])
    .optional(),
  /** How many variations of each picture are written, numbered, where the edit has variations. */
  count: z.number().int().min(1).max(MAX_VARIATIONS).default(1),
  /** Absolute files and folders, as they were named. */
  inputs: z.array(z.string()),
  /** Absolute paths of files that a person took out of the named folders. */
  excluded: z.array(z.string()).optional(),
  /** Absolute; a folder, or a file for a single input (command line only). Null in a draft that has no folder yet. */
  target: z.string().nullable(),
  /** See `fillTemplate`. */
  template: z.string(),
  recursive: z.boolean().default(true),
  overwrite: z.enum(['never', 'always']).default('never'),
  /** New files of the folders are taken in as they come; such a job is never done by itself. */
  watch: z.boolean().default(false),
  /** Files whose same result is there already are skipped, also where overwriting is allowed. */
  resume: z.boolean().default(false),
  /**
   * Real paths of the folders that the page which asked for this may see: nothing is read or written through a link that
   * leads out of them. Absent where a person named files with the rights of the system.
   */
  within: z.array(z.string()).optional(),
  /** Overrides of the settings, as typed on the command line. */
  run: z
    .object({
      provider: ProviderChoice.optional(),
      tile: z.number().int().optional(),
      memoryBudget: z.number().int().optional(),
    })
    .default({}),
})
export type JobRequest = z.infer<typeof JobRequest>

/** What came of a done item. */
export const ItemResult = z.object({
  bytes: z.number().int().nonnegative(),
  sha256: z.string(),
  /** Of its own work, without waiting for other items; two share inference. */
  seconds: z.number().nonnegative(),
  model: z.string(),
  /** Execution provider and device that really ran. */
  provider: z.string(),
  device: z.string(),
  sigma: z.number().nullable(),
  /** What an upscaled picture was taken for. */
  takenFor: z.enum(['clean', 'photo']).optional(),
  notes: z.array(Note),
})
export type ItemResult = z.infer<typeof ItemResult>

/** Width and height as shown. */
export const PictureSize = z.object({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  depth: Depth,
})
export type PictureSize = z.infer<typeof PictureSize>

export const ItemCounts = z.object({
  waiting: z.number().int(),
  running: z.number().int(),
  done: z.number().int(),
  skipped: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
})
export type ItemCounts = z.infer<typeof ItemCounts>

export const noItems: ItemCounts = { waiting: 0, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 }

/** What the process that runs a job tells of it; kept in the store, so that other processes can show it. */
export const RunProgress = z.object({
  /** Over all items, 0..1. */
  fraction: z.number().min(0).max(1),
  /** Null until it can be said. */
  secondsLeft: z.number().nonnegative().nullable(),
  /** What is being worked on; decoding, inference and encoding of successive items overlap. */
  items: z.array(
    z.object({
      item: z.number().int(),
      label: z.string(),
      phase: z.string().nullable(),
      fraction: z.number().min(0).max(1),
    }),
  ),
  provider: z.string().nullable(),
  device: z.string().nullable(),
})
export type RunProgress = z.infer<typeof RunProgress>

export const JobOrigin = z.enum(['cli', 'desktop', 'browser'])
export type JobOrigin = z.infer<typeof JobOrigin>

/** A job as it is shown. */
export const BatchView = z.object({
  id: z.string(),
  /** Of the folder or file that it began with. */
  name: z.string(),
  origin: JobOrigin,
  state: JobState,
  /** Of a long list of inputs the first few, since a view is sent ten times a second; files taken out are left out. */
  request: JobRequest,
  counts: ItemCounts,
  /** Its results lie in the studio's own folder, until they are downloaded or the job is removed. */
  kept: z.boolean(),
  /** Null while no process runs it. */
  progress: RunProgress.nullable(),
  /** Which process holds it: this one, another that lives (on this machine: its pid), or none. */
  holder: z.union([z.literal('here'), z.literal('elsewhere'), z.null()]),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** Higher after every change of the job or its items: items fetched at a lower one are stale. */
  revision: z.number().int(),
})
export type BatchView = z.infer<typeof BatchView>

export const ItemView = z.object({
  /** Its number in the job, from 1 in the order of planning. */
  item: z.number().int(),
  /** Its path below the folder that was named. */
  label: z.string(),
  /** For `mediaPath.batchItem`. */
  input: z.string(),
  /** The result's name below the output folder; null when none was planned. */
  output: z.string().nullable(),
  bytes: z.number().nullable(),
  size: PictureSize.nullable(),
  state: ItemState,
  attempts: z.number().int(),
  error: ErrorWire.nullable(),
  skip: SkipReason.nullable(),
  result: ItemResult.nullable(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
})
export type ItemView = z.infer<typeof ItemView>
