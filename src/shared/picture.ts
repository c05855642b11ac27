/** What is known of a picture without holding its pixels, and how a result is to be written. */
import { z } from 'zod'
import { Note } from './errors.js'

/** Formats that are read. GIF gives its first frame. */
export const InputFormat = z.enum(['jpeg', 'png', 'tiff', 'webp', 'avif', 'gif'])
export type InputFormat = z.infer<typeof InputFormat>

export const OutputFormat = z.enum(['png', 'jpeg', 'webp', 'avif', 'tiff'])
export type OutputFormat = z.infer<typeof OutputFormat>

export const Depth = z.union([z.literal(8), z.literal(16)])
export type Depth = z.infer<typeof Depth>

export const PictureInfo = z.object({
  name: z.string(),
  format: InputFormat,
  /** As shown: after the EXIF orientation was applied. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  depth: Depth,
  grey: z.boolean(),
  alpha: z.boolean(),
  palette: z.boolean(),
  orientation: z.number().int().min(1).max(8),
  /** Name of the ICC profile, e.g. "Display P3"; null when the file has none (read as sRGB). */
  profile: z.string().nullable(),
  density: z.number().nullable(),
  metadata: z.object({ exif: z.boolean(), xmp: z.boolean(), iptc: z.boolean(), text: z.boolean() }),
  bytes: z.number().int().nonnegative(),
  notes: z.array(Note),
})
export type PictureInfo = z.infer<typeof PictureInfo>

export const OutputSettings = z.object({
  format: z.union([z.literal('keep'), OutputFormat]).default('keep'),
  /** For lossy formats; absent: 92 for JPEG and WebP, 60 for AVIF. */
  quality: z.number().int().min(1).max(100).optional(),
  depth: z.union([z.literal('keep'), Depth]).default('keep'),
  /** Leave EXIF, XMP, IPTC and text out. The colour profile stays. */
  strip: z.boolean().default(false),
})
export type OutputSettings = z.infer<typeof OutputSettings>

/** What a job did, for the person and the benchmarks. */
export const JobReport = z.object({
  /** Execution provider and device that really ran, e.g. "cpu", "webgpu". */
  provider: z.string(),
  device: z.string(),
  model: z.string(),
  tile: z.number().int(),
  /** Estimated (or given) noise level, median over the picture, in units of 255. */
  sigma: z.number().nullable(),
  /** Of an upscale: what the picture was taken for. */
  input: z.enum(['clean', 'photo']).optional(),
  wallMs: z.number(),
  sessionMs: z.number(),
  /** Pixels of the result that were computed: the whole picture's, or those of a hole. */
  pixelsOut: z.number(),
  pixelsInferred: z.number(),
  /** What the time was spent on, where that is not `pixelsOut`: of an enlargement, the picture's pixels times its passes' work. */
  work: z.number().optional(),
  notes: z.array(Note),
})
export type JobReport = z.infer<typeof JobReport>

/** The word beside a sigma: the key `noise.<word>`. */
export function noiseWord(sigma: number): 'none' | 'slight' | 'light' | 'medium' | 'strong' | 'extreme' {
  if (sigma < 1) return 'none'
  if (sigma < 4) return 'slight'
  if (sigma < 10) return 'light'
  if (sigma < 25) return 'medium'
  if (sigma < 50) return 'strong'
  return 'extreme'
}
