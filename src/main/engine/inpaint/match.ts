/**
 * Nearest patches by PatchMatch (Barnes, Shechtman, Finkelstein, Goldman 2009), in the form that any number of threads
 * does alike: a pass reads the matches of the pass before and writes a second buffer, and good matches spread by jumps
 * of 8, 4, 2 and 1 px (Rong and Tan 2006, "Jump flooding") instead of along a scan line.
 *
 * The distance of a target q to a source s is the weighted mean of squared differences, sum w |q - s|^2 / sum w, with
 * w = window x trust: known pixels are trusted fully, unknown ones by 1 / (1 + (sigma / tau)^2), which is the ratio of the
 * variances tau^2 (how far patches of one photo differ anyway) and tau^2 + sigma^2. At the coarser levels the difference of
 * the patches' means comes to it (prior.ts).
 */
import { keyOf, mix } from './keyed.js'
import { floatsIn } from './arena.js'
import { HOLE, KNOWN, type Plan } from './plan.js'
import { type PatchDistance, patchDistanceIn, PIXEL } from './search-kernel.js'
import { CHANNELS, PAD, TURNS, turned } from './shape.js'
import type { State } from './state.js'

/** tau: how far the patches of one photo differ from each other where nothing is unknown, in units of the 0..1 range. */
export const TAU = 0.08

/** Weight of an unknown pixel against a known one. */
export const trustAt = (sigma: number): number => 1 / (1 + (sigma / TAU) ** 2)

/** Neighbours whose matches are tried: left, right, above, below. */
const AROUND = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const

export interface Pass {
  /** Weight of unknown pixels, {@link trustAt}. */
  trust: number
  /** How far away the neighbours are, px. */
  jump: number
  /** Random candidates and the radius of the first, px; each further one has half the radius. */
  draws: number
  reach: number
  key: number
}

/** A search over one level; each thread has its own, with the target that it looks at copied close by. */
export class Matcher {
  readonly #plan: Plan
  readonly #state: State
  readonly #patchDistance: PatchDistance
  /** Bytes: where the pictures are, and how long a row is. */
  readonly #photoAt: number
  readonly #currentAt: number
  readonly #row: number
  /** Of the window, for targets that are unknown as a whole; of the loaded target's own weights. */
  readonly #windowAt: number
  readonly #weights: Float32Array
  /** The loaded target: where its middle row begins, its weights, and what makes their sum 1. */
  #target = 0
  #weightsAt = 0
  #scale = 1
  /** What its mean weighs, and where that is in the plan's. */
  #pull = 0
  #mean = 0
  /** Step to the neighbour on the right and below for each turn, pixels. */
  readonly #right: Int32Array
  readonly #below: Int32Array

  constructor(plan: Plan, state: State) {
    this.#plan = plan
    this.#state = state
    const { arena, shape, photo, stride } = plan
    this.#patchDistance = patchDistanceIn(arena, shape.radius)
    this.#photoAt = photo.byteOffset
    this.#currentAt = state.current.byteOffset
    this.#row = stride * PIXEL
    const window = floatsIn(arena, shape.count)
    window.set(shape.window)
    this.#windowAt = window.byteOffset
    this.#weights = floatsIn(arena, shape.count)
    this.#right = new Int32Array(TURNS)
    this.#below = new Int32Array(TURNS)
    for (let turn = 0; turn < TURNS; turn++) {
      const [rx, ry] = turned(turn, 1, 0)
      const [bx, by] = turned(turn, 0, 1)
      this.#right[turn] = ry * stride + rx
      this.#below[turn] = by * stride + bx
    }
  }

