/**
 * MATLAB's `imresize(…, 'bicubic')`, as the super-resolution benchmarks use it: a = -0.5, the kernel stretched where the
 * picture is shrunk (antialiasing), the border mirrored with its pixels repeated.
 */
import type { PlanarPicture } from './ssim.js'

/** By a whole number; what is left over at the right and at the bottom must have been cropped. */
export const shrunk = (picture: PlanarPicture, factor: number): PlanarPicture => resized(picture, 1 / factor)
export const enlarged = (picture: PlanarPicture, factor: number): PlanarPicture => resized(picture, factor)

function resized({ width, height, channels, data }: PlanarPicture, factor: number): PlanarPicture {
  const [across, down] = [weightsOf(width, factor), weightsOf(height, factor)]
  const size = { width: across.length, height: down.length }
  const out = new Float32Array(channels * size.width * size.height)
  for (let c = 0; c < channels; c++) {
    const rows = new Float64Array(height * size.width)
    for (let y = 0; y < height; y++)
      for (const [x, taps] of across.entries())
        for (const [at, weight] of taps) rows[y * size.width + x]! += weight * data[(c * height + y) * width + at]!
    for (const [y, taps] of down.entries())
      for (let x = 0; x < size.width; x++) {
        let sum = 0
        for (const [at, weight] of taps) sum += weight * rows[at * size.width + x]!
        out[(c * size.height + y) * size.width + x] = sum
      }
  }
  return { ...size, channels, data: out }
}

type Taps = (readonly [at: number, weight: number])[]

function weightsOf(from: number, factor: number): Taps[] {
  const stretch = Math.max(1, 1 / factor)
  return Array.from({ length: Math.round(from * factor) }, (_, i) => {
    const centre = (i + 0.5) / factor - 0.5
    const taps: Taps = []
    for (let at = Math.floor(centre - 2 * stretch); at <= centre + 2 * stretch + 1; at++)
      taps.push([mirrored(at, from), cubic((at - centre) / stretch)])
    const sum = taps.reduce((total, [, weight]) => total + weight, 0)
    return taps.map(([at, weight]) => [at, weight / sum] as const).filter(([, weight]) => weight !== 0)
  })
}

function cubic(distance: number): number {
  const x = Math.abs(distance)
  if (x <= 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1
  return x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0
}

function mirrored(i: number, size: number): number {
  const phase = ((i % (2 * size)) + 2 * size) % (2 * size)
  return phase < size ? phase : 2 * size - 1 - phase
}
