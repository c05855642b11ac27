/** What results will take, against what the engine's own encoder makes of photos. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../../../tests/support/engine.js'
import { testHome, type TestHome } from '../../../../tests/support/studio.js'
import type { EngineClient } from '../../engine/protocol/client.js'
import { OutputSettings } from '../../../shared/picture.js'
import type { ItemRecord } from '../jobs/store/records.js'
import { boundOf, bytesOf } from './result-bytes.js'

const samples = join(root, 'resources/samples')
const SIDE = 320

let home: TestHome
let engine: EngineClient
/** Parts of photos, the noise in them and taken out of them: those with noise are the largest that come. */
const pictures: { name: string; path: string; noisy: boolean }[] = []

beforeAll(async () => {
  home = testHome([])
  engine = home.engine()
  for (const name of readdirSync(samples).filter((file) => file.endsWith('.jpg'))) {
    for (const noisy of [true, false]) {
      const path = home.at(`${noisy ? 'noisy' : 'clean'}-${name}.png`)
      const piece = sharp(join(samples, name)).extract({ left: 400, top: 300, width: SIDE, height: SIDE })
      await (noisy ? piece : piece.median(5)).png().toFile(path)
      pictures.push({ name, path, noisy })
    }
  }
})
afterAll(() => home[Symbol.asyncDispose]())

async function encoded(path: string, output: OutputSettings): Promise<number> {
  const { info, raster } = await engine.run({ kind: 'decode', path, dir: home.dir }, {})
  const temp = home.at('encoded')
  const { bytes } = await engine.run(
    { kind: 'encode', raster, original: path, info, output, temp, recipe: null, dir: home.dir },
    {},
  )
  return bytes
}

describe('the bytes of a result, at most', () => {
  it.each([
    ['jpeg', 75, 8],
    ['jpeg', 92, 8],
    ['jpeg', 100, 8],
    ['webp', 92, 8],
    ['avif', 60, 8],
    ['png', undefined, 8],
    ['png', undefined, 16],
    ['tiff', undefined, 8],
    ['tiff', undefined, 16],
  ] as const)(
    'as %s, quality %s, %s bits: no photo takes more, none ten times less',
    async (format, quality, depth) => {
      const output = OutputSettings.parse({ format, depth, ...(quality === undefined ? {} : { quality }) })
      const bound = boundOf({ format, pixels: SIDE * SIDE, depth, quality })
      const real: number[] = []
      for (const { path } of pictures) real.push(await encoded(path, output))
      expect(Math.max(...real)).toBeLessThanOrEqual(bound)
      expect(bound).toBeLessThan(10 * Math.min(...real))
      expect(bound).toBeLessThan(3.5 * Math.max(...real))
    },
  )

  it('grow with the quality', () => {
    const at = (quality: number): number => boundOf({ format: 'jpeg', pixels: 1e6, depth: 8, quality })
    const bounds = [1, 30, 75, 80, 92, 99, 100].map(at)
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b))
    expect(new Set(bounds).size).toBe(bounds.length)
  })

  it('of a picture with little in it are no photo’s', async () => {
    const path = home.at('drawing.png')
    const background = { width: 1000, height: 1000, channels: 3, background: '#eeeeee' } as const
    await sharp({ create: background }).png().toFile(path)
    const before = { bytes: statSync(path).size, pixels: 1e6 }
    const bound = boundOf({ format: 'png', pixels: 1e6, depth: 8, before })
    expect(await encoded(path, OutputSettings.parse({ format: 'png' }))).toBeLessThanOrEqual(bound)
    expect(bound).toBeLessThan(40_000)
  })
})

describe('a batch', () => {
  const output = OutputSettings.parse({ format: 'jpeg' })
  const item = (at: number, change: Partial<ItemRecord> = {}) =>
    ({
      item: at,
      input: `/photos/${at}.png`,
      bytes: 1_000_000,
      size: { width: 1000, height: 1000, depth: 8 },
      result: null,
      ...change,
    }) as ItemRecord
  const done = (at: number, bytes: number): ItemRecord =>
    item(at, { result: { bytes, sha256: '', seconds: 1, model: '', provider: '', device: '', sigma: null, notes: [] } })
  const pixels = new Map(Array.from({ length: 20 }, (_, at) => [at, 1e6] as const))
  const need = (items: ItemRecord[], ended: ItemRecord[]): number =>
    bytesOf(items, ended, { before: pixels, after: pixels, output })

  it('needs what its files need together', () => {
    expect(need([item(1), item(2)], [])).toBe(2 * need([item(3)], []))
    expect(need([], [])).toBe(0)
  })

  it('goes by what the results so far took, once there are three', () => {
    const guess = need([item(1)], [])
    expect(need([item(1)], [done(2, 100_000), done(3, 100_000)])).toBe(guess)
    const told = need([item(1)], [done(2, 100_000), done(3, 120_000), done(4, 110_000)])
    expect(told).toBeGreaterThan(120_000)
    expect(told).toBeLessThan(170_000)
  })
})
