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
  seed: z.number().int().min(0).max(0xffffffff).default(0),
})
export type InpaintEdit = z.infer<typeof InpaintEdit>

export const Edit = z.discriminatedUnion('kind', [DenoiseEdit, InpaintEdit])
export type Edit = z.infer<typeof Edit>

/** The same edit always gives the same text, whatever the order of its keys: part of a result's identity. */
export function canonicalEdit(edit: Edit): string {
  return JSON.stringify(Object.fromEntries(Object.entries(edit).sort(([a], [b]) => (a < b ? -1 : 1))))
}
