/** The scene that networks which fill holes are tried with, and how well what comes out is it. */
import type { MaskedPicture } from '../inpainter.js'
import type { Asking } from './masked-ways.js'

export interface Answer {
  readonly asking: Asking
  /** Likeness to the scene around the hole and inside, in dB. */
  readonly known: number
  readonly hole: number
  readonly out: Float32Array
}

/** More than that says nothing. */
const MOST = { known: 40, hole: 25 }

export const score = ({ known, hole }: Answer): number => Math.min(known, MOST.known) + Math.min(hole, MOST.hole)

/** Null where it is no picture at all. */
export function answered(asking: Asking, raw: Float32Array, { truth, masked }: Scene): Answer | null {
  const [low, high] = asking.range.output
  const out = raw.map((value) => (value - low) / (high - low))
  const errors = [0, 0]
  const counts = [0, 0]
  for (let i = 0; i < out.length; i++) {
    const side = masked.hole[Math.floor(i / 3)] ?? 0
    errors[side]! += (Math.min(2, Math.max(-1, out[i]!)) - truth[i]!) ** 2
    counts[side]!++
  }
  if (!errors.every(Number.isFinite)) return null
  const [known, hole] = errors.map((error, side) => -10 * Math.log10(error / counts[side]! + 1e-9)) as [number, number]
  return { asking, known, hole, out }
}

/** Whether all that is known comes back as it was. */
export const keeps = (out: Float32Array, { masked: { picture, hole } }: Scene): boolean =>
  out.every((value, i) => hole[Math.floor(i / 3)] === 1 || Math.abs(value - picture[i]!) <= 1.5 / 255)

export interface Scene {
  /** Interleaved RGB, 0..1. */
  readonly truth: Float32Array
  /** The same with another colour in its hole, a square in the middle. */
  readonly masked: MaskedPicture
}

/** Far from black, white and grey, so that a hole that stays as it was, or is only blanked, is not like it. */
const COLOUR = [0.85, 0.45, 0.15]
const WRONG = [0.1, 0.9, 0.95]
/** What else a hole may hold: a fill that changes with it was shown it. */
export const OTHER = [0.9, 0.05, 0.5]

export function sceneWithHole(width: number, height: number): Scene {
  const truth = new Float32Array(3 * width * height)
  const hole = new Uint8Array(width * height)
  const inside = (at: number, length: number) => at >= 0.375 * length && at < 0.625 * length
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      const light = 0.08 * (x / width - y / height) + 0.03 * Math.sin(x / 3) * Math.cos(y / 4)
      for (let c = 0; c < 3; c++) truth[3 * at + c] = COLOUR[c]! + light
      hole[at] = inside(x, width) && inside(y, height) ? 1 : 0
    }
  const picture = truth.map((value, i) => (hole[Math.floor(i / 3)] === 1 ? WRONG[i % 3]! : value))
  return { truth, masked: { picture, hole, width, height } }
}
