import { describe, expect, it } from 'vitest'
import { compose, makeSamples, planesOfRows } from './compose.js'

const float = new Float32Array(1)
const bits = new Int32Array(float.buffer)

/** The float `steps` further up from the one nearest to `value`. */
function near(value: number, steps: number): number {
  float[0] = value
  bits[0]! += steps
  return float[0]
}

describe.each([8, 16] as const)('colours become samples of %d bits', (depth) => {
  const full = 2 ** depth - 1
  const samplesOf = (values: Float32Array) => {
    const width = values.length
    // The same in all channels, and an alpha that is not touched without an original.
    const out = makeSamples(depth, 4 * width).fill(7)
    const mean = planesOfRows(
      Float32Array.from({ length: 3 * width }, (_, i) => values[i % width]!),
      width,
    )
    const shape = { width, bands: 4, depth } as const
    const target = { out, original: null, shape, left: 0, top: 0, width, height: 1 }
    compose({ mean, sample: null, detail: 0, blend: 0 }, target)
    return [...out]
  }

  it('rounded to nearest, halves upwards: of floats around borders between two samples', () => {
    const levels = Array.from({ length: 255 }, (_, i) => Math.floor((i * full) / 255))
    const borders = Float32Array.from(
      levels.flatMap((level) => [-2, -1, 0, 1, 2].map((i) => near((level + 0.5) / full, i))),
    )
    const expected = [...borders].flatMap((value) => [...Array<number>(3).fill(Math.round(value * full)), 7])
    expect(samplesOf(borders)).toEqual(expected)
    expect(samplesOf(Float32Array.of(0.5))[0]).toBe((full + 1) / 2)
  })

  it('and clipped', () =>
    expect(
      samplesOf(Float32Array.of(-3, -0, 1, 1.0001, 1e9, Infinity, -Infinity)).filter((_, i) => i % 4 === 1),
    ).toEqual([0, 0, full, full, full, full, 0]))
})
