import { describe, expect, it } from 'vitest'
import { disc, grain, scene } from '../../../../tests/support/scenes.js'
import { Lane } from './lanes.js'
import { settle } from './levels.js'
import { Matcher, trustAt } from './match.js'
import { HOLE, KNOWN, planOf } from './plan.js'
import { fullLayer } from './pyramid.js'
import { CHANNELS, TURNS, turnsOf } from './shape.js'
import { stateOf } from './state.js'

function prepared(options: { mirror?: boolean; rotate?: boolean; sources?: Uint8Array } = {}) {
  const { picture, hole, width, height } = scene(48, 40, grain, disc(22, 19, 7))
  const plan = planOf(fullLayer(picture, hole, options.sources ?? null, width, height), 0, 3, turnsOf(options))
  return { plan, state: stateOf(plan) }
}

describe('The search for nearest patches', () => {
  it.each([{}, { mirror: true, rotate: true }])('comes near the best of all patches (%o)', (options) => {
    // Where sources are named the prior has no say: matches are then as near as patches alone allow.
    const sources = new Uint8Array(48 * 40).fill(1)
    const { plan, state } = prepared({ ...options, sources })
    settle(plan, state, 5, Lane.solo(), [0.1, 0.05, 0.05, 0.05])
    const matcher = new Matcher(plan, state)
    const trust = trustAt(0.05)
    let [found, best] = [0, 0]
    for (let t = 0; t < plan.targets.length; t++) {
      matcher.load(t, trust)
      found += matcher.distance(state.match[t]! >> 3, state.match[t]! & 7, Infinity)
      let least = Infinity
      for (const source of plan.sources)
        for (const turn of plan.turns) least = Math.min(least, matcher.distance(source, turn, least))
      best += least
    }
    expect(found).toBeGreaterThanOrEqual(best)
    expect(found).toBeLessThan(1.35 * best)
  })

  it('counts the weighted mean of squared differences, as the patch is laid, to a hundred thousandth', () => {
    const { plan, state } = prepared({ mirror: true, rotate: true })
    const { steps, shape, pull, mean } = plan
    for (const [i, p] of plan.holes.entries())
      for (let c = 0; c < CHANNELS; c++) state.current[CHANNELS * p + c] = 0.5 + 0.3 * Math.sin(7 * i + c)
    const matcher = new Matcher(plan, state)
    const trust = trustAt(0.1)
    const apart = (a: Float32Array, p: number, b: Float32Array, q: number) =>
      [0, 1, 2, 3].reduce((sum, c) => sum + (a[CHANNELS * p + c]! - b[CHANNELS * q + c]!) ** 2, 0)
    for (const [t, middle] of plan.targets.entries()) {
      matcher.load(t, trust)
      const source = plan.sources[(31 * t) % plan.sources.length]!
      const turn = t % TURNS
      let [sum, total] = [pull[t]! * apart(mean, middle, mean, source), pull[t]!]
      for (let i = 0; i < shape.count; i++) {
        const of = plan.state[middle + steps[i]!]
        const weight = shape.window[i]! * (of === KNOWN ? 1 : of === HOLE ? trust : 0)
        sum += weight * apart(state.current, middle + steps[i]!, plan.photo, source + steps[turn * shape.count + i]!)
        total += weight
      }
      expect(Math.abs(matcher.distance(source, turn, Infinity) / (sum / total) - 1)).toBeLessThan(1e-5)
    }
    expect([...new Set(plan.whole)].sort()).toEqual([0, 1])
  })

  it('takes patches in the allowed turns only, and in all of them', () => {
    for (const [options, allowed] of [
      [{}, [0]],
      [{ mirror: true }, [0, 4]],
      [{ rotate: true }, [0, 1, 2, 3]],
    ] as const) {
      const { plan, state } = prepared(options)
      settle(plan, state, 5, Lane.solo(), [0.1, 0.05])
      expect([...new Set(state.match.map((match) => match % TURNS))].sort()).toEqual(allowed)
    }
  })

  it('takes nothing from the hole, nor from where it may not', () => {
    const sources = new Uint8Array(48 * 40).map((_, k) => (k % 48 < 14 ? 1 : 0))
    const { plan, state } = prepared({ sources })
    settle(plan, state, 5, Lane.solo(), [0.1, 0.05])
    expect(plan.sources.length).toBe(8 * 34)
    for (const match of state.match) expect(plan.valid[match >> 3]).toBe(1)
  })
})
