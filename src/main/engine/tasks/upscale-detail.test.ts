/** Detail of an enlarged picture, in a real engine. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { shrunk } from '../../../../tests/metrics/bicubic.js'
import {
  fixtureModel,
  largestDifference,
  random,
  root,
  startTestEngine,
  type TestEngine,
} from '../../../../tests/support/engine.js'
import { UpscaleEdit } from '../../../shared/edit.js'
import type { Samples } from '../imaging/raster.js'
import type { ModelRef, RasterRef, RunOptions } from '../protocol/tasks.js'

vi.setConfig({ testTimeout: 240_000 })

let test: TestEngine
beforeAll(async () => {
  test = await startTestEngine()
})
afterAll(() => test[Symbol.asyncDispose]())

const bundled = (id: string): ModelRef => ({ id, folder: join(root, 'models', id) })
type Models = [model: ModelRef, prior: ModelRef]
const tiny: Models = [fixtureModel('tiny-upscaler'), fixtureModel('tiny-denoiser')]
const real: Models = [bundled('lacuna-upscale'), bundled('lacuna-denoise')]

type Change = Partial<UpscaleEdit> & { scale?: number }
const editOf = ({ scale = 2, ...change }: Change, model: ModelRef): UpscaleEdit =>
  UpscaleEdit.parse({ kind: 'upscale', model: model.id, target: { by: 'scale', scale }, input: 'clean', ...change })

async function upscale(
  raster: RasterRef,
  change: Change,
  { run = {}, models: [model, prior] = tiny }: { run?: Partial<RunOptions>; models?: Models } = {},
) {
  const result = await test.engine.run<'edit'>({
    ...{ kind: 'edit', raster, model, prior, edit: editOf(change, model) },
    ...{ out: join(test.dir, `${randomUUID()}.v`), dir: test.dir, run: { ...test.run, ...run } },
  })
  return { ...result, samples: await test.samples(result.raster) }
}

/** Texture on the left, nothing on the right. */
function picture(width: number, height: number, depth: 8 | 16 = 16): Promise<RasterRef> {
  const next = random(9)
  const full = depth === 16 ? 65535 : 255
  return test.raster({ width, height, bands: 3, depth }, (x) =>
    Math.round(full * (0.5 + (x < width / 2 ? 0.3 * (next() - 0.5) : 0))),
  )
}

/** How far the result, shrunk as the benchmarks do it, is from the picture, in units of 255. */
async function apart(large: { raster: RasterRef; samples: Samples }, small: RasterRef, scale: number): Promise<number> {
  const planes = (samples: Samples, { width, height, depth }: RasterRef) => ({
    ...{ width, height, channels: 3 },
    data: Float32Array.from(
      samples,
      (_, i) => samples[(i % (width * height)) * 3 + Math.floor(i / (width * height))]! / (depth === 16 ? 65535 : 255),
    ),
  })
  const again = shrunk(planes(large.samples, large.raster), scale)
  return 255 * largestDifference(again.data, planes(await test.samples(small), small).data)
}

