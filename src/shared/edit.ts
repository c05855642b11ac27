/** An edit is a value: interface, command line, queue and the file's own metadata hold the same object. */
import { z } from 'zod'

export const DenoiseEdit = z.object({
  version: z.literal(1).default(1),
  kind: z.literal('denoise'),
  model: z.string().default('lacuna-denoise'),
  /** Noise level in units of 255, or estimated from the picture as a map. */
  sigma: z.union([z.literal('auto'), z.number().min(0).max(75)]).default('auto'),
  /** Multiplies sigma. */
  strength: z.number().min(0).max(2).default(1),
  /** 0 = the posterior mean, 1 = a posterior sample, between them a mix. */
  detail: z.number().min(0).max(1).default(0),
  /** How much of the original is mixed back ("Keep grain" in the interface). */
  blend: z.number().min(0).max(1).default(0),
  /** Ancestral steps of the sample that `detail` mixes toward. */
  steps: z.number().int().min(2).max(50).default(6),
  seed: z.number().int().min(0).max(0xffffffff).default(0),
})
export type DenoiseEdit = z.infer<typeof DenoiseEdit>

/** The most fills that are drawn at a time. */
export const MAX_VARIATIONS = 8

const drawn = {
  /** How many different fills are drawn, the best first, and which of them is meant. */
  variations: z.number().int().min(1).max(MAX_VARIATIONS).default(1),
  variation: z
    .number()
    .int()
    .min(0)
    .max(MAX_VARIATIONS - 1)
    .default(0),
  seed: z.number().int().min(0).max(0xffffffff).default(0),
}

/** Fills what a mask covers; the mask itself belongs to the picture, not to the edit. */
export const InpaintEdit = z.object({
  version: z.literal(1).default(1),
  kind: z.literal('inpaint'),
  model: z.string().default('lacuna-patch'),
  /** Pixels by which the mask grows (shrinks, when negative) before it is filled. */
  grow: z.number().int().min(-500).max(500).default(0),
  /** Width in pixels of the soft border around the mask, over which the fill fades into the original. */
  feather: z.number().int().min(0).max(500).default(0),
  /** Mirror images and quarter turns of the photo's patches are looked at, too. */
  mirror: z.boolean().default(false),
  rotate: z.boolean().default(false),
  ...drawn,
})
export type InpaintEdit = z.infer<typeof InpaintEdit>

/** Pixels, or a share of the picture's own side such as "12.5%". */
export const Extent = z.union([z.number().int().min(0).max(20_000), z.string().regex(/^\d{1,3}(\.\d+)?%$/)])
export type Extent = z.infer<typeof Extent>

/** Outpainting: the canvas grows, and what is new is filled. Its pixels for one picture: `extensionOf` of `extend.ts`. */
export const ExtendEdit = z.object({
  version: z.literal(1).default(1),
  kind: z.literal('extend'),
  model: z.string().default('lacuna-patch'),
  left: Extent.default(0),
  top: Extent.default(0),
  right: Extent.default(0),
  bottom: Extent.default(0),
  /** Width : height that the picture is brought to after the sides were added; only ever by adding. */
  aspect: z.tuple([z.number().positive(), z.number().positive()]).nullable().default(null),
  /** Where the picture lies in the room that the aspect adds: 0 = at the left or top, 0.5 = in the middle, 1 = at the other end. */
  anchor: z.number().min(0).max(1).default(0.5),
  /** Width in pixels of the border inside the picture over which the new part fades into the old. */
  feather: z.number().int().min(0).max(500).default(0),
  mirror: z.boolean().default(false),
  rotate: z.boolean().default(false),
  ...drawn,
})
export type ExtendEdit = z.infer<typeof ExtendEdit>

/** The size that a picture is enlarged to; the aspect is always the picture's own. Its pixels: `upscaledSize` of `upscale.ts`. */
export const UpscaleTarget = z.discriminatedUnion('by', [
  z.object({ by: z.literal('scale'), scale: z.number().min(1).max(8) }),
  z.object({ by: z.literal('width'), width: z.number().int().positive() }),
  z.object({ by: z.literal('height'), height: z.number().int().positive() }),
  /** As large as fits into both. */
  z.object({ by: z.literal('fit'), width: z.number().int().positive(), height: z.number().int().positive() }),
])
export type UpscaleTarget = z.infer<typeof UpscaleTarget>

/** The most pixels an inch that may be asked for. */
export const MOST_DPI = 9600
export const Dpi = z.number().min(1).max(MOST_DPI)

/** The model that draws an enlarged picture's detail: a denoiser. */
export const DETAIL_PRIOR = 'lacuna-denoise'

export const UpscaleEdit = z.object({
  version: z.literal(1).default(1),
  kind: z.literal('upscale'),
  model: z.string().default('lacuna-upscale'),
  target: UpscaleTarget.default({ by: 'scale', scale: 2 }),
  /** Whether the picture is free of noise and of JPEG's traces, or as a camera made it; `auto` looks. */
  input: z.enum(['auto', 'clean', 'photo']).default('auto'),
  /** The mean of eight runs over the turned and mirrored picture: a little closer, eight times the work. */
  ensemble: z.boolean().default(false),
  /** What the result's file says of its size on paper, pixels an inch. Absent: what the original says. */
  dpi: Dpi.optional(),
  /** From the mean (0) to a sample with the texture that the mean leaves out (1), drawn by `DETAIL_PRIOR`. */
  detail: z.number().min(0).max(1).default(0),
  seed: z.number().int().min(0).max(0xffffffff).default(0),
})
export type UpscaleEdit = z.infer<typeof UpscaleEdit>

/** Edits that are drawn from a seed, of which a person chooses one. */
export const FillEdit = z.discriminatedUnion('kind', [InpaintEdit, ExtendEdit])
export type FillEdit = z.infer<typeof FillEdit>

export const Edit = z.discriminatedUnion('kind', [DenoiseEdit, InpaintEdit, ExtendEdit, UpscaleEdit])
export type Edit = z.infer<typeof Edit>

/** What a result's file says of its pixels an inch: the last that was asked for, else what the original says (null: nothing). */
export function densityAfter(edits: readonly Edit[], original: number | null): number | null {
  return edits.reduce((before, edit) => (edit.kind === 'upscale' ? (edit.dpi ?? before) : before), original)
}

/** The same edit always gives the same text, whatever the order of its keys: part of a result's identity. */
export function canonicalEdit(edit: Edit): string {
  return JSON.stringify(Object.fromEntries(Object.entries(edit).sort(([a], [b]) => (a < b ? -1 : 1))))
}
