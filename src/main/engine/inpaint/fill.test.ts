import { afterAll, describe, expect, it } from 'vitest'
import { apart, disc, grain, grey, rough, scene, type Scene } from '../../../../tests/support/scenes.js'
import { fill, type FillRequest, type LevelPreview } from './fill.js'
import { fillPool } from './pool.js'

afterAll(() => fillPool.close())

const request = (from: Scene, change: Partial<FillRequest> = {}): FillRequest => ({
  picture: from.picture,
  width: from.width,
  height: from.height,
  hole: from.hole,
  seed: 1,
  count: 1,
  threads: 2,
  ...change,
})

const first = async (from: Scene, change: Partial<FillRequest> = {}) => (await fill(request(from, change)))[0]!

const textured = scene(96, 80, grain, disc(48, 40, 14))

describe('Filling a hole from the picture itself', () => {
  it('changes no pixel outside the hole, by a single bit', async () => {
    const { picture } = await first(textured)
    const changed = picture.findIndex(
      (value, i) => textured.hole[Math.floor(i / 3)] === 0 && value !== textured.picture[i],
    )
    expect(changed).toBe(-1)
    expect(picture.every((value) => value >= 0 && value <= 1)).toBe(true)
  })

  it('gives the same bytes with 1, 2 and 4 threads', async () => {
    const one = await fill(request(textured, { threads: 1, count: 2 }))
    for (const threads of [2, 4]) {
      const other = await fill(request(textured, { threads, count: 2 }))
      expect(other.map(({ distance }) => distance)).toEqual(one.map(({ distance }) => distance))
      for (const [i, { picture }] of other.entries())
        expect(Buffer.from(picture.buffer).equals(Buffer.from(one[i]!.picture.buffer))).toBe(true)
    }
  })

  it('fills with threads that were started before, and keeps them', async () => {
    await fillPool.close()
    fillPool.warm(2)
    expect(fillPool.size).toBe(2)
    const { picture } = await first(textured)
    expect(fillPool.size).toBe(2)
    expect((await first(textured)).picture).toEqual(picture)
    expect(fillPool.size).toBe(2)
  })

  it('gives the same fill for the same seed and another for another', async () => {
    const a = await first(textured, { seed: 3 })
    expect((await first(textured, { seed: 3 })).picture).toEqual(a.picture)
    expect(apart((await first(textured, { seed: 4 })).picture, a.picture, textured.hole)).toBeGreaterThan(0.001)
    expect((await first(textured, { seed: 2 ** 40 + 3 })).picture).not.toEqual(a.picture)
  })

  const noisy = scene(96, 80, (x, y) => [rough(x >> 2, y >> 2), rough(x >> 2, y >> 2, 1), 0.5], disc(48, 40, 14))

  /** Stones of one size and of many greys: what is there next can be told as little as there. */
  const cobbles = scene(
    96,
    80,
    (x, y) => {
      const row = y >> 3
      return grey(0.25 + 0.5 * rough(Math.floor((x + 3 * rough(0, row)) / 7), row, 5))
    },
    disc(48, 40, 15),
  )

  it.each([
    ['of no order', noisy, 0.08],
    ['with an order', cobbles, 0.02],
  ] as const)('draws variations of a texture %s that differ, each by a seed of its own', async (_, where, least) => {
    const fills = await fill(request(where, { count: 4 }))
    expect(fills).toHaveLength(4)
    expect(new Set(fills.map(({ seed }) => seed)).size).toBe(4)
    for (const [i, a] of fills.entries())
      for (const b of fills.slice(i + 1)) expect(apart(a.picture, b.picture, where.hole)).toBeGreaterThan(least)
  })

  it('gives first the variation that it gives alone', async () => {
    const [alone] = await fill(request(noisy))
    const [likeliest] = await fill(request(noisy, { count: 3 }))
    expect(likeliest).toEqual(alone)
  })

  it('draws each variation alone as it is among the others', async () => {
    const fills = await fill(request(noisy, { count: 3 }))
    for (const [only, among] of fills.entries()) {
      const told: number[] = []
      const alone = await fill(request(noisy, { count: 3, only, onFill: (variation) => told.push(variation) }))
      expect(alone).toEqual([among])
      expect(told).toEqual([only])
    }
  })

  it('hands over each variation before the next is begun', async () => {
    const told: string[] = []
    const fills = await fill(
      request(noisy, {
        count: 3,
        onLevel: ({ variation, level }) => told.push(`${variation} at level ${level}`),
        onFill: (variation, { picture }) => told.push(`${variation} of ${picture.length} numbers`),
      }),
    )
    const handed = told.filter((what) => what.endsWith('numbers'))
    expect(handed).toEqual(fills.map(({ picture }, variation) => `${variation} of ${picture.length} numbers`))
    for (const variation of [0, 1, 2])
      expect(told.indexOf(handed[variation]!)).toBe(told.indexOf(`${variation} at level 0`) + 1)
  })

  it('shows each level on the way, coarse to fine', async () => {
    const levels: LevelPreview[] = []
    const { picture } = await first(textured, { onLevel: (level) => levels.push(level) })
    expect(levels.map(({ level }) => level)).toEqual(
      Array.from({ length: levels.length }, (_, i) => levels.length - 1 - i),
    )
    expect(levels.length).toBeGreaterThan(1)
    for (const { width, height, picture } of levels) expect(picture).toHaveLength(3 * width * height)
    expect(levels.at(-1)).toMatchObject({ level: 0, variation: 0, width: 96, height: 80 })
    expect(levels.at(-1)!.picture).toEqual(picture)
  })
})

