/**
 * The mean of a network's answers to a window in its eight positions (mirrored, turned), each put back into its own.
 */
import type { GraphScale } from '../../../../shared/image-network.js'
import type { RunContext, WindowShape } from '../../models/denoiser.js'
import type { ImageNetwork } from '../../models/image-to-image.js'

/** Whether columns are counted from the right, rows from below, and rows and columns change places after that. */
interface Position {
  readonly left: boolean
  readonly up: boolean
  readonly swap: boolean
}

export const POSITIONS: readonly Position[] = [false, true].flatMap((swap) =>
  [false, true].flatMap((up) => [false, true].map((left) => ({ left, up, swap }))),
)

/** `turns`: whether rows and columns may change places; not so for a network of one size that is no square. */
export async function enlargeEnsemble(
  network: ImageNetwork,
  scale: GraphScale,
  picture: Float32Array,
  sigma: Float32Array | null,
  shape: WindowShape,
  context: RunContext,
  turns: boolean,
): Promise<Float32Array> {
  const large = { width: shape.width * scale, height: shape.height * scale }
  // In double precision the sum of eight floats is exact, so that their order does not matter.
  const sum = new Float64Array(3 * large.width * large.height)
  const positions = POSITIONS.filter(({ swap }) => turns || !swap)
  for (const position of positions) {
    const put = (planes: Float32Array, channels: number) => {
      const out = new Float32Array(planes.length)
      eachRow(channels, shape, position, (to, from, step, length) => {
        for (let x = 0; x < length; x++) out[to + x] = planes[from + x * step]!
      })
      return out
    }
    const turned = position.swap ? { width: shape.height, height: shape.width } : shape
    const result = await network.enlarge(scale, put(picture, 3), sigma && put(sigma, 1), turned, context)
    eachRow(3, large, position, (to, from, step, length) => {
      for (let x = 0; x < length; x++) sum[from + x * step]! += result[to + x]!
    })
  }
  const mean = new Float32Array(sum.length)
  for (let i = 0; i < mean.length; i++) mean[i] = sum[i]! / positions.length
  return mean
}

/** Each row of the planes in their position: where it begins there, and the places of its pixels in the planes as they are. */
function eachRow(
  channels: number,
  { width, height }: WindowShape,
  { left, up, swap }: Position,
  row: (to: number, from: number, step: number, length: number) => void,
): void {
  const across = left ? -1 : 1
  const down = up ? -width : width
  const corner = (left ? width - 1 : 0) + (up ? (height - 1) * width : 0)
  const [rows, length, nextRow, step] = swap ? [width, height, across, down] : [height, width, down, across]
  for (let c = 0; c < channels; c++) {
    const plane = c * width * height
    for (let y = 0; y < rows; y++) row(plane + y * length, plane + corner + y * nextRow, step, length)
  }
}
