/** Single planes of numbers in double precision, as the multi-scale measures work on them. */
import type { PlanarPicture } from './ssim.js'

export interface Plane {
  width: number
  height: number
  data: Float64Array
}

/** A weighted sum of a colour picture's channels, of 0..255. */
export function mixed({ width, height, channels, data }: PlanarPicture, weights: readonly number[]): Plane {
  if (channels !== weights.length) throw new RangeError(`${channels} channels, ${weights.length} weights`)
  const size = width * height
  const out = new Float64Array(size)
  for (const [c, weight] of weights.entries())
    // Floats hold k / 255 in single precision only; the file's own number is the whole one next to it.
    for (let i = 0; i < size; i++) out[i]! += weight * Math.round(data[c * size + i]! * 255)
  return { width, height, data: out }
}

/** Rec. 601. */
export const LUMA = [0.299, 0.587, 0.114] as const

/** Half the size, rounded up: means of 2x2 pixels, the last column and row of an odd size counted twice. */
export function halved({ width, height, data }: Plane): Plane {
  const [w, h] = [(width + 1) >> 1, (height + 1) >> 1]
  const out = new Float64Array(w * h)
  for (let y = 0; y < h; y++) {
    const [top, bottom] = [2 * y * width, Math.min(2 * y + 1, height - 1) * width]
    for (let x = 0; x < w; x++) {
      const [left, right] = [2 * x, Math.min(2 * x + 1, width - 1)]
      out[y * w + x] = (data[top + left]! + data[top + right]! + data[bottom + left]! + data[bottom + right]!) / 4
    }
  }
  return { width: w, height: h, data: out }
}

/**
 * A separable filter whose first tap lies `before` pixels to the left and above; the picture goes on in its mirror
 * image (the edge pixel counted twice), so that the result has the picture's size and a hole at the edge is judged, too.
 */
export function filtered(plane: Plane, across: readonly number[], down: readonly number[], before: number): Plane {
  const { width, height, data } = plane
  const columns = mirrored(width, across.length, before)
  const rows = mirrored(height, down.length, before)
  const half = new Float64Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let k = 0; k < across.length; k++) sum += across[k]! * data[y * width + columns[x + k]!]!
      half[y * width + x] = sum
    }
  const out = new Float64Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let k = 0; k < down.length; k++) sum += down[k]! * half[rows[y + k]! * width + x]!
      out[y * width + x] = sum
    }
  return { width, height, data: out }
}

/** Where each place of a line lies that is `before` longer at its start and as long as the filter needs at its end. */
function mirrored(size: number, taps: number, before: number): Int32Array {
  if (taps > size) throw new RangeError(`a line of ${size} px is shorter than the filter of ${taps}`)
  return Int32Array.from({ length: size + taps - 1 }, (_, i) => {
    const at = i - before
    return at < 0 ? -1 - at : at >= size ? 2 * size - 1 - at : at
  })
}

/** The mean of the plane's values, each counted by its weight. */
export function weightedMean(plane: Plane, weights: Plane): number {
  let [sum, total] = [0, 0]
  for (let i = 0; i < plane.data.length; i++) {
    sum += plane.data[i]! * weights.data[i]!
    total += weights.data[i]!
  }
  if (total === 0) throw new RangeError('an empty region')
  return sum / total
}

/** A region (0 or 1; everywhere unless given) as weights. */
export function regionPlane(width: number, height: number, region?: Uint8Array): Plane {
  if (region && region.length !== width * height) throw new RangeError('a region of another size')
  return { width, height, data: region ? Float64Array.from(region) : new Float64Array(width * height).fill(1) }
}

export function sameShape(a: PlanarPicture, b: PlanarPicture): void {
  if (a.width !== b.width || a.height !== b.height || a.channels !== b.channels)
    throw new RangeError('pictures of two shapes')
}
