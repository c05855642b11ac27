/**
 * Outpainting: the picture grows by one side after the other (left, right, top, bottom). What a side is filled from is all
 * that is there by then, so that corners go on from both, and what is not filled yet is never taken for something known.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Extension } from '../../../../shared/extend.js'
import { extendRaster, pasteRaster } from '../../imaging/index.js'
import type { RasterRef } from '../../protocol/tasks.js'
import { drawFills, type Drawn, type DrawInput, type DrawnVariation } from './draw.js'
import type { PreviewCanvas } from './preview-canvas.js'
import { sideMask } from './side-mask.js'

export interface ExtendInput extends Omit<DrawInput, 'marks' | 'onArea'> {
  extension: Extension
  /** Width of the border inside the picture over which the new fades into the old, px. */
  feather: number
  /** Shows the picture on its new canvas before anything is filled; what it makes is told of the filling. */
  onCanvas?: (canvas: RasterRef) => Promise<PreviewCanvas | undefined>
}

type Side = keyof Extension
const SIDES: readonly Side[] = ['left', 'right', 'top', 'bottom']

/** Variations are rasters of the whole canvas. Throws what filling and writing throw, and `cancelled`. */
export async function drawExtension(input: ExtendInput): Promise<Drawn> {
  const { raster, extension, dir, only, inpainter } = input
  const variations = inpainter.deterministic ? 1 : input.variations
  const sides = SIDES.filter((side) => extension[side] > 0)
  const numbers = only === null ? Array.from({ length: variations }, (_, number) => number) : [only]
  const preview = await previewOf(input)
  const all: Grown[] = []
  for (const [done, number] of numbers.entries()) {
    const grown = await growPicture(input, sides, number, {
      preview: done === 0 ? preview : undefined,
      progress: (fraction) => input.progress((done + fraction) / numbers.length),
    })
    all.push(grown)
    input.onVariation?.(grown.variation)
  }
  const width = extension.left + raster.width + extension.right
  const height = extension.top + raster.height + extension.bottom
  const sum = (of: (grown: Grown) => number): number => all.reduce((total, grown) => total + of(grown), 0)
  return {
    area: { left: 0, top: 0, width, height },
    variations: all.map(({ variation }) => variation),
    fillMs: sum(({ fillMs }) => fillMs),
    pixelsFilled: width * height - raster.width * raster.height,
    pixelsFilledFrom: sum(({ pixelsFilledFrom }) => pixelsFilledFrom),
  }

  async function previewOf({ onCanvas }: ExtendInput): Promise<PreviewCanvas | undefined> {
    if (onCanvas === undefined) return undefined
    const blank = await extendRaster(raster, extension, join(dir, 'canvas.v'))
    const made = await onCanvas(blank)
    await rm(blank.path)
    return made
  }
}

interface Grown {
  variation: DrawnVariation
  fillMs: number
  pixelsFilledFrom: number
}

async function growPicture(
  input: ExtendInput,
  sides: readonly Side[],
  number: number,
  tell: { preview: PreviewCanvas | undefined; progress: (fraction: number) => void },
): Promise<Grown> {
  const { raster, extension, feather, dir, seed } = input
  let picture = raster
  let parts: DrawnVariation[] = []
  let fillMs = 0
  let pixelsFilledFrom = 0
  for (const [done, side] of sides.entries()) {
    const alone = { left: 0, top: 0, right: 0, bottom: 0, [side]: extension[side] }
    const blank = await extendRaster(picture, alone, join(dir, `side${number}-${side}.v`))
    const grownBy = sides.slice(0, done + 1)
    // Of the whole canvas, as far as it has grown.
    const origin = {
      left: grownBy.includes('left') ? 0 : extension.left,
      top: grownBy.includes('top') ? 0 : extension.top,
    }
    const drawn = await drawFills({
      ...input,
      raster: blank,
      marks: { mask: sideMask(blank, side, extension[side], feather), sources: null, reach: null },
      only: number,
      onArea: () => Promise.resolve(tell.preview?.at(origin)),
      progress: (fraction) => tell.progress((done + fraction) / sides.length),
      onVariation: () => undefined,
    })
    fillMs += drawn.fillMs
    pixelsFilledFrom += drawn.pixelsFilledFrom
    const [made] = drawn.variations
    if (made === undefined) continue
    const next = await pasteRaster(blank, made.raster, drawn.area, join(dir, `extended${number}-${side}.v`))
    for (const old of [made.raster, blank, ...(picture === raster ? [] : [picture])])
      await rm(old.path, { force: true })
    picture = next
    parts = [...parts, made]
  }
  const distances = parts.flatMap(({ distance }) => (distance === null ? [] : [distance]))
  const distance = distances.length === 0 ? null : distances.reduce((sum, each) => sum + each, 0) / distances.length
  const variation = { index: number, seed: parts[0]?.seed ?? seed, distance, changed: true, raster: picture }
  return { variation, fillMs, pixelsFilledFrom }
}
