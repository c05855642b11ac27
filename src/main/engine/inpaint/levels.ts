/** One level, and the step to the next finer one. */
import type { Lane } from './lanes.js'
import { Matcher, type Pass, passKey, trustAt } from './match.js'
import type { Plan } from './plan.js'
import { CHANNELS, PAD, TURNS } from './shape.js'
import { type State, stateOf } from './state.js'
import { votesAt, weighVotes } from './vote.js'

const JUMPS = [8, 4, 2, 1]
/** Random candidates of a pass: over its four passes an iteration draws from eight radii, each half the one before. */
const DRAWS = 2
const PIECE = 256
/** Where rim patches differ from their match by less than this (mean squared), the pull towards the prior fades. */
const EXPLAINED = 5e-4

/** Noise levels that weigh the unknown pixels less; nothing is added. Small levels are cheap and get more of them. */
export function sigmasOf(plan: Plan): number[] {
  if (plan.targets.length < 4_000) return [0.12, 0.08, 0.05, 0.03, 0.02]
  if (plan.targets.length < 20_000) return [0.08, 0.04, 0.02]
  return [0.06, 0.02]
}

/**
 * Search and vote in turn, until the level's picture is settled. Where the state has matches from the level before, its
 * first picture is what they say here. All lanes call it with the same arguments.
 */
export function settle(plan: Plan, state: State, seed: number, lane: Lane, sigmas: readonly number[]): void {
  const matcher = new Matcher(plan, state)
  const targets = plan.targets.length
  const widest = Math.max(plan.width, plan.height)
  const vote = () =>
    lane.share(plan.holes.length, PIECE, (from, to) => votesAt(plan, state, plan.holes, state.current, true, from, to))
  vote()
  // The first search asks the patches alone, so that their answer is no echo of the prior.
  lane.barrier(() => (state.totals[2] = 0))
  for (const [iteration, sigma] of sigmas.entries()) {
    const trust = trustAt(sigma)
    const key = passKey(seed, plan.level, iteration)
    lane.share(targets, PIECE, (from, to) => matcher.measure(trust, key, from, to))
    let [old, next] = [state.match, state.spare]
    for (const [index, jump] of JUMPS.entries()) {
      const reach = widest / 2 ** (DRAWS * index)
      const pass: Pass = { trust, jump, draws: DRAWS, reach, key: passKey(seed, plan.level, iteration * 8 + index + 1) }
      lane.share(targets, PIECE, (from, to) => matcher.improve(pass, old, next, from, to))
      ;[old, next] = [next, old]
    }
    weighVotes(plan, state, lane, 1)
    vote()
    if (iteration === 0 && plan.mean.length > 0)
      lane.barrier(() => (state.totals[2] = state.hold * prevails(matcher.rimDistance())))
  }
  if (plan.mean.length === 0) return
  // How well the patches are found is judged without the prior.
  lane.barrier(() => (state.totals[2] = 0))
  const trust = trustAt(sigmas.at(-1) ?? 0)
  lane.share(targets, PIECE, (from, to) => matcher.measure(trust, 0, from, to))
  lane.barrier(() => (state.totals[1] = state.distance.reduce((sum, value) => sum + value, 0)))
}

/** How much of the prior's pull is left where rim patches differ from their match this much. */
const prevails = (distance: number): number => (distance === Infinity ? 1 : distance / (distance + EXPLAINED))

/**
 * The finer level's start: matches carried over (each with a vote), and the picture stretched where there are none. `old`: a
 * state of that level whose picture is no longer needed.
 */
export function refine(coarse: Plan, done: State, fine: Plan, old?: State): State {
  const state = stateOf(fine, done.hold, old?.current)
  const down = fine.height / coarse.height
  const right = fine.width / coarse.width
  for (let t = 0; t < fine.targets.length; t++) {
    const p = fine.targets[t]!
    const y = Math.floor(p / fine.stride) - PAD
    const x = (p % fine.stride) - PAD
    const above = Math.min(coarse.height - 1, Math.floor((y + 0.5) / down))
    const beside = Math.min(coarse.width - 1, Math.floor((x + 0.5) / right))
    const parent = coarse.targetAt[(above + PAD) * coarse.stride + beside + PAD]!
    const found = parent < 0 ? -1 : done.match[parent]!
    if (found < 0) continue
    const source = found >> 3
    const sourceY = Math.round(y + (Math.floor(source / coarse.stride) - PAD - above) * down)
    const sourceX = Math.round(x + ((source % coarse.stride) - PAD - beside) * right)
    if (sourceX < 0 || sourceY < 0 || sourceX >= fine.width || sourceY >= fine.height) continue
    const q = (sourceY + PAD) * fine.stride + sourceX + PAD
    if (fine.valid[q] === 0) continue
    state.match[t] = q * TURNS + (found & 7)
    state.vote[t] = fine.trust[t]!
  }
  stretch(coarse, done, fine, state)
  return state
}

/** Bilinear, for the pixels of the hole. */
function stretch(coarse: Plan, done: State, fine: Plan, state: State): void {
  const clamp = (value: number, limit: number) => Math.max(0, Math.min(limit, value))
  for (const p of fine.holes) {
    const fy = clamp(((Math.floor(p / fine.stride) - PAD + 0.5) * coarse.height) / fine.height - 0.5, coarse.height - 1)
    const fx = clamp((((p % fine.stride) - PAD + 0.5) * coarse.width) / fine.width - 0.5, coarse.width - 1)
    const y = Math.floor(fy)
    const x = Math.floor(fx)
    const a = ((y + PAD) * coarse.stride + x + PAD) * CHANNELS
    const b = x + 1 < coarse.width ? a + CHANNELS : a
    const step = y + 1 < coarse.height ? coarse.stride * CHANNELS : 0
    const [v, u] = [fy - y, fx - x]
    for (let c = 0; c < CHANNELS; c++) {
      const upper = (1 - u) * done.current[a + c]! + u * done.current[b + c]!
      const lower = (1 - u) * done.current[a + step + c]! + u * done.current[b + step + c]!
      state.current[CHANNELS * p + c] = (1 - v) * upper + v * lower
    }
  }
}

/** The level's picture without padding, interleaved RGB: for a preview. */
export function pictureOf(plan: Plan, state: State): Float32Array {
  const out = new Float32Array(plan.width * plan.height * 3)
  for (let y = 0; y < plan.height; y++) {
    for (let x = 0; x < plan.width; x++) {
      const q = ((y + PAD) * plan.stride + x + PAD) * CHANNELS
      const k = (y * plan.width + x) * 3
      out[k] = state.current[q]!
      out[k + 1] = state.current[q + 1]!
      out[k + 2] = state.current[q + 2]!
    }
  }
  return out
}
