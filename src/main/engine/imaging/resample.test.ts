import { describe, expect, it } from 'vitest'
import { random } from '../../../../tests/support/engine.js'
import { axisWeights, enlargePlanes, RowResampler } from './resample.js'

/** The definition, in double precision: every pixel of the side, mirrored for ever, under the kernel. */
function reference(row: readonly number[], to: number): number[] {
  const from = row.length
  const ratio = from / to
  const stretch = Math.max(1, ratio)
  const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))
  const kernel = (x: number) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0)
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * ratio - 0.5
    let [sum, weights] = [0, 0]
    for (let at = Math.floor(centre - 4 * stretch); at <= centre + 4 * stretch; at++) {
      const weight = kernel((at - centre) / stretch)
      const phase = ((at % (2 * from)) + 2 * from) % (2 * from)
      sum += weight * row[phase < from ? phase : 2 * from - 1 - phase]!
      weights += weight
    }
    return sum / weights
  })
}

const resampled = (data: Float32Array, from: [number, number], to: [number, number], channels = 1, rowsAtOnce = 1) => {
  const size = ([width, height]: [number, number]) => ({ width, height })
  const resampler = new RowResampler(size(from), size(to), channels)
  const out: number[] = []
  const length = from[0] * channels
  for (let y = 0; y < from[1]; y += rowsAtOnce)
    resampler.push(data.subarray(y * length, (y + rowsAtOnce) * length), (row) => out.push(...row))
  return out
}

describe('resampling to any size', () => {
  it.each([
    [40, 30],
    [40, 60],
    [41, 123],
    [100, 17],
    [7, 50],
    [3, 1],
    [1, 5],
    [2, 3],
  ])('%i to %i pixels is what the kernel says, in both directions', (from, to) => {
    const next = random(from)
    const row = Array.from({ length: from }, next)
    const expected = reference(row, to)
    const across = resampled(Float32Array.from(row), [from, 1], [to, 1])
    const down = resampled(Float32Array.from(row), [1, from], [1, to])
    for (const got of [across, down]) {
      expect(got).toHaveLength(to)
      for (const [i, value] of expected.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(2e-6)
    }
  })

  it('keeps what has its size already, bit by bit', () => {
    const next = random(1)
    const data = Float32Array.from({ length: 3 * 20 * 15 }, next)
    expect(resampled(data, [20, 15], [20, 15], 3)).toEqual([...data])
  })

  it('keeps one colour, at the borders too', () => {
    const out = resampled(new Float32Array(30 * 20).fill(0.7), [30, 20], [77, 13])
    for (const value of out) expect(Math.abs(value - 0.7)).toBeLessThan(1e-6)
  })

  it('gives the same for whatever rows come at a time, and each channel by itself', () => {
    const next = random(2)
    const data = Float32Array.from({ length: 2 * 24 * 24 }, next)
    const one = resampled(data, [24, 24], [31, 15], 2)
    expect(resampled(data, [24, 24], [31, 15], 2, 8)).toEqual(one)
    const second = Float32Array.from({ length: 24 * 24 }, (_, i) => data[Math.floor(i / 24) * 48 + 24 + (i % 24)]!)
    const alone = resampled(second, [24, 24], [31, 15])
    expect(one.filter((_, i) => i % 62 >= 31)).toEqual(alone)
  })

  it('leaves nothing of a pattern that is too fine for the smaller size', () => {
    const stripes = Float32Array.from({ length: 200 }, (_, x) => x % 2)
    const out = resampled(stripes, [200, 1], [90, 1])
    for (const value of out.slice(5, -5)) expect(Math.abs(value - 0.5)).toBeLessThan(0.01)
  })

  it('holds no more rows than the kernel reaches', () => {
    expect(axisWeights(10_000, 20_000).taps).toBeLessThanOrEqual(7)
    expect(axisWeights(10_000, 7500).taps).toBeLessThanOrEqual(9)
  })

  it('enlarges planes by a whole number without a shift', () => {
    const slope = Float32Array.from({ length: 30 * 30 }, (_, i) => (i % 30) / 30)
    const out = enlargePlanes(slope, 1, { width: 30, height: 30 }, 4)
    for (let x = 40; x < 80; x++) expect(Math.abs(out[60 * 120 + x]! * 30 - ((x + 0.5) / 4 - 0.5))).toBeLessThan(0.02)
  })
})
