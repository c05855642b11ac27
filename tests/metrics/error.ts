/** Squared error and PSNR of pictures of any layout in 0..1. */

/** As an 8-bit file holds it: clipped and rounded to k / 255. */
export const asEightBit = (picture: Float32Array): Float32Array =>
  picture.map((value) => Math.round(Math.min(1, Math.max(0, value)) * 255) / 255)

export function meanSquaredError(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length || a.length === 0) throw new RangeError(`${a.length} values against ${b.length}`)
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return sum / a.length
}

/** Peak signal-to-noise ratio in dB, for a peak of 1; infinite when the pictures are equal. */
export const psnr = (a: Float32Array, b: Float32Array): number => -10 * Math.log10(meanSquaredError(a, b))

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** PSNR of the pixels of a region (0 or 1 for each), over all channels; planes one after the other. */
export function regionPsnr(a: Float32Array, b: Float32Array, region: Uint8Array): number {
  if (a.length !== b.length || a.length % region.length) throw new RangeError(`${a.length} values against ${b.length}`)
  const inside = (picture: Float32Array) => picture.filter((_, i) => region[i % region.length]! > 0)
  return psnr(inside(a), inside(b))
}