  /** Distances of the targets from..to to their matches; a target without one gets a source drawn by `key`. */
  measure(trust: number, key: number, from: number, to: number): void {
    const { match, distance } = this.#state
    const { sources, turns } = this.#plan
    for (let t = from; t < to; t++) {
      this.load(t, trust)
      let found = match[t]!
      if (found < 0) {
        const word = mix(key ^ mix(this.#place(t)))
        const source = sources[(word >>> 0) % sources.length]!
        match[t] = found = source * TURNS + turns[(mix(word) >>> 0) % turns.length]!
      }
      distance[t] = this.distance(found >> 3, found & 7, Infinity)
    }
  }

  /** One pass over the targets from..to: reads the matches `old`, writes the better ones to `next`. */
  improve(pass: Pass, old: Int32Array, next: Int32Array, from: number, to: number): void {
    const { distance } = this.#state
    const { targets, targetAt, valid, stride, turns, photo } = this.#plan
    const pixels = photo.length / CHANNELS
    const { jump, trust, draws, key, reach } = pass
    for (let t = from; t < to; t++) {
      const middle = targets[t]!
      let best = old[t]!
      let least = distance[t]!
      let loaded = false
      for (let n = 0; n < AROUND.length; n++) {
        const [dx, dy] = AROUND[n]!
        const neighbour = middle + jump * (dx + dy * stride)
        // A jump over the left or right border lands in another row: a candidate like any other.
        if (neighbour < 0 || neighbour >= pixels) continue
        const other = targetAt[neighbour]!
        if (other < 0) continue
        const turn = old[other]! & 7
        const source = (old[other]! >> 3) - jump * (dx * this.#right[turn]! + dy * this.#below[turn]!)
        const candidate = source * TURNS + turn
        if (candidate === best || source < 0 || source >= pixels || valid[source] === 0) continue
        if (!loaded) this.load(t, trust)
        loaded = true
        const d = this.distance(source, turn, least)
        if (d < least) {
          least = d
          best = candidate
        }
      }
      let word = mix(key ^ mix(this.#place(t)))
      let radius = reach
      for (let n = 0; n < draws; n++, radius /= 2) {
        word = mix(word + 0x9e3779b9)
        const dx = Math.round(((word & 0xffff) / 0x8000 - 1) * radius)
        const dy = Math.round(((word >>> 16) / 0x8000 - 1) * radius)
        const source = (best >> 3) + dy * stride + dx
        let turn = best & 7
        if (turns.length > 1 && (word & 16) !== 0) turn = turns[(mix(word) >>> 0) % turns.length]!
        const candidate = source * TURNS + turn
        if (candidate === best || source < 0 || source >= pixels || valid[source] === 0) continue
        if (!loaded) this.load(t, trust)
        loaded = true
        const d = this.distance(source, turn, least)
        if (d < least) {
          least = d
          best = candidate
        }
      }
      next[t] = best
      distance[t] = least
    }
  }

  /** Looks at target `t` from now on, with weights that sum to 1. */
  load(t: number, trust: number): void {
    const { targets, whole, pull: pulls, shape } = this.#plan
    const middle = targets[t]!
    const pull = pulls[t]! * this.#state.totals[2]!
    let sum: number
    if (whole[t]) {
      this.#weightsAt = this.#windowAt
      // What is trusted alike is not weighed one by one.
      sum = trust * shape.total + pull
      this.#scale = sum > 0 ? trust / sum : 0
    } else {
      this.#weightsAt = this.#weights.byteOffset
      sum = pull + this.#weigh(middle, trust)
      this.#scale = 1 / sum
    }
    this.#pull = sum > 0 ? pull / sum : 0
    this.#mean = middle * CHANNELS
    this.#target = this.#currentAt + (middle - shape.radius) * PIXEL
  }

  /** Weights of a target that is known in part; their sum. */
  #weigh(middle: number, trust: number): number {
    const { steps, shape, state } = this.#plan
    const { window, count } = shape
    const weights = this.#weights
    let sum = 0
    for (let i = 0; i < count; i++) {
      const kind = state[middle + steps[i]!]!
      const weight = kind === KNOWN ? window[i]! : kind === HOLE ? trust * window[i]! : 0
      weights[i] = weight
      sum += weight
    }
    return sum
  }

  /** Of the loaded target to the source in the middle of `source`; may stop early at anything above `limit`. */
  distance(source: number, turn: number, limit: number): number {
    const right = this.#right[turn]!
    const apart = this.#pull > 0 ? this.#pull * this.#meansApart(source) : 0
    if (apart > limit) return apart
    const scale = this.#scale
    const sum = this.#patchDistance(
      this.#target,
      this.#photoAt + (source - this.#plan.shape.radius * right) * PIXEL,
      this.#row,
      right * PIXEL,
      this.#below[turn]! * PIXEL,
      this.#weightsAt,
      (limit - apart) / scale,
    )
    return apart + scale * sum
  }

  /**
   * How badly the known pixels are explained by the matches of patches that are mostly known, a median of distances:
   * the photo's own answer to whether patches can be relied on here.
   */
  rimDistance(): number {
    const { targets, state, steps, shape } = this.#plan
    const distances: number[] = []
    for (let t = 0; t < targets.length; t++) {
      let known = 0
      for (let i = 0; i < shape.count; i++) if (state[targets[t]! + steps[i]!] === KNOWN) known += shape.window[i]!
      if (known < shape.total / 2) continue
      this.load(t, 0)
      this.#pull = 0
      distances.push(this.distance(this.#state.match[t]! >> 3, this.#state.match[t]! & 7, Infinity))
    }
    distances.sort((a, b) => a - b)
    return distances[distances.length >> 1] ?? Infinity
  }

  /** Squared difference of the loaded target's mean and a source's; the window is the same for all turns. */
  #meansApart(source: number): number {
    const { mean } = this.#plan
    const p = source * CHANNELS
    const q = this.#mean
    const a = mean[q]! - mean[p]!
    const b = mean[q + 1]! - mean[p + 1]!
    const c = mean[q + 2]! - mean[p + 2]!
    const d = mean[q + 3]! - mean[p + 3]!
    return a * a + b * b + c * c + d * d
  }

  /** The place of a target in the picture, as one number. */
  #place(t: number): number {
    const { targets, stride, width } = this.#plan
    const p = targets[t]!
    const y = Math.floor(p / stride) - PAD
    return y * width + (p % stride) - PAD
  }
}

/** The key of the draws of one pass. */
export const passKey = (seed: number, level: number, iteration: number): number => keyOf(seed, level, iteration)