describe('What stands to reason is continued', () => {
  it.each([
    ['stripes', (x: number) => grey(x % 8 < 4 ? 0.2 : 0.8)],
    ['a checkerboard', (x: number, y: number) => grey(((x >> 2) + (y >> 2)) % 2 ? 0.2 : 0.8)],
    ['slanted stripes', (x: number, y: number) => grey((x + y) % 10 < 5 ? 0.3 : 0.7)],
  ] as const)('%s go on exactly', async (_, colour) => {
    const pattern = scene(96, 96, colour, disc(47, 50, 13))
    const { picture } = await first(pattern)
    expect(apart(picture, pattern.truth, pattern.hole)).toBeLessThan(0.01)
  })

  it('a sky stays smooth: no seam at the rim, no blotches within', async () => {
    const sky = scene(
      120,
      100,
      (x, y) => [0.3 + 0.002 * y + 0.0006 * x, 0.45 + 0.0015 * y, 0.75 - 0.0008 * y + 0.0004 * x],
      disc(60, 50, 22),
    )
    const { picture } = await first(sky)
    let worst = 0
    for (let y = 1; y < 99; y++)
      for (let x = 1; x < 119; x++)
        for (const step of [3, 3 * 120]) {
          const k = 3 * (y * 120 + x)
          for (let c = 0; c < 3; c++)
            worst = Math.max(worst, Math.abs(picture[k + c - step]! - 2 * picture[k + c]! + picture[k + c + step]!))
        }
    // One level of 8 bits is 0.0039.
    expect(worst).toBeLessThan(0.004)
    expect(apart(picture, sky.truth, sky.hole)).toBeLessThan(0.01)
  })

  it.each([
    [
      'a scratch over a shaded thing',
      (x: number, y: number) => Math.abs(y - 20 - (x >> 1)) < 2 && x > 5 && x < 75,
      0.03,
    ],
    ['a missing side', (x: number, y: number) => x < 9 && y > -1, 0.08],
  ] as const)('%s takes up what surrounds it', async (_, where, most) => {
    // No two places have the same light, so no patch is found that fits.
    const light = (x: number, y: number) => 0.5 + 0.3 * Math.sin(x / 14 + y / 23) * Math.cos(y / 17)
    const shaded = scene(80, 70, (x, y) => grey(light(x, y)), where)
    const { picture } = await first(shaded)
    expect(apart(picture, shaded.truth, shaded.hole)).toBeLessThan(most)
  })

  it('a missing side of a texture keeps its finest grain: no veil', async () => {
    const where = scene(
      96,
      80,
      (x, y) => grey(0.5 + 0.5 * (rough(x, y) - 0.5)),
      (x) => x < 20,
    )
    const { picture } = await first(where)
    /** Root mean square of a pixel's difference to the mean of its four neighbours. */
    const grainOf = (from: number, to: number) => {
      let sum = 0
      for (let y = 4; y < 76; y++)
        for (let x = from; x < to; x++) {
          const k = 3 * (y * 96 + x)
          const around = picture[k - 3]! + picture[k + 3]! + picture[k - 288]! + picture[k + 288]!
          sum += (picture[k]! - around / 4) ** 2
        }
      return Math.sqrt(sum / (72 * (to - from)))
    }
    expect(grainOf(2, 14)).toBeGreaterThan(0.6 * grainOf(30, 90))
  })

  it('an edge between two materials goes through', async () => {
    const edge = scene(
      110,
      90,
      (x, y) => grey(y < 44 ? 0.8 + 0.05 * (rough(x, y) - 0.5) : 0.25 + 0.1 * (rough(x, y) - 0.5)),
      disc(55, 45, 15),
    )
    const { picture } = await first(edge)
    let wrong = 0
    for (let k = 0; k < edge.hole.length; k++)
      if (edge.hole[k] && Math.abs(picture[3 * k]! - edge.truth[3 * k]!) > 0.25) wrong++
    expect(wrong).toBeLessThan(0.05 * edge.hole.reduce((a, b) => a + b, 0))
  })
})

