import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rough } from '../../../../tests/support/scenes.js'
import { RasterReader, RasterWriter } from '../imaging/raster.js'
import { findCandidates } from './candidates.js'
import { findScratches } from './index.js'
import type { RowSource } from './source.js'

/** What is proposed as scratches and dust, and what is not. */

const { signal } = new AbortController()
const WIDTH = 240
const HEIGHT = 200

type Paint = (x: number, y: number) => readonly number[]
interface Kind {
  bands: 1 | 2 | 3 | 4
  depth: 8 | 16
}
const RGB: Kind = { bands: 3, depth: 8 }

/** Numbers of 0..255 as a picture of some kind. */
function picture(paint: Paint, { bands, depth }: Kind = RGB, width = WIDTH, height = HEIGHT): RowSource {
  const samples = new (depth === 16 ? Uint16Array : Uint8Array)(width * height * bands)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const colour = paint(x, y)
      for (let c = 0; c < bands; c++) {
        const alpha = bands % 2 === 0 && c === bands - 1
        const value = alpha ? (colour[3] ?? 255) : colour[c % 3]!
        samples[(y * width + x) * bands + c] = Math.round(Math.min(255, Math.max(0, value)) * (depth === 16 ? 257 : 1))
      }
    }
  return {
    ref: { width, height, bands, depth },
    readRows: (top, count) => Promise.resolve(samples.subarray(top * width * bands, (top + count) * width * bands)),
  }
}

const find = (source: RowSource, sensitivity = 0.5) => findScratches(source, { sensitivity, signal })

/** How much of a region is marked, and how much of what is marked lies within `reach` pixels of it. */
function overlap(mask: Uint8Array, drawn: (x: number, y: number) => boolean, reach = 3) {
  let [all, found, marked, right] = [0, 0, 0, 0]
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const set = mask[y * WIDTH + x]! > 0
      if (drawn(x, y)) {
        all++
        if (set) found++
      }
      if (!set) continue
      marked++
      let near = false
      for (let dy = -reach; dy <= reach; dy++) for (let dx = -reach; dx <= reach; dx++) near ||= drawn(x + dx, y + dy)
      if (near) right++
    }
  return { found: found / all, right: marked === 0 ? 1 : right / marked, marked: marked / mask.length }
}

const noise = (x: number, y: number, amount: number) => amount * (rough(x, y) + rough(x, y, 1) - 1)

/** A sky that gets darker downwards, and below a dark hill: a scratch crosses the edge between them. */
const landscape: Paint = (x, y) => {
  const hill = y > 120 + 20 * Math.sin(x / 60)
  const n = noise(x, y, 5)
  return hill ? [70 + n, 80 + n, 50 + n] : [120 + 0.3 * y + n, 140 + 0.3 * y + n, 170 + 0.2 * y + n]
}
/** A rough surface. */
const ground: Paint = (x, y) => {
  const n = noise(x >> 1, y >> 1, 22) + noise(x, y, 10)
  return [150 + n, 130 + n, 110 + n]
}
const over =
  (below: Paint, drawn: (x: number, y: number) => boolean, colour: readonly number[]): Paint =>
  (x, y) =>
    drawn(x, y) ? colour : below(x, y)

const scratch = (x: number, y: number) => Math.abs(x - 100 - 0.12 * y) < 1 && y > 8 && y < 190
const hair = (x: number, y: number) => {
  const far = Math.hypot(x - 120, y - 160)
  return Math.abs(far - 80) < 1.2 && y < 140 && x > 60
}
const SPECKS = [
  [30, 40, 2],
  [160, 60, 3],
  [200, 25, 1.5],
  [60, 90, 2.5],
] as const
const specks = (x: number, y: number) => SPECKS.some(([cx, cy, r]) => Math.hypot(x - cx, y - cy) <= r)

const white = [248, 247, 243]
const black = [12, 11, 10]

