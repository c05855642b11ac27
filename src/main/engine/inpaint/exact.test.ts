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

function tiny(options: { mirror?: boolean; rotate?: boolean } = {}, from = scene(19, 16, grain, disc(8, 12, 2.6))) {
  const { picture, hole, width, height } = from
  const plan = planOf(fullLayer(picture, hole, null, width, height), 0, 3, turnsOf(options))
  const state = stateOf(plan)
  for (const [i, p] of plan.holes.entries())
    for (let c = 0; c < CHANNELS; c++) state.current[CHANNELS * p + c] = 0.5 + 0.3 * Math.sin(7 * i + c)
  return { plan, state }
}

/** The definition, word by word and in double precision. */
function slowMean(plan: ReturnType<typeof tiny>['plan'], current: Float32Array, sigma: number): number[] {
  const { shape, steps } = plan
  const numbers = shape.count * CHANNELS
  const patches = Array.from(plan.sources).flatMap((source) =>
    Array.from(plan.turns, (turn) => ({
      source,
      values: Float64Array.from({ length: numbers }, (_, n) => {
        const q = source + steps[turn * shape.count + Math.floor(n / CHANNELS)]!
        return plan.photo[CHANNELS * q + (n % CHANNELS)]!
      }),
    })),
  )
  const sums = new Map<number, number[]>()
  for (const [t, middle] of plan.targets.entries()) {
    const exponents = patches.map(({ source, values }) => {
      let exponent = 0
      for (let i = 0; i < shape.count; i++) {
        const p = middle + steps[i]!
        const variance = plan.state[p] === KNOWN ? TAU ** 2 : plan.state[p] === HOLE ? TAU ** 2 + sigma ** 2 : Infinity
        for (let c = 0; c < CHANNELS; c++) {
          const apart = current[CHANNELS * p + c]! - values[CHANNELS * i + c]!
          exponent += (shape.window[i]! * apart ** 2) / (2 * variance)
        }
      }
      for (let c = 0; c < CHANNELS; c++) {
        const apart = plan.mean[CHANNELS * middle + c]! - plan.mean[CHANNELS * source + c]!
        exponent += (plan.pull[t]! * apart ** 2) / (2 * TAU ** 2)
      }
      return exponent
    })
    const least = Math.min(...exponents)
    const weights = exponents.map((exponent) => Math.exp(least - exponent))
    const norm = weights.reduce((a, b) => a + b)
    const mean = new Float64Array(numbers)
    for (const [s, { values }] of patches.entries())
      for (let n = 0; n < numbers; n++) mean[n] = mean[n]! + (weights[s]! * values[n]!) / norm
    for (let i = 0; i < shape.count; i++) {
      const p = middle + steps[i]!
      if (plan.state[p] !== HOLE) continue
      const entry = sums.get(p) ?? [0, 0, 0, 0, 0]
      const vote = plan.trust[t]! * shape.window[i]!
      for (let c = 0; c < CHANNELS; c++) entry[c]! += vote * mean[CHANNELS * i + c]!
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
    // Eight times the patches, so a smaller picture.
    const { plan, state } = tiny({ mirror: true, rotate: true }, scene(15, 12, grain, disc(6, 9, 1.6)))
    expect(plan.turns).toHaveLength(8)
    expect(plan.sources.length).toBeGreaterThan(15)
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
      expect(state.distance[t]).toBeCloseTo(counted, 6)
      for (const source of plan.sources) expect(matcher.distance(source, 0, Infinity)).toBeGreaterThan(counted - 1e-6)
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
