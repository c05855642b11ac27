import { describe, expect, it } from 'vitest'
import { between, randomFrom, randomMask, randomStroke } from '../../../tests/support/masks.js'
import { applied, apply, coverSteps } from './apply.js'
import type { MaskBitmap } from './bitmap.js'
import { Mask, type MaskOperation } from './mask.js'
import { byteAt, MaskRaster } from './raster.js'
import { marginOf, rasterise, rasterOf } from './rasterise.js'
import { selectionKey, type SelectingOperation, type Selections } from './selections.js'
import { strokeCoverages } from './stroke.js'

type Loose = { kind: MaskOperation['kind'] } & Record<string, unknown>
const maskOf = (width: number, height: number, ...operations: Loose[]): Mask =>
  Mask.parse({ version: 1, width, height, operations })
/** The bytes as rows, to be read beside the picture. */
const rows = (mask: Mask): number[][] => {
  const bytes = rasterise(mask)
  return Array.from({ length: mask.height }, (_, y) => [...bytes.subarray(y * mask.width, (y + 1) * mask.width)])
}
/** The same, where only equality matters. */
const print = (mask: Mask): string => Buffer.from(rasterise(mask)).toString('base64')
const sum = (mask: Mask): number => rasterise(mask).reduce((total, value) => total + value, 0) / 255

describe('a region has the same bytes however the picture is cut', () => {
  const size = { width: 333, height: 290 }
  for (let seed = 1; seed <= 40; seed++) {
    it(`random operations, seed ${seed}`, () => {
      const random = randomFrom(seed)
      const mask = randomMask(random, size)
      expectSame(random, mask)
    })
  }

  /** A selection as it comes: nothing, everything and greys, in patches that go over the borders of tiles. */
  const selectionOf = (random: () => number): MaskBitmap => {
    const [x, y] = [Math.floor(between(random, 0, 150)), Math.floor(between(random, 0, 130))]
    const area = {
      x,
      y,
      width: Math.floor(between(random, 1, 333 - x)),
      height: Math.floor(between(random, 1, 290 - y)),
    }
    const [step, grey] = [between(random, 40, 200), Math.floor(between(random, 1, 255))]
    const data = Uint8Array.from({ length: area.width * area.height }, (_, i) => {
      const [column, row] = [Math.floor((i % area.width) / step), Math.floor(i / area.width / step)]
      return [0, 255, 255, grey][(column + 2 * row) % 4]!
    })
    return { area, data }
  }

  for (let seed = 100; seed < 116; seed++) {
    it(`selections and wide rims among them, seed ${seed}`, () => {
      const random = randomFrom(seed)
      const { operations, ...rest } = randomMask(random, size)
      const image: SelectingOperation = { kind: 'image', hash: 'a', soft: true, fit: false, erase: random() < 0.3 }
      const wand: SelectingOperation = {
        ...{ kind: 'wand', x: 1, y: 2, tolerance: 9, contiguous: true, state: 's' },
        erase: random() < 0.3,
      }
      const wide: MaskOperation =
        random() < 0.5
          ? { kind: 'feather', pixels: between(random, 20, 200) }
          : { kind: 'grow', pixels: between(random, -150, 150) }
      const selections = new Map([image, wand].map((each) => [selectionKey(each), selectionOf(random)]))
      const all = [image, ...operations, wide, wand]
      expectSame(random, { ...rest, operations: all }, selections)
    })
  }

  function expectSame(random: () => number, mask: Mask, selections?: Selections): void {
    const whole = rasterise(mask, { selections })
    const cuts = (side: number): number[] =>
      [0, side, ...Array.from({ length: 3 }, () => Math.floor(between(random, 1, side)))].sort((a, b) => a - b)
    const put = new Uint8Array(whole.length).fill(7)
    const ys = cuts(size.height)
    const xs = cuts(size.width)
    ys.slice(1).forEach((bottom, j) =>
      xs.slice(1).forEach((right, i) => {
        const region = { x: xs[i]!, y: ys[j]!, width: right - xs[i]!, height: bottom - ys[j]! }
        const part = rasterise(mask, { region, selections })
        for (let y = 0; y < region.height; y++)
          put.set(part.subarray(y * region.width, (y + 1) * region.width), (region.y + y) * size.width + region.x)
      }),
    )
    expect(Buffer.compare(put, whole)).toBe(0)
  }

  it('needs what lies around it, by as much as is grown and feathered', () => {
    const grow: MaskOperation = { kind: 'grow', pixels: -2.5 }
    const feather: MaskOperation = { kind: 'feather', pixels: 10 }
    expect(marginOf([])).toBe(0)
    expect(marginOf([grow, feather])).toBe(4 + 11)
    expect(marginOf([grow, { kind: 'clear' }, feather])).toBe(11)
  })

  it('holds the tiles of the region alone', () => {
    const mask = maskOf(6000, 4000, { kind: 'rectangle', x: 0, y: 0, width: 6000, height: 4000 })
    const raster = rasterOf(mask, undefined, { x: 300, y: 300, width: 10, height: 10 })
    expect(raster.grid.count).toBe(1)
  })
})

