import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { quiet, readAll, scratchFolder } from '../../../../../tests/fixtures/scratch.js'
import { largestDifference, random } from '../../../../../tests/support/engine.js'
import type { RasterRef, Rect } from '../../protocol/tasks.js'
import { buildLevels, keepState, restoreState } from '../index.js'
import { RasterWriter, readProfile, type RasterShape, type Samples } from '../raster.js'
import { packTile, unpackTile } from './codec.js'

const folder = scratchFolder()
let count = 0

const shapes: RasterShape[] = ([1, 2, 3, 4] as const).flatMap((bands) =>
  ([8, 16] as const).map((depth) => ({ width: 61, height: 47, bands, depth })),
)

function noise({ width, height, bands, depth }: RasterShape, seed: number): Samples {
  const next = random(seed)
  const samples = new (depth === 16 ? Uint16Array : Uint8Array)(width * height * bands)
  const most = depth === 16 ? 65_535 : 255
  for (let i = 0; i < samples.length; i++) samples[i] = Math.round(next() * most)
  return samples
}

async function write(shape: RasterShape, samples: Samples, profile: Buffer | null = null): Promise<RasterRef> {
  const writer = await RasterWriter.create(folder.at(`raster${count++}.v`), shape, profile)
  await writer.append(samples)
  return await writer.finish()
}

/** The same samples with others in an area. */
function changed(samples: Samples, { width, bands }: RasterShape, area: Rect, seed: number): Samples {
  const next = random(seed)
  const out = samples.slice()
  for (let y = area.top; y < area.top + area.height; y++)
    for (let i = area.left * bands; i < (area.left + area.width) * bands; i++)
      out[y * width * bands + i] = Math.floor(next() * 256)
  return out
}

const keep = (raster: RasterRef, store: string, before: Parameters<typeof keepState>[0]['before'] = null) =>
  keepState({ raster, view: raster, store, before }, quiet())

