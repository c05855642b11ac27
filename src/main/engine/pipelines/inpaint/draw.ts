/**
 * Inpaint: what a mask covers is replaced by what an inpainter says.
 *
 *   mask      at full size: 0 stays bit by bit, 255 is replaced, between them the fill fades in
 *   contexts  around each hole, or group of holes, a crop: the cost follows from the hole, not from the picture
 *   fill      each crop, in as many variations as are asked for
 *   compose   of each variation a raster of what may change; `pasteRaster` puts one back
 */
import { join } from 'node:path'
import { cancelled, LacunaError } from '../../../../shared/errors.js'
import type { FillVariation } from '../../../../shared/fill.js'
import { maskedCount } from '../../../../shared/mask/index.js'
import { RasterReader, RasterWriter, readProfile } from '../../imaging/index.js'
import type { RasterRef } from '../../protocol/tasks.js'
import type { Box, Context, Crop, Fill, Inpainter } from '../inpainter.js'
import { areaOf, boundsOf, cutPatch, holesOf, type Marks, mixPatch, type Patch, readCrop } from './crop.js'
import type { PreviewCanvas } from './preview-canvas.js'

/** Pixels that are composed at a time. */
const PART = 1 << 18

type Preview = Pick<PreviewCanvas, 'update'>

export interface DrawInput extends Pick<Crop, 'seed' | 'variations' | 'only' | 'mirror' | 'rotate' | 'signal'> {
  raster: RasterRef
  marks: Marks
  inpainter: Inpainter
  /** Where the variations' rasters are made. */
  dir: string
  progress: (fraction: number) => void
  /** Told what may change before it is filled; what it gives shows the first variation meanwhile. */
  onArea?: (area: Box) => Promise<Preview | undefined>
  /** Each variation as soon as it is there. */
  onVariation?: (variation: DrawnVariation) => void
}

export interface DrawnVariation extends FillVariation {
  /** Its number among the variations that were asked for. */
  index: number
  /** Of the area. */
  raster: RasterRef
}

export interface Drawn {
  /** What may change. */
  area: Box
  variations: DrawnVariation[]
  /** Time in the inpainter alone, ms. */
  fillMs: number
  /** Those of one variation. */
  pixelsFilled: number
  pixelsFilledFrom: number
}

/** Fills of one context, cut to its hole. */
interface Filled {
  patch: Patch
  seed: number
  distance: number | null
  pixels: number
}

/** Throws `mask.empty`, `mask.noSource`, what filling and writing throw, and `cancelled`. */
export async function drawFills(input: DrawInput): Promise<Drawn> {
  const { raster, marks, inpainter, signal } = input
  const area = boundsOf(marks.mask)
  if (area === null) throw new LacunaError('mask.empty')
  // Made while the first crop is read.
  const preview = input.onArea?.(area) ?? Promise.resolve(undefined)
  preview.catch(() => undefined)
  const contexts = inpainter.contexts(raster, holesOf(marks.mask, area), marks.reach)
  const pixels = contexts.reduce((sum, { crop }) => sum + crop.width * crop.height, 0)
  const reader = await RasterReader.open(raster)
  const composed = new Map<number, Promise<DrawnVariation>>()
  try {
    const parts: Filled[][] = []
    let fillMs = 0
    let done = 0
    const compose = (index: number): void => {
      if (composed.has(index)) return
      const filled = parts.map((variations) => variations[index] ?? variations[variations.length - 1]!)
      const made = composeArea(reader, area, filled, index, input).then((variation) => {
        input.onVariation?.(variation)
        return variation
      })
      // Waited for below; a failure before that is not unheard.
      made.catch(() => undefined)
      composed.set(index, made)
    }
    for (const [number, context] of contexts.entries()) {
      const part = (context.crop.width * context.crop.height) / pixels
      const begun: Filled[] = []
      const isLast = number === contexts.length - 1
      if (isLast) parts.push(begun)
      const began = performance.now()
      const variations = await fillContext(
        reader,
        context,
        { ...input, preview, isLast },
        {
          progress: (fraction) => input.progress(done + part * fraction),
          onFill: (index, filled) => {
            begun[index] = filled
            // With the last of the holes a variation is whole.
            if (isLast && index === begun.length - 1) compose(index)
          },
        },
      )
      if (!isLast) parts.push(variations)
      else parts[parts.length - 1] = variations
      fillMs += performance.now() - began
      done += part
    }
    if (signal.aborted) throw cancelled()
    const count = Math.max(...parts.map((variations) => variations.length))
    for (let index = 0; index < count; index++) compose(index)
    return {
      ...{ area, fillMs, pixelsFilled: maskedCount(marks.mask) },
      variations: await Promise.all(composed.values()),
      pixelsFilledFrom: pixels,
    }
  } finally {
    await Promise.allSettled(composed.values())
    await reader.close()
  }
}