describe('what is found', () => {
  it('a white scratch over a gradient, also where it crosses an edge', async () => {
    const { found, right } = overlap(await find(picture(over(landscape, scratch, white))), scratch)
    expect(found).toBeGreaterThan(0.9)
    expect(right).toBeGreaterThan(0.9)
  })

  it('a black hair, bent, over a texture', async () => {
    const { found, right } = overlap(await find(picture(over(ground, hair, black))), hair)
    expect(found).toBeGreaterThan(0.9)
    expect(right).toBeGreaterThan(0.9)
  })

  it('white specks of three to seven pixels', async () => {
    const { found, right } = overlap(await find(picture(over(landscape, specks, white))), specks)
    expect(found).toBeGreaterThan(0.9)
    expect(right).toBeGreaterThan(0.9)
  })

  it.each<Kind>([
    { bands: 1, depth: 8 },
    { bands: 2, depth: 8 },
    { bands: 4, depth: 8 },
    { bands: 1, depth: 16 },
    { bands: 3, depth: 16 },
    { bands: 4, depth: 16 },
  ])('in pictures with $bands bands of $depth bits', async (kind) => {
    const { found, right } = overlap(await find(picture(over(landscape, scratch, white), kind)), scratch)
    expect(found).toBeGreaterThan(0.9)
    expect(right).toBeGreaterThan(0.9)
  })
})

describe('what is no scratch', () => {
  it.each<[string, Paint]>([
    ['a sky and a hill', landscape],
    ['a rough surface', ground],
    ['a checkerboard', (x, y) => (((x >> 3) + (y >> 3)) % 2 ? [220, 220, 220] : [40, 40, 40])],
    ['one colour', () => [128, 128, 128]],
  ])('%s', async (_, paint) => {
    expect(overlap(await find(picture(paint)), () => false).marked).toBeLessThan(0.005)
  })

  it.each<[string, Paint]>([
    ['stripes', (x) => (x % 6 < 3 ? [210, 205, 200] : [70, 72, 75])],
    [
      'lines of small print',
      (x, y) => (y % 14 < 8 && rough(Math.floor(x / 2), Math.floor(y / 2)) > 0.5 ? [40, 40, 40] : [235, 235, 230]),
    ],
  ])('%s, but for a few at the borders', async (_, paint) => {
    expect(overlap(await find(picture(paint)), () => false).marked).toBeLessThan(0.04)
  })

  it('the rim of what is cut out', async () => {
    const cut: Paint = (x, y) => {
      const seen = Math.abs(x - 100) > 2
      return seen ? [...landscape(x, y).slice(0, 3), 255] : [0, 0, 0, 0]
    }
    const mask = await find(picture(cut, { bands: 4, depth: 8 }))
    expect(overlap(mask, () => false).marked).toBe(0)
  })
})

describe('its rules', () => {
  const spoilt = picture(over(over(over(ground, scratch, white), hair, black), specks, white))

  it('the more sensitive, the more is marked: nothing that was marked before is lost', async () => {
    const masks = await Promise.all([0, 0.2, 0.4, 0.5, 0.6, 0.8, 1].map((sensitivity) => find(spoilt, sensitivity)))
    for (const [i, mask] of masks.entries())
      if (i > 0) expect(masks[i - 1]!.every((value, at) => value === 0 || mask[at] === 255)).toBe(true)
    const count = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value / 255, 0)
    expect(count(masks[6]!)).toBeGreaterThan(count(masks[0]!))
  })

  it('bands of any height give the same', async () => {
    const whole = await findCandidates(spoilt, { signal, rows: HEIGHT })
    expect(whole.length).toBeGreaterThan(10)
    for (const rows of [17, 64]) expect(await findCandidates(spoilt, { signal, rows })).toEqual(whole)
  })

  it.each([
    [1, 1],
    [1, 40],
    [40, 1],
    [3, 2],
  ])('a picture of %i x %i pixels has no scratches', async (width, height) => {
    const mask = await find(picture(landscape, RGB, width, height), 1)
    expect(mask).toEqual(new Uint8Array(width * height))
  })

  it('tells how far it is, up to 1', async () => {
    const told: number[] = []
    await findScratches(spoilt, { sensitivity: 0.5, signal, progress: (fraction) => told.push(fraction) })
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told.at(-1)).toBeCloseTo(1)
  })

  it('stops when it is told to', async () => {
    const aborted = AbortSignal.abort()
    await expect(findScratches(spoilt, { sensitivity: 0.5, signal: aborted })).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})

describe('from a file', () => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lacuna-scratches-'))
  })
  afterAll(() => rm(dir, { recursive: true }))

  it('a raster gives what its pixels give', async () => {
    const source = picture(over(landscape, scratch, white), { bands: 3, depth: 16 })
    const writer = await RasterWriter.create(join(dir, 'a.v'), source.ref, null)
    await writer.append(await source.readRows(0, HEIGHT))
    const reader = await RasterReader.open(await writer.finish())
    try {
      expect(Buffer.compare(await find(reader), await find(source))).toBe(0)
    } finally {
      await reader.close()
    }
  })
})