describe('shrunk views are means of the pixels', () => {
  const mask = maskOf(10, 6, { kind: 'rectangle', x: 0, y: 0, width: 5, height: 3 })

  it('each byte of 2^level times as many pixels, fewer at the border', () => {
    expect([...rasterise(mask, { level: 2 })]).toEqual([191, Math.round((3 * 255) / 16), 0, 0, 0, 0])
    expect([...rasterise(mask, { level: 4 })]).toEqual([Math.round((255 * 15) / 60)])
  })

  it('like the definition, for any mask', () => {
    const size = { width: 301, height: 277 }
    for (let seed = 300; seed < 306; seed++) {
      const mask = randomMask(randomFrom(seed), size)
      const bytes = rasterise(mask)
      const level = 1 + (seed % 5)
      const step = 2 ** level
      const columns = Math.ceil(size.width / step)
      const means = Array.from({ length: columns * Math.ceil(size.height / step) }, (_, i) => {
        const values: number[] = []
        for (
          let y = Math.floor(i / columns) * step;
          y < Math.min(size.height, (Math.floor(i / columns) + 1) * step);
          y++
        )
          for (let x = (i % columns) * step; x < Math.min(size.width, ((i % columns) + 1) * step); x++)
            values.push(bytes[y * size.width + x]!)
        return Math.round(values.reduce((a, b) => a + b, 0) / values.length)
      })
      expect([...rasterise(mask, { level })]).toEqual(means)
    }
  })

  it('in regions too, on steps of the level', () => {
    expect([...rasterise(mask, { level: 2, region: { x: 4, y: 0, width: 6, height: 4 } })]).toEqual([48, 0])
    expect(() => rasterise(mask, { level: 2, region: { x: 2, y: 0, width: 4, height: 4 } })).toThrow(RangeError)
  })
})