describe('an enlarged picture with detail', () => {
  it.each([
    ['one pass', 2],
    ['a pass and a resampling', 1.5],
    ['two passes', 8],
  ])('is the same for every size of the tiles: %s', async (_, scale) => {
    const small = await picture(42, 34)
    const change = { scale, detail: 1 }
    const whole = await upscale(small, change, { run: { tile: 1024 } })
    const mean = await upscale(small, { scale })
    expect(largestDifference(whole.samples, mean.samples)).toBeGreaterThan(500)
    for (const tile of [64, 128]) {
      const tiled = await upscale(small, change, { run: { tile } })
      expect(largestDifference(tiled.samples, whole.samples)).toBeLessThanOrEqual(32)
    }
  })

  it.each([2, 4])('shrinks to what it was made of, %i times', async (scale) => {
    const small = await picture(64, 48, 8)
    for (const detail of [0.5, 1])
      expect(await apart(await upscale(small, { scale, detail }), small, scale)).toBeLessThan(1)
  })

  it('of a photo, by the bundled networks, shrinks to it too, where it is black or white as well', async () => {
    const [width, height] = [128, 96]
    const bytes = await sharp(join(root, 'resources/samples/osprey.jpg'))
      .extract({ left: 430, top: 140, width, height })
      .raw()
      .toBuffer()
    // Harder than the photo itself, so that it reaches both ends.
    const data = Float32Array.from(bytes, (_, i) => {
      const value = bytes[(i % (width * height)) * 3 + Math.floor(i / (width * height))]!
      return Math.max(0, Math.min(1, (1.5 * (value - 127) + 127) / 255))
    })
    for (const scale of [2, 4]) {
      const shape = { width: width / scale, height: height / scale }
      const once = shrunk({ width, height, channels: 3, data }, scale).data
      const small = await test.raster({ ...shape, bands: 3, depth: 8 }, (x, y, band) =>
        Math.max(0, Math.min(255, Math.round(255 * once[(band * shape.height + y) * shape.width + x]!))),
      )
      const mean = await upscale(small, { scale }, { models: real })
      const drawn = await upscale(small, { scale, detail: 1 }, { models: real })
      expect(await apart(mean, small, scale)).toBeGreaterThan(1)
      expect(await apart(drawn, small, scale)).toBeLessThan(1)
    }
  })

  it('is drawn where the picture has texture, and nowhere else', async () => {
    const small = await picture(80, 40)
    const [mean, drawn] = [
      await upscale(small, {}),
      await upscale(small, { detail: 1 }, { models: [tiny[0], real[1]] }),
    ]
    const { width } = mean.raster
    const changes = (from: number, to: number) =>
      Array.from(mean.samples).reduce((most, value, i) => {
        const x = Math.floor(i / 3) % width
        return x >= from && x < to ? Math.max(most, Math.abs(value - drawn.samples[i]!)) : most
      }, 0)
    expect(changes(0, 50)).toBeGreaterThan(2000)
    expect(changes(130, 160)).toBeLessThan(130)
  })

  it('is the same for the same seed, another for another, and lies between the mean and it for half of it', async () => {
    const small = await picture(40, 32)
    const mean = await upscale(small, {})
    const one = await upscale(small, { detail: 1, seed: 1 })
    expect((await upscale(small, { detail: 1, seed: 1 })).samples).toEqual(one.samples)
    expect(largestDifference((await upscale(small, { detail: 1, seed: 2 })).samples, one.samples)).toBeGreaterThan(500)
    const half = await upscale(small, { detail: 0.5, seed: 1 })
    expect(distance(half.samples, mean.samples)).toBeLessThan(distance(one.samples, mean.samples))
  })

  it('is foreseen in the work that is reported', async () => {
    const small = await picture(64, 64)
    const [mean, drawn] = [await upscale(small, {}), await upscale(small, { detail: 1 })]
    expect(drawn.report.work).toBeGreaterThan(mean.report.work!)
    expect(drawn.report.pixelsInferred).toBeGreaterThanOrEqual(mean.report.pixelsInferred + 6 * 128 * 128)
  })

  it('is seen in the live patch as the whole has it, but for what lies beyond the prior’s margin', async () => {
    const raster = await picture(120, 64, 8)
    for (const change of [{ detail: 1 }, { detail: 0.6, scale: 1.5 }]) {
      const models: Models = [tiny[0], real[1]]
      const whole = await upscale(raster, change, { models })
      const mean = await upscale(raster, { scale: change.scale ?? 2 }, { models })
      const rect = { left: 8, top: 10, width: 32, height: 32 }
      const { data } = await test.engine.run<'upscalePreview'>({
        ...{ kind: 'upscalePreview', raster, model: models[0], prior: models[1] },
        ...{ edit: editOf(change, models[0]), rect, run: test.run },
      })
      const seen = await sharp(data).raw().toBuffer()
      const part = async (from: RasterRef) =>
        sharp((await test.engine.run<'region'>({ kind: 'region', raster: from, rect, type: 'png' })).data)
          .raw()
          .toBuffer()
      expect(largestDifference(seen, await part(whole.raster))).toBeLessThanOrEqual(2)
      expect(largestDifference(seen, await part(mean.raster))).toBeGreaterThan(8)
    }
  })

  it('keeps alpha, and draws nothing where all is hidden', async () => {
    const small = await test.raster({ width: 48, height: 40, bands: 4, depth: 8 }, (x, y, band) =>
      band === 3 ? (x < 24 ? 255 : 0) : (x * 7 + y * 13 + band * 5) % 256,
    )
    const [mean, drawn] = [await upscale(small, {}), await upscale(small, { detail: 1 })]
    const alphaOf = (samples: Samples) => samples.filter((_, i) => i % 4 === 3)
    expect(alphaOf(drawn.samples)).toEqual(alphaOf(mean.samples))
  })
})

const distance = (a: Samples, b: Samples): number =>
  Array.from(a).reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0)
