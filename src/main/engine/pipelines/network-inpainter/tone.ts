/**
 * Tone: a network that draws the whole picture again does not meet the known pixels exactly, nor does one that saw a smaller
 * picture. Where its picture and the known pixels lie side by side the difference can be seen; smoothed along the rim, it is
 * continued into the hole and added (Pérez, Gangnet, Blake 2003, "Poisson image editing", equation 7, in its simplest form).
 */
import { FIXED, FREE, membrane, OUT } from '../../inpaint/membrane.js'

/** The rim is this wide, px. */
const RIM = 2
/** The difference at a rim pixel is a Gaussian mean over this radius, px, so that noise does not run into the hole. */
const SMOOTHING = 6
/** Differences far above this are no change of light but another thing next to the hole: they are let be. */
const LARGEST_TONE = 0.06
/** Differences that no eye sees. */
const UNSEEN = 0.5 / 255

export interface Rim {
  width: number
  height: number
  /** 1 = to be filled, the size of the box. */
  hole: Uint8Array
  /** 1 = known, the same size. */
  known: Uint8Array
  /** What the known pixels are more than the network's picture there, red, green, blue; written over. */
  difference: Float32Array
}

/** What to add to each pixel of the hole, in place of the differences. False when that is nothing. */
export function continueTone({ width, height, hole, known, difference }: Rim): boolean {
  const kind = new Uint8Array(width * height).fill(OUT)
  const rim: number[] = []
  let largest = 0
  for (let k = 0; k < kind.length; k++) {
    if (hole[k] === 1) kind[k] = FREE
    else if (known[k] === 1 && touches(hole, width, height, k)) {
      kind[k] = FIXED
      rim.push(k)
      for (let c = 0; c < 3; c++) largest = Math.max(largest, Math.abs(difference[3 * k + c]!))
    }
  }
  if (largest < UNSEEN) return false
  difference.set(smoothAlong(difference, kind, rim, width, height))
  membrane(difference, kind, 3, width, height)
  return true
}

/** The side of what surrounds a hole that `continueTone` looks at, px. */
export const TONE_MARGIN = RIM + SMOOTHING

function touches(hole: Uint8Array, width: number, height: number, k: number): boolean {
  const [x, y] = [k % width, Math.floor(k / width)]
  for (let j = Math.max(0, y - RIM); j <= Math.min(height - 1, y + RIM); j++)
    for (let i = Math.max(0, x - RIM); i <= Math.min(width - 1, x + RIM); i++)
      if (hole[j * width + i] === 1) return true
  return false
}

function smoothAlong(
  values: Float32Array,
  kind: Uint8Array,
  rim: number[],
  width: number,
  height: number,
): Float32Array {
  const out = new Float32Array(values.length)
  for (const k of rim) {
    const [x, y] = [k % width, Math.floor(k / width)]
    let total = 0
    for (let j = Math.max(0, y - SMOOTHING); j <= Math.min(height - 1, y + SMOOTHING); j++)
      for (let i = Math.max(0, x - SMOOTHING); i <= Math.min(width - 1, x + SMOOTHING); i++) {
        const other = j * width + i
        if (kind[other] !== FIXED) continue
        const near = Math.exp((-2 * ((i - x) ** 2 + (j - y) ** 2)) / SMOOTHING ** 2)
        let size = 0
        for (let c = 0; c < 3; c++) size = Math.max(size, Math.abs(values[3 * other + c]!) / LARGEST_TONE)
        const weight = near / (1 + size ** 4)
        total += near
        for (let c = 0; c < 3; c++) out[3 * k + c] = out[3 * k + c]! + weight * values[3 * other + c]!
      }
    for (let c = 0; c < 3; c++) out[3 * k + c] = out[3 * k + c]! / total
  }
  return out
}
