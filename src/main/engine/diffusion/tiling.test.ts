import { describe, expect, it } from 'vitest'
import { philox } from './noise.js'
import { planTiles, reflectIndex, sourceOf, type TilePlan, type TilingInput } from './tiling.js'

/** A repeatable whole number below `limit` for each (case, question). */
function pick(test: number, question: number, limit: number): number {
  const words = new Int32Array(4)
  philox(words, test, question, 0, 0, 2026, 7)
  return (words[0]! >>> 0) % limit
}

function randomInput(test: number): TilingInput {
  const long = test % 5 === 0
  const width = 1 + pick(test, 0, long ? 5000 : 90)
  const height = 1 + pick(test, 1, 90)
  const [w, h] = pick(test, 2, 2) === 0 ? [width, height] : [height, width]
  const left = pick(test, 3, w)
  const top = pick(test, 4, h)
  const region = { left, top, width: 1 + pick(test, 5, w - left), height: 1 + pick(test, 6, h - top) }
  return {
    width: w,
    height: h,
    tile: 1 + pick(test, 7, 48),
    margin: pick(test, 8, 30),
    multipleOf: [1, 2, 4, 8, 16][pick(test, 9, 5)]!,
    ...(pick(test, 10, 3) === 0 ? { region } : {}),
    ...(pick(test, 11, 2) === 0 ? { even: false } : {}),
  }
}

const named: [string, TilingInput][] = [
  ['a single pixel', { width: 1, height: 1, tile: 512, margin: 123, multipleOf: 8 }],
  ['1 x 5000', { width: 1, height: 5000, tile: 64, margin: 24, multipleOf: 8 }],
  ['5000 x 1', { width: 5000, height: 1, tile: 64, margin: 24, multipleOf: 8 }],
  ['smaller than a tile', { width: 300, height: 200, tile: 512, margin: 128, multipleOf: 8 }],
  ['no margin', { width: 100, height: 100, tile: 8, margin: 0, multipleOf: 8 }],
  [
    'a pixel at the far corner',
    {
      width: 1000,
      height: 800,
      tile: 64,
      margin: 20,
      multipleOf: 8,
      region: { left: 999, top: 799, width: 1, height: 1 },
    },
  ],
]
const cases: [string, TilingInput][] = [
  ...named,
  ...Array.from({ length: 400 }, (_, i): [string, TilingInput] => [`random case ${i}`, randomInput(i)]),
]

const plans = cases.map(([name, input]) => ({ name, input, plan: planTiles(input) }))

/** Every case must keep the rule, which says what is wrong. */
function always(promise: string, rule: (input: TilingInput, plan: TilePlan) => Iterable<string>): void {
  it(promise, () => {
    const faults = plans.flatMap(({ name, input, plan }) =>
      [...rule(input, plan)].map((fault) => `${name} ${JSON.stringify(input)}: ${fault}`),
    )
    expect(faults.slice(0, 5)).toEqual([])
  })
}

describe('tiles', () => {
  always('have cores that partition the picture, or the region asked for', function* (input, plan) {
    const { width, height, region = { left: 0, top: 0, width, height } } = input
    const covered = new Uint8Array(width * height)
    for (const { core } of plan.tiles) {
      if (core.width < 1 || core.height < 1) yield `empty core ${JSON.stringify(core)}`
      if (core.left < 0 || core.top < 0 || core.left + core.width > width || core.top + core.height > height) {
        yield `core outside ${JSON.stringify(core)}`
      }
      for (let y = core.top; y < core.top + core.height; y++) {
        for (let x = core.left; x < core.left + core.width; x++) covered[y * width + x]! += 1
      }
    }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const inColumns = x >= region.left && x < region.left + region.width
        const wanted = inColumns && y >= region.top && y < region.top + region.height ? 1 : 0
        if (covered[y * width + x] !== wanted) yield `(${x}, ${y}) is in ${covered[y * width + x]} cores`
      }
    }
  })

  always('have windows of one shape, on the network’s grid, inside the padded picture', function* (input, plan) {
    const { multipleOf, margin, tile } = input
    const up = (value: number): number => Math.ceil(value / multipleOf) * multipleOf
    const { padded, window: shape } = plan
    if (padded.width !== up(input.width) || padded.height !== up(input.height))
      yield `padded to ${JSON.stringify(padded)}`
    if (Math.max(shape.width, shape.height) > up(tile) + 2 * up(margin)) yield `windows of ${JSON.stringify(shape)}`
    let pixels = 0
    for (const { window } of plan.tiles) {
      const { left, top, width, height } = window
      if (width !== shape.width || height !== shape.height) yield `another shape ${JSON.stringify(window)}`
      if ([left, top, width, height].some((value) => value % multipleOf !== 0))
        yield `off the grid ${JSON.stringify(window)}`
      if (left < 0 || top < 0 || left + width > padded.width || top + height > padded.height) {
        yield `outside ${JSON.stringify(window)}`
      }
      pixels += width * height
    }
    if (plan.pixelsInferred !== pixels) yield `${plan.pixelsInferred} pixels said, ${pixels} inferred`
  })

  always('have the margin on each side, or the padded picture’s own border', function* ({ margin }, { padded, tiles }) {
    for (const { core, window } of tiles) {
      const sides = [
        window.left === 0 || core.left - window.left >= margin,
        window.top === 0 || core.top - window.top >= margin,
        window.left + window.width === padded.width || window.left + window.width - core.left - core.width >= margin,
        window.top + window.height === padded.height || window.top + window.height - core.top - core.height >= margin,
      ]
      if (sides.includes(false)) yield `core ${JSON.stringify(core)} in window ${JSON.stringify(window)}`
    }
  })

  always('come in strips, left to right, that know the rows of the picture they need', function* (input, plan) {
    let index = 0
    for (const [row, strip] of plan.strips.entries()) {
      for (const [column, tile] of strip.tiles.entries()) {
        if (plan.tiles[index] !== tile) yield `tile ${index} is out of order`
        if (tile.index !== index || tile.row !== row || tile.column !== column) yield `tile ${index} is misnamed`
        if (tile.core.top !== strip.core.start || tile.core.height !== strip.core.length)
          yield `tile ${index} leaves its strip`
        if (tile.window.top !== strip.window.start || tile.window.height !== strip.window.length) {
          yield `window ${index} leaves its strip`
        }
        if (column > 0 && tile.core.left <= strip.tiles[column - 1]!.core.left) yield `tile ${index} goes left`
        index++
      }
      if (row > 0 && strip.core.start <= plan.strips[row - 1]!.core.start) yield `strip ${row} goes up`
      const rows = Array.from({ length: strip.window.length }, (_, i) =>
        reflectIndex(strip.window.start + i, input.height),
      )
      const { start, length } = strip.source
      if (start !== Math.min(...rows) || start + length !== Math.max(...rows) + 1) yield `strip ${row} needs other rows`
    }
    if (index !== plan.tiles.length) yield `${plan.tiles.length} tiles, ${index} in strips`
  })
})

