/**
 * Back-projection (Irani and Peleg 1991): a large picture is corrected until it shrinks to the small one. It is shrunk, what
 * is missing of the small picture is enlarged and added; both by the bicubic kernel of the super-resolution benchmarks
 * (Keys 1981, a = -0.5, stretched where it shrinks; borders mirrored with their pixels repeated).
 */
import { LacunaError } from '../../../../shared/errors.js'
import { roomFor, type Field } from '../field.js'

/** The large picture as a small one: `scale` a whole number of which both sides are multiples. Made when it is read. */
export function shrunkField(large: Field, scale: number): Field {
  const size = { width: large.width / scale, height: large.height / scale, channels: large.channels }
  if (!Number.isInteger(size.width) || !Number.isInteger(size.height))
    throw new LacunaError('internal', { reason: `${large.width} x ${large.height} is no multiple of ${scale}` })
  return {
    ...size,
    async readRows(top, count, into) {
      const first = Math.max(0, shrinkingStart(top, scale))
      const last = Math.min(large.height, shrinkingStart(top + count - 1, scale) + 4 * scale)
      // Beyond a border lies what is mirrored: within two small pixels of it.
      const [from, to] = [
        Math.min(first, Math.max(0, large.height - 2 * scale)),
        Math.max(last, Math.min(large.height, 2 * scale)),
      ]
      return shrunkRows(
        await large.readRows(from, to - from),
        from,
        large,
        scale,
        top,
        roomFor(count * size.width * size.channels, into),
      )
    },
  }
}

export interface BackProjected extends Field {
  /** The largest of what was missing of the small picture in all that was read so far, 0..1. */
  missed(): number
}

/** `large`, one correction closer to `small` and within black and white. Made when it is read. */
export function backProjected(large: Field, small: Field, scale: number): BackProjected {
  const { width, height, channels } = large
  const shrunk = shrunkField(large, scale)
  const across = Math.floor(width / scale)
  const weights = enlargingWeights(scale)
  let missed = 0
  return {
    ...{ width, height, channels },
    missed: () => missed,
    async readRows(top, count, into) {
      const out = roomFor(count * channels * width, into)
      out.set(await large.readRows(top, count))
      const first = Math.max(0, Math.min(enlargingStart(top, scale), small.height - 2))
      const last = Math.min(small.height, Math.max(enlargingStart(top + count - 1, scale) + 4, 2))
      const missing = await small.readRows(first, last - first)
      const got = await shrunk.readRows(first, last - first)
      for (let i = 0; i < missing.length; i++) {
        missing[i] = missing[i]! - got[i]!
        missed = Math.max(missed, Math.abs(missing[i]!))
      }
      const row = new Float32Array(across * channels)
      for (let y = 0; y < count; y++) {
        row.fill(0)
        const start = enlargingStart(top + y, scale)
        const down = weights[(top + y) % scale]!
        for (let k = 0; k < 4; k++) {
          const at = (mirrored(start + k, small.height) - first) * row.length
          for (let i = 0; i < row.length; i++) row[i]! += down[k]! * missing[at + i]!
        }
        for (let c = 0; c < channels; c++)
          for (let x = 0; x < width; x++) {
            const left = enlargingStart(x, scale)
            const [a, b, d, e] = weights[x % scale]!
            const plane = c * across
            const at = (y * channels + c) * width + x
            const value =
              out[at]! +
              a! * row[plane + mirrored(left, across)]! +
              b! * row[plane + mirrored(left + 1, across)]! +
              d! * row[plane + mirrored(left + 2, across)]! +
              e! * row[plane + mirrored(left + 3, across)]!
            out[at] = Math.min(1, Math.max(0, value))
          }
      }
      return out
    },
  }
}

/** Rows [row][channel][x] of the small picture from `top` on, as many as fit into `out`; `rows` begin at row `from` of the large one. */
function shrunkRows(
  rows: Float32Array,
  from: number,
  { width, height, channels }: Pick<Field, 'width' | 'height' | 'channels'>,
  scale: number,
  top: number,
  out: Float32Array,
): Float32Array {
  const across = width / scale
  const weights = shrinkingWeights(scale)
  const sums = new Float32Array(width)
  const count = out.length / (across * channels)
  for (let y = 0; y < count; y++)
    for (let c = 0; c < channels; c++) {
      sums.fill(0)
      const start = shrinkingStart(top + y, scale)
      for (const [k, weight] of weights.entries()) {
        const at = ((mirrored(start + k, height) - from) * channels + c) * width
        for (let x = 0; x < width; x++) sums[x]! += weight * rows[at + x]!
      }
      for (let x = 0; x < across; x++) {
        const left = shrinkingStart(x, scale)
        let sum = 0
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * sums[mirrored(left + k, width)]!
        out[(y * channels + c) * across + x] = sum
      }
    }
  return out
}

/** The first large pixel of the 4 * scale that a small one is made of; it may lie outside. */
const shrinkingStart = (small: number, scale: number): number => Math.floor((small + 0.5) * scale - 0.5 - 2 * scale) + 1

/** The first of the four small pixels that a large one is made of. */
const enlargingStart = (large: number, scale: number): number => Math.floor((large + 0.5) / scale - 0.5) - 1

function shrinkingWeights(scale: number): number[] {
  const distances = Array.from(
    { length: 4 * scale },
    (_, k) => (0.5 * scale - 0.5 - (shrinkingStart(0, scale) + k)) / scale,
  )
  return normalised(distances.map(cubic))
}

/** By a large pixel's place in its block. */
const enlargingWeights = (scale: number): number[][] =>
  Array.from({ length: scale }, (_, at) => {
    const centre = (at + 0.5) / scale - 0.5
    return normalised([0, 1, 2, 3].map((k) => cubic(centre - (enlargingStart(at, scale) + k))))
  })

function normalised(weights: number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

function cubic(distance: number): number {
  const x = Math.abs(distance)
  if (x <= 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1
  return x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0
}

/** … 1 0 | 0 1 2 | 2 1 … */
function mirrored(i: number, size: number): number {
  if (i >= 0 && i < size) return i
  const phase = ((i % (2 * size)) + 2 * size) % (2 * size)
  return phase < size ? phase : 2 * size - 1 - phase
}
