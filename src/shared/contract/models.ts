/** Installed models, and networks on their way in. */
import { z } from 'zod'
import { Cleaning } from '../model.js'
import { ImportGiven, ImportProposal } from '../model-import.js'
import { call } from './call.js'

export const ModelView = z.object({
  id: z.string(),
  name: z.string(),
  task: z.enum(['denoise', 'upscale', 'inpaint']),
  summary: z.string(),
  licence: z.string(),
  source: z.string(),
  bytes: z.number(),
  bundled: z.boolean(),
  /** Null for one that does not clean pictures. */
  cleans: Cleaning.nullable(),
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

export const modelCommands = {
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
}
