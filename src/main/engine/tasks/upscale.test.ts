import { randomUUID } from 'node:crypto'
import { cp, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { UpscaleEdit } from '../../../shared/edit.js'
import { shiftBetween } from '../../../../tests/metrics/shift.js'
import type { PlanarPicture } from '../../../../tests/metrics/ssim.js'
import {
  fixtureModel,
  largestDifference,
  random,
  startTestEngine,
  type TestEngine,
} from '../../../../tests/support/engine.js'
import type { RasterShape } from '../imaging/raster.js'
import type { ModelRef, RasterRef, RunOptions } from '../protocol/tasks.js'

/** The upscale edit in a real engine, with a network that is exact bicubic interpolation where nothing is noisy. */

vi.setConfig({ testTimeout: 120_000 })

let test: TestEngine
beforeAll(async () => {
  test = await startTestEngine()
})
afterAll(() => test[Symbol.asyncDispose]())

type Change = Partial<Omit<UpscaleEdit, 'target'>> & { scale?: number; target?: UpscaleEdit['target'] }

async function upscale(
  raster: RasterRef,
  { scale = 2, target = { by: 'scale', scale }, ...change }: Change = {},
  run: Partial<RunOptions> = {},
  model: ModelRef = fixtureModel('tiny-upscaler'),
) {
  const result = await test.engine.run<'edit'>({
    kind: 'edit',
    raster,
    edit: UpscaleEdit.parse({ kind: 'upscale', model: model.id, target, input: 'clean', ...change }),
    model,
    out: join(test.dir, `${randomUUID()}.v`),
    dir: test.dir,
    run: { ...test.run, ...run },
  })
  return { ...result, samples: await test.samples(result.raster) }
}

const shapeOf = (width: number, height: number, bands: RasterShape['bands'] = 3, depth: 8 | 16 = 16): RasterShape => ({
  ...{ width, height, bands, depth },
})

/** Noise around grey, the same for the same place. */
function noisy(shape: RasterShape): Promise<RasterRef> {
  const next = random(shape.width)
  const full = shape.depth === 16 ? 65535 : 255
  return test.raster(shape, () => Math.round((0.5 + 0.3 * (next() - 0.5)) * full))
}

/** A picture without any frequency above a quarter of the sampling rate, wherever it is looked at. */
const waves = Array.from(
  { length: 24 },
  ((next) => () => {
    const [u, v, phase] = [next() - 0.5, next() - 0.5, next() * 2 * Math.PI]
    return { u: u / 2, v: v / 2, phase }
  })(random(5)),
)
const smooth = (x: number, y: number): number =>
  0.5 + waves.reduce((sum, { u, v, phase }) => sum + Math.cos(2 * Math.PI * (u * x + v * y) + phase), 0) / 80

describe('an enlarged picture', () => {
  it.each([1.5, 2, 3, 4, 6])('is not shifted, %f times as large', async (scale) => {
    const side = 96
    const small = await test.raster(shapeOf(side, side), (x, y) => Math.round(smooth(x, y) * 65535))
    const { raster, samples } = await upscale(small, { scale })
    expect([raster.width, raster.height]).toEqual([side * scale, side * scale])
    const size = { width: raster.width, height: raster.height, channels: 1 }
    const expected: PlanarPicture = {
      ...size,
      data: Float32Array.from({ length: size.width * size.height }, (_, i) =>
        smooth(((i % size.width) + 0.5) / scale - 0.5, (Math.floor(i / size.width) + 0.5) / scale - 0.5),
      ),
    }
    const got = { ...size, data: Float32Array.from(expected.data, (_, i) => samples[3 * i]! / 65535) }
    const { x, y } = shiftBetween(expected, got, 128)
    expect(Math.abs(x)).toBeLessThan(0.02)
    expect(Math.abs(y)).toBeLessThan(0.02)
    // The measure itself sees what a common mistake would be: half a pixel of the small picture.
    const wrong = {
      ...size,
      data: Float32Array.from(expected.data, (_, i) =>
        smooth((i % size.width) / scale, (Math.floor(i / size.width) + 0.5) / scale - 0.5),
      ),
    }
    expect(shiftBetween(expected, wrong, 128).x).toBeLessThan(-0.2)
  })

  it.each([
    ['one pass', 2],
    ['a pass and a resampling', 3],
    ['two passes and a resampling', 6],
  ])('is the same for every size of the tiles: %s', async (_, scale) => {
    const picture = await noisy(shapeOf(150, 131))
    const whole = await upscale(picture, { scale, input: 'photo' }, { tile: 1024 })
    expect(whole.report).toMatchObject({ input: 'photo', tile: 1024 })
    for (const tile of [32, 64]) {
      const tiled = await upscale(picture, { scale, input: 'photo' }, { tile })
      expect(tiled.report.tile).toBe(tile)
      expect(largestDifference(tiled.samples, whole.samples)).toBeLessThanOrEqual(3)
    }
  })

  it('has the width or the height that was asked for, or fits into both', async () => {
    const picture = await noisy(shapeOf(90, 61, 3, 8))
    const sizeOf = async (target: UpscaleEdit['target']) => {
      const { raster } = await upscale(picture, { target })
      return [raster.width, raster.height]
    }
    expect(await sizeOf({ by: 'width', width: 200 })).toEqual([200, 136])
    expect(await sizeOf({ by: 'height', height: 200 })).toEqual([295, 200])
    expect(await sizeOf({ by: 'fit', width: 200, height: 130 })).toEqual([192, 130])
  })

  it('smaller than the window of the network is enlarged too', async () => {
    for (const [width, height] of [
      [1, 1],
      [5, 3],
      [17, 2],
    ] as const) {
      const picture = await test.raster(shapeOf(width, height), () => 30_000)
      const { samples } = await upscale(picture, { scale: 3 })
      expect(samples).toHaveLength(3 * 3 * width * 3 * height)
      expect(largestDifference(samples, new Array(samples.length).fill(30_000))).toBeLessThanOrEqual(1)
    }
  })

  it('is as it was where it has that size already', async () => {
    const picture = await noisy(shapeOf(40, 30, 4))
    const { samples, report } = await upscale(picture, { scale: 1 })
    expect(samples).toEqual(await test.samples(picture))
    expect(report.notes).toEqual([{ code: 'upscale.sameSize', params: {} }])
  })

  it('is not begun when it would be smaller, or more than eight times as large', async () => {
    const picture = await noisy(shapeOf(40, 30))
    await expect(upscale(picture, { target: { by: 'width', width: 39 } })).rejects.toMatchObject({
      code: 'upscale.smaller',
    })
    await expect(upscale(picture, { target: { by: 'height', height: 1_000_000 } })).rejects.toMatchObject({
      code: 'upscale.tooLarge',
    })
  })
})

describe('what the picture is taken for', () => {
  it('auto looks at the noise, and says what it found', async () => {
    const clean = await test.raster(shapeOf(100, 100), (x, y) => Math.round(smooth(x / 4, y / 4) * 65535))
    const one = await upscale(clean, { input: 'auto' })
    expect(one.report.input).toBe('clean')
    expect(one.report.sigma).toBeLessThan(1.5)
    expect(one.samples).toEqual((await upscale(clean, { input: 'clean' })).samples)

    const photo = await noisy(shapeOf(100, 100))
    const other = await upscale(photo, { input: 'auto' })
    expect(other.report.input).toBe('photo')
    expect(other.report.sigma).toBeGreaterThan(10)
    expect(other.samples).toEqual((await upscale(photo, { input: 'photo' })).samples)
    const asClean = await upscale(photo, { input: 'clean' })
    expect(asClean.report).toMatchObject({ input: 'clean', sigma: null })
    expect(largestDifference(asClean.samples, other.samples)).toBeGreaterThan(300)
  })
})

describe('an ensemble', () => {
  /** Rows from right to left. */
  const mirrored = (samples: ArrayLike<number>, width: number, x: number, y: number, c: number): number =>
    samples[(y * width + (width - 1 - x)) * 3 + c]!

  it('of a mirrored picture is the mirrored ensemble, and not so a single run', async () => {
    const picture = await noisy(shapeOf(64, 48))
    const before = await test.samples(picture)
    const turned = await test.raster(shapeOf(64, 48), (x, y, c) => mirrored(before, 64, x, y, c))
    const differenceOf = async (ensemble: boolean) => {
      const [one, other] = [
        await upscale(picture, { input: 'photo', ensemble }),
        await upscale(turned, { input: 'photo', ensemble }),
      ]
      const back = Uint16Array.from(other.samples, (_, i) =>
        mirrored(other.samples, 128, Math.floor(i / 3) % 128, Math.floor(i / 384), i % 3),
      )
      return largestDifference(back, one.samples)
    }
    // The noise that is measured is that of the picture as it lies, and rounded with it.
    expect(await differenceOf(true)).toBeLessThanOrEqual(1)
    expect(await differenceOf(false)).toBeGreaterThan(300)
  })

  it('is the interpolation itself for a network that interpolates', async () => {
    const picture = await noisy(shapeOf(40, 52))
    const [one, all] = [await upscale(picture), await upscale(picture, { ensemble: true })]
    expect(largestDifference(one.samples, all.samples)).toBeLessThanOrEqual(1)
  })
})

describe('transparency', () => {
  /** A red disc on nothing: its border is soft, and what is transparent is black, as programs write it. */
  const disc = (side: number, bands: 2 | 4, depth: 8 | 16) => {
    const full = depth === 16 ? 65535 : 255
    return test.raster(shapeOf(side, side, bands, depth), (x, y, band) => {
      const covered = Math.min(1, Math.max(0, side / 3 - Math.hypot(x - side / 2 + 0.5, y - side / 2 + 0.5) + 0.5))
      const alpha = Math.round(covered * full)
      if (band === bands - 1) return alpha
      return alpha > 0 && band === 0 ? full : 0
    })
  }

  it.each([2, 3, 6])('brings no dark fringe, %i times as large', async (scale) => {
    const { samples, raster } = await upscale(await disc(60, 4, 8), { scale })
    let [soft, clear] = [0, 0]
    for (let at = 0; at < samples.length; at += 4) {
      const [red, green, blue, alpha] = samples.slice(at, at + 4) as unknown as [number, number, number, number]
      if (alpha === 0) {
        clear++
        continue
      }
      if (alpha < 255) soft++
      // Over any background the border is red and that background, nothing else.
      expect(red).toBeGreaterThanOrEqual(254)
      expect(Math.max(green, blue)).toBeLessThanOrEqual(1)
    }
    expect(soft).toBeGreaterThan(100 * scale)
    expect(clear / (raster.width * raster.height)).toBeGreaterThan(0.5)
  })

  it('is enlarged by the same geometry as the colours: the disc covers the same share', async () => {
    const covered = (samples: ArrayLike<number>, bands: number) => {
      let sum = 0
      for (let at = bands - 1; at < samples.length; at += bands) sum += samples[at]!
      return sum / (samples.length / bands) / 65535
    }
    for (const bands of [2, 4] as const) {
      const picture = await disc(60, bands, 16)
      const { samples } = await upscale(picture, { scale: 3 })
      expect(covered(samples, bands)).toBeCloseTo(covered(await test.samples(picture), bands), 3)
    }
  })

  it('that is none stays none, and costs no second run of the network', async () => {
    const next = random(3)
    const values = Array.from({ length: 3 * 50 * 40 }, () => Math.round(next() * 65535))
    const at = (x: number, y: number, band: number) => values[(y * 50 + x) * 3 + band]!
    const opaque = await test.raster(shapeOf(50, 40, 4), (x, y, band) => (band === 3 ? 65535 : at(x, y, band)))
    const plain = await test.raster(shapeOf(50, 40), at)
    const [one, other] = [await upscale(opaque), await upscale(plain)]
    expect(one.samples.filter((_, i) => i % 4 < 3)).toEqual(other.samples)
    expect(one.samples.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 65535)).toBe(true)
    expect(one.report.pixelsInferred).toBe(other.report.pixelsInferred)
  })

  it('is the same for every size of the tiles', async () => {
    const picture = await disc(140, 4, 16)
    const [whole, tiled] = [await upscale(picture, { scale: 3 }), await upscale(picture, { scale: 3 }, { tile: 32 })]
    expect(largestDifference(tiled.samples, whole.samples)).toBeLessThanOrEqual(3)
  })
})

