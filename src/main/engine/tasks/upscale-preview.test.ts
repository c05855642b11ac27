/** A patch of an enlarged picture is what the whole run has there, to the last bit. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fixtureModel, random, startTestEngine, type TestEngine } from '../../../../tests/support/engine.js'
import { UpscaleEdit } from '../../../shared/edit.js'
import type { RasterShape } from '../imaging/raster.js'
import type { RasterRef, Rect } from '../protocol/tasks.js'

vi.setConfig({ testTimeout: 120_000 })

let bench: TestEngine
beforeAll(async () => {
  bench = await startTestEngine()
})
afterAll(() => bench[Symbol.asyncDispose]())

/** Waves and noise: what is off by a pixel, or was told another noise level, is seen. */
function picture(noise: number, change: Partial<RasterShape> = {}): Promise<RasterRef> {
  const shape: RasterShape = { width: 150, height: 110, bands: 3, depth: 8, ...change }
  const full = shape.depth === 16 ? 65535 : 255
  const next = random(7)
  return bench.raster(shape, (x, y, band) =>
    Math.max(
      0,
      Math.min(
        full,
        Math.round(full * (0.5 + 0.3 * Math.sin(x / (3 + band)) * Math.cos(y / 4) + noise * (next() - 0.5))),
      ),
    ),
  )
}

const upscaleEdit = (change: Partial<UpscaleEdit>): UpscaleEdit => ({
  ...UpscaleEdit.parse({ kind: 'upscale', model: 'tiny-upscaler' }),
  ...change,
})

const model = fixtureModel('tiny-upscaler')

async function whole(raster: RasterRef, edit: UpscaleEdit): Promise<RasterRef> {
  const out = join(bench.dir, `${randomUUID()}.v`)
  return (await bench.engine.run({ kind: 'edit', raster, edit, model, out, dir: bench.dir, run: bench.run })).raster
}

const preview = (raster: RasterRef, edit: UpscaleEdit, rect: Rect) =>
  bench.engine.run({ kind: 'upscalePreview', raster, edit, model, rect, run: bench.run })

const raw = (data: Uint8Array) => sharp(data).raw().toBuffer()
const region = async (raster: RasterRef, rect: Rect) =>
  raw((await bench.engine.run({ kind: 'region', raster, rect, type: 'png' })).data)

describe('a patch of an enlarged picture', () => {
  it.each<[string, Partial<UpscaleEdit>, number, Partial<RasterShape>?]>([
    ['2×', { target: { by: 'scale', scale: 2 } }, 0],
    ['4×, noisy', { target: { by: 'scale', scale: 4 } }, 0.2],
    ['2×, noisy, taken for clean', { target: { by: 'scale', scale: 2 }, input: 'clean' }, 0.2],
    ['2.37×, resampled', { target: { by: 'scale', scale: 2.37 }, input: 'photo' }, 0.1],
    ['6×, of two passes', { target: { by: 'scale', scale: 6 } }, 0.2],
    ['by an ensemble', { target: { by: 'width', width: 271 }, ensemble: true }, 0.1],
    ['16 bits', { target: { by: 'scale', scale: 2 } }, 0.1, { depth: 16 }],
    ['grey', { target: { by: 'scale', scale: 2 } }, 0.1, { bands: 1 }],
  ])('is the same as in the whole, %s', async (_, change, noise, shape) => {
    const raster = await picture(noise, shape)
    const edit = upscaleEdit(change)
    const result = await whole(raster, edit)
    const side = 60
    const places = [
      { left: 0, top: 0 },
      { left: Math.floor(result.width / 2) - 31, top: Math.floor(result.height / 2) - 17 },
      { left: result.width - side, top: result.height - side },
    ]
    for (const place of places) {
      const rect = { ...place, width: side, height: side }
      const { data, type } = await preview(raster, edit, rect)
      expect(type).toBe('image/png')
      expect(Buffer.compare(await raw(data), await region(result, rect))).toBe(0)
    }
  })

  it('is refused outside of the result, and where there can be none', async () => {
    const raster = await picture(0)
    const rect = { left: 290, top: 0, width: 60, height: 60 }
    await expect(preview(raster, upscaleEdit({}), rect)).rejects.toMatchObject({ code: 'request.invalid' })
    const smaller = upscaleEdit({ target: { by: 'width', width: 20 } })
    await expect(preview(raster, smaller, rect)).rejects.toMatchObject({ code: 'upscale.smaller' })
  })
})
