/**
 * Where a thin line may run: along each of sixteen directions the mean over eleven pixels is compared with the means
 * three pixels to either side. Brighter than both, or darker than both, is a line; an edge is between its two sides.
 */
import type { Marks } from './marks.js'
import type { Band } from './source.js'

export const TURNS = 16
const HALF = 5
const TAPS = 2 * HALF + 1
/** Distance of the sides, px. */
const GAP = 3
/** Around each pixel, the square over which the texture is measured. */
const AROUND = 16
/** A local maximum is one within so many pixels across the line. */
const ALONE = 2
/** What the outermost pixels need around them. */
export const LINE_REACH = AROUND + ALONE + GAP + HALF + 1
/** Least contrast, of 65520, and least multiple of the texture's own: below, nothing is ever a scratch. */
const LEAST_CONTRAST = 65520 * 0.008
const LEAST_RATIO = 2.2
/** Share of the contrast that shows at the pixel itself. */
const HERE = 0.5

interface Direction {
  dx: number
  dy: number
  /** Steps along. */
  taps: readonly (readonly [number, number])[]
  /** One step across, not rounded. */
  across: readonly [number, number]
}

export const DIRECTIONS: readonly Direction[] = Array.from({ length: TURNS }, (_, turn) => {
  const angle = (Math.PI * turn) / TURNS
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)]
  const longer = Math.max(Math.abs(dx), Math.abs(dy))
  const taps = Array.from({ length: TAPS }, (_, k) => {
    const along = (k - HALF) / longer
    return [Math.round(along * dx), Math.round(along * dy)] as const
  })
  return { dx, dy, taps, across: [-dy, dx] }
})

/** Between two directions, of half a circle. */
export function turnsApart(a: number, b: number): number {
  const turns = Math.abs(a - b)
  return Math.min(turns, TURNS - turns)
}

const step = ({ across: [ax, ay] }: Direction, distance: number, width: number) =>
  Math.round(distance * ay) * width + Math.round(distance * ax)

/** A tile's inner part, in the band's own coordinates; `x0` and `y0`: where the band's first pixel is in the picture. */
export interface Tile {
  left: number
  top: number
  right: number
  bottom: number
  x0: number
  y0: number
  /** Of the picture. */
  width: number
  height: number
}

/** Adds the tile's marks. `plane`: the band `smoothed`, which must reach `LINE_REACH` beyond the tile. */
export function findLines(band: Band, plane: Uint16Array, tile: Tile, marks: Marks): void {
  const { best, turn, box } = strongest(plane, band.width, tile)
  const texture = meansAround(best, box.width, box.height)
  const inBand = DIRECTIONS.map((direction) => offsetsOf(direction, band.width))
  const inBox = DIRECTIONS.map((direction) => offsetsOf(direction, box.width).across)
  for (let y = tile.top; y < tile.bottom; y++)
    for (let x = tile.left; x < tile.right; x++) {
      const at = (y - box.top) * box.width + x - box.left
      const contrast = Math.abs(best[at]!)
      const typical = texture[at]!
      if (contrast < TAPS * LEAST_CONTRAST || contrast < LEAST_RATIO * typical) continue
      if (!alone(best, at, inBox[turn[at]!]!)) continue
      if (!hasSides(tile, x, y, DIRECTIONS[turn[at]!]!)) continue
      const here = y * band.width + x
      const offsets = inBand[turn[at]!]!
      const side = offsets.across[GAP - 1]!
      if (band.clear && (band.clear[here] || band.clear[here + side] || band.clear[here - side])) continue
      if (!isHere(plane, here, offsets, best[at]!)) continue
      addLine(band, plane, here, offsets, marks)
      const { columns: to, length } = marks
      to.x[length - 1] = x + tile.x0
      to.y[length - 1] = y + tile.y0
      to.sign[length - 1] = Math.sign(best[at]!)
      to.turn[length - 1] = turn[at]!
      to.contrast[length - 1] = contrast / TAPS
      to.texture[length - 1] = typical / TAPS
    }
}

/** Whether both sides are in the picture: beyond its border nothing is known. */
function hasSides({ x0, y0, width, height }: Tile, x: number, y: number, { across: [ax, ay] }: Direction): boolean {
  const [dx, dy] = [Math.round(GAP * ax), Math.round(GAP * ay)]
  const [one, other] = [x + x0 + dx, x + x0 - dx]
  const [above, below] = [y + y0 + dy, y + y0 - dy]
  return (
    Math.min(one, other) >= 0 &&
    Math.max(one, other) < width &&
    Math.min(above, below) >= 0 &&
    Math.max(above, below) < height
  )
}

/**
 * Whether the line runs through this very pixel: half of the contrast shows in the three pixels about it. Otherwise it is
 * beyond the end of a line, or beside a spot.
 */
function isHere(plane: Uint16Array, here: number, { taps, across }: Offsets, contrast: number): boolean {
  const side = across[GAP - 1]!
  const sign = Math.sign(contrast)
  const [before, after] = [taps[HALF - 1]!, taps[HALF + 1]!]
  const short = (at: number) => plane[at + before]! + plane[at]! + plane[at + after]!
  const centre = short(here)
  const least = ((contrast * sign) / TAPS) * 3 * HERE
  return (centre - short(here + side)) * sign >= least && (centre - short(here - side)) * sign >= least
}

