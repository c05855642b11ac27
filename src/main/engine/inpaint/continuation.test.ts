import { describe, expect, it } from 'vitest'
import { apart, disc, grain, grey, scene, type Scene } from '../../../../tests/support/scenes.js'
import { continueEdges } from './continuation.js'
import { membrane } from './membrane.js'

function carried({ picture, hole, width, height }: Scene, by = continueEdges): Float32Array {
  const out = new Float32Array(picture)
  by(out, hole, 3, width, height)
  return out
}

/** Light and dark on two sides of a line at so many degrees, soft over a pixel. */
const edge = (degrees: number) => (x: number, y: number) => {
  const turn = (degrees * Math.PI) / 180
  const across = (x - 40) * Math.sin(turn) - (y - 35) * Math.cos(turn)
  return grey(0.2 + 0.6 * Math.min(1, Math.max(0, 0.5 + across)))
}

describe('Known pixels carried on over a hole', () => {
  it.each([0, 30, 45, 70, 90, 135])('continue an edge at %d degrees', (degrees) => {
    const where = scene(80, 70, edge(degrees), disc(40, 35, 9))
    const error = apart(carried(where), where.truth, where.hole)
    expect(error).toBeLessThan(0.08)
    expect(error).toBeLessThan(apart(carried(where, membrane), where.truth, where.hole) * 0.6)
  })

  it.each([60, 90, 120])('continue an edge at %d degrees that leaves the picture', (degrees) => {
    const where = scene(80, 70, edge(degrees), (_, y) => y < 8)
    const error = apart(carried(where), where.truth, where.hole)
    expect(error).toBeLessThan(0.12)
    expect(error).toBeLessThan(apart(carried(where, membrane), where.truth, where.hole))
  })

  it('stay between the darkest and the lightest known pixel', () => {
    const where = scene(70, 60, grain, disc(35, 30, 12))
    const known = Array.from(where.picture).filter((_, i) => where.hole[Math.floor(i / 3)] === 0)
    const [least, most] = [Math.min(...known), Math.max(...known)]
    for (const value of carried(where)) {
      expect(value).toBeGreaterThanOrEqual(least - 1e-6)
      expect(value).toBeLessThanOrEqual(most + 1e-6)
    }
  })

  it('leave what is known as it is', () => {
    const where = scene(70, 60, grain, disc(35, 30, 12))
    expect(apart(carried(where), where.truth, where.hole, 0)).toBe(0)
  })

  it('are one colour where all is one colour', () => {
    const where = scene(50, 40, () => [0.3, 0.6, 0.9], disc(25, 20, 10))
    expect(apart(carried(where), where.truth, where.hole)).toBeLessThan(1e-4)
  })
})