describe('Where patches come from', () => {
  const halves = scene(
    120,
    80,
    (x, y) => (x < 60 ? [0.8 + 0.1 * (rough(x, y) - 0.5), 0.2, 0.2] : [0.2, 0.2, 0.8 + 0.1 * (rough(x, y) - 0.5)]),
    disc(60, 40, 12),
  )

  const leastInHole = (picture: Float32Array, of: (red: number, blue: number) => number): number =>
    halves.hole.reduce(
      (least, masked, k) => (masked ? Math.min(least, of(picture[3 * k]!, picture[3 * k + 2]!)) : least),
      Infinity,
    )

  it.each([{}, { mirror: true, rotate: true }])('is where the person says: from here (%o)', async (turns) => {
    const sources = halves.hole.map((_, k) => (k % 120 < 40 ? 1 : 0))
    const levels: LevelPreview[] = []
    const { picture } = await first(halves, { sources, ...turns, onLevel: (level) => levels.push(level) })
    expect(leastInHole(picture, (red, blue) => red - blue)).toBeGreaterThan(0.2)
    // At every level on the way, too: what lies in the hole by more than a pixel of that level.
    for (const { width, height, picture } of levels) {
      const scale = 120 / width
      const inside = disc(60, 40, 12 - 1.5 * scale)
      let least = Infinity
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const k = 3 * (y * width + x)
          if (inside((x + 0.5) * scale, (y + 0.5) * scale)) least = Math.min(least, picture[k]! - picture[k + 2]!)
        }
      expect(least).toBeGreaterThan(0.2)
    }
  })

  it('and not from there', async () => {
    const sources = halves.hole.map((_, k) => (k % 120 < 60 ? 0 : 1))
    const { picture } = await first(halves, { sources })
    expect(leastInHole(picture, (red, blue) => blue - red)).toBeGreaterThan(0.2)
  })
})

