/**
 * Outpainting: the picture on a larger canvas, whose new sides are filled one after the other (left, right, top, bottom), so
 * that each goes on from what was filled before it, and none has to hold the whole canvas in its crop.
 */
import { join } from 'node:path'
import { rm } from 'node:fs/promises'
import type { Extension } from '../../../../shared/extend.js'
import { extendRaster, pasteRaster } from '../../imaging/index.js'
import type { RasterRef } from '../../protocol/tasks.js'
import type { Box } from '../inpainter.js'
import { drawFills, type Drawn, type DrawInput, type DrawnVariation } from './draw.js'

export interface ExtendInput extends Omit<DrawInput, 'marks' | 'preview'> {
  extension: Extension
  /** Width of the border inside the picture over which the new fades into the old, px. */
  feather: number
  /** The picture on its new canvas, before anything is filled. */
  onCanvas?: (canvas: RasterRef) => Promise<DrawPreview>
}

type DrawPreview = DrawInput['preview']

/** Variations are rasters of the whole canvas. Throws what filling and writing throw, and `cancelled`. */
export async function drawExtension(input: ExtendInput): Promise<Drawn> {
  const { raster, extension, feather, dir, only, variations } = input
  const blank = await extendRaster(raster, extension, join(dir, 'canvas.v'))
  const preview = await input.onCanvas?.(blank)
  const numbers = only === null ? Array.from({ length: variations }, (_, number) => number) : [only]
  const sides = sidesOf(raster, extension, feather)
  const drawn: DrawnVariation[] = []
  let fillMs = 0
  let pixelsFilledFrom = 0
  const pixelsFilled = blank.width * blank.height - raster.width * raster.height
  let steps = 0
  for (const number of numbers) {
    const parts: DrawnVariation[] = []
    let canvas = blank
    for (const side of sides) {
      const part = await drawFills({
        ...input,
        raster: canvas,
        marks: { mask: side.mask(blank), sources: side.known(blank) },
        only: number,
        ...(number === numbers[0] && preview !== undefined ? { preview } : {}),
        progress: (fraction) => input.progress((steps + fraction) / (numbers.length * sides.length)),
        onVariation: () => undefined,
      })
      fillMs += part.fillMs
      pixelsFilledFrom += part.pixelsFilledFrom
      steps++
      const [made] = part.variations
      if (made === undefined) continue
      const next = join(dir, `extended${number}-${steps}.v`)
      const pasted = await pasteRaster(canvas, made.raster, part.area, next)
      await rm(made.raster.path, { force: true })
      if (canvas !== blank) await rm(canvas.path, { force: true })
      canvas = pasted
      parts.push(made)
    }
    const distance = parts.reduce((sum, part) => sum + (part.distance ?? 0), 0) / Math.max(1, parts.length)
    const variation = { index: number, seed: parts[0]?.seed ?? input.seed, distance, changed: true, raster: canvas }
    drawn.push(variation)
    input.onVariation?.(variation)
  }
  await rm(blank.path, { force: true })
  const area = { left: 0, top: 0, width: blank.width, height: blank.height }
  return { area, variations: drawn, fillMs, pixelsFilled, pixelsFilledFrom }
}

interface Side {
  /** What is filled: 255 in the new part, falling over the feather into the picture. */
  mask: (canvas: RasterRef) => Uint8Array
  /** What is there to be gone by: the picture, and the sides filled before. */
  known: (canvas: RasterRef) => Uint8Array
}

function sidesOf(raster: { width: number; height: number }, extension: Extension, feather: number): Side[] {
  const { left, top, right, bottom } = extension
  const wide = left + raster.width + right
  const inner = { left: 0, top, width: wide, height: raster.height }
  const picture = { left, top, width: raster.width, height: raster.height }
  // Left and right are as high as the picture; top and bottom are as wide as the canvas, corners included.
  const all = [
    { size: left, box: { left: 0, top, width: left, height: raster.height }, towards: 'right', known: picture },
    {
      size: right,
      box: { left: left + raster.width, top, width: right, height: raster.height },
      towards: 'left',
      known: { ...picture, left: 0, width: left + raster.width },
    },
    { size: top, box: { left: 0, top: 0, width: wide, height: top }, towards: 'down', known: inner },
    {
      size: bottom,
      box: { left: 0, top: top + raster.height, width: wide, height: bottom },
      towards: 'up',
      known: { ...inner, top: 0, height: top + raster.height },
    },
  ] as const
  return all
    .filter(({ size }) => size > 0)
    .map(({ box, towards, known }) => ({
      mask: (canvas) => sideMask(canvas, box, towards, feather),
      known: (canvas) => filled(canvas, known),
    }))
}

function filled(canvas: RasterRef, { left, top, width, height }: Box): Uint8Array {
  const bytes = new Uint8Array(canvas.width * canvas.height)
  for (let y = top; y < top + height; y++) {
    const from = y * canvas.width + left
    bytes.fill(1, from, from + width)
  }
  return bytes
}

function sideMask(canvas: RasterRef, box: Box, towards: 'left' | 'right' | 'up' | 'down', feather: number): Uint8Array {
  const mask = new Uint8Array(canvas.width * canvas.height)
  const put = (value: number, x0: number, y0: number, x1: number, y1: number): void => {
    for (let y = Math.max(0, y0); y < Math.min(canvas.height, y1); y++) {
      const from = y * canvas.width
      mask.fill(value, from + Math.max(0, x0), from + Math.min(canvas.width, x1))
    }
  }
  const right = box.left + box.width
  const bottom = box.top + box.height
  put(255, box.left, box.top, right, bottom)
  for (let step = 0; step < feather; step++) {
    const value = Math.round(255 * (1 - (step + 0.5) / feather))
    if (towards === 'right') put(value, right + step, box.top, right + step + 1, bottom)
    if (towards === 'left') put(value, box.left - step - 1, box.top, box.left - step, bottom)
    if (towards === 'down') put(value, box.left, bottom + step, right, bottom + step + 1)
    if (towards === 'up') put(value, box.left, box.top - step - 1, right, box.top - step)
  }
  return mask
}
