/**
 * The contract: every command and event that a host serves and the interface calls, with a schema for what
 * goes in and what comes out. In-process, over a MessagePort (desktop) and over a WebSocket (browser host).
 * Pixels do not pass here: see `media.ts`.
 */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { Edit, FillEdit } from './edit.js'
import { ErrorWire, Note } from './errors.js'
import { FillView, Sensitivity, StateMasks } from './fill.js'
import { BatchView, ItemState, ItemView, JobRequest } from './job.js'
import { AlphaOperation, WandOperation } from './mask/mask.js'
import { ImportGiven, ImportProposal } from './model-import.js'
import { Depth, JobReport, OutputFormat, OutputSettings, PictureInfo } from './picture.js'
import { RunOverrides, Settings, SettingsChange } from './settings.js'

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
  /** Whether something is painted on it: `documents.masks` has it. */
  masked: z.boolean(),
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
  /** A fill that is being drawn or waits for an answer. */
  fill: FillView.nullable(),
  /** Estimated noise of the original in units of 255; null until it is known. */
  noise: z.number().nullable(),
  /** Why what was done last is not stored, and lost when the program ends; null: all is. */
  unstored: ErrorWire.nullable(),
  /** Whether the state shown was exported since it was made. */
  saved: z.boolean(),
})
export type DocumentView = z.infer<typeof DocumentView>

export const JobView = z.object({
  id: z.string(),
  document: z.string().nullable(),
  kind: z.enum(['edit', 'fill', 'export']),
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
  /** Where an export lies, for `documents.reveal`; null for edits, downloads and whatever is not done. */
  path: z.string().nullable(),
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
  /** Every job over files, the command line's too, in the order of the queue; their items are fetched (`batches.items`). */
  batches: z.array(BatchView),
  /** No batch is started until `batches.resumeQueue`: the studio started so (`settings.startPaused`). */
  queuePaused: z.boolean().default(false),
  engine: EngineView,
  /** How far the trying of a network is that is being imported, 0..1; null while none is. */
  importing: z.number().min(0).max(1).nullable().optional(),
  settings: Settings,
  /** Typed for this run of the studio: they hold instead of the settings. */
  overrides: RunOverrides.optional(),
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

/** Where a network to import comes from; of uploads the first is it, and the others lie beside it. */
export const ModelSource = z.discriminatedUnion('from', [
  z.object({ from: z.literal('dialog') }),
  z.object({ from: z.literal('path'), path: z.string() }),
  z.object({ from: z.literal('upload'), uploads: z.array(z.string()).min(1).max(8) }),
])
export type ModelSource = z.infer<typeof ModelSource>

/** A network that was looked at and tried, and may be imported. */
export const ImportView = z.object({
  id: z.string(),
  proposal: ImportProposal,
  /** Of the sample patch before, in pixels: `mediaPath.importSample`. Null where there is none. */
  sample: z.object({ width: z.number().int(), height: z.number().int() }).nullable(),
  /** Raised with each try. */
  tries: z.number().int(),
})
export type ImportView = z.infer<typeof ImportView>

/** Whether a model's files are whole, and what runs it here. */
export const VerifyView = z.object({
  state: z.enum(['intact', 'damaged', 'missing']),
  reason: z.string().nullable(),
  providers: z.array(
    z.object({
      provider: z.string(),
      device: z.string(),
      state: z.enum(['passed', 'failed', 'unavailable']),
      megapixelsPerSecond: z.number().nullable(),
      reason: z.string().nullable(),
    }),
  ),
})
export type VerifyView = z.infer<typeof VerifyView>

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

/** A mask that is a picture, by its content: for an image operation, and `mediaPath.mask`. */
export const MaskPicture = z.object({
  hash: z.string(),
  /** The part of the picture that it covers, in pixels; the whole for a loaded one. */
  area: z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int(), height: z.number().int() }),
})
export type MaskPicture = z.infer<typeof MaskPicture>

const maskFiles = [
  z.object({ from: z.literal('dialog') }),
  z.object({ from: z.literal('path'), path: z.string() }),
  z.object({ from: z.literal('upload'), upload: z.string() }),
] as const
export const MaskFile = z.discriminatedUnion('from', maskFiles)
export type MaskFile = z.infer<typeof MaskFile>

/** Where a mask comes from that is a picture. */
export const MaskOrigin = z.discriminatedUnion('from', [
  ...maskFiles,
  /** Scratches, hairs and specks of a scanned photo, as they are found. */
  z.object({ from: z.literal('scratches'), sensitivity: Sensitivity }),
])
export type MaskOrigin = z.infer<typeof MaskOrigin>

