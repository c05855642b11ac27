/**
 * How far a picture is shifted against another, by phase correlation: a shift turns the phase of each frequency in
 * proportion to the frequency, and the slope of that is fitted over all frequencies that both pictures show.
 */
import type { PlanarPicture } from './ssim.js'

export interface Shift {
  x: number
  y: number
}

/** In pixels; of the first channels' middle `side` x `side` pixels, under a window that ends in nothing. Good below half a pixel. */
export function shiftBetween(a: PlanarPicture, b: PlanarPicture, side: number): Shift {
  const [first, second] = [spectrum(a, side), spectrum(b, side)]
  // Least squares of  phase = -2 pi (u x + v y) / side,  weighted by how much of the frequency there is.
  let [uu, uv, vv, up, vp] = [0, 0, 0, 0, 0]
  const most = side >> 2
  for (let v = -most; v <= most; v++)
    for (let u = -most; u <= most; u++) {
      const at = ((v + side) % side) * side + ((u + side) % side)
      const real = first.re[at]! * second.re[at]! + first.im[at]! * second.im[at]!
      const imaginary = second.im[at]! * first.re[at]! - second.re[at]! * first.im[at]!
      const weight = Math.hypot(real, imaginary)
      const phase = (-Math.atan2(imaginary, real) * side) / (2 * Math.PI)
      uu += weight * u * u
      uv += weight * u * v
      vv += weight * v * v
      up += weight * u * phase
      vp += weight * v * phase
    }
  const determinant = uu * vv - uv * uv
  return { x: (up * vv - vp * uv) / determinant, y: (vp * uu - up * uv) / determinant }
}

function spectrum({ width, height, data }: PlanarPicture, side: number): { re: Float64Array; im: Float64Array } {
  const [left, top] = [(width - side) >> 1, (height - side) >> 1]
  const window = Float64Array.from({ length: side }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / side) ** 2)
  let mean = 0
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) mean += data[(top + y) * width + left + x]!
  mean /= side * side
  const plane = new Float64Array(side * side)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      plane[y * side + x] = (data[(top + y) * width + left + x]! - mean) * window[x]! * window[y]!
  const rows = transform(plane, new Float64Array(side * side), side)
  return transform(turned(rows.re, side), turned(rows.im, side), side, true)
}

/** The Fourier transform of each row; `back`: turned again afterwards. */
function transform(re: Float64Array, im: Float64Array, side: number, back = false) {
  const cosines = Float64Array.from({ length: side }, (_, i) => Math.cos((2 * Math.PI * i) / side))
  const sines = Float64Array.from({ length: side }, (_, i) => -Math.sin((2 * Math.PI * i) / side))
  const out = { re: new Float64Array(side * side), im: new Float64Array(side * side) }
  for (let y = 0; y < side; y++)
    for (let u = 0; u < side; u++) {
      let [real, imaginary] = [0, 0]
      for (let x = 0; x < side; x++) {
        const [c, s] = [cosines[(u * x) % side]!, sines[(u * x) % side]!]
        real += re[y * side + x]! * c - im[y * side + x]! * s
        imaginary += re[y * side + x]! * s + im[y * side + x]! * c
      }
      out.re[y * side + u] = real
      out.im[y * side + u] = imaginary
    }
  return back ? { re: turned(out.re, side), im: turned(out.im, side) } : out
}

const turned = (plane: Float64Array, side: number): Float64Array =>
  Float64Array.from(plane, (_, i) => plane[(i % side) * side + Math.floor(i / side)]!)
