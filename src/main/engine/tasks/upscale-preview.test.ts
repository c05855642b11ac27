/** A patch of an enlarged picture is what the whole run has there, to the last bit. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fixtureModel, random, root, startTestEngine, type TestEngine } from '../../../../tests/support/engine.js'
import { UpscaleEdit } from '../../../shared/edit.js'
import type { RasterShape } from '../imaging/raster.js'
import type { ModelRef, RasterRef, Rect } from '../protocol/tasks.js'

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
  return bench.raster(shape, (x, y, band) => {
    // A hole that reaches the border, soft at its rim.
    if (shape.bands % 2 === 0 && band === shape.bands - 1)
      return Math.round(full * Math.max(0, Math.min(1, (Math.hypot(x - 40, y - 5) - 40) / 4)))
    const value = 0.5 + 0.3 * Math.sin(x / (3 + band)) * Math.cos(y / 4) + noise * (next() - 0.5)
    return Math.max(0, Math.min(full, Math.round(full * value)))
  })
}

const upscaleEdit = (change: Partial<UpscaleEdit>): UpscaleEdit => ({
  ...UpscaleEdit.parse({ kind: 'upscale', model: 'tiny-upscaler' }),
  ...change,
})

const tiny = fixtureModel('tiny-upscaler')

/** A network from elsewhere as a model, described by the test. */
async function networkModel(file: string, description: Record<string, unknown>): Promise<ModelRef> {
  const bytes = await readFile(join(root, 'tests/fixtures/models/imports', `${file}.onnx`))
  const folder = join(bench.dir, file)
  await mkdir(folder)
  await writeFile(join(folder, 'x2.onnx'), bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const manifest = {
    ...{
      version: 1,
      id: file,
      name: file,
      task: 'upscale',
      kind: 'image-to-image',
      summary: 'x',
      licence: 'MIT',
      source: 'x',
    },
    ...{ inputs: { image: 'input' }, output: 'output', range: { image: [0, 1], output: [0, 1] }, precision: 'fp32' },
    files: { x2: { path: 'x2.onnx', sha256, bytes: bytes.length } },
    ...description,
  }
  await writeFile(join(folder, 'model.json'), JSON.stringify(manifest))
  return { id: file, folder }
}

async function whole(raster: RasterRef, edit: UpscaleEdit, model = tiny): Promise<RasterRef> {
  const out = join(bench.dir, `${randomUUID()}.v`)
  return (await bench.engine.run({ kind: 'edit', raster, edit, model, out, dir: bench.dir, run: bench.run })).raster
}

const preview = (raster: RasterRef, edit: UpscaleEdit, rect: Rect, model = tiny) =>
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
    ['transparent in part', { target: { by: 'scale', scale: 2.5 } }, 0.1, { bands: 4 }],
    ['grey with alpha, clean', { target: { by: 'scale', scale: 2 } }, 0, { bands: 2 }],
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

  it.each<[string, string, Record<string, unknown>]>([
    // With less context than it reaches, what it gives depends on where its tiles lie.
    ['takes one size alone', 'fixed-64', { size: { width: 64, height: 64 }, margin: 1 }],
    ['takes multiples of 16', 'multiple-16', { size: { multipleOf: 16 }, margin: 3 }],
    ['sees luma alone', 'luma', { size: { multipleOf: 1 }, margin: 3, channels: 'y' }],
  ])('is the same as in the whole by a network that %s', async (_, file, description) => {
    const model = await networkModel(file, description)
    const raster = await picture(0.2)
    for (const scale of [2, 3.1]) {
      const edit = upscaleEdit({ target: { by: 'scale', scale } })
      const result = await whole(raster, edit, model)
      for (const left of [0, 137, result.width - 60]) {
        const rect = { left, top: 101, width: 60, height: 60 }
        expect(
          Buffer.compare(await raw((await preview(raster, edit, rect, model)).data), await region(result, rect)),
        ).toBe(0)
      }
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
