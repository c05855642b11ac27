/**
 * The Haar wavelet-based perceptual similarity index of colour pictures (Reisenhofer, Bosse, Kutyniok, Wiegand 2018,
 * equations 9 to 16, with the authors' constants): similarity of the two finer Haar scales in both directions and of the
 * chroma, weighted by the coarsest scale, at half the picture's size. The maps are made of the whole pictures; similarity
 * and weights are summed inside a region, by its share of a pixel. Outside the picture its mirror image goes on, where
 * the authors' program has black.
 */
import { filtered, halved, LUMA, mixed, regionPlane, sameShape, type Plane } from './planes.js'
import type { PlanarPicture } from './ssim.js'

const C = 30
const ALPHA = 4.2
const I = [0.596, -0.274, -0.322]
const Q = [0.211, -0.523, 0.312]

/** From 0 to 1. Throws RangeError for pictures of two shapes or under 15 px, and for an empty region. */
export function haarPsi(a: PlanarPicture, b: PlanarPicture, region?: Uint8Array): number {
  sameShape(a, b)
  const share = halved(regionPlane(a.width, a.height, region)).data
  if (!share.some((weight) => weight > 0)) throw new RangeError('an empty region')
  const luma = [a, b].map((picture) => halved(mixed(picture, LUMA)))
  const scales = luma.map((plane) => [1, 2, 3].map((scale) => haar(plane, scale)))
  const chroma = [I, Q].map((weights) => [a, b].map((picture) => smoothed(halved(mixed(picture, weights)))))

  let [sum, total, plain, places] = [0, 0, 0, 0]
  const add = (i: number, local: number, weight: number) => {
    const logistic = 1 / (1 + Math.exp(-ALPHA * local))
    sum += share[i]! * weight * logistic
    total += share[i]! * weight
    plain += share[i]! * logistic
    places += share[i]!
  }
  for (let i = 0; i < share.length; i++) {
    if (share[i] === 0) continue
    let both = 0
    for (const direction of ['across', 'down'] as const) {
      const [fine, middle, coarse] = [0, 1, 2].map((k) => scales.map((levels) => levels[k]![direction][i]!))
      const weight = Math.max(...coarse!)
      both += weight / 2
      add(i, (alike(fine!) + alike(middle!)) / 2, weight)
    }
    const [first, second] = chroma.map((planes) => alike(planes.map((plane) => plane[i]!)))
    add(i, (first! + second!) / 2, both)
  }
  // Two flat pictures weigh nothing anywhere: then every place counts the same.
  const mean = total > 0 ? sum / total : plain / places
  return (Math.log(mean / (1 - mean)) / ALPHA) ** 2
}

const alike = ([p, q]: number[]) => (2 * p! * q! + C) / (p! * p! + q! * q! + C)

/** Magnitudes of the Haar coefficients of windows of 2^scale px around each pixel. */
function haar(plane: Plane, scale: number): { across: Float64Array; down: Float64Array } {
  const size = 2 ** scale
  const ones = new Array<number>(size).fill(1)
  const steps = ones.map((_, i) => (i < size / 2 ? -(2 ** -scale) : 2 ** -scale))
  const magnitudes = (rows: number[], columns: number[]) =>
    filtered(plane, rows, columns, size / 2 - 1).data.map((value) => Math.abs(value))
  return { across: magnitudes(steps, ones), down: magnitudes(ones, steps) }
}

const smoothed = (plane: Plane) => filtered(plane, [0.5, 0.5], [0.5, 0.5], 0).data.map((value) => Math.abs(value))