export const SaveTarget = z.discriminatedUnion('to', [
  z.object({ to: z.literal('dialog') }),
  z.object({ to: z.literal('path'), path: z.string(), overwrite: z.boolean().default(false) }),
  z.object({ to: z.literal('download') }),
])
export type SaveTarget = z.infer<typeof SaveTarget>

/** What is put into a batch. Folders are taken with what is in them; an upload keeps its path below the dropped folder. */
export const BatchSource = z.discriminatedUnion('from', [
  z.object({ from: z.literal('dialog'), kind: z.enum(['files', 'folder']) }),
  z.object({ from: z.literal('path'), path: z.string() }),
  z.object({ from: z.literal('upload'), upload: z.string(), below: z.string() }),
  /** The original of an open picture. */
  z.object({ from: z.literal('document'), document: z.string() }),
])
export type BatchSource = z.infer<typeof BatchSource>

/** Some of a draft's settings. Not `JobRequest.partial()`, whose defaults would reset what is left out. */
export const DraftChange = z
  .object({
    edit: Edit,
    /** What a fill covers. Its file is one that was chosen (`chooseMask`), or one that the page may name. */
    mask: JobRequest.shape.mask.unwrap(),
    output: OutputSettings,
    /** Null: the folder that is proposed for the files. */
    target: JobRequest.shape.target,
    template: JobRequest.shape.template,
    recursive: JobRequest.shape.recursive.unwrap(),
    overwrite: JobRequest.shape.overwrite.unwrap(),
    watch: JobRequest.shape.watch.unwrap(),
  })
  .partial()
export type DraftChange = z.infer<typeof DraftChange>

/** What a draft comes to, said before anything starts. */
export const DraftCheck = z.object({
  /** The first file's name and its result's, as an example of the template. */
  example: z.object({ input: z.string(), output: z.string() }).nullable(),
  /** Files that will be worked on; those that already failed in planning (clashes, existing outputs), by reason. */
  ready: z.number().int(),
  problems: z.array(z.object({ error: ErrorWire, count: z.number().int() })),
  /** Bytes that the results will take at most, and what is free where they go; null where it cannot be said. */
  needBytes: z.number().nullable(),
  freeBytes: z.number().nullable(),
  /** Seconds and memory on this machine; null before anything was measured. */
  seconds: z.number().nullable(),
  memory: z.number(),
  provider: z.string(),
  device: z.string(),
  /** What keeps `batches.run` from starting, e.g. no folder was chosen. */
  obstacle: ErrorWire.nullable(),
})
export type DraftCheck = z.infer<typeof DraftCheck>

/** What an edit comes to, said before it starts. */
export const Prediction = z.object({
  /** Null before the first measurement of this model on this machine. */
  seconds: z.number().nullable(),
  /** Bytes, host and engine together. */
  memory: z.number(),
  provider: z.string(),
  device: z.string(),
  model: z.string(),
  /** Of an edit that changes it: the size of what comes out, px, and roughly its file's bytes; null where that cannot be. */
  result: z.object({ width: z.number().int(), height: z.number().int(), bytes: z.number().nullable() }).nullable(),
  /** Why there can be no such result (`upscale.*`), or why the format that it is to be saved in cannot hold it. */
  obstacle: ErrorWire.nullable(),
})
export type Prediction = z.infer<typeof Prediction>