async function fillContext(
  reader: RasterReader,
  { crop, hole: box }: Context,
  input: DrawInput & { preview: Promise<Preview | undefined>; isLast: boolean },
  tell: { progress: (fraction: number) => void; onFill: (index: number, filled: Filled) => void },
): Promise<Filled[]> {
  const { marks, inpainter, seed, variations, only, mirror, rotate, signal } = input
  const [pixels, preview] = await Promise.all([readCrop(reader, crop, marks), input.preview])
  const cut = ({ picture, seed, distance }: Fill): Filled => ({
    patch: cutPatch(picture, crop, box),
    ...{ seed, distance, pixels: box.width * box.height },
  })
  const drawn = only === null ? variations : 1
  let isSeen = false
  const fills = await inpainter.fill({
    ...pixels,
    ...{ width: crop.width, height: crop.height, seed, variations, only, mirror, rotate, signal },
    onLevel: (level) => {
      const index = only === null ? level.variation : 0
      tell.progress((index + (level.levels - level.level) / (level.levels + 1)) / drawn)
      if (index !== 0) return
      // After the last hole's last level comes the variation itself: where something is seen already, a preview of it would
      // only be waited for.
      if (!(input.isLast && level.level === 0 && isSeen)) preview?.update(level, crop, box, marks.mask)
      isSeen = true
    },
    onFill: (index, fill) => tell.onFill(only === null ? index : 0, cut(fill)),
  })
  return fills.map(cut)
}

/** The area of the picture with a fill in it, as a raster of its own. */
async function composeArea(
  reader: RasterReader,
  area: Box,
  filled: readonly Filled[],
  index: number,
  { dir, marks, signal, only }: DrawInput,
): Promise<DrawnVariation> {
  const { ref } = reader
  const { width, height } = area
  const number = only ?? index
  const shape = { width, height, bands: ref.bands, depth: ref.depth }
  const writer = await RasterWriter.create(join(dir, `variation${number}.v`), shape, await readProfile(ref))
  let changed = false
  try {
    const rows = Math.max(1, Math.floor(PART / width))
    for (let y = 0; y < height; y += rows) {
      if (signal.aborted) throw cancelled()
      const part = { left: area.left, top: area.top + y, width, height: Math.min(rows, height - y) }
      const samples = await reader.readRegion(part)
      const mask = marks.mask.read(areaOf(part))
      for (const { patch } of filled) changed = mixPatch({ area: part, samples, mask }, patch, ref) || changed
      await writer.append(samples)
    }
    const pixels = filled.reduce((sum, part) => sum + part.pixels, 0)
    // An inpainter that has no such measure has none for any of its holes.
    const distance = filled.some((part) => part.distance === null)
      ? null
      : filled.reduce((sum, part) => sum + part.distance! * part.pixels, 0) / pixels
    return { index: number, seed: filled[0]!.seed, distance, changed, raster: await writer.finish() }
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
}
