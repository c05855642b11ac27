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
  const piece = new Float32Array(most * length)
  let held = 0
  return async (rows, count) => {
    // Row by row, so that no more of the result than a piece is ever held.
    const across = from.width * channels
    for (let y = 0; y < count; y++) {
      const complete: Float32Array[] = []
      resampler.push(rows.subarray(y * across, (y + 1) * across), (row) => complete.push(row.slice()))
      for (const row of complete) {
        piece.set(row, held++ * length)
        if (held < most) continue
        held = 0
        await give(piece, most)
      }
    }
    if (held > 0) {
      const some = held
      held = 0
      await give(piece.subarray(0, some * length), some)
    }
  }
}
