import { describe, expect, it } from 'vitest'
import { grain, disc, scene } from '../../../../tests/support/scenes.js'
import { libraryOf, posteriorMean } from './exact.js'
import { Lane } from './lanes.js'
import { settle } from './levels.js'
import { Matcher, TAU, trustAt } from './match.js'
import { HOLE, KNOWN, planOf } from './plan.js'
import { fullLayer } from './pyramid.js'
import { CHANNELS, turnsOf } from './shape.js'
import { stateOf } from './state.js'
import { votesAt } from './vote.js'

function tiny(options: { mirror?: boolean; rotate?: boolean } = {}) {
  const { picture, hole, width, height } = scene(19, 16, grain, disc(8, 12, 2.6))
  const plan = planOf(fullLayer(picture, hole, null, width, height), 0, 3, turnsOf(options))
  const state = stateOf(plan)
  for (const [i, p] of plan.holes.entries())
    for (let c = 0; c < CHANNELS; c++) state.current[CHANNELS * p + c] = 0.5 + 0.3 * Math.sin(7 * i + c)
  return { plan, state }
}

/** The definition, word by word and slowly. */
function slowMean(plan: ReturnType<typeof tiny>['plan'], current: Float32Array, sigma: number): number[] {
  const { shape, steps } = plan
  const sums = new Map<number, number[]>()
  for (const [t, middle] of plan.targets.entries()) {
    const patches: { source: number; turn: number; exponent: number }[] = []
    for (const source of plan.sources) {
      for (const turn of plan.turns) {
        let exponent = 0
        for (let i = 0; i < shape.count; i++) {
          const p = middle + steps[i]!
          const q = source + steps[turn * shape.count + i]!
          const variance =
            plan.state[p] === KNOWN ? TAU ** 2 : plan.state[p] === HOLE ? TAU ** 2 + sigma ** 2 : Infinity
          for (let c = 0; c < CHANNELS; c++)
            exponent +=
              (shape.window[i]! * (current[CHANNELS * p + c]! - plan.photo[CHANNELS * q + c]!) ** 2) / (2 * variance)
        }
        for (let c = 0; c < CHANNELS; c++) {
          const apart = plan.mean[CHANNELS * middle + c]! - plan.mean[CHANNELS * source + c]!
          exponent += (plan.pull[t]! * apart ** 2) / (2 * TAU ** 2)
        }
        patches.push({ source, turn, exponent })
      }
    }
    const least = Math.min(...patches.map(({ exponent }) => exponent))
    const weights = patches.map(({ exponent }) => Math.exp(least - exponent))
    const norm = weights.reduce((a, b) => a + b)
    for (let i = 0; i < shape.count; i++) {
      const p = middle + steps[i]!
      if (plan.state[p] !== HOLE) continue
      const entry = sums.get(p) ?? [0, 0, 0, 0, 0]
      const vote = plan.trust[t]! * shape.window[i]!
      for (const [s, { source, turn }] of patches.entries()) {
        const q = source + steps[turn * shape.count + i]!
        for (let c = 0; c < CHANNELS; c++) entry[c]! += (vote * weights[s]! * plan.photo[CHANNELS * q + c]!) / norm
      }
      entry[4]! += vote
      sums.set(p, entry)
    }
  }
  return Array.from(plan.holes).flatMap((p) => {
    const entry = sums.get(p)!
    return entry.slice(0, CHANNELS).map((value) => value / entry[4]!)
  })
}

const rms = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.sqrt(Array.from(a, (value, i) => (value - b[i]!) ** 2).reduce((x, y) => x + y, 0) / a.length)

describe('The exact posterior mean over all known patches', () => {
  it.each([1, 0.3, 0.05])('is the softmax of its definition at sigma %f', (sigma) => {
    const { plan, state } = tiny()
    const slow = slowMean(plan, state.current, sigma)
    const mean = posteriorMean(plan, state, libraryOf(plan), sigma, () => undefined)
    expect(rms(mean, slow)).toBeLessThan(1e-5)
  })

  it('is so over mirrored and turned patches too', () => {
    const { plan, state } = tiny({ mirror: true, rotate: true })
    expect(plan.turns).toHaveLength(8)
    const slow = slowMean(plan, state.current, 0.3)
    const mean = posteriorMean(plan, state, libraryOf(plan), 0.3, () => undefined)
    expect(rms(mean, slow)).toBeLessThan(1e-5)
  })

  it('names as match the patch of the greatest weight, with the distance that the search counts', () => {
    const { plan, state } = tiny()
    posteriorMean(plan, state, libraryOf(plan), 0.3, () => undefined)
    const matcher = new Matcher(plan, state)
    for (let t = 0; t < plan.targets.length; t++) {
      matcher.load(t, trustAt(0.3))
      const counted = matcher.distance(state.match[t]! >> 3, state.match[t]! & 7, Infinity)
      expect(state.distance[t]).toBeCloseTo(counted, 5)
      for (const source of plan.sources) expect(matcher.distance(source, 0, Infinity)).toBeGreaterThan(counted - 1e-5)
    }
  })

  it('is approached by the nearest patch as the noise gets small, and is not at large noise', () => {
    const gap = (sigma: number) => {
      const { plan, state } = tiny()
      // A picture that the photo explains: the approximation is used below the coarsest level, where there is one.
      settle(plan, state, 1, Lane.solo(), [0.1, 0.05, 0.02])
      const exact = posteriorMean(plan, state, libraryOf(plan), sigma, () => undefined)
      for (let t = 0; t < plan.targets.length; t++) state.vote[t] = plan.trust[t]!
      const nearest = new Float32Array(exact.length)
      votesAt(plan, state, plan.holes, nearest, false, 0, plan.holes.length)
      return rms(exact, nearest)
    }
    expect(gap(0.02)).toBeLessThan(gap(1) / 2)
    expect(gap(0.02)).toBeLessThan(0.05)
  })
})
