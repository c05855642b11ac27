import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import sharp from 'sharp'
import { denoiseEdit, fixtureModel, startTestEngine, type TestEngine } from '../../../../tests/support/engine.js'

/** Denoise edits by networks from picture to picture, in a real engine. */

vi.setConfig({ testTimeout: 120_000 })

let test: TestEngine
beforeAll(async () => {
  test = await startTestEngine()
})
afterAll(() => test[Symbol.asyncDispose]())

const shape = { width: 150, height: 110, bands: 3, depth: 8 } as const
const coloured = () => test.raster(shape, (x, y, band) => (x * (3 + band) + y * 5) % 256)

describe('the preview of a restorer', () => {
  it.each([
    ['adapter-mixed', {}],
    ['adapter-luma', {}],
    ['told-restorer', { sigma: 12, strength: 0.5 }],
  ] as const)('%s: exactly what the whole run has there, for the sample too', async (model, change) => {
    const raster = await coloured()
    const whole = await test.denoise(raster, { model, edit: change })
    const samples = await test.samples(whole.raster)
    const rect = { left: 33, top: 17, width: 64, height: 50 }
    for (const part of ['mean', 'sample'] as const) {
      const { data } = await test.engine.run<'preview'>({
        ...({ kind: 'preview', raster, edit: denoiseEdit({ model, ...change }), part } as const),
        ...{ model: fixtureModel(model), rect, run: test.run },
      })
      const seen = await sharp(data).raw().toBuffer()
      const expected = Buffer.from(
        Array.from({ length: rect.height }, (_, y) => {
          const from = ((rect.top + y) * shape.width + rect.left) * 3
          return [...samples.subarray(from, from + 3 * rect.width)]
        }).flat(),
      )
      expect(seen.equals(expected)).toBe(true)
    }
  })
})

describe('what is asked of a network that has no meaning for it', () => {
  it('is left out, and said: a restorer that is told nothing of noise', async () => {
    const raster = await coloured()
    const asked = await test.denoise(raster, {
      model: 'adapter-plain',
      edit: { sigma: 20, strength: 0.5, detail: 0.4 },
    })
    expect(asked.report.notes.map(({ code }) => code)).toEqual(['denoise.noNoiseInput', 'denoise.noDetail'])
    const plain = await test.denoise(raster, { model: 'adapter-plain' })
    expect(plain.report).toMatchObject({ notes: [], sigma: null })
    expect(await test.samples(asked.raster)).toEqual(await test.samples(plain.raster))
  })

  it('one that has to be told the level fails without', async () => {
    const run = test.denoise(await coloured(), { model: 'told-restorer' })
    await expect(run).rejects.toMatchObject({ code: 'denoise.noLevel', params: { model: 'told-restorer' } })
  })
})
