/**
 * Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004, equation 13): statistics under an 11x11 Gaussian window
 * of 1.5 px, K1 = 0.01, K2 = 0.03, a range of 1, the mean over all windows that lie wholly inside the picture.
 */

const RADIUS = 5
const SIGMA = 1.5
const C1 = 0.01 ** 2
const C2 = 0.03 ** 2

const WINDOW = (() => {
  const weights = Array.from({ length: 2 * RADIUS + 1 }, (_, i) => Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
})()

export interface PlanarPicture {
  width: number
  height: number
  channels: number
  /** [channels, height, width] in 0..1. */
  data: Float32Array
}

/** The mean of the channels' SSIM. Throws RangeError for pictures of different shapes or smaller than the window. */
export function ssim(a: PlanarPicture, b: PlanarPicture): number {
  const { width, height, channels } = a
  if (b.width !== width || b.height !== height || b.channels !== channels)
    throw new RangeError('pictures of two shapes')
  if (Math.min(width, height) < WINDOW.length) throw new RangeError(`smaller than ${WINDOW.length} px`)
  let sum = 0
  for (let c = 0; c < channels; c++) {
    const plane = (picture: PlanarPicture) =>
      Float64Array.from(picture.data.subarray(c * width * height, (c + 1) * width * height))
    sum += planeSsim(plane(a), plane(b), width, height)
  }
  return sum / channels
}

function planeSsim(x: Float64Array, y: Float64Array, width: number, height: number): number {
  const product = (p: Float64Array, q: Float64Array) => p.map((value, i) => value * q[i]!)
  const filtered = (plane: Float64Array) => windowMeans(plane, width, height)
  const [meanX, meanY] = [filtered(x), filtered(y)]
  const [xx, yy, xy] = [filtered(product(x, x)), filtered(product(y, y)), filtered(product(x, y))]
  let sum = 0
  for (let i = 0; i < meanX.length; i++) {
    const [mx, my] = [meanX[i]!, meanY[i]!]
    const [varianceX, varianceY, covariance] = [xx[i]! - mx * mx, yy[i]! - my * my, xy[i]! - mx * my]
    sum += ((2 * mx * my + C1) * (2 * covariance + C2)) / ((mx * mx + my * my + C1) * (varianceX + varianceY + C2))
  }
  return sum / meanX.length
}

/** Gaussian-weighted means of every window inside the plane: [height - 10, width - 10]. */
function windowMeans(plane: Float64Array, width: number, height: number): Float64Array {
  const [w, h] = [width - 2 * RADIUS, height - 2 * RADIUS]
  const across = new Float64Array(w * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < w; x++) {
      let sum = 0
      for (let k = 0; k < WINDOW.length; k++) sum += WINDOW[k]! * plane[y * width + x + k]!
      across[y * w + x] = sum
    }
  const out = new Float64Array(w * h)
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      let sum = 0
      for (let k = 0; k < WINDOW.length; k++) sum += WINDOW[k]! * across[(y + k) * w + x]!
      out[y * w + x] = sum
    }
  return out
}
