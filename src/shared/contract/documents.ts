/** Open pictures: their states, what is opened and saved, fills, and what an edit comes to. */
import { z } from 'zod'
import { Edit, FillEdit } from '../edit.js'
import { ErrorWire, Note } from '../errors.js'
import { FillView, MasksJson, StateMasks } from '../fill.js'
import { AlphaOperation, WandOperation } from '../mask/mask.js'
import { Depth, JobReport, OutputFormat, OutputSettings, PictureInfo } from '../picture.js'
import { call, ofDocument, ofState } from './call.js'
import { MaskOrigin, MaskPicture } from './masks.js'

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

export const documentCommands = {
  /** Opens pictures; those that cannot be opened come back as documents in phase `failed`. Empty when a dialog was cancelled. */
  open: call
    .input(z.object({ sources: z.array(OpenSource).min(1) }))
    .output(z.object({ documents: z.array(z.string()) })),
  close: call.input(ofDocument).output(z.void()),
  /** A window shows this picture now: `StudioView.shown`. */
  look: call.input(ofDocument).output(z.void()),
  /** Undoes the closing of the document closed last. */
  reopen: call.output(z.object({ document: z.string().nullable() })),
  /** Starts an edit of the shown state; its result is a new state, and what could be redone is dropped. */
  apply: call.input(ofDocument.extend({ edit: Edit })).output(z.object({ job: z.string() })),
  /** What was painted on a state; null when nothing was. */
  masks: call.input(ofState).output(StateMasks.nullable()),
  /** Keeps what is painted on a state, with its history; resolves when it is stored, or cannot be. Null: nothing any more. */
  setMasks: call.input(ofState.extend({ masks: MasksJson })).output(z.void()),
  /** The bytes that a wand or alpha operation selects, as a picture. Throws `mask.*`. */
  select: call
    .input(ofState.extend({ operation: z.discriminatedUnion('kind', [WandOperation, AlphaOperation]) }))
    .output(MaskPicture),
  /** A mask for a state from a file or from the picture itself. Null when a dialog was cancelled. Throws `mask.*`. */
  loadMask: call.input(ofState.extend({ origin: MaskOrigin, fit: z.boolean() })).output(MaskPicture.nullable()),
  /** Writes a state's mask as a grey PNG of the picture's size. Answers like `export`. */
  saveMask: call
    .input(ofState.extend({ target: SaveTarget }))
    .output(z.object({ path: z.string().nullable(), download: z.string().nullable(), name: z.string() }).nullable()),
  /** Draws variations of a fill of the shown state with its masks; the one before, if any, is discarded. Throws `mask.*`, `extend.nothing`. */
  fill: call.input(ofDocument.extend({ edit: FillEdit })).output(z.object({ job: z.string(), fill: z.string() })),
  /** A variation becomes a new state; resolves when that is stored, or cannot be. It is shown before. */
  keepFill: call.input(ofDocument.extend({ fill: z.string(), variation: z.number().int() })).output(z.void()),
  /** Forgets a fill, cancelled if it is being drawn. The mask stays. */
  discardFill: call.input(ofDocument.extend({ fill: z.string() })).output(z.void()),
  /** Shows another state: undo, redo and a click in the history are all this. */
  show: call.input(ofDocument.extend({ index: z.number().int().nonnegative() })).output(z.void()),
  /** Tries again what could not be stored; see `DocumentView.unstored`. */
  store: call.input(ofDocument).output(z.void()),
  /** Seconds, memory and device that an edit of the shown state will take here, and what comes out, saved as `output`. */
  predict: call.input(ofDocument.extend({ edit: Edit, output: OutputSettings.optional() })).output(Prediction),
  /** What saving would lose, before saving. */
  plan: call.input(ofDocument.extend({ output: OutputSettings })).output(
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
  export: call.input(ofDocument.extend({ output: OutputSettings, target: SaveTarget })).output(
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
    .input(ofDocument.extend({ x: z.number().int().nonnegative(), y: z.number().int().nonnegative() }))
    .output(z.object({ values: z.array(z.number()), hex: z.string() })),
  reveal: call.input(z.object({ path: z.string() })).output(z.void()),
}
