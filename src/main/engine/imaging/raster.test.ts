import { readFile, truncate, writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { asSharp, kinds, paint } from '../../../../tests/fixtures/pictures.js'
import { readAll, scratchFolder } from '../../../../tests/fixtures/scratch.js'
import { RasterReader, RasterWriter, readProfile, readShape } from './raster.js'

const folder = scratchFolder()

describe('a raster is read and written by rows', () => {
  it.each(kinds().map(({ name, painting }) => [name, painting] as const))(
    '%s comes back as it was written, and libvips agrees',
    async (name, painting) => {
      const { width, height, bands, depth, samples } = painting
      const writer = await RasterWriter.create(folder.at(`${name}.v`), painting, null)
      const half = 20 * width * bands
      await writer.append(samples.subarray(0, half))
      await writer.append(samples.subarray(half))
      const ref = await writer.finish()
      expect(ref).toEqual({ path: folder.at(`${name}.v`), width, height, bands, depth })
      expect(await readShape(ref.path)).toEqual({ width, height, bands, depth })
      expect(await readAll(ref)).toEqual(samples)
      const meta = await sharp(ref.path).metadata()
      expect([meta.width, meta.height, meta.channels, meta.space, meta.hasAlpha]).toEqual([
        width,
        height,
        bands,
        depth === 16 ? (bands < 3 ? 'grey16' : 'rgb16') : bands < 3 ? 'b-w' : 'srgb',
        bands % 2 === 0,
      ])
    },
  )

  it('gives any rows, and any single pixel, in the file’s own numbers', async () => {
    const painting = paint(33, 21, 4, 16)
    const writer = await RasterWriter.create(folder.at('rows.v'), painting, null)
    await writer.append(painting.samples)
    const reader = await RasterReader.open(await writer.finish())
    expect(await reader.readRows(7, 3)).toEqual(painting.samples.subarray(7 * 33 * 4, 10 * 33 * 4))
    expect(await reader.readPixel(32, 20)).toEqual([...painting.samples.subarray(-4)])
    await expect(reader.readRows(20, 2)).rejects.toMatchObject({ code: 'internal' })
    await reader.close()
  })

  it.each([
    ['narrow, 8 bits', 33, 3, 8],
    ['narrow, 16 bits with alpha', 33, 4, 16],
    ['so wide that rows are read one by one', 40_000, 4, 8],
  ] as const)('gives any rectangle: %s', async (_, width, bands, depth) => {
    const height = 9
    const samples = new (depth === 16 ? Uint16Array : Uint8Array)(width * height * bands).map((_, i) => (i * 7919) >> 3)
    const writer = await RasterWriter.create(folder.at('region.v'), { width, height, bands, depth }, null)
    await writer.append(samples)
    const reader = await RasterReader.open(await writer.finish())
    for (const [left, top, wide, high] of [
      [0, 0, width, height],
      [0, 2, width, 3],
      [5, 0, 1, height],
      [width - 7, 8, 7, 1],
      [3, 1, 20, 7],
    ] as const) {
      const got = await reader.readRegion({ left, top, width: wide, height: high })
      expect(got.length).toBe(wide * high * bands)
      for (let y = 0; y < high; y++) {
        const from = ((top + y) * width + left) * bands
        const row = Buffer.from(samples.slice(from, from + wide * bands).buffer)
        const gotRow = Buffer.from(got.slice(y * wide * bands, (y + 1) * wide * bands).buffer)
        expect(gotRow.equals(row), `row ${y}`).toBe(true)
      }
    }
    const outside = reader.readRegion({ left: width - 1, top: 0, width: 2, height: 1 })
    await expect(outside).rejects.toMatchObject({ code: 'internal' })
    await reader.close()
  })

  it('carries the profile where libvips looks for it', async () => {
    const painting = paint(8, 8, 3, 8)
    const tagged = await asSharp(painting).withIccProfile('p3', { attach: true }).png().toBuffer()
    const profile = (await sharp(tagged).metadata()).icc ?? null
    expect(profile).not.toBeNull()
    const writer = await RasterWriter.create(folder.at('profile.v'), painting, profile)
    await writer.append(painting.samples)
    const ref = await writer.finish()
    expect(await readProfile(ref)).toEqual(profile)
    expect((await sharp(ref.path).metadata()).icc).toEqual(profile)
    const saved = await sharp(ref.path, { ignoreIcc: true })
      .keepIccProfile()
      .toFile(folder.at('again.v'))
      .then(() => readProfile({ ...ref, path: folder.at('again.v') }))
    expect(saved).toEqual(profile)
  })

  it('refuses rows of another depth, broken rows, too many and too few', async () => {
    const writer = await RasterWriter.create(folder.at('wrong.v'), { width: 4, height: 2, bands: 3, depth: 8 }, null)
    await expect(writer.append(new Uint16Array(12))).rejects.toMatchObject({ code: 'internal' })
    await expect(writer.append(new Uint8Array(13))).rejects.toMatchObject({ code: 'internal' })
    await expect(writer.append(new Uint8Array(36))).rejects.toMatchObject({ code: 'internal' })
    await writer.append(new Uint8Array(12))
    await expect(writer.finish()).rejects.toMatchObject({ code: 'internal' })
    await writer.abandon()
    await expect(readFile(folder.at('wrong.v'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('notices a raster that was cut or is none', async () => {
    const painting = paint(16, 16, 1, 8)
    const writer = await RasterWriter.create(folder.at('cut.v'), painting, null)
    await writer.append(painting.samples)
    const ref = await writer.finish()
    await truncate(ref.path, 100)
    await expect(readAll(ref)).rejects.toMatchObject({ code: 'internal' })
    await writeFile(folder.at('none.v'), Buffer.alloc(200))
    await expect(readShape(folder.at('none.v'))).rejects.toMatchObject({ code: 'internal' })
  })
})

describe('what sharp does with rasters', () => {
  it('keeps the numbers of a tagged 16-bit picture when the profile is ignored on the way in and kept on the way out', async () => {
    const painting = paint(64, 16, 3, 16)
    const p3 = await asSharp(painting).withIccProfile('p3', { attach: true }).tiff().toBuffer()
    const back = await sharp(p3, { ignoreIcc: true }).keepIccProfile().toColourspace('rgb16').png().toBuffer()
    const stored = await sharp(p3, { ignoreIcc: true }).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer()
    const again = await sharp(back, { ignoreIcc: true }).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer()
    expect(again.equals(stored)).toBe(true)
    expect((await sharp(back).metadata()).icc).toEqual((await sharp(p3).metadata()).icc)
    expect(new Set(new Uint16Array(again.buffer, again.byteOffset, again.length / 2)).size).toBeGreaterThan(256 / 4)
  })

  it('loses bits without toColourspace: the reason why every pass names it', async () => {
    const painting = paint(600, 4, 3, 16)
    const png = await asSharp(painting).png().toBuffer()
    const careless = await sharp(png).raw({ depth: 'ushort' }).toBuffer()
    const careful = await sharp(png).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer()
    const samples = Buffer.from(painting.samples.buffer)
    expect(careful.equals(samples)).toBe(true)
    expect(careless.equals(samples)).toBe(false)
  })

  it('carries no metadata unless told to', async () => {
    const jpeg = await asSharp(paint(16, 16, 3, 8))
      .withExif({ IFD0: { Make: 'Lacuna' } })
      .jpeg()
      .toBuffer()
    expect((await sharp(jpeg).metadata()).exif).toBeDefined()
    expect((await sharp(await sharp(jpeg).jpeg().toBuffer()).metadata()).exif).toBeUndefined()
    expect((await sharp(await sharp(jpeg).keepMetadata().tiff().toBuffer()).metadata()).exif).toBeUndefined()
  })
})
