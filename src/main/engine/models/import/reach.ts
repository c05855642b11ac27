/**
 * How much of a tile's surroundings its pixels depend on. Two tiles that overlap are compared: at the margin that is
 * looked for, they agree wherever both have at least that much around them.
 */
import { cut, scene } from './pictures.js'
import type { Crop } from '../rim.js'
import type { Numbers, Planes, Trial } from './trial.js'

/** In units of an 8-bit level. Half of what is promised: it is measured on one picture. */
const AGREES = 0.25

export interface Reach {
  /** In pixels going in; null when the tiles agree at none that could be tried. */
  readonly margin: number | null
  /** Tiles agree when they begin on multiples of it; null when on none. */
  readonly grid: number | null
}

export interface ReachOptions {
  readonly scale: number
  /** Pixels going out that are missing at the beginning and at the end of each side. */
  readonly crop: Crop | null
  readonly range: { readonly image: Numbers; readonly output: Numbers }
  /** Of a tile; both are multiples of `step`. */
  readonly width: number
  readonly height: number
  /** What tiles must begin on as far as it is known. */
  readonly step: number
}

export async function reachOf(trial: Trial, options: ReachOptions): Promise<Reach> {
  const { width, height, step } = options
  // A quarter of a tile leaves three eighths as the largest margin that can be seen.
  const quarter = (side: number) => Math.max(step, Math.floor(side / 4 / COARSE) * COARSE)
  const across = Math.ceil(quarter(width) / step) * step
  const down = Math.ceil(quarter(height) / step) * step
  const picture = scene(trial.form.channels, width + across + COARSE, height + down + COARSE, 1, 2)
  const tile = (x: number, y: number) => trial.run(cut(picture, x, y, width, height), options.range.image)
  const first = await tile(0, 0)
  const margin = agreement(first, await tile(across, down), across, down, options)
  if (margin === null) return { margin: null, grid: step }
  if (trial.form.fixed === null && step >= COARSE) return { margin, grid: step }
  // Moved by less: do they agree as well?
  for (let grid = step; grid < COARSE; grid *= 2) {
    const [x, y] = [across - grid, down - grid]
    const found = x > 0 && y > 0 ? agreement(first, await tile(x, y), x, y, options) : margin
    if (found !== null && found <= margin + Math.max(4, grid)) return { margin: Math.max(margin, found), grid }
  }
  return { margin, grid: across % COARSE === 0 ? COARSE : null }
}

/** The largest stride that is looked for where the sizes do not show one. */
const COARSE = 16

/** The least margin at which two tiles agree, of which the second begins `dx`, `dy` later; null for none. */
function agreement(a: Planes, b: Planes, dx: number, dy: number, { scale, crop, range, width, height }: ReachOptions): number | null {
  const [before, after] = crop ?? [0, 0]
  const [low, high] = range.output
  const level = ((high - low) * AGREES) / 255
  const most = Math.floor((Math.min(width - dx, height - dy) - 1) / 2)
  /** Of pixels that have just so much around them in both: the largest difference. */
  const worst = new Float64Array(most + 1)
  const plane = a.width * a.height
  // Counted from the corner of the first tile; what is missing begins and ends each of them.
  for (let y = dy * scale + before; y < height * scale - after; y++)
    for (let x = dx * scale + before; x < width * scale - after; x++) {
      const here = Math.min(
        Math.floor((width * scale - 1 - x) / scale),
        Math.floor((height * scale - 1 - y) / scale),
        Math.floor(x / scale) - dx,
        Math.floor(y / scale) - dy,
      )
      const at = Math.min(most, here)
      for (let c = 0; c < a.channels; c++) {
        const difference = Math.abs(
          a.data[c * plane + (y - before) * a.width + x - before]! -
            b.data[c * plane + (y - before - dy * scale) * a.width + x - before - dx * scale]!,
        )
        if (!(difference <= worst[at]!)) worst[at] = difference
      }
    }
  let margin = most + 1
  while (margin > 0 && worst[margin - 1]! <= level) margin--
  // So deep in that only a few pixels are left, agreement is no evidence.
  return margin > most - 2 ? null : margin
}