describe('A fill that is not wanted any more', () => {
  it('ends within an iteration, and the next one runs as ever', async () => {
    const large = scene(260, 200, grain, disc(130, 100, 56))
    const stop = new AbortController()
    let levels = 0
    const running = fill(
      request(large, {
        signal: stop.signal,
        onLevel: () => {
          levels++
          stop.abort()
        },
      }),
    )
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(levels).toBeLessThan(4)
    await expect(fill(request(textured, { signal: stop.signal }))).rejects.toMatchObject({ code: 'cancelled' })
    expect((await first(textured)).picture).toHaveLength(textured.picture.length)
  })
})

describe('Unusual holes', () => {
  const inside = (picture: Float32Array, { hole }: Scene) =>
    Array.from(picture).filter((_, i) => hole[Math.floor(i / 3)])

  it.each([
    ['of one pixel', scene(40, 40, grain, (x, y) => x === 20 && y === 17)],
    ['smaller than a patch', scene(40, 40, grain, (x, y) => x > 18 && x < 22 && y > 15 && y < 18)],
    ['of a thin line', scene(60, 40, grain, (x, y) => Math.abs(y - 10 - (x >> 1)) < 1 && x > 5 && x < 55)],
    ['in many places', scene(90, 90, grain, (x, y) => x % 20 < 3 && y % 20 < 3)],
    ['at a border', scene(70, 60, grain, (x) => x < 12)],
    ['in a corner', scene(70, 60, grain, (x, y) => x >= 52 && y >= 45)],
    ['all around', scene(70, 70, grain, (x, y) => x < 12 || y < 12 || x >= 58 || y >= 58)],
  ])('%s are filled with what is around', async (_, where) => {
    const { picture } = await first(where)
    const values = inside(picture, where)
    const truth = inside(where.truth, where)
    expect(values.every((value) => value > 0.05 && value < 1)).toBe(true)
    const mean = (of: number[]) => of.reduce((a, b) => a + b, 0) / of.length
    expect(Math.abs(mean(values) - mean(truth))).toBeLessThan(0.15)
  })

  it.each([
    ['no patch of 7 px', scene(9, 6, grain, (x, y) => x === 4 && y === 3)],
    ['no patch at all', scene(5, 2, grain, (x) => x === 2)],
    [
      'one known pixel',
      scene(
        20,
        20,
        () => [0.3, 0.6, 0.9],
        (x, y) => x !== 3 || y !== 4,
      ),
    ],
    [
      'one known row',
      scene(
        30,
        20,
        () => [0.3, 0.6, 0.9],
        (_x, y) => y > 0,
      ),
    ],
  ])('are filled smoothly where there is %s to take', async (_, where) => {
    const { picture } = await first(where)
    const lowest = Math.min(...inside(where.truth, where))
    const highest = Math.max(...inside(where.truth, where))
    for (const value of inside(picture, where)) {
      expect(value).toBeGreaterThan(lowest - 0.3)
      expect(value).toBeLessThan(highest + 0.3)
    }
    if (where.truth[0] === where.truth[3]) expect(apart(picture, where.truth, where.hole)).toBeLessThan(0.02)
  })

  it('are filled smoothly where nothing may be taken', async () => {
    const { picture } = await first(textured, { sources: new Uint8Array(textured.hole.length) })
    expect(apart(picture, textured.truth, textured.hole)).toBeLessThan(0.4)
  })

  it.each([
    ['nothing is masked', { hole: new Uint8Array(96 * 80) }],
    ['everything is masked', { hole: new Uint8Array(96 * 80).fill(1) }],
    ['the mask is of another size', { hole: new Uint8Array(96 * 79).fill(1) }],
    ['no variation is wanted', { count: 0 }],
    ['a variation is wanted that is not drawn', { count: 2, only: 2 }],
  ])('are an error where %s', async (_, change) => {
    await expect(fill(request(textured, change))).rejects.toMatchObject({ code: 'edit.invalid' })
  })
})
