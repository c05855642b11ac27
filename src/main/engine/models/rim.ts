/**
 * Networks without padding give back less than `scale` times what they are given: what is missing is made up, so that
 * everything else may count on one size. It is never kept: windows reach that far beyond what is (`TilingInput.outside`).
 */
import type { WindowShape } from './denoiser.js'

/** Pixels going out that are missing left and above, and right and below. */
export type Crop = readonly [before: number, after: number]

/** What a network with a crop gives of a result; sides may be none. */
export const givenOf = ({ width, height }: WindowShape, [before, after]: Crop): WindowShape => ({
  width: width - before - after,
  height: height - before - after,
})

/** Planes `scale` times as large as those that went in: `inner` in its place, and around it what went in, each pixel repeated. */
export function withRim(
  inner: Float32Array,
  given: WindowShape,
  [before]: Crop,
  { planes, shape: { width, height }, scale }: { planes: Float32Array; shape: WindowShape; scale: number },
): Float32Array {
  const [wide, high] = [width * scale, height * scale]
  const out = new Float32Array(planes.length * scale * scale)
  for (let c = 0; c < planes.length / (width * height); c++)
    for (let y = 0; y < high; y++) {
      const row = (c * high + y) * wide
      const from = (c * height + Math.floor(y / scale)) * width
      const repeat = (start: number, end: number) => {
        for (let x = start; x < end; x++) out[row + x] = planes[from + Math.floor(x / scale)]!
      }
      if (y < before || y >= before + given.height) {
        repeat(0, wide)
        continue
      }
      repeat(0, before)
      repeat(before + given.width, wide)
      const at = (c * given.height + y - before) * given.width
      out.set(inner.subarray(at, at + given.width), row + before)
    }
  return out
}
