/**
 * The contract: every command and event that a host serves and the interface calls, with a schema for what
 * goes in and what comes out. In-process, over a MessagePort (desktop) and over a WebSocket (browser host).
 * Pixels do not pass here: see `media.ts`.
 */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { Edit } from './edit.js'
import { ErrorWire, Note } from './errors.js'
import { Depth, JobReport, OutputFormat, OutputSettings, PictureInfo } from './picture.js'
import { Settings, SettingsChange } from './settings.js'

/** What this host can do; the interface asks this instead of knowing its host. */
export const Capabilities = z.object({
  host: z.enum(['desktop', 'browser']),
  version: z.string(),
  platform: z.string(),
  /** How pictures come in: native dialog, a server-side list of folders (`files.list`), or uploads. */
  open: z.enum(['dialog', 'roots', 'upload']),
  /** How results go out: native dialog, into a root, or as a download. */
  save: z.enum(['dialog', 'roots', 'download']),
  reveal: z.boolean(),
})
export type Capabilities = z.infer<typeof Capabilities>

/** One state of a document: a raster of its own size, and the edit that made it (null: the original). */
export const StateView = z.object({
  id: z.string(),
  edit: Edit.nullable(),
  width: z.number().int(),
  height: z.number().int(),
  /** How many viewer levels are ready: level k (0 = full size) is the raster shrunk 2^k times; 0 while opening, 1 or more once `ready`. */
  levels: z.number().int().nonnegative(),
  report: JobReport.nullable(),
  at: z.number(),
})
export type StateView = z.infer<typeof StateView>

export const DocumentView = z.object({
  id: z.string(),
  name: z.string(),
  /** Null only in a picture that failed before its header was read. */
  info: PictureInfo.nullable(),
  /** opening: only `media.overview` is there; ready: tiles are. */
  phase: z.enum(['opening', 'ready', 'failed']),
  error: ErrorWire.nullable(),
  /** Oldest first; the first is the original. */
  states: z.array(StateView),
  /** Index into `states` of what is shown. States after it can be redone. */
  current: z.number().int().nonnegative(),
  /** Estimated noise of the original in units of 255; null until it is known. */
  noise: z.number().nullable(),
  /** Whether the state shown was exported since it was made. */
  saved: z.boolean(),
})
export type DocumentView = z.infer<typeof DocumentView>

export const JobView = z.object({
  id: z.string(),
  document: z.string().nullable(),
  kind: z.enum(['edit', 'export']),
  name: z.string(),
  edit: Edit.nullable(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  phase: z.string().nullable(),
  fraction: z.number().min(0).max(1),
  /** Seconds left; null until it can be said. */
  secondsLeft: z.number().nullable(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  error: ErrorWire.nullable(),
  report: JobReport.nullable(),
  notes: z.array(Note),
})
export type JobView = z.infer<typeof JobView>

export const EngineView = z.object({
  state: z.enum(['starting', 'ready', 'restarting', 'stopped']),
  provider: z.string().nullable(),
  device: z.string().nullable(),
  memoryUsed: z.number(),
  memoryBudget: z.number(),
})
export type EngineView = z.infer<typeof EngineView>

/** The truth as a whole: sent at once on watching and after every change, ten times a second at most. */
export const StudioView = z.object({
  documents: z.array(DocumentView),
  jobs: z.array(JobView),
  engine: EngineView,
  settings: Settings,
})
export type StudioView = z.infer<typeof StudioView>

export const ModelView = z.object({
  id: z.string(),
  name: z.string(),
  task: z.enum(['denoise', 'upscale', 'inpaint']),
  summary: z.string(),
  licence: z.string(),
  source: z.string(),
  bytes: z.number(),
  bundled: z.boolean(),
  /** Megapixels per second measured on this machine, by provider. */
  speed: z.record(z.string(), z.number()),
})
export type ModelView = z.infer<typeof ModelView>

export const FileEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'picture']),
  bytes: z.number().nullable(),
  modified: z.number().nullable(),
})
export type FileEntry = z.infer<typeof FileEntry>

