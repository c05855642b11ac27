import { describe, expect, it } from 'vitest'
import { shrunk } from '../../../../../tests/metrics/bicubic.js'
import { largestDifference, random } from '../../../../../tests/support/engine.js'
import { MemoryField, toPlanes } from '../memory-field.js'
import { backProjected, shrunkField } from './back-projection.js'

function field(width: number, height: number, seed: number): MemoryField {
  const made = new MemoryField(width, height, 3, { left: 0, top: 0, width, height })
  const next = random(seed)
  made.put(
    Float32Array.from({ length: 3 * width * height }, () => 0.3 + 0.4 * next()),
    0,
  )
  return made
}

const SIZES = [
  [2, 30, 26],
  [3, 12, 21],
  [4, 20, 36],
  [8, 16, 8],
  [2, 2, 4],
] as const

describe('a large picture as a small one', () => {
  it.each(SIZES)('is what MATLAB’s imresize makes of it: %i times, %i x %i', async (scale, width, height) => {
    const large = field(width, height, 3)
    const planes = toPlanes(await large.readRows(0, height), 3, width, height)
    const expected = shrunk({ width, height, channels: 3, data: planes }, scale)
    const small = shrunkField(large, scale)
    expect([small.width, small.height]).toEqual([expected.width, expected.height])
    const got = toPlanes(await small.readRows(0, small.height), 3, small.width, small.height)
    expect(largestDifference(got, expected.data)).toBeLessThan(1e-6)
  })
})

describe('a large picture that is projected back', () => {
  it.each(SIZES)('is the same in whatever rows it is read: %i times, %i x %i', async (scale, width, height) => {
    const projected = backProjected(field(width, height, 3), field(width / scale, height / scale, 4), scale)
    const whole = await projected.readRows(0, height)
    for (let top = 0; top < height; top += 3) {
      const count = Math.min(3, height - top)
      const part = await projected.readRows(top, count)
      expect(part).toEqual(whole.slice(top * 3 * width, (top + count) * 3 * width))
    }
  })

  it('comes closer to the small one each time, and tells how far it was', async () => {
    const small = field(12, 9, 5)
    const once = backProjected(field(48, 36, 6), small, 4)
    const twice = backProjected(once, small, 4)
    const thrice = backProjected(twice, small, 4)
    await thrice.readRows(0, 36)
    expect(once.missed()).toBeGreaterThan(0.05)
    expect(twice.missed()).toBeLessThan(0.8 * once.missed())
    expect(thrice.missed()).toBeLessThan(0.8 * twice.missed())
  })

  it('stays within black and white', async () => {
    const white = new MemoryField(4, 4, 3, { left: 0, top: 0, width: 4, height: 4 })
    white.put(new Float32Array(48).fill(1), 0)
    const rows = await backProjected(field(8, 8, 7), white, 2).readRows(0, 8)
    expect(Math.max(...rows)).toBe(1)
  })
})
