/** Masks that are pictures, and where they come from. */
import { z } from 'zod'
import { Sensitivity } from '../fill.js'

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
