/**
 * Noise that belongs to a place: the value at (seed, step, channel, y, x) is a pure function of these numbers, so any
 * tiling of a picture, in any order, gives the same noise.
 *
 * Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel Random Numbers: As Easy as 1, 2, 3", SC'11) turns a counter
 * into four 32-bit words; Box and Muller (1958) turn these into four normals for the pixels 4k … 4k + 3 of a row.
 * Logarithm, sine and cosine are polynomials in plain double arithmetic rather than Math's, whose last digit a
 * JavaScript engine may choose: a seed means the same picture in every host.
 */
import { LacunaError } from '../../../shared/errors.js'

export interface NoiseRegion {
  /** A whole number from 0 to 2^53 - 1. */
  seed: number
  /** Whole numbers from 0 to 2^32 - 1. */
  step: number
  channel: number
  /** The region's place in the picture, pixels; not negative. */
  left: number
  top: number
  width: number
  height: number
}

const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const M0_HIGH = M0 >>> 16
const M0_LOW = M0 & 0xffff
const M1_HIGH = M1 >>> 16
const M1_LOW = M1 & 0xffff
const WEYL0 = 0x9e3779b9 | 0
const WEYL1 = 0xbb67ae85 | 0
const ROUNDS = 10

/** Ten rounds of Philox 4x32 on a counter and a key; four words (as signed 32-bit integers) into `out`. */
export function philox(out: Int32Array, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  let a = c0 | 0
  let b = c1 | 0
  let c = c2 | 0
  let d = c3 | 0
  let p = k0 | 0
  let q = k1 | 0
  for (let round = 0; round < ROUNDS; round++) {
    // The high words of M0 * a and M1 * c, from 16-bit halves: every intermediate fits 32 bits unsigned.
    const aLow = a & 0xffff
    const aHigh = a >>> 16
    const aMid = (Math.imul(aHigh, M0_LOW) + (Math.imul(aLow, M0_LOW) >>> 16)) | 0
    const aMid2 = (Math.imul(aLow, M0_HIGH) + (aMid & 0xffff)) | 0
    const high0 = (Math.imul(aHigh, M0_HIGH) + (aMid >>> 16) + (aMid2 >>> 16)) | 0
    const cLow = c & 0xffff
    const cHigh = c >>> 16
    const cMid = (Math.imul(cHigh, M1_LOW) + (Math.imul(cLow, M1_LOW) >>> 16)) | 0
    const cMid2 = (Math.imul(cLow, M1_HIGH) + (cMid & 0xffff)) | 0
    const high1 = (Math.imul(cHigh, M1_HIGH) + (cMid >>> 16) + (cMid2 >>> 16)) | 0
    const low0 = Math.imul(a, M0)
    const low1 = Math.imul(c, M1)
    a = high1 ^ b ^ p
    c = high0 ^ d ^ q
    b = low1
    d = low0
    p = (p + WEYL0) | 0
    q = (q + WEYL1) | 0
  }
  out[0] = a
  out[1] = b
  out[2] = c
  out[3] = d
}

/** Fills `out` (row-major, `width * height` values of one channel) with normals of mean 0 and variance 1. */
export function fillNormal(out: Float32Array, region: NoiseRegion): void {
  checkRegion(out, region)
  const { seed, step, channel, left, top, width, height } = region
  const keyLow = seed >>> 0
  const keyHigh = Math.floor(seed / 2 ** 32)
  const words = new Int32Array(4)
  const four = new Float64Array(4)
  const right = left + width
  for (let row = 0; row < height; row++) {
    const start = row * width - left
    for (let block = left >>> 2; block << 2 < right; block++) {
      philox(words, block, top + row, channel, step, keyLow, keyHigh)
      boxMuller(four, 0, words[0]!, words[1]!)
      boxMuller(four, 2, words[2]!, words[3]!)
      const x = block << 2
      if (x >= left && x + 4 <= right) {
        out[start + x] = four[0]!
        out[start + x + 1] = four[1]!
        out[start + x + 2] = four[2]!
        out[start + x + 3] = four[3]!
      } else {
        for (let i = Math.max(x, left); i < Math.min(x + 4, right); i++) out[start + i] = four[i - x]!
      }
    }
  }
}

/** Two normals from two words. The first word is a uniform value in (0, 1) on 2^31 odd places, so its logarithm is finite. */
function boxMuller(out: Float64Array, at: number, word0: number, word1: number): void {
  const radius = Math.sqrt(-2 * logUniform(word0))
  // The angle in eighths of a turn: the top bits say the quarter, the rest an angle of -1/8 … 1/8 turn around its middle.
  const quarter = word1 >>> 30
  const angle = ((word1 & 0x3fffffff) - 0x20000000 + 0.5) * (Math.PI / 2 / 2 ** 30)
  const square = angle * angle
  const sine = angle * (1 + square * (S3 + square * (S5 + square * (S7 + square * S9))))
  const cosine = 1 + square * (C2 + square * (C4 + square * (C6 + square * (C8 + square * C10))))
  const swap = (quarter & 1) === 1
  const u = swap ? -sine : cosine
  const v = swap ? cosine : sine
  const signed = (quarter & 2) === 2 ? -radius : radius
  out[at] = signed * u
  out[at + 1] = signed * v
}

// Taylor's coefficients: within an eighth of a turn the first term left out is below 2e-9, a float's rounding is 6e-8.
const S3 = -1 / 6
const S5 = 1 / 120
const S7 = -1 / 5040
const S9 = 1 / 362880
const C2 = -1 / 2
const C4 = 1 / 24
const C6 = -1 / 720
const C8 = 1 / 40320
const C10 = -1 / 3628800

/** ln of (word | 1) / 2^32, within 1e-9: the exponent by counting zeros, the mantissa by the series of artanh. */
function logUniform(word: number): number {
  const odd = word | 1
  const zeros = Math.clz32(odd)
  // mantissa in [1, 2), moved to [1/sqrt 2, sqrt 2)
  let mantissa = ((odd << zeros) >>> 0) / 2 ** 31
  let exponent = -1 - zeros
  if (mantissa > Math.SQRT2) {
    mantissa /= 2
    exponent += 1
  }
  const s = (mantissa - 1) / (mantissa + 1)
  const q = s * s
  return exponent * Math.LN2 + 2 * s * (1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9)))))
}

function checkRegion(out: Float32Array, region: NoiseRegion): void {
  const { seed, step, channel, left, top, width, height } = region
  const whole = (value: number, limit: number): boolean => Number.isInteger(value) && value >= 0 && value <= limit
  const right = 2 ** 31 - 4
  const fits =
    whole(seed, Number.MAX_SAFE_INTEGER) &&
    whole(step, 0xffffffff) &&
    whole(channel, 0xffffffff) &&
    whole(left, right) &&
    whole(width, right - left) &&
    whole(top, right) &&
    whole(height, right - top) &&
    out.length === width * height
  if (!fits)
    throw new LacunaError('internal', { reason: `no noise for ${JSON.stringify(region)} in ${out.length} values` })
}