const errors = { LACUNA: { status: 422, data: ErrorWire } } as const
const call = oc.errors(errors)
const doc = z.object({ document: z.string() })
const state = doc.extend({ state: z.string() })
const batch = z.object({ batch: z.string() })

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
    /** What was painted on a state; null when nothing was. */
    masks: call.input(state).output(StateMasks.nullable()),
    /** Keeps what is painted on a state, with its history; resolves when it is stored, or cannot be. Null: nothing any more. */
    setMasks: call.input(state.extend({ masks: StateMasks.nullable() })).output(z.void()),
    /** The bytes that a wand or alpha operation selects, as a picture. Throws `mask.*`. */
    select: call
      .input(state.extend({ operation: z.discriminatedUnion('kind', [WandOperation, AlphaOperation]) }))
      .output(MaskPicture),
    /** A mask for a state from a file or from the picture itself. Null when a dialog was cancelled. Throws `mask.*`. */
    loadMask: call.input(state.extend({ origin: MaskOrigin, fit: z.boolean() })).output(MaskPicture.nullable()),
    /** Writes a state's mask as a grey PNG of the picture's size. Answers like `export`. */
    saveMask: call
      .input(state.extend({ target: SaveTarget }))
      .output(z.object({ path: z.string().nullable(), download: z.string().nullable(), name: z.string() }).nullable()),
    /** Draws variations of a fill of the shown state with its masks; the one before, if any, is discarded. Throws `mask.*`, `extend.nothing`. */
    fill: call.input(doc.extend({ edit: FillEdit })).output(z.object({ job: z.string(), fill: z.string() })),
    /** A variation becomes a new state; resolves when that is stored, or cannot be. It is shown before. */
    keepFill: call.input(doc.extend({ fill: z.string(), variation: z.number().int() })).output(z.void()),
    /** Forgets a fill, cancelled if it is being drawn. The mask stays. */
    discardFill: call.input(doc.extend({ fill: z.string() })).output(z.void()),
    /** Shows another state: undo, redo and a click in the history are all this. */
    show: call.input(doc.extend({ index: z.number().int().nonnegative() })).output(z.void()),
    /** Tries again what could not be stored; see `DocumentView.unstored`. */
    store: call.input(doc).output(z.void()),
    /** Seconds, memory and device that an edit of the shown state will take here, and what comes out, saved as `output`. */
    predict: call.input(doc.extend({ edit: Edit, output: OutputSettings.optional() })).output(Prediction),
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
  batches: {
    /** Adds to the draft, which is made when there is none. Null when a dialog was cancelled. */
    add: call
      .input(z.object({ sources: z.array(BatchSource).min(1) }))
      .output(z.object({ batch: z.string().nullable() })),
    /** Takes files out of a draft. */
    drop: call.input(batch.extend({ items: z.array(z.number().int()) })).output(z.void()),
    /** Changes a draft's settings; its outputs are planned again. */
    set: call.input(batch.extend({ change: DraftChange })).output(z.void()),
    /** Where a draft's results go, by the host's dialog. False when it was cancelled. */
    chooseFolder: call.input(batch).output(z.object({ chosen: z.boolean() })),
    /** One mask for all pictures of a draft that fills. False when a dialog was cancelled. */
    chooseMask: call
      .input(batch.extend({ origin: MaskFile, fit: z.boolean() }))
      .output(z.object({ chosen: z.boolean() })),
    check: call.input(batch).output(DraftCheck),
    /** A draft joins the queue. Throws its obstacle. */
    run: call.input(batch).output(z.void()),
    /** Lets a queue that started paused go on. */
    resumeQueue: call.output(z.void()),
    pause: call.input(batch).output(z.void()),
    resume: call.input(batch).output(z.void()),
    /**
     * Takes up a job of the command line that no process works on: from now on it is this studio's. Of one that ended, what
     * failed or was cancelled is done again. Throws `job.running`.
     */
    adopt: call.input(batch).output(z.void()),
    cancel: call.input(batch).output(z.void()),
    /** Failed and cancelled files again: all, or those named. */
    retry: call.input(batch.extend({ items: z.array(z.number().int()).optional() })).output(z.void()),
    /** In front of another job of the queue, or last. */
    move: call.input(batch.extend({ before: z.string().nullable() })).output(z.void()),
    /** Forgets a job that is not running; its results stay, except those that wait to be downloaded. */
    remove: call.input(batch).output(z.void()),
    /** A window of the list, in order; `total` counts all that match. `revision` is that of the batch when it was read. */
    items: call
      .input(
        batch.extend({
          offset: z.number().int().nonnegative(),
          limit: z.number().int().min(1).max(500),
          states: z.array(ItemState).optional(),
        }),
      )
      .output(z.object({ total: z.number().int(), revision: z.number().int(), items: z.array(ItemView) })),
    /** Shows a result (or, where there is none, the input) in the file manager. */
    reveal: call.input(batch.extend({ item: z.number().int() })).output(z.void()),
    /** A one-time id for `media.download`: one result, or all of them as a ZIP; for hosts that save by download. */
    download: call
      .input(batch.extend({ item: z.number().int().nullable() }))
      .output(z.object({ download: z.string() })),
    /** What happened to each file, as text for `media.download` or the clipboard. */
    report: call.input(batch).output(z.object({ name: z.string(), text: z.string() })),
  },
  models: {
    list: call.output(z.array(ModelView)),
    /** Looks at a network and tries it; nothing is installed yet. Null when a dialog was cancelled. Throws `import.*`. */
    look: call.input(z.object({ source: ModelSource })).output(ImportView.nullable()),
    /** Tries it again with what a person says. */
    again: call.input(z.object({ import: z.string(), given: ImportGiven })).output(ImportView),
    /** Makes it a model. Throws `import.exists` unless it may replace one. */
    install: call
      .input(z.object({ import: z.string(), given: ImportGiven, replace: z.boolean() }))
      .output(z.object({ model: z.string() })),
    /** Forgets it. */
    discard: call.input(z.object({ import: z.string() })).output(z.void()),
    /** Removes a model of the person's own. Throws `model.bundled`. */
    remove: call.input(z.object({ model: z.string() })).output(z.void()),
    verify: call.input(z.object({ model: z.string() })).output(VerifyView),
  },
  settings: { set: call.input(SettingsChange).output(Settings) },
}
export type Contract = typeof contract
