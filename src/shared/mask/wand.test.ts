import { describe, expect, it } from 'vitest'
import { pick, pixelsOf, randomFrom } from '../../../tests/support/masks.js'
import type { MaskBitmap } from './bitmap.js'
import { Mask } from './mask.js'
import type { PixelSource } from './pixels.js'
import { rasterise } from './rasterise.js'
import { select, selectionKey } from './selections.js'
import { wandBitmap, type Wand } from './wand.js'

/** 1 where selected, the whole picture. */
function spread({ area, data }: MaskBitmap, { width, height }: PixelSource): number[] {
  return Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [(i % width) - area.x, Math.floor(i / width) - area.y]
    return x >= 0 && y >= 0 && x < area.width && y < area.height ? data[y * area.width + x]! / 255 : 0
  })
}

/** From the seed to its four neighbours, and on. */
function filled(pixels: PixelSource, wand: Wand): number[] {
  const { width, height, bands, max } = pixels
  const at = (i: number) => [...pixels.row(Math.floor(i / width)).slice((i % width) * bands, ((i % width) + 1) * bands)]
  const seed = at(wand.y * width + wand.x)
  const near = (i: number) =>
    at(i).every((value, band) => Math.abs(value - seed[band]!) <= (wand.tolerance * max) / 255)
  const out = new Array<number>(width * height).fill(0)
  const waiting = [wand.y * width + wand.x]
  while (waiting.length > 0) {
    const i = waiting.pop()!
    if (out[i] === 1 || !near(i)) continue
    out[i] = 1
    if (i % width > 0) waiting.push(i - 1)
    if (i % width < width - 1) waiting.push(i + 1)
    if (i >= width) waiting.push(i - width)
    if (i < width * (height - 1)) waiting.push(i + width)
  }
  return out
}

const wand = (x: number, y: number, tolerance = 0, contiguous = true): Wand => ({ x, y, tolerance, contiguous })

describe('the wand takes what is connected with its seed', () => {
  for (let seed = 1; seed <= 60; seed++) {
    it(`like a flood, in mazes of noise, seed ${seed}`, () => {
      const random = randomFrom(seed)
      const size = { width: 3 + Math.floor(random() * 40), height: 3 + Math.floor(random() * 40) }
      const bands = pick(random, 1, 3) as 1 | 3
      const numbers = Array.from({ length: size.width * size.height * bands }, () => pick(random, 0, 4, 9, 200))
      const pixels = pixelsOf(size, bands, numbers)
      const tool = wand(Math.floor(random() * size.width), Math.floor(random() * size.height), pick(random, 0, 5, 9))
      expect(spread(wandBitmap(tool, pixels), pixels)).toEqual(filled(pixels, tool))
    })
  }

  it('not over corners', () => {
    const pixels = pixelsOf({ width: 2, height: 2 }, 1, [0, 9, 9, 0])
    expect(spread(wandBitmap(wand(0, 0), pixels), pixels)).toEqual([1, 0, 0, 0])
  })

  it('around a corner that is closed further down only', () => {
    const pixels = pixelsOf({ width: 5, height: 3 }, 1, [0, 9, 0, 9, 0, 0, 9, 0, 9, 0, 0, 0, 0, 9, 0])
    expect(spread(wandBitmap(wand(2, 0), pixels), pixels)).toEqual([1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0])
  })

  it('cannot be put beside the picture', () =>
    expect(() => wandBitmap(wand(2, 0), pixelsOf({ width: 2, height: 1 }, 1, [0, 0]))).toThrow(
      expect.objectContaining({ code: 'mask.outside' }),
    ))
})

describe('similar colours', () => {
  it('are taken everywhere', () => {
    const pixels = pixelsOf({ width: 5, height: 1 }, 1, [10, 99, 12, 15, 10])
    expect(spread(wandBitmap(wand(0, 0, 2, false), pixels), pixels)).toEqual([1, 0, 1, 0, 1])
  })

  it('differ by their channel that differs most', () => {
    const pixels = pixelsOf({ width: 3, height: 1 }, 3, [10, 10, 10, 20, 20, 20, 10, 10, 21])
    expect(spread(wandBitmap(wand(0, 0, 10, false), pixels), pixels)).toEqual([1, 1, 0])
  })

  it('are as near at 16 bits as at 8', () => {
    const pixels = pixelsOf({ width: 3, height: 1 }, 1, [2570, 2570 + 10 * 257, 2571 + 10 * 257], 65535)
    expect(spread(wandBitmap(wand(0, 0, 10, false), pixels), pixels)).toEqual([1, 1, 0])
  })

  it('count transparency, and not the colour of what is fully transparent', () => {
    const pixels = pixelsOf({ width: 4, height: 1 }, 2, [50, 0, 200, 0, 50, 30, 50, 10])
    expect(spread(wandBitmap(wand(0, 0, 10, false), pixels), pixels)).toEqual([1, 1, 0, 1])
  })
})

describe('in a mask', () => {
  const pixels = pixelsOf({ width: 4, height: 2 }, 1, [10, 10, 90, 10, 10, 90, 90, 10])
  const mask = Mask.parse({
    version: 1,
    width: 4,
    height: 2,
    operations: [
      { kind: 'wand', x: 0, y: 0, tolerance: 3, state: 's' },
      { kind: 'wand', x: 0, y: 0, tolerance: 3, state: 's', erase: false },
      { kind: 'wand', x: 3, y: 0, tolerance: 3, state: 's', contiguous: true },
    ],
  })
  const sources = {
    pixels: () => pixels,
    image: () => {
      throw new Error('no image here')
    },
  }

  it('what is selected is looked for once, then painted like everything else', () => {
    const selections = select(mask, sources)
    expect(selections.size).toBe(2)
    expect([...rasterise(mask, { selections })]).toEqual([255, 255, 0, 255, 255, 0, 0, 255])
    const again = select(mask, { ...sources, pixels: () => expect.unreachable() }, selections)
    expect(again).toEqual(selections)
  })

  it('an operation is the same selection whether it paints or erases', () => {
    const [first, second, third] = mask.operations
    if (first?.kind !== 'wand' || second?.kind !== 'wand' || third?.kind !== 'wand') return expect.unreachable()
    expect(selectionKey({ ...first, erase: true })).toBe(selectionKey(second))
    expect(selectionKey(first)).not.toBe(selectionKey(third))
  })

  it('nobody gets a mask without what it selects', () => expect(() => rasterise(mask)).toThrow(RangeError))

  it('transparency is selected where it is more than half', () => {
    const source = pixelsOf({ width: 4, height: 1 }, 2, [9, 255, 9, 128, 9, 127, 9, 0])
    const alpha = Mask.parse({ version: 1, width: 4, height: 1, operations: [{ kind: 'alpha', state: 's' }] })
    const selections = select(alpha, { ...sources, pixels: () => source })
    expect([...rasterise(alpha, { selections })]).toEqual([0, 0, 255, 255])
  })

  it('and nowhere in a picture that has none', () => {
    const alpha = Mask.parse({ version: 1, width: 4, height: 2, operations: [{ kind: 'alpha', state: 's' }] })
    expect([...rasterise(alpha, { selections: select(alpha, sources) })]).toEqual(new Array(8).fill(0))
  })
})