describe('strokes', () => {
  it('of one point are dots', () =>
    expect(rows(maskOf(5, 5, { kind: 'stroke', points: [[2.5, 2.5]], diameter: 3 }))).toEqual([
      [0, 0, 0, 0, 0],
      [0, 160, 255, 160, 0],
      [0, 255, 255, 255, 0],
      [0, 160, 255, 160, 0],
      [0, 0, 0, 0, 0],
    ]))

  it('cover a capsule', () => {
    const area = sum(
      maskOf(200, 100, {
        kind: 'stroke',
        points: [
          [50, 40],
          [150, 60],
        ],
        diameter: 40,
      }),
    )
    const capsule = 40 * Math.hypot(100, 20) + Math.PI * 20 ** 2
    expect(area).toBeGreaterThan(capsule * 0.998)
    expect(area).toBeLessThan(capsule * 1.002)
  })

  it('are never thinner than a pixel, whatever the pressure', () =>
    expect(rows(maskOf(3, 1, { kind: 'stroke', points: [[1.5, 0.5, 0]], diameter: 30 }))).toEqual([[0, 255, 0]]))

  it('are as wide as the pen presses', () => {
    const mask = maskOf(200, 60, {
      kind: 'stroke',
      points: [
        [30, 30, 0.25],
        [170, 30, 1],
      ],
      diameter: 40,
    })
    const high = (x: number): number => rows(mask).filter((row) => row[x]! >= 128).length
    expect([high(30), high(170)]).toEqual([10, 40])
    expect(Math.abs(high(100) - 40 * 0.625)).toBeLessThanOrEqual(1)
  })

  it('have a soft rim by their hardness, without changing what lies beyond the radius', () => {
    const profile = (hardness: number): number[] =>
      rows(maskOf(41, 1, { kind: 'stroke', points: [[0.5, 0.5]], diameter: 40, hardness }))[0]!
    const [hard, half, soft] = [profile(1), profile(0.5), profile(0)]
    expect([hard[19], half[9], soft[0]]).toEqual([255, 255, 255])
    expect(half[15]).toBeGreaterThan(100)
    expect(half[15]).toBeLessThan(160)
    for (const values of [hard, half, soft]) {
      expect(values.slice(21)).toEqual(new Array(20).fill(0))
      expect([...values].sort((a, b) => b - a)).toEqual(values)
    }
  })

  it('do not add up where they overlap: painting again changes nothing', () => {
    const stroke = {
      kind: 'stroke',
      points: [
        [10, 10],
        [30, 12],
      ],
      diameter: 12,
      hardness: 0,
    } as const
    expect(print(maskOf(40, 20, stroke, stroke))).toBe(print(maskOf(40, 20, stroke)))
  })

  it('drawn piece by piece are the whole stroke', () => {
    for (let seed = 100; seed < 120; seed++) {
      const random = randomFrom(seed)
      const stroke = randomStroke(random, { width: 300, height: 200 })
      const before = rasterOf(randomMask(random, { width: 300, height: 200 }))
      const draft = before.draft()
      for (let count = 1; count <= stroke.points.length; count++) {
        const sofar = { ...stroke, points: stroke.points.slice(0, count) }
        for (const piece of strokeCoverages(sofar, Math.max(0, count - 2)))
          for (const _ of coverSteps(draft, piece, stroke.erase, () => undefined));
      }
      const whole = applied(before, stroke).read(before.grid.area)
      expect(Buffer.compare(draft.finish().read(before.grid.area), whole)).toBe(0)
    }
  })
})

describe('shapes', () => {
  it('a rectangle covers each pixel by its exact share', () =>
    expect(rows(maskOf(4, 3, { kind: 'rectangle', x: 0.5, y: 1, width: 2.25, height: 1.5 }))).toEqual([
      [0, 0, 0, 0],
      [128, 255, 191, 0],
      [64, 128, 96, 0],
    ]))

  it('an ellipse has its area, its symmetry and no pixel outside its box', () => {
    const mask = maskOf(200, 120, { kind: 'ellipse', x: 20, y: 20, width: 160, height: 80 })
    expect(Math.abs(sum(mask) - Math.PI * 80 * 40)).toBeLessThan(10)
    const bytes = rows(mask)
    expect(bytes).toEqual([...bytes].reverse())
    expect(bytes[59]).toEqual([...bytes[59]!].reverse())
    expect([bytes[60]![19], bytes[60]![20]! > 100, bytes[19]![100]]).toEqual([0, true, 0])
  })

  it('a thin ellipse still marks something', () =>
    expect(sum(maskOf(20, 20, { kind: 'ellipse', x: 9, y: 2, width: 0.5, height: 16 }))).toBeGreaterThan(3))

  it('a polygon has its area, in both directions', () => {
    const points = [
      [10.5, 5.25],
      [90, 30],
      [40.75, 95],
    ]
    const area = Math.abs((90 - 10.5) * (95 - 5.25) - (40.75 - 10.5) * (30 - 5.25)) / 2
    expect(Math.abs(sum(maskOf(100, 100, { kind: 'polygon', points })) - area)).toBeLessThan(area * 0.002)
    expect(print(maskOf(100, 100, { kind: 'polygon', points: [...points].reverse() }))).toBe(
      print(maskOf(100, 100, { kind: 'polygon', points })),
    )
  })

  it('a lasso that crosses itself keeps what it goes around twice', () => {
    const twice = [
      [10, 10],
      [50, 10],
      [50, 50],
      [10, 50],
    ]
    expect(print(maskOf(60, 60, { kind: 'polygon', points: [...twice, ...twice] }))).toBe(
      print(maskOf(60, 60, { kind: 'rectangle', x: 10, y: 10, width: 40, height: 40 })),
    )
  })

  it('a polygon as a rectangle is that rectangle, over many tiles', () => {
    const points = [
      [30, 20],
      [630, 20],
      [630, 520],
      [30, 520],
    ]
    expect(print(maskOf(700, 600, { kind: 'polygon', points }))).toBe(
      print(maskOf(700, 600, { kind: 'rectangle', x: 30, y: 20, width: 600, height: 500 })),
    )
  })

  it('may be erased', () =>
    expect(
      rows(
        maskOf(
          4,
          1,
          { kind: 'rectangle', x: 0, y: 0, width: 4, height: 1 },
          { kind: 'rectangle', x: 1, y: 0, width: 1.5, height: 1, erase: true },
        ),
      ),
    ).toEqual([[255, 0, 127, 255]]))

  it('that lie far away cost nothing and mark nothing', () =>
    expect(
      sum(
        maskOf(50, 50, {
          kind: 'polygon',
          points: [
            [1e6, -1e6],
            [9e5, 1e6],
            [8e5, 0],
          ],
        }),
      ),
    ).toBe(0))
})

