import { describe, expect, it } from 'vitest'
import { between, randomFrom, randomMask } from '../../../tests/support/masks.js'
import type { Mask, MaskOperation } from './mask.js'
import { rasterise } from './rasterise.js'

const size = { width: 150, height: 140 }

/** Each pixel against all others: what grow and feather are defined by. */
function byDefinition(bytes: Uint8Array, operation: MaskOperation & { kind: 'grow' | 'feather' }): Uint8Array {
  const { kind, pixels } = operation
  if (pixels === 0) return bytes
  const turned = pixels < 0
  const radius = Math.abs(pixels)
  const values = turned ? bytes.map((value) => 255 - value) : bytes
  const reach = Math.ceil(radius) + 1
  const out = values.map((value, i) => {
    const [x, y] = [i % size.width, Math.floor(i / size.width)]
    let nearest = Infinity
    for (let v = Math.max(0, y - reach); v <= Math.min(size.height - 1, y + reach); v++)
      for (let u = Math.max(0, x - reach); u <= Math.min(size.width - 1, x + reach); u++)
        if (values[v * size.width + u]! >= 128) nearest = Math.min(nearest, (u - x) ** 2 + (v - y) ** 2)
    if (nearest >= reach * reach) return value
    const t = Math.max(0, 1 - Math.sqrt(nearest) / (radius + 1))
    const share = kind === 'grow' ? Math.max(0, Math.min(1, radius + 1 - Math.sqrt(nearest))) : t * t * (3 - 2 * t)
    return Math.max(value, Math.round(255 * share))
  })
  return turned ? out.map((value) => 255 - value) : out
}

describe('grow, shrink and feather go by the exact distance from the rim', () => {
  for (let seed = 1; seed <= 12; seed++) {
    it(`like the definition, seed ${seed}`, () => {
      const random = randomFrom(seed)
      const mask = randomMask(random, size)
      const operation: MaskOperation & { kind: 'grow' | 'feather' } =
        seed % 3 === 0
          ? { kind: 'feather', pixels: between(random, 0, 9) }
          : { kind: 'grow', pixels: between(random, -9, 9) }
      const after: Mask = { ...mask, operations: [...mask.operations, operation] }
      expect(Buffer.compare(rasterise(after), byDefinition(rasterise(mask), operation))).toBe(0)
    })
  }
})

it('wide ones go by the distance too, however far from what they come of', () => {
  const wide = { width: 1500, height: 260 }
  const bytes = rasterise({
    ...{ version: 1, ...wide },
    operations: [
      { kind: 'rectangle', x: 700, y: 100, width: 20, height: 10, erase: false },
      { kind: 'feather', pixels: 450 },
    ],
  })
  for (const [x, y] of [
    [700, 100],
    [699, 100],
    [300, 20],
    [251, 105],
    [249, 105],
    [1169, 104],
    [1010, 259],
    [0, 0],
  ] as const) {
    const [dx, dy] = [Math.max(700 - x, 0, x - 719), Math.max(100 - y, 0, y - 109)]
    const t = Math.max(0, 1 - Math.sqrt(dx * dx + dy * dy) / 451)
    expect(bytes[y * wide.width + x], `${x}, ${y}`).toBe(Math.round(255 * t * t * (3 - 2 * t)))
  }
})

const square = { kind: 'rectangle', x: 8, y: 0, width: 4, height: 1, erase: false } as const
const row = (...operations: MaskOperation[]): number[] => [
  ...rasterise({ version: 1, width: 20, height: 1, operations: [square, ...operations] }),
]

describe('what they come to', () => {
  it('grow moves the rim out by whole pixels and parts of one', () => {
    expect(row({ kind: 'grow', pixels: 2 }).slice(4, 12)).toEqual([0, 0, 255, 255, 255, 255, 255, 255])
    expect(row({ kind: 'grow', pixels: 1.5 }).slice(4, 12)).toEqual([0, 0, 128, 255, 255, 255, 255, 255])
  })

  it('shrink moves it in, down to nothing', () => {
    expect(row({ kind: 'grow', pixels: -1 }).slice(7, 13)).toEqual([0, 0, 255, 255, 0, 0])
    expect(row({ kind: 'grow', pixels: -2 })).toEqual(new Array(20).fill(0))
  })

  it('shrink leaves what touches the border there', () =>
    expect([
      ...rasterise({
        version: 1,
        width: 6,
        height: 1,
        operations: [
          { kind: 'rectangle', x: 0, y: 0, width: 4, height: 1, erase: false },
          { kind: 'grow', pixels: -1 },
        ],
      }),
    ]).toEqual([255, 255, 255, 0, 0, 0]))

  it('feather leaves what was masked, and fades outside of it over so many pixels', () => {
    const feathered = row({ kind: 'feather', pixels: 3 })
    expect(feathered.slice(8, 12)).toEqual([255, 255, 255, 255])
    expect(feathered.slice(12, 17)).toEqual([215, 128, 40, 0, 0])
    expect(feathered.slice(4, 8)).toEqual([0, 40, 128, 215])
  })

  it('by nothing do nothing', () => {
    expect(row({ kind: 'grow', pixels: 0 })).toEqual(row())
    expect(row({ kind: 'feather', pixels: 0 })).toEqual(row())
  })

  it('of nothing and of everything are the same again', () => {
    expect(row({ kind: 'clear' }, { kind: 'grow', pixels: 5 })).toEqual(new Array(20).fill(0))
    expect(row({ kind: 'clear' }, { kind: 'invert' }, { kind: 'grow', pixels: -5 })).toEqual(new Array(20).fill(255))
  })
})
