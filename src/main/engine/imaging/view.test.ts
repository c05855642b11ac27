import { readdir } from 'node:fs/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { asSharp, paint, storedFor, type Painting } from '../../../../tests/fixtures/pictures.js'
import { quiet, readAll, scratchFolder } from '../../../../tests/fixtures/scratch.js'
import { buildLevels, decode, readPixel, renderRegion, thumbnail } from './index.js'
import { writeTrailer } from './raster.js'

const folder = scratchFolder()
let count = 0

async function rasterOf(painting: Painting, profile?: string) {
  const path = folder.at(`view${count++}.png`)
  const image = asSharp(painting)
  await (profile ? image.withIccProfile(profile, { attach: true }) : image).png().toFile(path)
  const dir = await folder.fresh()
  return { path, dir, ...(await decode({ path, dir }, quiet())) }
}

const crop = ({ width, bands, samples }: Painting, left: number, top: number, w: number, h: number) => {
  const out: number[] = []
  for (let y = top; y < top + h; y++)
    for (let i = 0; i < w * bands; i++) out.push(samples[(y * width + left) * bands + i] ?? 0)
  return out
}

const near = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? NaN))))

describe('levels halve until both sides fit into a tile', () => {
  it('with odd sides rounded up, as 8-bit sRGB, keeping alpha', async () => {
    const { raster, dir } = await rasterOf(paint(2051, 1025, 4, 8))
    const { levels } = await buildLevels({ raster, dir }, quiet())
    expect(levels.map(({ width, height, bands, depth }) => [width, height, bands, depth])).toEqual([
      [1026, 513, 4, 8],
      [513, 257, 4, 8],
      [257, 129, 4, 8],
    ])
    expect((await readdir(dir)).sort()).toEqual(['level1.v', 'level2.v', 'level3.v', 'raster.v'])
  })

  it('and looks like the picture', async () => {
    const { raster, dir } = await rasterOf(paint(2051, 1025, 3, 8))
    const { levels } = await buildLevels({ raster, dir }, quiet())
    const expected = await sharp(raster.path).resize(257, 129, { fit: 'fill' }).raw().toBuffer()
    const got = Array.from(await readAll(levels[2]!))
    expect(got.reduce((sum, value, i) => sum + Math.abs(value - (expected[i] ?? 0)), 0) / got.length).toBeLessThan(1.5)
  })

  it('has none for a small picture, and 8 bits for a 16-bit grey one', async () => {
    const small = await rasterOf(paint(512, 300, 3, 8))
    expect(await buildLevels({ raster: small.raster, dir: small.dir }, quiet())).toEqual({ levels: [] })
    const grey = await rasterOf(paint(900, 600, 1, 16))
    const { levels } = await buildLevels({ raster: grey.raster, dir: grey.dir }, quiet())
    expect(levels.map(({ width, height, bands, depth }) => [width, height, bands, depth])).toEqual([[450, 300, 1, 8]])
  })

  it('goes through the profile to sRGB', async () => {
    const flat = paint(1024, 16, 3, 8)
    flat.samples.forEach((_v, i) => (flat.samples[i] = [255, 40, 40][i % 3] ?? 0))
    const { path, raster, dir } = await rasterOf(flat, 'p3')
    const { levels } = await buildLevels({ raster, dir }, quiet())
    const srgb = await sharp(path).raw().toBuffer()
    const level = await readAll(levels[0]!)
    expect(near(level.subarray(300, 303), srgb.subarray(0, 3))).toBeLessThanOrEqual(1)
    expect((await sharp(levels[0]!.path).metadata()).icc).toBeUndefined()
  })

  it('is removed when cancelled', async () => {
    const { raster, dir } = await rasterOf(paint(1200, 600, 3, 8))
    const controller = new AbortController()
    controller.abort()
    await expect(buildLevels({ raster, dir }, quiet(controller.signal))).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(dir)).toEqual(['raster.v'])
  })
})

