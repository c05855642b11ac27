/**
 * One drawing of the coarsest levels: from pure noise down to a picture, which is where a hole's content is decided.
 * They cost milliseconds, so that several are drawn and the best are filled at full size.
 */
import { fillNormal } from '../diffusion/noise.js'
import { libraryOf, posteriorMean } from './exact.js'
import { drawingSeed, keyOf, mix } from './keyed.js'
import { Lane } from './lanes.js'
import { refine, settle, sigmasOf } from './levels.js'
import { continueEdges } from './continuation.js'
import { FIXED, FREE, OUT } from './membrane.js'
import { HOLE, OUTSIDE, type Plan } from './plan.js'
import { CHANNELS, PAD } from './shape.js'
import { type State, stateOf } from './state.js'

/** From pure noise to a thirtieth of the range, each step to about 0.55 of the noise. */
export const SIGMAS = [1, 0.55, 0.3, 0.17, 0.09, 0.05, 0.03]
/** Pairs of target and source that the exact mean is taken over at each step; beyond them sources are left out. */
const MOST_PAIRS = 120_000
/** With fewer sources than this a mean over all patches is no more one: the nearest patch is taken from the start. */
const LEAST_SOURCES = 200
/** Noise levels of the nearest patch for holes too long for the exact mean: thin, with known pixels in every patch. */
const NEAREST_SIGMAS = [0.25, 0.16, 0.12, 0.08, 0.05, 0.03, 0.02]

/** Draws into `out`, a state of the last (finest) of `plans`, coarsest first. */
export function draw(plans: readonly Plan[], out: State, seed: number, index: number, lane: Lane): void {
  const [first, ...finer] = plans
  if (!first) return
  const own = drawingSeed(seed, index)
  const alone = Lane.soloWith(lane)
  let plan = first
  let state = stateOf(first, out.hold)
  if (exactShare(first) > 0) {
    sample(first, state, own, alone)
    settle(first, state, own, alone, [0.05, 0.03, 0.02])
  } else {
    continueRim(first, state)
    settle(first, state, own, alone, NEAREST_SIGMAS)
  }
  for (const next of finer) {
    state = refine(plan, state, next)
    plan = next
    settle(plan, state, own, alone, sigmasOf(plan))
  }
  out.current.set(state.current)
  out.match.set(state.match)
  out.distance.set(state.distance)
  out.vote.set(state.vote)
  out.totals.set(state.totals)
}

/** The share of sources that the exact mean is taken over; 0 where it would be too long. */
export function exactShare(plan: Plan): number {
  const sources = plan.sources.length * plan.turns.length
  const kept = Math.min(sources, Math.floor(MOST_PAIRS / plan.targets.length))
  return kept < Math.min(sources, LEAST_SOURCES) ? 0 : kept / sources
}

/** The probability flow's Euler steps (Karras et al. 2022, equation 1) with the exact posterior mean as denoiser. */
function sample(plan: Plan, state: State, seed: number, lane: Lane): void {
  addNoise(plan, state, seed)
  const library = libraryOf(plan, thinned(plan, exactShare(plan), seed))
  for (const [step, sigma] of SIGMAS.entries()) {
    const mean = posteriorMean(plan, state, library, sigma, () => lane.check())
    const kept = (SIGMAS[step + 1] ?? 0) / sigma
    for (const [h, p] of plan.holes.entries()) {
      for (let c = 0; c < CHANNELS; c++) {
        const clean = mean[CHANNELS * h + c]!
        state.current[CHANNELS * p + c] = clean + kept * (state.current[CHANNELS * p + c]! - clean)
      }
    }
  }
}

/** The known part's mean and noise of SIGMAS[0], keyed by place. */
function addNoise(plan: Plan, state: State, seed: number): void {
  const { width, height } = plan
  const noise = new Float32Array(width * height)
  for (let c = 0; c < CHANNELS; c++) {
    let sum = 0
    let count = 0
    for (let p = 0; p < plan.state.length; p++) {
      if (plan.state[p] !== 0) continue
      sum += plan.photo[CHANNELS * p + c]!
      count++
    }
    fillNormal(noise, { seed, step: plan.level, channel: c, left: 0, top: 0, width, height })
    for (const p of plan.holes) {
      const k = (Math.floor(p / plan.stride) - PAD) * width + (p % plan.stride) - PAD
      state.current[CHANNELS * p + c] = sum / count + SIGMAS[0]! * noise[k]!
    }
  }
}

/** A share of the sources, chosen by the seed; one at least. */
function thinned(plan: Plan, share: number, seed: number): Int32Array {
  if (share >= 1) return plan.sources
  const key = keyOf(seed, plan.level)
  const limit = share * 2 ** 32
  const sources = plan.sources.filter((source) => mix(key ^ mix(source)) >>> 0 < limit)
  return sources.length > 0 ? sources : plan.sources.slice(0, 1)
}

/** The rim carried over the hole. */
function continueRim(plan: Plan, state: State): void {
  const kind = plan.state.map((k) => (k === HOLE ? FREE : k === OUTSIDE ? OUT : FIXED))
  const rows = plan.state.length / plan.stride
  continueEdges(state.current, kind, CHANNELS, plan.stride, rows)
}