describe('the work of a plan', () => {
  it('an edge of the picture costs no margin', () => {
    const plan = planTiles({ width: 1280, height: 64, tile: 512, margin: 128, multipleOf: 8 })
    expect(plan.tiles.map(({ window }) => window.left)).toEqual([0, 512])
    expect(plan.tiles.map(({ core }) => core.left)).toEqual([0, 640])
    expect(plan.window.width).toBe(768)
  })

  it('a network that leaves something out is shown that much more, mirrored, at an edge', () => {
    const input = { width: 640, height: 64, tile: 512, margin: 24, multipleOf: 8 }
    const plan = planTiles({ ...input, outside: 20 })
    expect(plan.tiles.map(({ window: { left, width } }) => [left, left + width])).toEqual([
      [-24, 344],
      [296, 664],
    ])
    for (const { core, window } of plan.tiles) expect(core.left - window.left).toBeGreaterThanOrEqual(20)
    expect(plan.strips.map(({ window, source }) => [window.start, source])).toEqual([[-24, { start: 0, length: 64 }]])
    expect(planTiles({ ...input, outside: 0 })).toEqual(planTiles(input))
  })

  it('tiles share a picture evenly unless their shape is fixed', () => {
    const input = { width: 1304, height: 64, tile: 512, margin: 128, multipleOf: 8 }
    expect(planTiles(input).window.width).toBe(608)
    expect(planTiles({ ...input, even: false }).window.width).toBe(768)
  })

  it('infers at most 1.4 pixels for a pixel with tiles of 768 and a margin of 64', () => {
    for (const [width, height] of [
      [4000, 3000],
      [6016, 4016],
      [1920, 1280],
      [12000, 9000],
    ] as const) {
      const plan = planTiles({ width, height, tile: 768, margin: 64, multipleOf: 8 })
      expect(plan.pixelsInferred / (width * height)).toBeLessThan(1.4)
    }
  })
})

describe('mirroring', () => {
  it('does not repeat the border pixel', () => {
    expect([-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6].map((i) => reflectIndex(i, 4))).toEqual([
      2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0,
    ])
  })

  it('goes any distance on any size', () => {
    expect([-9, -1, 0, 1, 100].map((i) => reflectIndex(i, 1))).toEqual([0, 0, 0, 0, 0])
    expect([-3, -2, -1, 0, 1, 2, 3].map((i) => reflectIndex(i, 2))).toEqual([1, 0, 1, 0, 1, 0, 1])
    for (let size = 1; size < 9; size++) {
      for (let i = -40; i < 40; i++) {
        const at = reflectIndex(i, size)
        expect(at).toBeGreaterThanOrEqual(0)
        expect(at).toBeLessThan(size)
        expect(Math.abs(reflectIndex(i + 1, size) - at)).toBe(size === 1 ? 0 : 1)
      }
    }
  })

  it('says which rows it shows', () => {
    expect(sourceOf({ start: 96, length: 8 }, 97)).toEqual({ start: 89, length: 8 })
    expect(sourceOf({ start: 0, length: 8 }, 3)).toEqual({ start: 0, length: 3 })
  })
})

describe('a plan for nothing', () => {
  const good = { width: 10, height: 10, tile: 8, margin: 2, multipleOf: 2 }
  it.each([
    { width: 0 },
    { height: 2.5 },
    { tile: 0 },
    { margin: -1 },
    { multipleOf: 0 },
    { region: { left: 5, top: 0, width: 6, height: 1 } },
    { region: { left: 0, top: 0, width: 0, height: 1 } },
  ])('is refused: %o', (bad) => expect(() => planTiles({ ...good, ...bad })).toThrow('tiles'))
})
