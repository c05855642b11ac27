/** Pieces of rasters as floats, and floats put back into rows of samples. */
import { LacunaError } from '../../../../shared/errors.js'
import type { RasterReader, Samples } from '../../imaging/raster.js'
import type { RasterRef } from '../../protocol/tasks.js'
import type { Box } from '../inpainter.js'

/** One byte a pixel of the whole picture. */
export interface Marks {
  /** 0 stays bit by bit, 255 is replaced, between them the share of the fill. */
  mask: Uint8Array
  /** Not 0: the fill may be made of this. Null: all that is known. */
  sources: Uint8Array | null
  /** Where `sources` allows anything, if that is a place that was named; null: all over the picture. */
  reach: Box | null
}

/** The bounds of what is not 0 in rows of bytes; null when nothing is. */
export function boundsOf(bytes: Uint8Array, width: number): Box | null {
  let [left, top, right, bottom] = [width, -1, 0, 0]
  for (let at = 0, y = 0; at < bytes.length; y++, at += width) {
    let [first, last] = [-1, -1]
    for (let x = 0; x < width; x++) {
      if (bytes[at + x] === 0) continue
      if (first < 0) first = x
      last = x
    }
    if (first < 0) continue
    left = Math.min(left, first)
    right = Math.max(right, last + 1)
    if (top < 0) top = y
    bottom = y + 1
  }
  return top < 0 ? null : { left, top, width: right - left, height: bottom - top }
}

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
  const colours = bands < 3 ? 1 : 3
  const alpha = bands % 2 === 0
  const picture = new Float32Array(3 * width * height)
  const hole = new Uint8Array(width * height)
  const sources = alpha || marks.sources !== null ? new Uint8Array(width * height) : null
  let usable = 0
  for (let y = 0; y < height; y++) {
    const row = await reader.readRows(crop.top + y, 1)
    for (let x = 0; x < width; x++) {
      const from = (crop.left + x) * bands
      const at = y * width + x
      const whole = (crop.top + y) * reader.ref.width + crop.left + x
      for (let c = 0; c < 3; c++) picture[3 * at + c] = row[from + (c % colours)]! / full
      hole[at] = marks.mask[whole] === 0 ? 0 : 1
      if (sources === null) continue
      const seen = !alpha || row[from + bands - 1]! > 0
      const allowed = marks.sources === null || marks.sources[whole]! > 0
      sources[at] = seen && allowed ? 1 : 0
      usable += seen && allowed && hole[at] === 0 ? 1 : 0
    }
  }
  if (usable === 0 && marks.sources !== null) throw new LacunaError('mask.noSource')
  return { picture, hole, sources: usable === 0 ? null : sources }
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

/**
 * Mixes a patch into a row of the picture that begins at pixel `left`. Alpha stays; grey takes the mean of the three. True
 * when a number changed.
 */
export function mixRow(
  row: Samples,
  y: number,
  left: number,
  patch: Patch,
  raster: RasterRef,
  mask: Uint8Array,
): boolean {
  const { box, rgb } = patch
  if (y < box.top || y >= box.top + box.height) return false
  const { width, bands, depth } = raster
  const full = depth === 16 ? 65535 : 255
  const colours = bands < 3 ? 1 : 3
  let changed = false
  for (let x = box.left; x < box.left + box.width; x++) {
    const share = mask[y * width + x]! / 255
    if (share === 0) continue
    const from = 3 * ((y - box.top) * box.width + x - box.left)
    const to = (x - left) * bands
    for (let c = 0; c < colours; c++) {
      const value = colours === 1 ? (rgb[from]! + rgb[from + 1]! + rgb[from + 2]!) / 3 : rgb[from + c]!
      const before = row[to + c]!
      const after = Math.min(full, Math.max(0, Math.round(before + share * (value * full - before))))
      if (after !== before) changed = true
      row[to + c] = after
    }
  }
  return changed
}