describe('a region shows what the file says', () => {
  it.each([3, 4] as const)('as PNG exactly, for untagged 8-bit pictures of %i bands', async (bands) => {
    const painting = paint(300, 200, bands, 8)
    const { raster } = await rasterOf(painting)
    const { data, type } = await renderRegion({
      raster,
      rect: { left: 37, top: 21, width: 100, height: 64 },
      type: 'png',
    })
    expect(type).toBe('image/png')
    expect([...(await sharp(data).raw().toBuffer())]).toEqual(crop(painting, 37, 21, 100, 64))
  })

  it('cut at the picture’s edge; nothing outside it', async () => {
    const { raster } = await rasterOf(paint(300, 200, 3, 8))
    const edge = await sharp(
      (await renderRegion({ raster, rect: { left: 256, top: 128, width: 256, height: 256 }, type: 'webp' })).data,
    ).metadata()
    expect([edge.format, edge.width, edge.height]).toEqual(['webp', 44, 72])
    await expect(
      renderRegion({ raster, rect: { left: 300, top: 0, width: 1, height: 1 }, type: 'png' }),
    ).rejects.toMatchObject({ code: 'request.invalid' })
  })

  it('grey as grey, alpha on white in JPEG', async () => {
    const { raster } = await rasterOf(paint(64, 64, 2, 8))
    const png = await sharp(
      (await renderRegion({ raster, rect: { left: 0, top: 40, width: 8, height: 1 }, type: 'png' })).data,
    )
      .raw()
      .toBuffer()
    expect([png[0], png[1], png[2], png[3]]).toEqual([
      ...(await readPixel({ raster, x: 0, y: 40 })).values.slice(0, 1),
      png[0],
      png[0],
      (await readPixel({ raster, x: 0, y: 40 })).values[1],
    ])
    const jpeg = await sharp(
      (await renderRegion({ raster, rect: { left: 0, top: 0, width: 32, height: 4 }, type: 'jpeg' })).data,
    )
      .raw()
      .toBuffer()
    expect(jpeg[0]).toBeGreaterThan(250)
  })

  it('16 bits reduced to 8, tagged or not, in the same colours', async () => {
    const deep = paint(256, 64, 3, 16)
    const untagged = await rasterOf(deep)
    const rect = { left: 0, top: 0, width: 256, height: 64 }
    const shown = await sharp((await renderRegion({ raster: untagged.raster, rect, type: 'png' })).data)
      .raw()
      .toBuffer()
    expect(
      near(
        shown,
        deep.samples.map((value) => Math.round(value / 257)),
      ),
    ).toBeLessThanOrEqual(1)

    const tagged = await rasterOf(deep, 'p3')
    const eight = {
      ...tagged.raster,
      samples: Uint8Array.from(await readAll(tagged.raster), (value) => Math.round(value / 257)),
    }
    const p3 = await sharp(tagged.path).metadata()
    const reference = await rasterOf({ width: 256, height: 64, bands: 3, depth: 8, samples: eight.samples })
    await writeTrailer(reference.raster.path, reference.raster, p3.icc ?? null)
    const [a, b] = [
      await renderRegion({ raster: tagged.raster, rect, type: 'png' }),
      await renderRegion({ raster: reference.raster, rect, type: 'png' }),
    ]
    expect(near(await sharp(a.data).raw().toBuffer(), await sharp(b.data).raw().toBuffer())).toBeLessThanOrEqual(5)
  })
})

describe('the colour readout gives the file’s own numbers', () => {
  it('at 16 bits, in its own colour space', async () => {
    const { raster } = await rasterOf(paint(64, 32, 4, 16), 'p3')
    const all = await readAll(raster)
    expect(await readPixel({ raster, x: 63, y: 31 })).toEqual({ values: [...all.subarray(-4)] })
    await expect(readPixel({ raster, x: 64, y: 0 })).rejects.toMatchObject({ code: 'request.invalid' })
  })
})

describe('a thumbnail comes straight from the file', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turned as the viewer turns it: orientation %i', async (orientation) => {
    const shown = paint(200, 120, 3, 8)
    const path = folder.at(`thumb${orientation}.jpg`)
    await asSharp(storedFor(shown, orientation))
      .withMetadata({ orientation })
      .jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
      .toFile(path)
    const { data, type } = await thumbnail({ path, size: 100 })
    expect(type).toBe('image/webp')
    const { data: got, info } = await sharp(data).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([100, 60])
    const expected = await asSharp(shown).resize(100, 60).raw().toBuffer()
    expect(got.reduce((sum, value, i) => sum + Math.abs(value - (expected[i] ?? 0)), 0) / got.length).toBeLessThan(8)
  })

  it('is never larger than the picture, and is sRGB whatever the file', async () => {
    await asSharp(paint(40, 30, 2, 16))
      .png()
      .toFile(folder.at('small.png'))
    const meta = await sharp((await thumbnail({ path: folder.at('small.png'), size: 192 })).data).metadata()
    expect([meta.width, meta.height, meta.space, meta.hasAlpha]).toEqual([40, 30, 'srgb', true])
  })
})
