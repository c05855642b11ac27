/** Small parts of fields in memory, as rows [row][channel][x] and as planes [channel][row][x]. */
import { reflectIndex } from '../diffusion/tiling.js'
import type { Rect } from '../protocol/tasks.js'
import type { Field } from './field.js'

/** A part of a field held in memory; outside of it the field must not be read. */
export class MemoryField implements Field {
  /** Rows [row][channel][x] of the part. */
  readonly rows: Float32Array
  constructor(
    readonly width: number,
    readonly height: number,
    readonly channels: number,
    private readonly part: Rect,
  ) {
    this.rows = new Float32Array(part.height * channels * part.width)
  }

  put(rows: Float32Array, top: number): void {
    this.rows.set(rows, (top - this.part.top) * this.channels * this.part.width)
  }

  readRows(top: number, count: number): Promise<Float32Array> {
    const { part, channels, width } = this
    const out = new Float32Array(count * channels * width)
    for (let y = Math.max(top, part.top); y < Math.min(top + count, part.top + part.height); y++)
      for (let c = 0; c < channels; c++) {
        const from = ((y - part.top) * channels + c) * part.width
        out.set(this.rows.subarray(from, from + part.width), ((y - top) * channels + c) * width + part.left)
      }
    return Promise.resolve(out)
  }
}

export function crop<T extends Float32Array | Uint8Array | Uint16Array>(
  rows: T,
  stride: number,
  from: number,
  length: number,
  count: number,
): T {
  const out = rows.slice(0, length * count) as T
  for (let y = 0; y < count; y++) out.set(rows.subarray(y * stride + from, y * stride + from + length), y * length)
  return out
}

/** [row][channel][x] -> [channel][row][x] */
export function toPlanes(rows: Float32Array, channels: number, width: number, height: number): Float32Array {
  const out = new Float32Array(rows.length)
  for (let y = 0; y < height; y++)
    for (let c = 0; c < channels; c++) {
      const from = (y * channels + c) * width
      out.set(rows.subarray(from, from + width), (c * height + y) * width)
    }
  return out
}

/** Planes mirrored at the right and bottom up to a larger size, as the full run pads the picture. */
export function padded(
  planes: Float32Array,
  channels: number,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
): Float32Array {
  if (width === toWidth && height === toHeight) return planes
  const out = new Float32Array(channels * toWidth * toHeight)
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < toHeight; y++)
      for (let x = 0; x < toWidth; x++)
        out[(c * toHeight + y) * toWidth + x] = planes[
          (c * height + reflectIndex(y, height)) * width + reflectIndex(x, width)
        ] as number
  return out
}