describe('depth and grey', () => {
  it('of a grey picture are kept, and its numbers are those of the grey in colour', async () => {
    const next = random(4)
    const values = Array.from({ length: 50 * 40 }, () => Math.round(next() * 65535))
    const grey = await test.raster(shapeOf(50, 40, 1), (x, y) => values[y * 50 + x]!)
    const colour = await test.raster(shapeOf(50, 40), (x, y) => values[y * 50 + x]!)
    const [one, other] = [await upscale(grey, { scale: 3 }), await upscale(colour, { scale: 3 })]
    expect(one.raster).toMatchObject({ bands: 1, depth: 16, width: 150, height: 120 })
    expect(
      largestDifference(
        one.samples,
        other.samples.filter((_, i) => i % 3 === 1),
      ),
    ).toBeLessThanOrEqual(1)
  })

  it('of 16 bits are more than 8 could tell', async () => {
    const picture = await test.raster(shapeOf(64, 32), (x) => 30_000 + x * 8)
    const { samples } = await upscale(picture)
    // Inside, a slope stays the slope, to one of 65535 levels.
    for (let x = 16; x < 112; x++)
      expect(Math.abs(samples[(20 * 128 + x) * 3]! - (30_000 + ((x + 0.5) / 2 - 0.5) * 8))).toBeLessThanOrEqual(1)
  })
})

