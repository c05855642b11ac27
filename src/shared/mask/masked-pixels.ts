/** About how much is masked, without a look at the picture. */
import type { Mask } from './mask.js'
import { rasterOf, shrunk } from './rasterise.js'
import { isSelecting } from './selections.js'

/** Each byte stands for a square of 2^LEVEL pixels a side. */
const LEVEL = 3

/** Null when a part of the mask depends on pixels: a wand, transparency, a loaded picture. */
export function maskedPixels(mask: Mask): number | null {
  if (mask.operations.some(isSelecting)) return null
  const area = { x: 0, y: 0, width: mask.width, height: mask.height }
  const sum = shrunk(rasterOf(mask), area, LEVEL).reduce((total, value) => total + value, 0)
  return Math.round((sum / 255) * 4 ** LEVEL)
}
