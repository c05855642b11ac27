import { readdir } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  denoiseEdit,
  fixtureModel,
  largestDifference,
  random,
  startTestEngine,
  type TestEngine,
} from '../../../tests/support/engine.js'
import type { RasterRef } from './protocol/tasks.js'

let test: TestEngine
beforeAll(async () => {
  test = await startTestEngine()
})
afterAll(() => test[Symbol.asyncDispose]())

/** A noisy picture with structure. */
const noisy = (width: number, height: number, seed: number, bands: 1 | 2 | 3 | 4 = 3, depth: 8 | 16 = 8) => {
  const next = random(seed)
  const full = depth === 16 ? 65535 : 255
  return test.raster({ width, height, bands, depth }, (x, y, band) => {
    if (bands % 2 === 0 && band === bands - 1) return (x * 7 + y) % (full + 1)
    const board = ((x >> 4) + (y >> 4)) & 1 ? 0.6 : 0.4
    return Math.round(full * Math.min(1, Math.max(0, board + (next() - 0.5) * 0.2 + x / 2000)))
  })
}

const worst = async (a: RasterRef, b: RasterRef) => {
  const [one, other] = await Promise.all([test.samples(a), test.samples(b)])
  return largestDifference(one, other)
}

describe('P4: the same picture whatever the tile size', () => {
  it('holds for random picture sizes, tile sizes, seeds, steps and depths, within half an 8-bit level', async () => {
    const next = random(11)
    const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
    for (let round = 0; round < 10; round++) {
      const depth = round % 2 ? 8 : 16
      const raster = await noisy(between(1, 260), between(1, 200), round, 3, depth)
      const edit = {
        detail: round % 3 ? 0 : 0.7,
        steps: between(2, 4),
        seed: between(0, 1e6),
        sigma: round % 4 ? ('auto' as const) : 20,
      }
      const whole = await test.denoise(raster, { edit, run: { tile: 1024 } })
      const tiled = await test.denoise(raster, { edit, run: { tile: between(16, 96) } })
      const limit = depth === 16 ? 0.5 * 257 : 1
      const where = JSON.stringify({
        round,
        width: raster.width,
        height: raster.height,
        ...edit,
        tile: tiled.report.tile,
      })
      expect(await worst(whole.raster, tiled.raster), where).toBeLessThanOrEqual(limit)
    }
  })

  it('gives the same bytes twice, and others for another seed', async () => {
    const raster = await noisy(90, 70, 3)
    const once = await test.denoise(raster, { edit: { detail: 1, seed: 5 } })
    const again = await test.denoise(raster, { edit: { detail: 1, seed: 5 } })
    const other = await test.denoise(raster, { edit: { detail: 1, seed: 6 } })
    expect(await worst(once.raster, again.raster)).toBe(0)
    expect(await worst(once.raster, other.raster)).toBeGreaterThan(0)
  })
})

describe('an edit keeps what is not its business', () => {
  it('leaves grey one band and alpha untouched, at 8 and 16 bits', async () => {
    for (const bands of [1, 2, 4] as const)
      for (const depth of [8, 16] as const) {
        const raster = await noisy(40, 30, 1, bands, depth)
        const { raster: result } = await test.denoise(raster)
        expect(result).toMatchObject({ width: 40, height: 30, bands, depth })
        const [before, after] = [await test.samples(raster), await test.samples(result)]
        if (bands % 2 === 0) for (let i = bands - 1; i < before.length; i += bands) expect(after[i]).toBe(before[i])
        expect(after).not.toEqual(before)
      }
  })

  it('gives the original back at sigma 0 and at blend 1', async () => {
    const raster = await noisy(50, 50, 2, 3, 16)
    expect(await worst((await test.denoise(raster, { edit: { sigma: 0 } })).raster, raster)).toBe(0)
    expect(await worst((await test.denoise(raster, { edit: { sigma: 40, blend: 1 } })).raster, raster)).toBe(0)
  })

  it('counts its work: a picture of one tile is inferred about once', async () => {
    const { report } = await test.denoise(await noisy(200, 120, 4))
    expect(report).toMatchObject({ provider: 'cpu', pixelsOut: 24000, pixelsInferred: 24000 })
    expect(report.sigma).toBeGreaterThan(3)
  })
})

describe('P5: cancelling', () => {
  it('stops between tiles, leaves no scratch behind and lets the next job run', async () => {
    const raster = await noisy(600, 600, 5)
    const before = await readdir(test.dir)
    const controller = new AbortController()
    const pid = test.engine.status.pid
    const job = test.denoise(raster, {
      run: { tile: 32 },
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    await expect(job).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(test.dir)).toEqual(before)
    await test.denoise(await noisy(20, 20, 6))
    expect(test.engine.status.pid).toBe(pid)
  })
})

describe('P7: a model that cannot be trusted', () => {
  it.each([
    ['bad-file', 'model.invalid'],
    ['missing-op', 'model.invalid'],
    ['wrong-contract', 'model.invalid'],
    ['flat-denoiser', 'engine.badOutput'],
  ])('%s ends in %s, not in a picture', async (model, code) => {
    const raster = await noisy(64, 64, 7)
    await expect(test.denoise(raster, { model })).rejects.toMatchObject({ code })
  })

  it('NaN in one tile is never saved', async () => {
    const raster = await test.raster({ width: 64, height: 64, bands: 3, depth: 8 }, (x) => (x > 40 ? 250 : 90))
    await expect(test.denoise(raster, { model: 'nan-denoiser' })).rejects.toMatchObject({ code: 'engine.badOutput' })
  })

  it('memory that runs out is survived with smaller tiles, and said', async () => {
    const { report, raster } = await test.denoise(await noisy(300, 200, 8), {
      model: 'hungry-denoiser',
      run: { tile: 160 },
    })
    expect(report.tile).toBe(80)
    expect(report.notes.map((note) => note.code)).toEqual(['engine.retriedSmaller'])
    expect(raster).toMatchObject({ width: 300, height: 200 })
  })
})

describe('the noise level', () => {
  it('is estimated for large pictures from crops, near what the whole picture gives', async () => {
    const raster = await noisy(1600, 1100, 9)
    const model = fixtureModel('tiny-denoiser')
    const { sigma } = await test.engine.run<'noise'>({ kind: 'noise', raster, model, run: test.run })
    const { report } = await test.denoise(raster)
    expect(Math.abs(sigma - (report.sigma ?? 0))).toBeLessThan(0.15 * sigma)
  })
})

describe('the live preview', () => {
  it('shows exactly the pixels that the full run gives', async () => {
    const raster = await noisy(400, 300, 10)
    const edit = denoiseEdit({ strength: 1.3 })
    const rect = { left: 128, top: 64, width: 64, height: 96 }
    const view = await test.engine.run<'preview'>(
      { kind: 'preview', raster, edit, part: 'mean', model: fixtureModel('tiny-denoiser'), rect, run: test.run },
      { priority: 0 },
    )
    const full = await test.denoise(raster, { edit: { strength: 1.3 }, run: { tile: 64 } })
    const region = await test.engine.run<'region'>({ kind: 'region', raster: full.raster, rect, type: 'png' })
    const pixels = (data: Uint8Array) => sharp(data).raw().toBuffer()
    const [shown, real] = [await pixels(view.data), await pixels(region.data)]
    expect(shown.length).toBe(64 * 96 * 3)
    expect(largestDifference(shown, real)).toBeLessThanOrEqual(1)
  })
})
