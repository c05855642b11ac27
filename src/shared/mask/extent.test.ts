import { describe, expect, it } from 'vitest'
import { randomFrom, randomMask } from '../../../tests/support/masks.js'
import { extentOf, maskedCount } from './extent.js'
import type { Mask, MaskOperation } from './mask.js'
import { rasterise, rasterOf } from './rasterise.js'

const size = { width: 430, height: 310 }
const extent = (...operations: MaskOperation[]) => extentOf(rasterOf({ version: 1, ...size, operations }))

/** By looking at every byte. */
function looked(mask: Mask) {
  const bytes = rasterise(mask)
  const xs: number[] = []
  const ys: number[] = []
  bytes.forEach((value, i) => {
    if (value === 0) return
    xs.push(i % mask.width)
    ys.push(Math.floor(i / mask.width))
  })
  if (xs.length === 0) return null
  const [x, y] = [xs.reduce((a, b) => Math.min(a, b)), ys.reduce((a, b) => Math.min(a, b))]
  return {
    x,
    y,
    width: xs.reduce((a, b) => Math.max(a, b)) + 1 - x,
    height: ys.reduce((a, b) => Math.max(a, b)) + 1 - y,
  }
}

describe('the rectangle around a mask', () => {
  it('is that of its pixels', () =>
    expect(extent({ kind: 'rectangle', x: 100, y: 40, width: 164, height: 132, erase: false })).toEqual({
      x: 100,
      y: 40,
      width: 164,
      height: 132,
    }))

  it('is the picture when all of it is masked', () =>
    expect(extent({ kind: 'invert' })).toEqual({ x: 0, y: 0, ...size }))

  it('is none for a mask that was erased again', () => {
    const box = { kind: 'rectangle', x: 3, y: 4, width: 50, height: 60 } as const
    expect(extent({ ...box, erase: false }, { ...box, erase: true })).toBeNull()
  })

  it('and the number of its pixels are, of any mask, what looking at every byte gives', () => {
    for (let seed = 300; seed < 330; seed++) {
      const mask = randomMask(randomFrom(seed), size)
      expect(extentOf(rasterOf(mask))).toEqual(looked(mask))
      expect(maskedCount(rasterOf(mask))).toBe(rasterise(mask).filter((value) => value > 0).length)
    }
  })
})