const filesIn = async (store: string): Promise<string[]> =>
  (await readdir(store, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).map(({ name }) => name)

describe('a tile', () => {
  it.each(shapes)('comes back as it was, noise and ramps: $bands bands, $depth bits', async (shape) => {
    const ramp = noise(shape, 1).map((_, i) => i * 3) as Samples
    for (const samples of [noise(shape, 2), ramp, ramp.map(() => 7) as Samples]) {
      const before = samples.slice()
      expect(largestDifference(await unpackTile(await packTile(samples, shape), shape), before)).toBe(0)
      expect(samples, 'packing changes nothing').toEqual(before)
    }
  })

  it('takes no more room than its samples, and a byte', async () => {
    const shape = { width: 64, height: 64, bands: 3, depth: 8 } as const
    expect((await packTile(noise(shape, 1), shape)).length).toBe(64 * 64 * 3 + 1)
    expect((await packTile(noise(shape, 1).map(() => 9) as Samples, shape)).length).toBeLessThan(200)
  })
})

describe('a state', () => {
  const shape = { width: 1300, height: 700, bands: 3, depth: 8 } as const

  it('comes back with its profile, whatever its size', async () => {
    for (const [i, size] of [shape, { ...shape, width: 1, height: 1, depth: 16 as const }].entries()) {
      const store = await folder.fresh()
      const samples = noise(size, i)
      const kept = await keep(await write(size, samples, Buffer.from('a profile')), store)
      const out = folder.at(`out${count++}.v`)
      const { raster } = await restoreState({ pixels: kept.pixels, store, near: null, out }, quiet())
      expect(largestDifference(await readAll(raster), samples)).toBe(0)
      expect((await readProfile(raster))?.toString()).toBe('a profile')
    }
  })

  it('stores equal tiles once, and after a change only those that changed', async () => {
    const store = await folder.fresh()
    const flat = await write(shape, new Uint8Array(1300 * 700 * 3).fill(9))
    const first = await keep(flat, store)
    // Whole tiles, right ones, lower ones and the corner; and the thumbnail.
    expect([new Set(first.pixels.tiles).size, first.written]).toEqual([4, 5])
    const area = { left: 500, top: 20, width: 30, height: 30 }
    const after = changed(await readAll(flat), shape, area, 3)
    const second = await keep(await write(shape, after), store, { pixels: first.pixels, area })
    expect(second.written).toBe(3)
    expect(second.pixels.tiles.map((tile, i) => tile !== first.pixels.tiles[i])).toEqual([
      ...[true, true, false],
      ...[false, false, false],
    ])
    expect((await keep(flat, store)).written).toBe(0)
  })

  it('is made of its neighbour where they are the same', async () => {
    const store = await folder.fresh()
    const samples = noise(shape, 5)
    const area = { left: 600, top: 100, width: 20, height: 500 }
    const after = changed(samples, shape, area, 6)
    const [near, far] = [await write(shape, samples), await write(shape, after)]
    const before = await keep(near, store)
    const { pixels } = await keep(far, store)
    // All that is shared may be missing.
    for (const tile of before.pixels.tiles)
      if (pixels.tiles.includes(tile)) await rm(join(store, tile.slice(0, 2), tile))
    const out = folder.at(`out${count++}.v`)
    const restored = await restoreState({ pixels, store, near: { raster: near, pixels: before.pixels }, out }, quiet())
    expect(largestDifference(await readAll(restored.raster), after)).toBe(0)
    expect(restored.changed).toEqual({ left: 512, top: 0, width: 512, height: 700 })
  })

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['with a bit flipped', (bytes: Buffer) => bytes.fill((bytes[99] ?? 0) ^ 1, 99, 100)],
    ['empty', () => Buffer.alloc(0)],
  ])('with a tile %s is refused, and the tile is written anew when it comes again', async (_, damage) => {
    const store = await folder.fresh()
    const raster = await write(shape, noise(shape, 7))
    const { pixels } = await keep(raster, store)
    const tile = pixels.tiles[3] ?? ''
    const path = join(store, tile.slice(0, 2), tile)
    await writeFile(path, damage(await readFile(path)))
    const out = folder.at(`out${count++}.v`)
    const restore = () => restoreState({ pixels, store, near: null, out }, quiet())
    await expect(restore()).rejects.toMatchObject({ code: 'history.damaged' })
    await expect(stat(out)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(restore(), 'still, now that it is gone').rejects.toMatchObject({ code: 'history.damaged' })
    expect((await keep(raster, store)).written).toBe(1)
    expect(largestDifference(await readAll((await restore()).raster), noise(shape, 7))).toBe(0)
  })

  it('that is cancelled leaves nothing half written', async () => {
    const store = await folder.fresh()
    const raster = await write(shape, noise(shape, 8))
    const stop = new AbortController()
    stop.abort()
    const kept = keepState({ raster, view: raster, store, before: null }, quiet(stop.signal))
    await expect(kept).rejects.toMatchObject({ code: 'cancelled' })
    expect((await filesIn(store)).filter((name) => name.startsWith('.'))).toEqual([])
  })
})

describe('levels after a change', () => {
  it.each([
    ['even', 2048, 1200, 3, 8],
    ['odd further down', 2100, 1302, 3, 8],
    ['odd at once', 1501, 1203, 3, 8],
    ['16 bits with alpha', 1600, 1200, 4, 16],
    ['grey', 1600, 1200, 1, 8],
  ] as const)('are the bytes that a whole picture gives: %s', async (_, width, height, bands, depth) => {
    const shape = { width, height, bands, depth }
    const samples = noise(shape, 9)
    const before = await buildLevels({ raster: await write(shape, samples), dir: await folder.fresh() }, quiet())
    const next = random(width)
    for (let turn = 0; turn < 4; turn++) {
      const left = turn === 0 ? 0 : Math.floor(next() * (width - 200))
      const top = turn === 1 ? height - 120 : Math.floor(next() * (height - 200))
      const area = { left, top, width: 1 + Math.floor(next() * 190), height: 1 + Math.floor(next() * 119) }
      const raster = await write(shape, changed(samples, shape, area, turn))
      const near = { levels: before.levels, area }
      const patched = await buildLevels({ raster, dir: await folder.fresh(), near }, quiet())
      const whole = await buildLevels({ raster, dir: await folder.fresh() }, quiet())
      expect(patched.levels.length).toBe(whole.levels.length)
      for (const [i, level] of whole.levels.entries())
        expect((await readFile(patched.levels[i]?.path ?? '')).equals(await readFile(level.path)), `level ${i}`).toBe(
          true,
        )
    }
  })
})
