import { describe, expect, it } from 'vitest'
import { fillNormal, philox, type NoiseRegion } from './noise.js'
import vectors from './vectors/noise.json' with { type: 'json' }

const noise = (region: NoiseRegion): Float32Array => {
  const out = new Float32Array(region.width * region.height)
  fillNormal(out, region)
  return out
}

describe('Philox 4x32-10 gives the words of its authors (Random123, kat_vectors)', () => {
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[-1, -1, -1, -1], [-1, -1], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('counter %o, key %o', (c, k, expected) => {
    const words = new Int32Array(4)
    philox(words, c[0]!, c[1]!, c[2]!, c[3]!, k[0]!, k[1]!)
    expect([...words].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join(' ')).toBe(expected)
  })
})

describe('noise belongs to its place', () => {
  it.each(vectors)('seed $seed, step $step, channel $channel, ($x, $y)', ({ value, x, y, ...key }) => {
    const one = noise({ ...key, left: x, top: y, width: 1, height: 1 })
    expect(Math.abs(one[0]! - value)).toBeLessThan(4e-7)
  })

  it('any tiling of a region gives identical numbers', () => {
    const key = { seed: 77, step: 4, channel: 2 }
    const [left, top, width, height] = [5, 3, 61, 23]
    const whole = noise({ ...key, left, top, width, height })
    for (const [tileWidth, tileHeight] of [
      [1, 1],
      [3, 7],
      [4, 4],
      [16, 5],
      [60, 22],
      [61, 1],
    ] as const) {
      const tiled = new Float32Array(width * height)
      for (let y = 0; y < height; y += tileHeight) {
        for (let x = 0; x < width; x += tileWidth) {
          const w = Math.min(tileWidth, width - x)
          const h = Math.min(tileHeight, height - y)
          const part = noise({ ...key, left: left + x, top: top + y, width: w, height: h })
          for (let row = 0; row < h; row++) tiled.set(part.subarray(row * w, (row + 1) * w), (y + row) * width + x)
        }
      }
      expect(tiled).toEqual(whole)
    }
  })
})

describe('it is noise', () => {
  const width = 1000
  const height = 400
  const n = width * height
  const base = { seed: 3, step: 0, channel: 0, left: 0, top: 0, width, height }
  const values = noise(base)
  const mean = (f: (value: number, i: number) => number): number =>
    values.reduce((sum, value, i) => sum + f(value, i), 0) / n

  // Each limit is 5 standard errors of the estimate for n independent normals.
  it('has the moments of a normal distribution', () => {
    expect(Math.abs(mean((v) => v))).toBeLessThan(5 * Math.sqrt(1 / n))
    expect(Math.abs(mean((v) => v ** 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n))
    expect(Math.abs(mean((v) => v ** 3))).toBeLessThan(5 * Math.sqrt(15 / n))
    expect(Math.abs(mean((v) => v ** 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n))
  })

  it('has the tails of a normal distribution', () => {
    const beyond = (limit: number, share: number): void => {
      const found = mean((v) => (Math.abs(v) > limit ? 1 : 0))
      expect(Math.abs(found - share)).toBeLessThan(5 * Math.sqrt(share / n))
    }
    beyond(1, 0.31731)
    beyond(2, 0.0455)
    beyond(3, 0.0026998)
    beyond(4, 6.334e-5)
  })

  it('neighbours, channels, steps and seeds are independent', () => {
    const limit = 5 / Math.sqrt(n)
    for (const away of [1, 2, 3, 4, width, width + 1]) {
      expect(Math.abs(mean((v, i) => v * values[(i + away) % n]!)), `${away} away`).toBeLessThan(limit)
      expect(
        Math.abs(mean((v, i) => (v ** 2 - 1) * (values[(i + away) % n]! ** 2 - 1))),
        `squares ${away} away`,
      ).toBeLessThan(2 * limit)
    }
    for (const other of [{ channel: 1 }, { step: 1 }, { seed: 4 }, { seed: 3 + 2 ** 32 }]) {
      const others = noise({ ...base, ...other })
      expect(Math.abs(mean((v, i) => v * others[i]!)), JSON.stringify(other)).toBeLessThan(limit)
    }
  })
})

describe('what has no noise is refused', () => {
  const good = { seed: 0, step: 0, channel: 0, left: 0, top: 0, width: 2, height: 2 }
  it.each([{ seed: -1 }, { seed: 0.5 }, { left: -1 }, { step: 2 ** 32 }, { width: 3 }])('%o', (bad) => {
    expect(() => fillNormal(new Float32Array(4), { ...good, ...bad })).toThrow('noise')
  })
})