function addLine(band: Band, plane: Uint16Array, here: number, { taps, across }: Offsets, marks: Marks): void {
  const i = marks.add()
  const to = marks.columns
  const side = across[GAP - 1]!
  const centre = along(plane, here, taps)
  const left = along(plane, here + side, taps)
  const right = along(plane, here - side, taps)
  to.centre[i] = centre / TAPS
  to.left[i] = left / TAPS
  to.right[i] = right / TAPS
  to.half[i] = halfWidth(plane, here, { taps, across }, centre, (left + right) / 2)
  to.red[i] = band.red[here]!
  to.green[i] = band.green[here]!
  to.blue[i] = band.blue[here]!
  to.redAround[i] = (band.red[here + side]! + band.red[here - side]!) >> 1
  to.greenAround[i] = (band.green[here + side]! + band.green[here - side]!) >> 1
  to.blueAround[i] = (band.blue[here + side]! + band.blue[here - side]!) >> 1
}

/** A direction in a plane of some width. */
interface Offsets {
  taps: Int32Array
  /** One pixel across, two, and so on up to the side. */
  across: Int32Array
}

function offsetsOf(direction: Direction, width: number): Offsets {
  return {
    taps: Int32Array.from(direction.taps, ([dx, dy]) => dy * width + dx),
    across: Int32Array.from({ length: GAP }, (_, k) => step(direction, k + 1, width)),
  }
}

/** Of each pixel the strongest line through it: contrast times `TAPS`, negative where it is dark, and its direction. */
function strongest(plane: Uint16Array, stride: number, tile: Tile) {
  const more = AROUND + ALONE
  const box = { left: tile.left - more, top: tile.top - more, width: 0, height: 0 }
  box.width = tile.right + more - box.left
  box.height = tile.bottom + more - box.top
  const best = new Int32Array(box.width * box.height)
  const turn = new Uint8Array(best.length)
  const wide = box.width + 2 * GAP
  const high = box.height + 2 * GAP
  const sums = new Int32Array(wide * high)
  for (const [t, direction] of DIRECTIONS.entries()) {
    const [a, b, c, d, e, f, g, h, i, j, k] = direction.taps.map(([dx, dy]) => dy * stride + dx) as Eleven
    for (let y = 0; y < high; y++) {
      let from = (box.top - GAP + y) * stride + box.left - GAP
      for (let to = y * wide; to < (y + 1) * wide; to++, from++)
        sums[to] =
          plane[from + a]! +
          plane[from + b]! +
          plane[from + c]! +
          plane[from + d]! +
          plane[from + e]! +
          plane[from + f]! +
          plane[from + g]! +
          plane[from + h]! +
          plane[from + i]! +
          plane[from + j]! +
          plane[from + k]!
    }
    const side = step(direction, GAP, wide)
    for (let y = 0; y < box.height; y++) {
      let from = (y + GAP) * wide + GAP
      for (let to = y * box.width; to < (y + 1) * box.width; to++, from++) {
        const centre = sums[from]!
        const one = centre - sums[from + side]!
        const other = centre - sums[from - side]!
        // Both of one sign, or it is no line.
        if ((one ^ other) < 0) continue
        const contrast = one > 0 ? (one < other ? one : other) : one > other ? one : other
        const before = best[to]!
        if ((contrast < 0 ? -contrast : contrast) > (before < 0 ? -before : before)) {
          best[to] = contrast
          turn[to] = t
        }
      }
    }
  }
  return { best, turn, box }
}

type Eleven = [number, number, number, number, number, number, number, number, number, number, number]

/** Means of absolute values over a square of `2 * AROUND + 1`; right from `AROUND` pixels off the border on. */
export function meansAround(values: Int32Array, width: number, height: number): Int32Array {
  const side = 2 * AROUND + 1
  const across = new Int32Array(width * height)
  const out = new Int32Array(width * height)
  for (let y = 0; y < height; y++) {
    let sum = 0
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      sum += Math.abs(values[at]!)
      if (x >= side) sum -= Math.abs(values[at - side]!)
      if (x >= side - 1) across[at - AROUND] = sum
    }
  }
  const sums = new Float64Array(width)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      sums[x]! += across[at]!
      if (y >= side) sums[x]! -= across[at - side * width]!
      if (y >= side - 1) out[at - AROUND * width] = sums[x]! / (side * side)
    }
  return out
}

/** Whether no line beside it, across its direction, is stronger. Of two that are equal the first counts. */
function alone(best: Int32Array, at: number, across: Int32Array): boolean {
  const sign = Math.sign(best[at]!)
  const own = best[at]! * sign
  for (let k = 0; k < ALONE; k++) {
    const one = best[at + across[k]!]! * sign
    const other = best[at - across[k]!]! * sign
    if (one > own || other > own) return false
    if ((one === own && across[k]! < 0) || (other === own && across[k]! > 0)) return false
  }
  return true
}

function along(plane: Uint16Array, at: number, taps: Int32Array): number {
  let sum = 0
  for (let k = 0; k < TAPS; k++) sum += plane[at + taps[k]!]!
  return sum
}

/** How far from its middle the line still shows a third of its contrast, in quarter pixels: the mean of both ways. */
function halfWidth(plane: Uint16Array, at: number, { taps, across }: Offsets, centre: number, around: number): number {
  const least = around + (centre - around) * 0.35
  let half = 0
  for (const way of [1, -1])
    for (let k = 0; k < GAP - 1; k++) {
      const sum = along(plane, at + way * across[k]!, taps)
      if (centre > around ? sum < least : sum > least) break
      half += 2
    }
  return half
}
