import { describe, expect, it } from 'vitest'
import { disc, grain, scene, type Scene } from '../../../../tests/support/scenes.js'
import { type Plan, planOf } from './plan.js'
import { fullLayer } from './pyramid.js'
import { CHANNELS, PAD, turnsOf } from './shape.js'

const plan = ({ picture, hole, width, height }: Scene, sources: Uint8Array | null = null): Plan =>
  planOf(fullLayer(picture, hole, sources, width, height), 0, 3, turnsOf({}))

const held = scene(40, 30, grain, disc(20, 15, 5))
const open = scene(40, 30, grain, (x, y) => x < 6 && y > -1)

const pullAt = ({ pull, targetAt, stride }: Plan, x: number, y: number) =>
  pull[targetAt[(y + PAD) * stride + x + PAD]!]!

describe('What a hole probably holds', () => {
  it('is said by the mean of each patch, by the window', () => {
    const { sources, steps, shape, photo, mean } = plan(held)
    for (const source of [sources[0]!, sources[sources.length >> 1]!, sources.at(-1)!])
      for (let c = 0; c < CHANNELS; c++) {
        let sum = 0
        for (let i = 0; i < shape.count; i++) sum += shape.window[i]! * photo[CHANNELS * (source + steps[i]!) + c]!
        expect(mean[CHANNELS * source + c]).toBeCloseTo(sum / shape.total, 5)
      }
  })

  it('counts less the deeper it is', () => {
    const pulls = [16, 17, 18, 19, 20].map((x) => pullAt(plan(held), x, 15))
    // From here on the whole patch is unknown.
    expect(pulls.slice(2)).toEqual([...pulls.slice(2)].sort((a, b) => b - a))
    expect(pulls.at(-1)).toBeGreaterThan(0)
  })

  it('counts more where nothing else holds the fill: at the border', () => {
    expect(pullAt(plan(open), 3, 15)).toBeGreaterThan(2 * pullAt(plan(held), 18, 15))
  })

  it('counts nothing where a person says what comes in', () => {
    expect(plan(held, new Uint8Array(40 * 30).fill(1)).pull.every((pull) => pull === 0)).toBe(true)
  })
})