/** Where a picture to open comes from. Paths are checked against the host's roots; uploads are ids from `media.upload`. */
export const OpenSource = z.discriminatedUnion('from', [
  z.object({ from: z.literal('dialog') }),
  z.object({ from: z.literal('path'), path: z.string() }),
  z.object({ from: z.literal('upload'), upload: z.string() }),
  z.object({ from: z.literal('sample'), sample: z.string() }),
])
export type OpenSource = z.infer<typeof OpenSource>

export const SaveTarget = z.discriminatedUnion('to', [
  z.object({ to: z.literal('dialog') }),
  z.object({ to: z.literal('path'), path: z.string(), overwrite: z.boolean().default(false) }),
  z.object({ to: z.literal('download') }),
])
export type SaveTarget = z.infer<typeof SaveTarget>

const errors = { LACUNA: { status: 422, data: ErrorWire } } as const
const call = oc.errors(errors)
const doc = z.object({ document: z.string() })

export const contract = {
  capabilities: call.output(Capabilities),
  watch: call.output(eventIterator(StudioView)),
  files: {
    /** Roots when `path` is null, else the folders and pictures of a folder inside a root. */
    list: call
      .input(z.object({ path: z.string().nullable() }))
      .output(z.object({ path: z.string().nullable(), parent: z.string().nullable(), entries: z.array(FileEntry) })),
    samples: call.output(z.array(z.object({ id: z.string(), name: z.string(), credit: z.string() }))),
  },
  documents: {
    /** Opens pictures; those that cannot be opened come back as documents in phase `failed`. Empty when a dialog was cancelled. */
    open: call
      .input(z.object({ sources: z.array(OpenSource).min(1) }))
      .output(z.object({ documents: z.array(z.string()) })),
    close: call.input(doc).output(z.void()),
    /** Undoes the closing of the document closed last. */
    reopen: call.output(z.object({ document: z.string().nullable() })),
    /** Starts an edit of the shown state; its result is a new state, and what could be redone is dropped. */
    apply: call.input(doc.extend({ edit: Edit })).output(z.object({ job: z.string() })),
    /** Shows another state: undo, redo and a click in the history are all this. */
    show: call.input(doc.extend({ index: z.number().int().nonnegative() })).output(z.void()),
    /** Seconds, memory and device that an edit will take here. */
    predict: call.input(doc.extend({ edit: Edit })).output(
      z.object({
        seconds: z.number().nullable(),
        memory: z.number(),
        provider: z.string(),
        device: z.string(),
        model: z.string(),
      }),
    ),
    /** What saving would lose, before saving. */
    plan: call.input(doc.extend({ output: OutputSettings })).output(
      z.object({
        format: OutputFormat,
        extension: z.string(),
        depth: Depth,
        notes: z.array(Note),
        estimatedBytes: z.number(),
        suggestedName: z.string(),
      }),
    ),
    /** Resolves when the file is there: its path (shown, not read, by the page) or a one-time download id for `media.download`. */
    export: call.input(doc.extend({ output: OutputSettings, target: SaveTarget })).output(
      z
        .object({
          path: z.string().nullable(),
          download: z.string().nullable(),
          name: z.string(),
          bytes: z.number(),
          notes: z.array(Note),
        })
        .nullable(),
    ),
    pixel: call
      .input(doc.extend({ x: z.number().int().nonnegative(), y: z.number().int().nonnegative() }))
      .output(z.object({ values: z.array(z.number()), hex: z.string() })),
    reveal: call.input(z.object({ path: z.string() })).output(z.void()),
  },
  jobs: {
    cancel: call.input(z.object({ job: z.string() })).output(z.void()),
    retry: call.input(z.object({ job: z.string() })).output(z.object({ job: z.string() })),
    clear: call.output(z.void()),
  },
  models: { list: call.output(z.array(ModelView)) },
  settings: { set: call.input(SettingsChange).output(Settings) },
}
export type Contract = typeof contract
