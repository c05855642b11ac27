/**
 * How much a small picture leaves open of the large one: where its finest octave has texture, the next one has texture too.
 *
 *   h        luma (BT.601) less its binomial mean of 5 x 5: the finest octave
 *   a        mean of |h| over 3 x 3
 *   least    smallest a within 7 x 7: an edge that stands alone has nothing beside it, texture goes on
 *   level    `least`, smoothed by the binomial of 5 x 5 twice
 *
 * On crops of 13 photos such a level follows the error of lacuna-upscale's mean from block to block (docs/decisions/0012).
 */
import { reflectIndex } from '../../diffusion/tiling.js'
import { roomFor, type Field } from '../field.js'

/** Rows on each side that a level depends on: 2 + 1 + 3 + 2 + 2. */
const REACH = 10
const BINOMIAL = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16]
const LUMA = [0.299, 0.587, 0.114] as const

/** One channel in the units of the picture (three channels). Made when it is read; the same for whatever rows are read. */
export const textureField = (picture: Field): Field => ({
  width: picture.width,
  height: picture.height,
  channels: 1,
  async readRows(top, count, into) {
    const { width, height } = picture
    const [first, last] = [Math.max(0, top - REACH), Math.min(height, top + count + REACH)]
    const rows = await picture.readRows(first, last - first)
    const rowsWithContext = count + 2 * REACH
    const luma = new Float32Array(rowsWithContext * width)
    for (let y = 0; y < rowsWithContext; y++) {
      const row = Math.min(last - 1, Math.max(first, reflectIndex(top - REACH + y, height))) - first
      for (const [c, weight] of LUMA.entries())
        for (let x = 0; x < width; x++) luma[y * width + x]! += weight * rows[(row * 3 + c) * width + x]!
    }
    const plane = { width, height: rowsWithContext }
    const mean = smoothed(luma, plane, BINOMIAL)
    for (let i = 0; i < luma.length; i++) luma[i] = Math.abs(luma[i]! - mean[i]!)
    const energy = smoothed(luma, plane, [1 / 3, 1 / 3, 1 / 3])
    const least = along(along(energy, plane, smallest, 'x'), plane, smallest, 'y')
    const level = smoothed(smoothed(least, plane, BINOMIAL), plane, BINOMIAL)
    const out = roomFor(count * width, into)
    out.set(level.subarray(REACH * width, (REACH + count) * width))
    return out
  },
})

/** A field of one channel enlarged between its pixels' centres, linearly, times `factor`, `most` at most. */
export const enlargedLevel = (
  small: Field,
  scale: number,
  { factor, most }: { factor: number; most: number },
): Field => ({
  width: small.width * scale,
  height: small.height * scale,
  channels: 1,
  async readRows(top, count, into) {
    const { width, height } = small
    const placeOf = (at: number, size: number) => Math.min(size - 1, Math.max(0, (at + 0.5) / scale - 0.5))
    const first = Math.floor(placeOf(top, height))
    const last = Math.min(height, Math.floor(placeOf(top + count - 1, height)) + 2)
    const rows = await small.readRows(first, last - first)
    const out = roomFor(count * width * scale, into)
    for (let y = 0; y < count; y++) {
      const down = placeOf(top + y, height)
      const upper = (Math.floor(down) - first) * width
      const lower = (Math.min(height - 1, Math.floor(down) + 1) - first) * width
      const v = down - Math.floor(down)
      for (let x = 0; x < width * scale; x++) {
        const place = placeOf(x, width)
        const left = Math.floor(place)
        const right = Math.min(width - 1, left + 1)
        const u = place - left
        const above = rows[upper + left]! * (1 - u) + rows[upper + right]! * u
        const below = rows[lower + left]! * (1 - u) + rows[lower + right]! * u
        out[y * width * scale + x] = Math.min(most, factor * (above * (1 - v) + below * v))
      }
    }
    return out
  },
})

interface Plane {
  readonly width: number
  readonly height: number
}

type Gather = (values: Float32Array, at: (offset: number) => number) => number

const smoothed = (values: Float32Array, plane: Plane, taps: readonly number[]): Float32Array => {
  const reach = (taps.length - 1) / 2
  const sum: Gather = (from, at) => {
    let total = 0
    for (let k = -reach; k <= reach; k++) total += taps[k + reach]! * from[at(k)]!
    return total
  }
  return along(along(values, plane, sum, 'x'), plane, sum, 'y')
}

const smallest: Gather = (values, at) => {
  let least = Infinity
  for (let k = -3; k <= 3; k++) least = Math.min(least, values[at(k)]!)
  return least
}

/** A filter along one axis, mirrored at the sides. Above and below, as many rows become meaningless as it reaches. */
function along(values: Float32Array, { width, height }: Plane, gather: Gather, axis: 'x' | 'y'): Float32Array {
  const out = new Float32Array(values.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      out[y * width + x] = gather(
        values,
        axis === 'x'
          ? (offset) => y * width + reflectIndex(x + offset, width)
          : (offset) => Math.min(height - 1, Math.max(0, y + offset)) * width + x,
      )
  return out
}