describe('order', () => {
  const left = { kind: 'rectangle', x: 0, y: 0, width: 2, height: 1 } as const

  it('each operation works on what the ones before left', () => {
    expect(rows(maskOf(4, 1, left, { kind: 'invert' }))).toEqual([[0, 0, 255, 255]])
    expect(rows(maskOf(4, 1, { kind: 'invert' }, left))).toEqual([[255, 255, 255, 255]])
  })

  it('clear forgets all before it', () =>
    expect(rows(maskOf(4, 1, { kind: 'invert' }, { kind: 'clear' }, left))).toEqual([[255, 255, 0, 0]]))

  it('inverting twice is nothing', () => {
    for (let seed = 200; seed < 210; seed++) {
      const mask = randomMask(randomFrom(seed), { width: 150, height: 150 })
      const twice = { ...mask, operations: [...mask.operations, { kind: 'invert' }, { kind: 'invert' }] } as Mask
      expect(print(twice)).toBe(print(mask))
    }
  })
})

describe('tiles of a mask', () => {
  const size = { width: 1000, height: 700 }

  it('give each pixel its byte, in a part of the picture too', () => {
    const mask = randomMask(randomFrom(7), { width: 290, height: 270 })
    const part = rasterOf(mask, undefined, { x: 140, y: 130, width: 150, height: 140 })
    for (let y = 130; y < 270; y += 7)
      for (let x = 140; x < 290; x += 3)
        expect(byteAt(part, x, y)).toBe(rasterise(mask, { region: { x, y, width: 1, height: 1 } })[0])
  })
  const dot: MaskOperation = { kind: 'stroke', points: [[200, 200]], diameter: 20, hardness: 1, erase: false }

  it('are shared with the raster before, where nothing changed', () => {
    const before = MaskRaster.blank(size)
    const after = applied(before, dot)
    const changed = after.changedSince(before).map((index) => after.grid.origin(index))
    expect(changed).toEqual([{ x: 128, y: 128 }])
    expect(before.read({ x: 200, y: 200, width: 1, height: 1 })).toEqual(Uint8Array.of(0))
  })

  it('that come out as they were are the ones before', () => {
    const before = applied(MaskRaster.blank(size), dot)
    expect(applied(before, dot).changedSince(before)).toEqual([])
  })

  it('that are all one value hold no bytes', () => {
    const draft = MaskRaster.blank(size).draft()
    apply(draft, { kind: 'rectangle', x: 0, y: 0, width: 1000, height: 700, erase: false })
    const full = draft.finish()
    expect(full.bytesBeside(null)).toBe(8 * full.grid.count)
  })
})