describe('a model that cannot do it', () => {
  const changed = async (id: string, change: (manifest: Record<string, object>) => void): Promise<ModelRef> => {
    const folder = join(test.dir, id)
    await cp(fixtureModel('tiny-upscaler').folder, folder, { recursive: true })
    const file = join(folder, 'model.json')
    const manifest = JSON.parse(await readFile(file, 'utf8')) as Record<string, object>
    change(manifest)
    await writeFile(file, JSON.stringify({ ...manifest, id }))
    return { id, folder }
  }

  it('gives another scale than its model.json says: the sentence names both shapes, and nothing is left', async () => {
    const model = await changed('liar', ({ files = {} }) => Object.assign(files, { x4: Reflect.get(files, 'x2') }))
    const picture = await noisy(shapeOf(40, 32))
    await expect(upscale(picture, { scale: 4 }, {}, model)).rejects.toMatchObject({
      code: 'model.invalid',
      params: { reason: expect.stringContaining('1x3x64x80, not 1x3x128x160') as string },
    })
  })

  it('is no such network at all', async () => {
    const picture = await noisy(shapeOf(40, 32))
    await expect(upscale(picture, {}, {}, fixtureModel('tiny-denoiser'))).rejects.toMatchObject({
      code: 'model.invalid',
    })
  })

  it('of one fixed size is run in windows of exactly that', async () => {
    const model = await changed('fixed', (manifest) => Object.assign(manifest, { size: { width: 64, height: 48 } }))
    for (const [width, height] of [
      [150, 131],
      [20, 90],
    ] as const) {
      const picture = await noisy(shapeOf(width, height))
      const [one, other] = [await upscale(picture, { scale: 3 }, {}, model), await upscale(picture, { scale: 3 })]
      // At the right and at the bottom the picture goes on mirrored, to another size here than there.
      const inside = (samples: ArrayLike<number>): number[] =>
        Array.from(samples).filter((_, i) => {
          const [x, y] = [Math.floor(i / 3) % (3 * width), Math.floor(i / (9 * width))]
          return x < 3 * (width - 10) && y < 3 * (height - 10)
        })
      expect(largestDifference(inside(one.samples), inside(other.samples))).toBeLessThanOrEqual(3)
    }
  })

  it('passes its self-test by the golden tiles of all its graphs, and not with other numbers', async () => {
    const stateOf = async (model: ModelRef) => {
      const { providers, models } = await test.engine.run<'doctor'>({ kind: 'doctor', models: [model], run: test.run })
      return [models[0]?.state, providers.find(({ provider }) => provider === 'cpu')?.state]
    }
    expect(await stateOf(fixtureModel('tiny-upscaler'))).toEqual(['intact', 'passed'])
    const wrong = await changed('wrong', ({ golden }) => {
      const { expect: numbers } = golden as { expect: { x4: number[] } }
      numbers.x4[7] = (numbers.x4[7] ?? 0) + 0.01
    })
    expect(await stateOf(wrong)).toEqual(['intact', 'failed'])
  })
})

it('leaves nothing but the result in the scratch folder', async () => {
  const { readdir } = await import('node:fs/promises')
  const picture = await noisy(shapeOf(40, 32, 4))
  const before = new Set(await readdir(test.dir))
  const { raster } = await upscale(picture, { scale: 6 })
  const left = (await readdir(test.dir)).filter((name) => !before.has(name))
  expect(left).toEqual([raster.path.split('/').at(-1)])
  expect((await stat(raster.path)).size).toBeGreaterThan(240 * 192 * 4 * 2)
})
