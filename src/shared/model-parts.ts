/** What manifests of every kind are made of. */
import { z } from 'zod'

export const ModelFile = z.object({
  path: z.string().regex(/^[^/\\]+$/),
  sha256: z.string().length(64),
  bytes: z.number().int().positive(),
})
export type ModelFile = z.infer<typeof ModelFile>

/** Weights that a graph keeps beside it (ONNX external data): in one file, or in several. The graph knows their names. */
export const DataFiles = z.union([ModelFile, z.array(ModelFile).min(1).max(1000)])
export type DataFiles = z.infer<typeof DataFiles>

export const about = {
  version: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  name: z.string(),
  task: z.enum(['denoise', 'upscale', 'inpaint']),
  summary: z.string(),
  licence: z.string(),
  source: z.string(),
}

/** What a tensor holds. */
export const Elements = z.enum(['float32', 'float16', 'uint8'])
export const Range = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low < high, 'its first number must be the lower')
export const Order = z.union([
  z.tuple([z.literal('image'), z.literal('mask')]),
  z.tuple([z.literal('mask'), z.literal('image')]),
])
export const Side = z.number().int().min(16).max(8192)

/** Names of the graph's free dimensions, for providers that want them fixed. */
export const FreeDimensions = z
  .strictObject({ batch: z.string().optional(), height: z.string().optional(), width: z.string().optional() })
  .prefault({})
