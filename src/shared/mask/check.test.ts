import { describe, expect, it } from 'vitest'
import { checkMask } from './check.js'
import { Mask } from './mask.js'
import { rasterOf } from './rasterise.js'

const check = (...operations: object[]): string => {
  const mask = Mask.parse({ version: 1, width: 300, height: 200, operations })
  try {
    checkMask(mask, rasterOf(mask), 'a.png')
    return 'fine'
  } catch (error) {
    return (error as { code: string }).code
  }
}
const box = (x: number, y: number, width = 50, height = 50) => ({ kind: 'rectangle', x, y, width, height })

describe('before a fill', () => {
  it('something has to be marked', () => {
    expect(check()).toBe('mask.empty')
    expect(check(box(0, 0), { ...box(0, 0, 300, 200), erase: true })).toBe('mask.empty')
    expect(check(box(0, 0), { kind: 'clear' })).toBe('mask.empty')
  })

  it('a single pixel is something', () => expect(check(box(299, 199, 1, 1))).toBe('fine'))

  it('something has to be left', () => {
    expect(check(box(0, 0, 300, 200))).toBe('mask.full')
    expect(check({ kind: 'invert' })).toBe('mask.full')
    expect(check(box(0, 0, 300, 199.25))).toBe('fine')
  })

  it('it has to lie on the picture', () => {
    expect(check(box(300, 0), { kind: 'stroke', points: [[-40, 10]], diameter: 20 })).toBe('mask.outside')
    expect(
      check({
        kind: 'polygon',
        points: [
          [0, 201],
          [300, 201],
          [150, 400],
        ],
      }),
    ).toBe('mask.outside')
    expect(check(box(300, 0), box(290, 0))).toBe('fine')
  })
})
