/** Pieces of rasters as floats, and floats put back into samples. */
import { LacunaError } from '../../../../shared/errors.js'
import { extentOf, intersection, MASK_TILE, type Area, type MaskRaster } from '../../../../shared/mask/index.js'
import type { RasterReader, Samples } from '../../imaging/raster.js'
import { HoleFinder, type Span } from '../../inpaint/context.js'
import type { RasterRef } from '../../protocol/tasks.js'
import type { Box } from '../inpainter.js'

/** What is filled and what from, at the picture's size: in tiles, so that it costs what is painted. */
export interface Marks {
  /** 0 stays bit by bit, 255 is replaced, between them the share of the fill. */
  mask: MaskRaster
  /** What a person said that the fill may be made of; null: all that is known. */
  sources: Sources | null
  /** Where `sources` allows anything, if that is a place that was named; null: all over the picture. */
  reach: Box | null
}

export interface Sources {
  painted: MaskRaster
  /** True: of what is painted; false: of all else. */
  wanted: boolean
}

/** The bounds of what is not 0; null when nothing is. */
export function boundsOf(mask: MaskRaster): Box | null {
  const extent = extentOf(mask)
  return extent === null ? null : boxOf(extent)
}

export const boxOf = ({ x, y, width, height }: Area): Box => ({ left: x, top: y, width, height })
export const areaOf = ({ left, top, width, height }: Box): Area => ({ x: left, y: top, width, height })

/** The connected holes of a mask, from top to bottom. Only tiles that hold any are looked at. */
export function holesOf(mask: MaskRaster, bounds: Box): Box[] {
  const { grid } = mask
  const finder = new HoleFinder()
  const bottom = bounds.top + bounds.height
  for (let top = bounds.top; top < bottom;) {
    // To the end of a row of tiles.
    const end = Math.min(bottom, (Math.floor(top / MASK_TILE) + 1) * MASK_TILE)
    const strip = { x: bounds.left, y: top, width: bounds.width, height: end - top }
    const spans: Span[] = []
    for (const index of grid.touched(strip)) {
      if (mask.tile(index) === 0) continue
      const { x, width } = intersection(grid.areaOf(index), strip)
      const from = x - bounds.left
      const last = spans.at(-1)
      if (last?.to === from) last.to += width
      else spans.push({ from, to: from + width })
    }
    const bytes = spans.length === 0 ? EMPTY : mask.read(strip)
    for (let y = 0; y < strip.height; y++) finder.add(bytes.subarray(y * strip.width, (y + 1) * strip.width), spans)
    top = end
  }
  return finder.holes().map((hole) => ({ ...hole, left: hole.left + bounds.left, top: hole.top + bounds.top }))
}

const EMPTY = new Uint8Array(0)

export interface CropPixels {
  picture: Float32Array
  hole: Uint8Array
  sources: Uint8Array | null
}

/**
 * Reads a crop for an inpainter. What is transparent has no colour that anybody sees, so nothing is taken from there. Throws
 * `mask.noSource` when a person left nothing in it to take from.
 */
export async function readCrop(reader: RasterReader, crop: Box, marks: Marks): Promise<CropPixels> {
  const { width, height } = crop
  const { bands, depth } = reader.ref
  const full = depth === 16 ? 65535 : 255
  const pixels = width * height
  const samples = await reader.readRegion(crop)
  const picture = new Float32Array(3 * pixels)
  // Grey is shown as three that are alike.
  const [green, blue] = bands < 3 ? [0, 0] : [1, 2]
  for (let from = 0, to = 0; to < picture.length; from += bands, to += 3) {
    picture[to] = samples[from]! / full
    picture[to + 1] = samples[from + green]! / full
    picture[to + 2] = samples[from + blue]! / full
  }
  const hole = marks.mask.read(areaOf(crop))
  for (let at = 0; at < pixels; at++) hole[at] = hole[at] === 0 ? 0 : 1
  const alpha = bands % 2 === 0
  if (!alpha && marks.sources === null) return { picture, hole, sources: null }
  const sources = marks.sources === null ? new Uint8Array(pixels).fill(1) : allowed(marks.sources, crop)
  let usable = 0
  for (let at = 0; at < pixels; at++) {
    if (alpha && samples[(at + 1) * bands - 1] === 0) sources[at] = 0
    if (sources[at] === 1 && hole[at] === 0) usable++
  }
  if (usable === 0 && marks.sources !== null) throw new LacunaError('mask.noSource')
  return { picture, hole, sources: usable === 0 ? null : sources }
}

/** 1 where something may be taken. */
function allowed({ painted, wanted }: Sources, crop: Box): Uint8Array {
  const bytes = painted.read(areaOf(crop))
  for (let at = 0; at < bytes.length; at++) bytes[at] = bytes[at]! > 0 === wanted ? 1 : 0
  return bytes
}

/** The fill of a hole: interleaved RGB, 0..1, of its box. */
export interface Patch {
  box: Box
  rgb: Float32Array
}

export function cutPatch(picture: Float32Array, crop: Box, box: Box): Patch {
  const rgb = new Float32Array(3 * box.width * box.height)
  for (let y = 0; y < box.height; y++) {
    const from = 3 * ((box.top - crop.top + y) * crop.width + box.left - crop.left)
    rgb.set(picture.subarray(from, from + 3 * box.width), 3 * y * box.width)
  }
  return { box, rgb }
}

/** A part of the picture, and what of it the mask says. */
export interface Part {
  area: Box
  samples: Samples
  /** One byte a pixel. */
  mask: Uint8Array
}

/** Mixes a patch into a part. Alpha stays; grey takes the mean of the three. True when a number changed. */
export function mixPatch(
  { area, samples, mask }: Part,
  { box, rgb }: Patch,
  raster: Pick<RasterRef, 'bands' | 'depth'>,
): boolean {
  const { bands, depth } = raster
  const full = depth === 16 ? 65535 : 255
  const colours = bands < 3 ? 1 : 3
  const common = intersection(areaOf(box), areaOf(area))
  let changed = false
  for (let y = common.y; y < common.y + common.height; y++) {
    for (let x = common.x; x < common.x + common.width; x++) {
      const at = (y - area.top) * area.width + x - area.left
      const share = mask[at]! / 255
      if (share === 0) continue
      const from = 3 * ((y - box.top) * box.width + x - box.left)
      const to = at * bands
      for (let c = 0; c < colours; c++) {
        const value = colours === 1 ? (rgb[from]! + rgb[from + 1]! + rgb[from + 2]!) / 3 : rgb[from + c]!
        const before = samples[to + c]!
        const after = Math.min(full, Math.max(0, Math.round(before + share * (value * full - before))))
        if (after !== before) changed = true
        samples[to + c] = after
      }
    }
  }
  return changed
}
