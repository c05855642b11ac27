import { describe, expect, it } from 'vitest'
import { fromElements, halfBits, halfValue, toElements } from './elements.js'

describe('half-precision floats', () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [Infinity, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [3 * 2 ** -25, 0x0002],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [0.1, 0x2e66],
  ])('%d is written as IEEE 754 says', (value, bits) => expect(halfBits(value)).toBe(bits))

  it('every one of them comes back as itself', () => {
    for (let bits = 0; bits < 65536; bits++) {
      if (Number.isNaN(halfValue(bits))) expect(halfValue(halfBits(NaN))).toBeNaN()
      else expect(halfBits(halfValue(bits))).toBe(bits)
    }
  })
})

describe('bytes', () => {
  it('are rounded and clipped', () =>
    expect([...toElements(Float32Array.of(-3, 0.5, 127.4, 254.6, 300, NaN), 'uint8')]).toEqual([
      0, 1, 127, 255, 255, 0,
    ]))

  it('come back as numbers', () => expect([...fromElements(Uint8Array.of(0, 7, 255), 'uint8')]).toEqual([0, 7, 255]))
})
