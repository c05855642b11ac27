/** Jobs over files, their drafts, and the queue. */
import { z } from 'zod'
import { Edit } from '../edit.js'
import { ErrorWire } from '../errors.js'
import { ItemState, ItemView, JobRequest } from '../job.js'
import { OutputSettings } from '../picture.js'
import { call, ofBatch } from './call.js'
import { MaskFile } from './masks.js'

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

export const batchCommands = {
  /** Adds to the draft, which is made when there is none. Null when a dialog was cancelled. */
  add: call
    .input(z.object({ sources: z.array(BatchSource).min(1) }))
    .output(z.object({ batch: z.string().nullable() })),
  /** Takes files out of a draft. */
  drop: call.input(ofBatch.extend({ items: z.array(z.number().int()) })).output(z.void()),
  /** Changes a draft's settings; its outputs are planned again. */
  set: call.input(ofBatch.extend({ change: DraftChange })).output(z.void()),
  /** Where a draft's results go, by the host's dialog. False when it was cancelled. */
  chooseFolder: call.input(ofBatch).output(z.object({ chosen: z.boolean() })),
  /** One mask for all pictures of a draft that fills. False when a dialog was cancelled. */
  chooseMask: call
    .input(ofBatch.extend({ origin: MaskFile, fit: z.boolean() }))
    .output(z.object({ chosen: z.boolean() })),
  check: call.input(ofBatch).output(DraftCheck),
  /** A draft joins the queue. Throws its obstacle. */
  run: call.input(ofBatch).output(z.void()),
  /** Lets a queue that started paused go on. */
  resumeQueue: call.output(z.void()),
  pause: call.input(ofBatch).output(z.void()),
  resume: call.input(ofBatch).output(z.void()),
  /**
   * Takes up a job of the command line that no process works on: from now on it is this studio's. Of one that ended, what
   * failed or was cancelled is done again. Throws `job.running`.
   */
  adopt: call.input(ofBatch).output(z.void()),
  cancel: call.input(ofBatch).output(z.void()),
  /** Failed and cancelled files again: all, or those named. */
  retry: call.input(ofBatch.extend({ items: z.array(z.number().int()).optional() })).output(z.void()),
  /** In front of another job of the queue, or last. */
  move: call.input(ofBatch.extend({ before: z.string().nullable() })).output(z.void()),
  /** Forgets a job that is not running; its results stay, except those that wait to be downloaded. */
  remove: call.input(ofBatch).output(z.void()),
  /** A window of the list, in order; `total` counts all that match. `revision` is that of the batch when it was read. */
  items: call
    .input(
      ofBatch.extend({
        offset: z.number().int().nonnegative(),
        limit: z.number().int().min(1).max(500),
        states: z.array(ItemState).optional(),
      }),
    )
    .output(z.object({ total: z.number().int(), revision: z.number().int(), items: z.array(ItemView) })),
  /** Shows a result (or, where there is none, the input) in the file manager. */
  reveal: call.input(ofBatch.extend({ item: z.number().int() })).output(z.void()),
  /** A one-time id for `media.download`: one result, or all of them as a ZIP; for hosts that save by download. */
  download: call
    .input(ofBatch.extend({ item: z.number().int().nullable() }))
    .output(z.object({ download: z.string() })),
  /** What happened to each file, as text for `media.download` or the clipboard. */
  report: call.input(ofBatch).output(z.object({ name: z.string(), text: z.string() })),
}
