/** How much of a picture's energy is in its finest detail. */
import type { PlanarPicture } from './ssim.js'

/**
 * Energy of the luminance (mean of the channels, mean removed, Hann window) at spatial frequencies over a quarter up
 * to half a cycle a pixel: the top octave. The picture must be square with a side that is a power of two.
 */
export function topOctave({ data, width, height, channels }: PlanarPicture): number {
  if (width !== height || width & (width - 1))
    throw new RangeError(`${width} x ${height}: not a square of a power of two`)
  const side = width
  const real = new Float64Array(side * side)
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < real.length; i++) real[i]! += data[c * real.length + i]! / channels
  const average = real.reduce((sum, value) => sum + value, 0) / real.length
  const hann = Float64Array.from({ length: side }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (side - 1)))
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) real[y * side + x] = (real[y * side + x]! - average) * hann[y]! * hann[x]!
  const imaginary = new Float64Array(real.length)
  for (let i = 0; i < side; i++) transform(real, imaginary, i * side, 1, side)
  for (let i = 0; i < side; i++) transform(real, imaginary, i, side, side)
  const frequency = (i: number) => (i <= side / 2 ? i : i - side) / side
  let energy = 0
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const radius = Math.hypot(frequency(x), frequency(y))
      const i = y * side + x
      if (radius > 0.25 && radius <= 0.5) energy += real[i]! ** 2 + imaginary[i]! ** 2
    }
  return energy
}

/** Cooley and Tukey's FFT in place, on `n` values from `start`, `stride` apart; n is a power of two. */
function transform(real: Float64Array, imaginary: Float64Array, start: number, stride: number, n: number): void {
  const at = (i: number) => start + i * stride
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i < j) for (const part of [real, imaginary]) [part[at(i)], part[at(j)]] = [part[at(j)]!, part[at(i)]!]
  }
  for (let size = 2; size <= n; size *= 2)
    for (let k = 0; k < size / 2; k++) {
      const angle = (-2 * Math.PI * k) / size
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
      for (let i = k; i < n; i += size) {
        const [p, q] = [at(i), at(i + size / 2)]
        const re = real[q]! * cos - imaginary[q]! * sin
        const im = real[q]! * sin + imaginary[q]! * cos
        real[q] = real[p]! - re
        imaginary[q] = imaginary[p]! - im
        real[p]! += re
        imaginary[p]! += im
      }
    }
}
