/**
 * A GPU run that ends "successfully" with a black or broken tile is the worst fault of this kind of program, so
 * every output tile is looked at before it is kept.
 */

export interface TileStatistics {
  mean: number
  /** Range of the picture's 8x8 block means: what is left of it when noise is averaged away. */
  lowPassRange: number
}

/** Of planar [3, height, width]. */
export function statistics(sample: Float32Array, { height, width }: { height: number; width: number }): TileStatistics {
  const block = Math.min(8, height, width)
  let sum = 0
  let low = Infinity
  let high = -Infinity
  for (let c = 0; c < 3; c++)
    for (let y = 0; y + block <= height; y += block)
      for (let x = 0; x + block <= width; x += block) {
        let part = 0
        for (let j = 0; j < block; j++) {
          const from = (c * height + y + j) * width + x
          for (let i = 0; i < block; i++) part += sample[from + i] as number
        }
        part /= block * block
        if (part < low) low = part
        if (part > high) high = part
      }
  for (const value of sample) sum += value
  return { mean: sum / sample.length, lowPassRange: high - low }
}

export type TileFault = 'notFinite' | 'flat' | 'shifted'

/** Largest change of a tile's mean by denoising that is taken for right, of a picture in 0..1. */
const MEAN_SHIFT = 2 / 255
const FLAT = 1e-6
const NOT_FLAT = 4 / 255

/** What is wrong with a network's output, given the statistics of what it was fed; null when nothing is. */
export function tileFault(output: Float32Array, input: TileStatistics): TileFault | null {
  let low = Infinity
  let high = -Infinity
  let sum = 0
  for (const value of output) {
    sum += value
    if (value < low) low = value
    if (value > high) high = value
  }
  if (!Number.isFinite(sum)) return 'notFinite'
  if (high - low < FLAT && input.lowPassRange > NOT_FLAT) return 'flat'
  if (Math.abs(sum / output.length - input.mean) > MEAN_SHIFT) return 'shifted'
  return null
}
