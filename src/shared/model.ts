/** A model is data: a folder with a manifest (`model.json`) and the files it names. */
import { z } from 'zod'

const ModelFile = z.object({
  path: z.string().regex(/^[^/\\]+$/),
  sha256: z.string().length(64),
  bytes: z.number().int().positive(),
})

const about = {
  version: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  name: z.string(),
  task: z.enum(['denoise', 'upscale', 'inpaint']),
  summary: z.string(),
  licence: z.string(),
  source: z.string(),
}

/** D(sample, sigma map) -> denoised, with a noise estimator beside it. */
export const DenoiserManifest = z.object({
  ...about,
  kind: z.literal('denoiser'),
  files: z.object({ model: ModelFile, noise: ModelFile.optional() }),
  /** Names of the graph's inputs and outputs by role. */
  inputs: z.object({ sample: z.string(), sigma: z.string() }),
  output: z.string(),
  layout: z.literal('nchw'),
  channels: z.literal('rgb'),
  /** Value range of a picture going in and coming out. */
  range: z.tuple([z.number(), z.number()]),
  /** Height and width must be multiples of this; tile origins lie on this grid of the picture. */
  multipleOf: z.number().int().positive(),
  /** Pixels of context that a tile needs on each side so that it agrees with the whole picture within half an 8-bit level (measured). */
  margin: z.object({ model: z.number().int().nonnegative(), noise: z.number().int().nonnegative() }),
  scale: z.number().int().positive(),
  precision: z.enum(['fp32', 'fp16']),
  /** Bytes of working memory that a session needs for each pixel of a tile (measured), for planning. */
  bytesPerPixel: z.number().positive(),
  /** A seeded tile of `size` pixels; `expect` are values of the CPU result at evenly spaced places. */
  golden: z.object({
    size: z.number().int().positive(),
    seed: z.number().int(),
    sigma: z.number(),
    expect: z.array(z.number()).min(4),
  }),
})
export type DenoiserManifest = z.infer<typeof DenoiserManifest>

/** A denoiser that is computed from the photo's own patches: it has no weights. */
export const PatchesManifest = z.object({
  ...about,
  kind: z.literal('patches'),
  /** Raised whenever the same seed would fill the same hole otherwise than before. */
  revision: z.number().int().positive(),
})
export type PatchesManifest = z.infer<typeof PatchesManifest>

/** `kind` says which adapter runs a model. */
export const ModelManifest = z.discriminatedUnion('kind', [DenoiserManifest, PatchesManifest])
export type ModelManifest = z.infer<typeof ModelManifest>

/** What tells a model from every other, another version of itself included: part of a result's identity. */
export const modelIdentity = (manifest: ModelManifest): string =>
  manifest.kind === 'denoiser' ? manifest.files.model.sha256 : `${manifest.id}@${manifest.revision}`
