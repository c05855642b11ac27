/**
 * A mask is a versioned list of operations in picture pixels, applied in order to an empty one. Pixel (x, y) covers
 * [x, x + 1) × [y, y + 1), its centre lies at (x + 0.5, y + 0.5). The list is kept with the picture's state, sent to the
 * engine, and stored with a job; bytes are made of it where they are needed ({@link file://./rasterise.ts}).
 */
import { z } from 'zod'
import { LacunaError } from '../errors.js'

/** A mask may lie beside the picture, but not so far that numbers lose their fractions. */
const FAR = 1e6
const coordinate = z.number().min(-FAR).max(FAR)
const length = z.number().positive().max(FAR)
const pressure = z.number().min(0).max(1)
const side = z.number().int().positive()
/** Taken out of the mask instead of being added to it. */
const erase = z.boolean().default(false)
const box = { x: coordinate, y: coordinate, width: length, height: length }

/** x, y and, from a pen, the pressure. */
export const MaskPoint = z.tuple([coordinate, coordinate, pressure.optional()])
export type MaskPoint = z.infer<typeof MaskPoint>

/** A brush drawn through its points; one point is a dot. Where strokes overlap the stronger counts, nothing adds up. */
export const StrokeOperation = z.object({
  kind: z.literal('stroke'),
  points: z.array(MaskPoint).min(1).max(100_000),
  /** At full pressure; the width goes with the pressure, down to a pixel. */
  diameter: z.number().min(1).max(20_000),
  /** The share of the radius that is fully covered; 1 = a sharp rim. */
  hardness: z.number().min(0).max(1).default(1),
  erase,
})
export type StrokeOperation = z.infer<typeof StrokeOperation>

export const RectangleOperation = z.object({ kind: z.literal('rectangle'), ...box, erase })
export type RectangleOperation = z.infer<typeof RectangleOperation>

/** The ellipse inside a box. */
export const EllipseOperation = z.object({ kind: z.literal('ellipse'), ...box, erase })
export type EllipseOperation = z.infer<typeof EllipseOperation>

/** Lasso and polygon: closed by itself, and what it goes around at all is inside (non-zero winding). */
export const PolygonOperation = z.object({
  kind: z.literal('polygon'),
  points: z
    .array(z.tuple([coordinate, coordinate]))
    .min(3)
    .max(100_000),
  erase,
})
export type PolygonOperation = z.infer<typeof PolygonOperation>

/** All pixels of about the colour of one: those connected with it, or all over the picture. See `ColourSelection`. */
export const WandOperation = z.object({
  kind: z.literal('wand'),
  x: z.number().int().nonnegative(),
  y: z.number().int().nonnegative(),
  /** Largest difference of any channel in the file's own numbers, in units of 1/255 of their range. */
  tolerance: z.number().min(0).max(255),
  /** False: select similar, everywhere. */
  contiguous: z.boolean().default(true),
  /** Hash of the state whose pixels are meant. */
  state: z.string().min(1),
  erase,
})
export type WandOperation = z.infer<typeof WandOperation>

/** Where a state is more transparent than opaque. */
export const AlphaOperation = z.object({ kind: z.literal('alpha'), state: z.string().min(1), erase })
export type AlphaOperation = z.infer<typeof AlphaOperation>

/** A loaded mask, by the hash of its content; how it is read: `readMaskImage`. */
export const ImageOperation = z.object({
  kind: z.literal('image'),
  hash: z.string().min(1),
  /** Greys stay as they are; otherwise 128 and above is repainted, and below is not. */
  soft: z.boolean().default(false),
  /** A mask of another size is stretched over the picture. */
  fit: z.boolean().default(false),
  erase,
})
export type ImageOperation = z.infer<typeof ImageOperation>

/** The largest distance of {@link GrowOperation} and {@link FeatherOperation}, in pixels. */
export const MAX_SPREAD = 500

/** Moves the rim out (in, when negative) by so many pixels. The rim is where the mask crosses 128. */
export const GrowOperation = z.object({ kind: z.literal('grow'), pixels: z.number().min(-MAX_SPREAD).max(MAX_SPREAD) })
export type GrowOperation = z.infer<typeof GrowOperation>

/** Adds a soft edge outside the rim, so many pixels wide: what was masked stays fully masked. */
export const FeatherOperation = z.object({ kind: z.literal('feather'), pixels: z.number().min(0).max(MAX_SPREAD) })
export type FeatherOperation = z.infer<typeof FeatherOperation>

export const MaskOperation = z.discriminatedUnion('kind', [
  StrokeOperation,
  RectangleOperation,
  EllipseOperation,
  PolygonOperation,
  WandOperation,
  AlphaOperation,
  ImageOperation,
  z.object({ kind: z.literal('invert') }),
  GrowOperation,
  FeatherOperation,
  z.object({ kind: z.literal('clear') }),
])
export type MaskOperation = z.infer<typeof MaskOperation>

const CURRENT = 1

export const Mask = z.object({
  version: z.literal(CURRENT).default(CURRENT),
  /** Of the picture that it was made for, in pixels. */
  width: side,
  height: side,
  operations: z.array(MaskOperation).max(100_000),
})
export type Mask = z.infer<typeof Mask>

export interface PictureSize {
  readonly width: number
  readonly height: number
}

export const emptyMask = ({ width, height }: PictureSize): Mask => ({ version: CURRENT, width, height, operations: [] })

/** From each version to the next; a fixture of every released version is in the tests. */
const upcasters: Readonly<Record<number, (older: object) => object>> = {}

/** A stored mask of any version. Throws `mask.newer` for one of a newer program, `mask.damaged` for what is none. */
export function parseMask(stored: unknown): Mask {
  let value = stored
  for (let version = versionOf(value); version !== CURRENT; version = versionOf(value)) {
    if (version > CURRENT) throw new LacunaError('mask.newer')
    const upcast = upcasters[version]
    if (upcast === undefined) throw new LacunaError('mask.damaged', { reason: `version ${version}` })
    value = upcast(value as object)
  }
  const parsed = Mask.safeParse(value)
  if (!parsed.success) throw new LacunaError('mask.damaged', { reason: z.prettifyError(parsed.error) }, parsed.error)
  return parsed.data
}

function versionOf(value: unknown): number {
  const version = z.object({ version: z.number().int() }).safeParse(value)
  if (!version.success) throw new LacunaError('mask.damaged', { reason: 'it has no version' }, version.error)
  return version.data.version
}

/**
 * 'Same mask again': the mask for another picture. Throws `mask.size` when that has another size: `name` is what the
 * sentence calls the mask. Operations that look at pixels look at those of the new picture's `state`.
 */
export function maskFor(mask: Mask, picture: PictureSize, state: string, name: string): Mask {
  checkSize(mask, picture, name)
  const operations = mask.operations.map((operation) => ('state' in operation ? { ...operation, state } : operation))
  return { ...mask, operations }
}

/** Throws `mask.size` when a mask is not of the picture's size. */
export function checkSize({ width, height }: PictureSize, picture: PictureSize, name: string): void {
  if (width !== picture.width || height !== picture.height)
    throw new LacunaError('mask.size', {
      name,
      width,
      height,
      pictureWidth: picture.width,
      pictureHeight: picture.height,
    })
}
