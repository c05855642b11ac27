/**
 * A GPU run that ends "successfully" with a black or broken tile is the worst fault of this kind of program, so
 * every output tile is looked at before it is kept.
 */

export interface TileStatistics {
  mean: number
  /** Range of the picture's 8x8 block means: what is left of it when noise is averaged away. */
  lowPassRange: number
}

/** Side of the blocks whose means tell what is in the picture beside noise. */
const BLOCK = 8

/** Of planar [3, height, width], in one pass. */
export function statistics(sample: Float32Array, shape: { height: number; width: number }): TileStatistics {
  let [mean, lowPassRange] = [NaN, 0]
  for (const known of reading(sample, shape)) [mean, lowPassRange] = [known.sum / sample.length, known.range]
  return { mean, lowPassRange }
}

/**
 * Enough to tell a flat output, and no more: of most pictures the first rows say that they are not flat. The mean is not
 * known, and the range is at least what is said.
 */
export function flatness(sample: Float32Array, shape: { height: number; width: number }): TileStatistics {
  let lowPassRange = 0
  for (const known of reading(sample, shape)) {
    lowPassRange = known.range
    if (lowPassRange > NOT_FLAT) break
  }
  return { mean: NaN, lowPassRange }
}

/** The sum of all values so far and the range of the blocks' means so far, a row of blocks at a time. */
function* reading(
  sample: Float32Array,
  { height, width }: { height: number; width: number },
): Generator<{ readonly sum: number; readonly range: number }, void, void> {
  const side = Math.min(BLOCK, height, width)
  const blocks = new Float64Array(Math.floor(width / side))
  const known = { sum: 0, range: -Infinity }
  let low = Infinity
  let high = -Infinity
  for (let c = 0; c < 3; c++)
    for (let top = 0; top < height; top += side) {
      const rows = Math.min(side, height - top)
      blocks.fill(0)
      for (let y = top; y < top + rows; y++) known.sum += addRow(sample, (c * height + y) * width, width, side, blocks)
      if (rows === side)
        for (let b = 0; b < blocks.length; b++) {
          const mean = (blocks[b] as number) / (side * side)
          if (mean < low) low = mean
          if (mean > high) high = mean
        }
      known.range = high - low
      yield known
    }
}

/** Adds a row's values to the sums of the blocks that it crosses; returns the sum of all, also of those past the last block. */
function addRow(sample: Float32Array, from: number, width: number, side: number, blocks: Float64Array): number {
  let sum = 0
  let at = from
  for (let b = 0; b < blocks.length; b++) {
    let part = 0
    for (const end = at + side; at < end; at++) part += sample[at] as number
    blocks[b] = (blocks[b] as number) + part
    sum += part
  }
  for (; at < from + width; at++) sum += sample[at] as number
  return sum
}

export type TileFault = 'notFinite' | 'flat' | 'shifted'

/** Largest change of a tile's mean by denoising that is taken for right, of a picture in 0..1. */
const MEAN_SHIFT = 2 / 255
const FLAT = 1e-6
const NOT_FLAT = 4 / 255

/** What is wrong with a network's output, given the statistics of what it was fed; null when nothing is. */
export function tileFault(output: Float32Array, input: TileStatistics): TileFault | null {
  const sum = sumOf(output)
  if (!Number.isFinite(sum)) return 'notFinite'
  if (input.lowPassRange > NOT_FLAT && isFlat(output)) return 'flat'
  if (Math.abs(sum / output.length - input.mean) > MEAN_SHIFT) return 'shifted'
  return null
}

/** A sum of floats in double precision cannot overflow: it is finite exactly when all of them are. */
export const allFinite = (values: Float32Array): boolean => Number.isFinite(sumOf(values))

/** Of a picture the first few values say that it is not. */
function isFlat(values: Float32Array): boolean {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value < low) low = value
    if (value > high) high = value
    if (high - low >= FLAT) return false
  }
  return true
}

/** In four sums that need not wait for one another: most of the time of one sum is waiting. */
function sumOf(values: Float32Array): number {
  const whole = values.length - (values.length % 4)
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    a += values[i]!
    b += values[i + 1]!
    c += values[i + 2]!
    d += values[i + 3]!
  }
  for (let i = whole; i < values.length; i++) a += values[i]!
  return a + b + c + d
}
