/**
 * Multi-scale structural similarity of the luma (Wang, Simoncelli, Bovik 2003): five scales, contrast and structure at
 * each, brightness at the coarsest, the authors' exponents. The maps are made of the whole pictures and averaged inside a
 * region, which each scale counts by its share of a pixel. Unlike the authors' windows, ours go on over the picture's
 * edge into its mirror image: a hole at the edge would not be seen otherwise.
 */
import { filtered, halved, LUMA, mixed, regionPlane, sameShape, weightedMean, type Plane } from './planes.js'
import type { PlanarPicture } from './ssim.js'

const EXPONENTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]
const RADIUS = 5
const C1 = (0.01 * 255) ** 2
const C2 = (0.03 * 255) ** 2

const WINDOW = (() => {
  const weights = Array.from({ length: 2 * RADIUS + 1 }, (_, i) => Math.exp(-((i - RADIUS) ** 2) / (2 * 1.5 ** 2)))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
})()

/**
 * At most 1, which only equal lumas reach. `region`: 0 or 1 for each pixel. Throws RangeError for pictures of two
 * shapes, for sides under 161 px (the coarsest scale would be smaller than the window) and for an empty region.
 */
export function msSsim(a: PlanarPicture, b: PlanarPicture, region?: Uint8Array): number {
  sameShape(a, b)
  let [x, y, weights] = [mixed(a, LUMA), mixed(b, LUMA), regionPlane(a.width, a.height, region)]
  let product = 1
  for (const [scale, exponent] of EXPONENTS.entries()) {
    if (scale > 0) [x, y, weights] = [halved(x), halved(y), halved(weights)]
    const map = similarity(x, y, scale === EXPONENTS.length - 1)
    // A structure turned upside down counts as none: a negative number has no such power.
    product *= Math.max(0, weightedMean(map, weights)) ** exponent
  }
  return product
}

function similarity(x: Plane, y: Plane, brightness: boolean): Plane {
  const means = (plane: Plane) => filtered(plane, WINDOW, WINDOW, RADIUS).data
  const product = (p: Plane, q: Plane) => ({ ...p, data: p.data.map((value, i) => value * q.data[i]!) })
  const [meanX, meanY] = [means(x), means(y)]
  const [xx, yy, xy] = [means(product(x, x)), means(product(y, y)), means(product(x, y))]
  const data = meanX.map((mx, i) => {
    const my = meanY[i]!
    const structure = (2 * (xy[i]! - mx * my) + C2) / (xx[i]! - mx * mx + yy[i]! - my * my + C2)
    return brightness ? (structure * (2 * mx * my + C1)) / (mx * mx + my * my + C1) : structure
  })
  return { ...x, data }
}
