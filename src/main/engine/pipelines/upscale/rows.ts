/** Where the rows of the last pass go: resampled to the very size where that is another, in pieces of bounded size. */
import { RowResampler } from '../../imaging/resample.js'

interface Size {
  readonly width: number
  readonly height: number
}

/** Rows [row][channel][x] in order; the array is used again afterwards. */
export type TakeRows = (rows: Float32Array, count: number) => Promise<void>

/** About this many values are handed on at a time. */
const PIECE = 2e6

/** Takes rows of a picture of the size `from` and gives those of the size `to` on. */
export function resampledRows(from: Size, to: Size, channels: number, give: TakeRows): TakeRows {
  const length = to.width * channels
  const most = Math.max(1, Math.floor(PIECE / length))
  if (from.width === to.width && from.height === to.height)
    return async (rows, count) => {
      for (let top = 0; top < count; top += most) {
        const some = Math.min(most, count - top)
        await give(rows.subarray(top * length, (top + some) * length), some)
      }
    }
  const resampler = new RowResampler(from, to, channels)
  /** A row coming in may complete as many as this. */
  const atOnce = Math.ceil(to.height / from.height) + 1
  const piece = new Float32Array((most + atOnce) * length)
  let held = 0
  const hold = (row: Float32Array): void => piece.set(row, held++ * length)
  const handOn = async (): Promise<void> => {
    const count = held
    held = 0
    await give(piece.subarray(0, count * length), count)
  }
  return async (rows, count) => {
    // Row by row, so that no more of the result than a piece is ever held.
    const across = from.width * channels
    for (let y = 0; y < count; y++) {
      resampler.push(rows.subarray(y * across, (y + 1) * across), hold)
      if (held >= most) await handOn()
    }
    if (held > 0) await handOn()
  }
}
