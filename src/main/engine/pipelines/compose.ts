/** The last step of an edit: mix, quantise to the file's own depth, put grey and alpha back where they were. */
import type { RasterRef } from '../protocol/tasks.js'

export interface ComposeInput {
  /** Interleaved samples of the original's rows. */
  original: Uint8Array | Uint16Array
  /** Rows [row][3][x] in 0..1. */
  mean: Float32Array
  sample: Float32Array | null
  shape: Pick<RasterRef, 'width' | 'bands' | 'depth'>
  count: number
  detail: number
  blend: number
}

/** Interleaved samples; grey is the mean of the three channels, alpha the original's. Rounds to nearest, clips. */
export function composeRows({
  original,
  mean,
  sample,
  shape,
  count,
  detail,
  blend,
}: ComposeInput): Uint8Array | Uint16Array {
  const { width, bands, depth } = shape
  const full = depth === 16 ? 65535 : 255
  const out = depth === 16 ? new Uint16Array(original.length) : new Uint8Array(original.length)
  const keep = 1 - blend
  const grey = bands < 3
  const value = (row: number, channel: number, x: number): number => {
    const at = (row * 3 + channel) * width + x
    const m = mean[at] as number
    return sample && detail > 0 ? m + detail * ((sample[at] as number) - m) : m
  }
  for (let y = 0; y < count; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * bands
      if (grey) {
        const v = (value(y, 0, x) + value(y, 1, x) + value(y, 2, x)) / 3
        out[at] = quantised(keep * v * full + blend * (original[at] as number), full)
      } else {
        for (let c = 0; c < 3; c++)
          out[at + c] = quantised(keep * value(y, c, x) * full + blend * (original[at + c] as number), full)
      }
      if (bands % 2 === 0) out[at + bands - 1] = original[at + bands - 1] as number
    }
  return out
}

const quantised = (value: number, full: number): number => Math.min(full, Math.max(0, Math.round(value)))
