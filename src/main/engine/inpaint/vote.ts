/**
 * From matches to a picture: each unknown pixel is the mean of what the matches of all patches over it say there,
 * weighted by the window, by trust (more at the rim) and by how good the match is (Wexler, Shechtman, Irani 2007).
 * Pixels gather their votes, so that any split over threads adds in the same order.
 */
import type { Lane } from './lanes.js'
import { OUTSIDE, type Plan } from './plan.js'
import { CHANNELS } from './shape.js'
import type { State } from './state.js'

/** Votes fall off from this quantile of all distances on (Wexler et al. take the 75th percentile). */
const QUANTILE = 0.75
/** Distances below this say nothing: a thousandth of the range, squared. */
const SMALLEST = 1e-6
/** Distances looked at for the quantile, at most. */
const SAMPLE = 4096

/** The weight of each target's vote from its distance; a barrier. */
export function weighVotes(plan: Plan, state: State, lane: Lane, sharpness: number): void {
  const { distance, totals, vote } = state
  lane.barrier(() => {
    totals[0] = Math.max(SMALLEST, quantile(distance))
    totals[1] = distance.reduce((sum, value) => sum + value, 0)
  })
  const scale = sharpness / totals[0]!
  lane.share(distance.length, 4096, (from, to) => {
    for (let t = from; t < to; t++) vote[t] = plan.trust[t]! * fading(distance[t]! * scale)
  })
}

/** A fall like exp(-x), (1 + x / 8)^-8, from plain arithmetic: the same in every host. */
export function fading(x: number): number {
  const base = 1 / (1 + x / 8)
  const four = base * base * (base * base)
  return four * four
}

function quantile(distance: Float32Array): number {
  const stride = Math.max(1, Math.floor(distance.length / SAMPLE))
  const sample = new Float32Array(Math.ceil(distance.length / stride))
  for (let i = 0; i < sample.length; i++) sample[i] = distance[i * stride]!
  sample.sort()
  return sample[Math.floor(sample.length * QUANTILE)] ?? 0
}

/**
 * The votes at the pixels from..to, written to `out` at the pixel's own place (`own`) or packed one after another.
 * A pixel that nobody votes for keeps its value.
 */
export function votesAt(
  plan: Plan,
  state: State,
  pixels: Int32Array,
  out: Float32Array,
  own: boolean,
  from: number,
  to: number,
): void {
  const { steps, shape, targetAt, photo } = plan
  const { match, vote } = state
  const { count, window } = shape
  for (let i = from; i < to; i++) {
    const p = pixels[i]!
    let sum = 0
    let r = 0
    let g = 0
    let b = 0
    let texture = 0
    for (let k = 0; k < count; k++) {
      const t = targetAt[p - steps[k]!]!
      if (t < 0) continue
      const found = match[t]!
      if (found < 0) continue
      const weight = vote[t]! * window[k]!
      const q = ((found >> 3) + steps[(found & 7) * count + k]!) * CHANNELS
      sum += weight
      r += weight * photo[q]!
      g += weight * photo[q + 1]!
      b += weight * photo[q + 2]!
      texture += weight * photo[q + 3]!
    }
    if (sum === 0) continue
    const at = (own ? p : i) * CHANNELS
    out[at] = r / sum
    out[at + 1] = g / sum
    out[at + 2] = b / sum
    out[at + 3] = texture / sum
  }
}

/**
 * How far the colours of the targets from..to, as they are now, are from their matches: a mean of squares over the window,
 * written to `out`.
 */
export function colourDistances(
  plan: Plan,
  { match, current }: State,
  out: Float32Array,
  from: number,
  to: number,
): void {
  const { targets, steps, shape, state, photo } = plan
  for (let t = from; t < to; t++) {
    const middle = targets[t]!
    const turn = (match[t]! & 7) * shape.count
    let sum = 0
    let total = 0
    for (let i = 0; i < shape.count; i++) {
      const p = middle + steps[i]!
      if (state[p] === OUTSIDE) continue
      const q = (match[t]! >> 3) + steps[turn + i]!
      total += shape.window[i]!
      for (let c = 0; c < 3; c++) sum += shape.window[i]! * (current[CHANNELS * p + c]! - photo[CHANNELS * q + c]!) ** 2
    }
    out[t] = sum / total
  }
}

/** The mean of the distances of the patches over a pixel of the hole, by their votes. */
export function votedDistance(plan: Plan, { vote }: State, distance: Float32Array, p: number): number {
  const { steps, shape, targetAt } = plan
  let sum = 0
  let total = 0
  for (let k = 0; k < shape.count; k++) {
    const t = targetAt[p - steps[k]!]!
    if (t < 0) continue
    const weight = vote[t]! * shape.window[k]!
    sum += weight
    total += weight * distance[t]!
  }
  return sum === 0 ? 0 : total / sum
}

/**
 * What the patches over both a pixel and its neighbour say of the step between them: to the right (`step` 1) or down
 * (`step` a row), red, green, blue. Unlike the difference of two votes it has no part from patches that end between the
 * two. False where no patch lies over both.
 */
export function votedStep(plan: Plan, state: State, p: number, down: boolean, out: Float64Array): boolean {
  const { steps, shape, targetAt, photo } = plan
  const { match, vote } = state
  const { count, window, radius } = shape
  const size = 2 * radius + 1
  const next = down ? size : 1
  let sum = 0
  out.fill(0)
  for (let k = 0; k + next < count; k++) {
    if (!down && k % size === size - 1) continue
    const t = targetAt[p - steps[k]!]!
    if (t < 0) continue
    const found = match[t]!
    const turn = (found & 7) * count
    const weight = vote[t]! * Math.min(window[k]!, window[k + next]!)
    const a = ((found >> 3) + steps[turn + k]!) * CHANNELS
    const b = ((found >> 3) + steps[turn + k + next]!) * CHANNELS
    sum += weight
    for (let c = 0; c < 3; c++) out[c] = out[c]! + weight * (photo[b + c]! - photo[a + c]!)
  }
  if (sum === 0) return false
  for (let c = 0; c < 3; c++) out[c] = out[c]! / sum
  return true
}
