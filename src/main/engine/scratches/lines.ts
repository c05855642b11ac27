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
}

/** Adds the tile's marks. `plane`: the band `smoothed`, which must reach `LINE_REACH` beyond the tile. */
export function findLines(band: Band, plane: Uint16Array, tile: Tile, marks: Marks): void {
  const { best, turn, box } = strongest(plane, band.width, tile)
  const texture = meansAround(best, box.width, box.height)
  const { x0, y0 } = tile
  for (let y = tile.top; y < tile.bottom; y++)
    for (let x = tile.left; x < tile.right; x++) {
      const at = (y - box.top) * box.width + x - box.left
      const contrast = Math.abs(best[at]!)
      if (contrast < TAPS * LEAST_CONTRAST) continue
      const typical = texture[at]!
      if (contrast < LEAST_RATIO * typical || !alone(best, at, DIRECTIONS[turn[at]!]!, box.width)) continue
      const direction = DIRECTIONS[turn[at]!]!
      const here = y * band.width + x
      if (seesThrough(band, here, direction)) continue
      const sign = best[at]! > 0 ? 1 : -1
      const side = step(direction, GAP, band.width)
      const [centre, left, right] = [0, side, -side].map((to) => along(plane, here + to, direction, band.width) / TAPS)
      const [red, redAround] = colour(band.red, here, side)
      const [green, greenAround] = colour(band.green, here, side)
      const [blue, blueAround] = colour(band.blue, here, side)
      marks.add({
        ...{ x: x + x0, y: y + y0, sign, turn: turn[at]! },
        ...{ contrast: contrast / TAPS, texture: typical / TAPS },
        ...{ centre: centre!, left: left!, right: right! },
        half: halfWidth(plane, here, direction, band.width, centre!, (left! + right!) / 2),
        ...{ red, green, blue, redAround, greenAround, blueAround },
      })
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

/** Whether no line beside it, across its direction, is stronger. Of two that are equal the one with the smaller index counts. */
function alone(best: Int32Array, at: number, direction: Direction, width: number): boolean {
  const own = Math.abs(best[at]!)
  const sign = Math.sign(best[at]!)
  for (let distance = 1; distance <= ALONE; distance++) {
    const side = step(direction, distance, width)
    for (const to of [at + side, at - side]) {
      const other = best[to]! * sign
      if (other > own || (other === own && to < at)) return false
    }
  }
  return true
}

const along = (plane: Uint16Array, at: number, { taps }: Direction, width: number) =>
  taps.reduce((sum, [dx, dy]) => sum + plane[at + dy * width + dx]!, 0)

/** How far from its middle the line still shows a third of its contrast, in quarter pixels. */
function halfWidth(
  plane: Uint16Array,
  at: number,
  direction: Direction,
  width: number,
  centre: number,
  around: number,
): number {
  const least = around + (centre - around) * 0.35
  let half = 0
  for (const way of [1, -1])
    for (let distance = 1; distance < GAP; distance++) {
      const mean = along(plane, at + way * step(direction, distance, width), direction, width) / TAPS
      if (centre > around ? mean < least : mean > least) break
      half += 2
    }
  return half
}

function seesThrough({ clear, width }: Band, at: number, direction: Direction): boolean {
  if (!clear) return false
  const side = step(direction, GAP, width)
  return clear[at] === 1 || clear[at + side] === 1 || clear[at - side] === 1
}

const colour = (plane: Uint16Array, at: number, side: number): [number, number] => [
  plane[at]!,
  (plane[at + side]! + plane[at - side]!) >> 1,
]
