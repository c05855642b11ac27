/**
 * Inpaint: what a mask covers is replaced by what the photo's own patches say.
 *
 *   mask      rasterised at full size: 0 stays bit by bit, 255 is replaced, between them the fill fades in
 *   contexts  around each hole, or group of holes, a crop: the cost follows from the hole, not from the picture
 *   fill      internal diffusion on the crop (`engine/inpaint`)
 *   paste     rows of the original, with the fill's numbers where the mask says so
 */
import { cancelled, type Note } from '../../../shared/errors.js'
import type { InpaintEdit } from '../../../shared/edit.js'
import { RasterReader, RasterWriter, readProfile } from '../imaging/index.js'
import type { Samples } from '../imaging/raster.js'
import { contextsOf, HoleFinder, type Box, type Context } from '../inpaint/context.js'
import { fill } from '../inpaint/fill.js'
import type { Phase, RasterRef } from '../protocol/tasks.js'

export interface InpaintInput {
  raster: RasterRef
  /** One byte a pixel of the picture, as `rasterise` of `src/shared/mask` gives it. */
  mask: Uint8Array
  edit: InpaintEdit
  /** The result's file. */
  out: string
  threads: number
  /** Bytes that a crop may take while it is filled. */
  memory: number
  signal: AbortSignal
  progress: (phase: Phase, fraction: number) => void
}

export interface InpaintResult {
  raster: RasterRef
  /** Time in the search and the votes alone, ms. */
  fillMs: number
  pixelsFilledFrom: number
  notes: Note[]
}

/** The fill of one context's hole: interleaved RGB, 0..1. */
interface Patch {
  box: Box
  rgb: Float32Array
}

/** Rows copied at a time. */
const SPAN = 64

/** Throws `edit.invalid`, `cancelled`, and what writing throws. `mask` must hold something that is not 0. */
export async function inpaint(input: InpaintInput): Promise<InpaintResult> {
  const { raster, mask, signal, progress } = input
  const contexts = contextsOf(raster, holesOf(mask, raster.width), input.memory)
  const pixels = contexts.reduce((sum, { crop }) => sum + crop.width * crop.height, 0)
  const reader = await RasterReader.open(raster)
  let writer: RasterWriter | null = null
  let fillMs = 0
  let done = 0
  try {
    const patches: Patch[] = []
    for (const context of contexts) {
      const part = (context.crop.width * context.crop.height) / pixels
      const began = performance.now()
      patches.push(await fillContext(reader, context, input, (fraction) => progress('fill', done + part * fraction)))
      fillMs += performance.now() - began
      done += part
    }
    writer = await RasterWriter.create(input.out, raster, await readProfile(raster))
    let changed = false
    for (let top = 0; top < raster.height; top += SPAN) {
      if (signal.aborted) throw cancelled()
      const count = Math.min(SPAN, raster.height - top)
      const rows = await reader.readRows(top, count)
      for (const patch of patches) changed = paste(rows, patch, { raster, mask, top, count }) || changed
      await writer.append(rows)
    }
    const result = await writer.finish()
    writer = null
    progress('fill', 1)
    return { raster: result, fillMs, pixelsFilledFrom: pixels, notes: changed ? [] : [nothingChanged] }
  } finally {
    await writer?.abandon()
    await reader.close()
  }
}

const nothingChanged: Note = { code: 'picture.nothingChanged', params: {} }

function holesOf(mask: Uint8Array, width: number): Box[] {
  const finder = new HoleFinder()
  for (let at = 0; at < mask.length; at += width) finder.add(mask.subarray(at, at + width))
  return finder.holes()
}

async function fillContext(
  reader: RasterReader,
  { crop, hole: box }: Context,
  { mask, edit, threads, signal }: InpaintInput,
  onProgress: (fraction: number) => void,
): Promise<Patch> {
  const { width, height } = crop
  const { bands, depth } = reader.ref
  const full = depth === 16 ? 65535 : 255
  const colours = bands < 3 ? 1 : 3
  const picture = new Float32Array(3 * width * height)
  const hole = new Uint8Array(width * height)
  // What is transparent has no colour that anybody sees, so nothing is taken from there.
  const sources = bands % 2 === 0 ? new Uint8Array(width * height) : undefined
  for (let y = 0; y < height; y++) {
    const row = await reader.readRows(crop.top + y, 1)
    for (let x = 0; x < width; x++) {
      const from = (crop.left + x) * bands
      const at = y * width + x
      for (let c = 0; c < 3; c++) picture[3 * at + c] = row[from + (c % colours)]! / full
      hole[at] = mask[(crop.top + y) * reader.ref.width + crop.left + x] === 0 ? 0 : 1
      if (sources) sources[at] = row[from + bands - 1] === 0 ? 0 : 1
    }
  }
  const known = sources?.some((value, at) => value === 1 && hole[at] === 0)
  const [best] = await fill({
    ...{ picture, hole, width, height, threads, signal, seed: edit.seed, count: 1 },
    ...{ mirror: edit.mirror, rotate: edit.rotate },
    ...(sources !== undefined && known ? { sources } : {}),
    onLevel: ({ level, levels }) => onProgress((levels - level) / (levels + 1)),
  })
  return { box, rgb: cut(best?.picture ?? picture, crop, box) }
}

function cut(picture: Float32Array, crop: Box, box: Box): Float32Array {
  const out = new Float32Array(3 * box.width * box.height)
  for (let y = 0; y < box.height; y++) {
    const from = 3 * ((box.top - crop.top + y) * crop.width + box.left - crop.left)
    out.set(picture.subarray(from, from + 3 * box.width), 3 * y * box.width)
  }
  return out
}

interface PasteTo {
  raster: RasterRef
  mask: Uint8Array
  top: number
  count: number
}

/** Mixes a patch into rows of the picture. Alpha stays; grey takes the mean of the three. True when a number changed. */
function paste(rows: Samples, { box, rgb }: Patch, { raster, mask, top, count }: PasteTo): boolean {
  const { width, bands, depth } = raster
  const full = depth === 16 ? 65535 : 255
  const colours = bands < 3 ? 1 : 3
  let changed = false
  for (let y = Math.max(top, box.top); y < Math.min(top + count, box.top + box.height); y++)
    for (let x = box.left; x < box.left + box.width; x++) {
      const share = mask[y * width + x]! / 255
      if (share === 0) continue
      const from = 3 * ((y - box.top) * box.width + x - box.left)
      const to = ((y - top) * width + x) * bands
      for (let c = 0; c < colours; c++) {
        const value = colours === 1 ? (rgb[from]! + rgb[from + 1]! + rgb[from + 2]!) / 3 : rgb[from + c]!
        const before = rows[to + c]!
        const after = Math.min(full, Math.max(0, Math.round(before + share * (value * full - before))))
        if (after !== before) changed = true
        rows[to + c] = after
      }
    }
  return changed
}
