import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import {
  addPngChunk,
  asSharp,
  AWKWARD_NAMES,
  CAMERA_EXIF,
  kinds,
  paint,
  storedFor,
  writeKind,
} from '../../../../tests/fixtures/pictures.js'
import { quiet, readAll, scratchFolder } from '../../../../tests/fixtures/scratch.js'
import { decode, inspect, RasterWriter, readProfile, thumbnail } from './index.js'
import { writeTrailer } from './raster.js'

const folder = scratchFolder()

async function decoded(path: string) {
  const result = await decode({ path, dir: await folder.fresh() }, quiet())
  return { ...result, samples: await readAll(result.raster) }
}

describe('edits work on the file’s own numbers, at its own depth (DESIGN 8.1)', () => {
  it.each(kinds().map((kind) => [kind.name, kind] as const))('%s PNG', async (_name, kind) => {
    const path = await writeKind(kind, folder.path)
    const { info, raster, samples } = await decoded(path)
    const { width, height, bands, depth } = kind.painting
    expect(raster).toMatchObject({ width, height, bands, depth })
    expect(info).toMatchObject({
      width,
      height,
      depth,
      grey: bands < 3,
      alpha: bands % 2 === 0,
      palette: kind.name === 'palette',
      orientation: 1,
      notes: [],
    })
    expect(samples).toEqual(kind.painting.samples)
  })

  it.each([
    ['deflate', { compression: 'deflate' }],
    ['none', { compression: 'none' }],
    ['tiles', { compression: 'lzw', tile: true, tileWidth: 32, tileHeight: 32 }],
    ['big', { compression: 'lzw', bigtiff: true }],
  ] as const)('16-bit TIFF, %s', async (name, options) => {
    const painting = paint(97, 61, 4, 16)
    await asSharp(painting)
      .tiff(options)
      .toFile(folder.at(`${name}.tif`))
    const { info, samples } = await decoded(folder.at(`${name}.tif`))
    expect(info).toMatchObject({ format: 'tiff', depth: 16, alpha: true })
    expect(samples).toEqual(painting.samples)
  })

  it('a one-bit and an interlaced PNG', async () => {
    const painting = paint(64, 64, 1, 8)
    painting.samples.forEach((value, i) => (painting.samples[i] = value > 100 ? 255 : 0))
    await asSharp(painting).png({ palette: true, colours: 2, progressive: true }).toFile(folder.at('one-bit.png'))
    const { samples, raster } = await decoded(folder.at('one-bit.png'))
    const red = samples.filter((_value, i) => i % raster.bands === 0)
    expect(red).toEqual(painting.samples)
  })

  it('WebP and AVIF, lossless, and the first frame of a GIF, which is said', async () => {
    const painting = paint(64, 48, 4, 8)
    await asSharp(painting).webp({ lossless: true, exact: true }).toFile(folder.at('a.webp'))
    expect((await decoded(folder.at('a.webp'))).samples).toEqual(painting.samples)
    await asSharp(paint(64, 48, 3, 8))
      .avif({ lossless: true, effort: 0 })
      .toFile(folder.at('a.avif'))
    expect(await inspect(folder.at('a.avif'))).toMatchObject({ format: 'avif', width: 64, height: 48, depth: 8 })
    const frames = Buffer.concat([Buffer.alloc(8 * 8 * 3, 10), Buffer.alloc(8 * 8 * 3, 200)])
    await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
      .gif({ delay: [100, 100] })
      .toFile(folder.at('a.gif'))
    const gif = await decoded(folder.at('a.gif'))
    expect(gif.info).toMatchObject({ format: 'gif', width: 8, height: 8, palette: true })
    expect(gif.notes.map(({ code }) => code)).toEqual(['gif.firstFrame'])
    expect(gif.samples[0]).toBe(10)
  })

  it('says that only the first page or frame is used', async () => {
    const two = { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } } as const
    const frames = Buffer.concat([Buffer.alloc(8 * 8 * 3, 10), Buffer.alloc(8 * 8 * 3, 200)])
    await sharp(frames, two)
      .webp({ lossless: true, delay: [100, 100] })
      .toFile(folder.at('two.webp'))
    expect((await decoded(folder.at('two.webp'))).notes.map(({ code }) => code)).toEqual(['animation.firstFrame'])
    await asSharp(paint(8, 8, 3, 8))
      .png()
      .toFile(folder.at('apng.png'))
    await addPngChunk(folder.at('apng.png'), 'acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]))
    expect((await inspect(folder.at('apng.png'))).notes.map(({ code }) => code)).toEqual(['animation.firstFrame'])
  })

  it('numbers in Display P3 stay, and the profile goes along by name and by bytes', async () => {
    const painting = paint(64, 32, 3, 8)
    await asSharp(painting).withIccProfile('p3', { attach: true }).png().toFile(folder.at('p3.png'))
    const stored = await sharp(folder.at('p3.png'), { ignoreIcc: true }).raw().toBuffer()
    const { info, raster, samples } = await decoded(folder.at('p3.png'))
    expect(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).equals(stored)).toBe(true)
    expect(info.profile).toMatch(/P3/)
    expect(await readProfile(raster)).toEqual((await sharp(folder.at('p3.png')).metadata()).icc)
  })

  it('CMYK becomes sRGB, and that is said', async () => {
    await asSharp(paint(64, 32, 3, 8))
      .toColourspace('cmyk')
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toFile(folder.at('cmyk.jpg'))
    expect((await sharp(folder.at('cmyk.jpg')).metadata()).space).toBe('cmyk')
    const { info, raster, samples, notes } = await decoded(folder.at('cmyk.jpg'))
    expect(notes.map(({ code }) => code)).toEqual(['colour.cmykConverted'])
    expect([raster.bands, raster.depth, info.profile]).toEqual([3, 8, null])
    // The red corner stays red.
    expect(samples[0]).toBeGreaterThan(150)
    expect(samples[1]).toBeLessThan(90)
  })

  it('a profile that is damaged or is for another kind of picture is a note, not a failure', async () => {
    await asSharp(paint(16, 16, 3, 8))
      .png()
      .toFile(folder.at('badicc.tif.png'))
    const path = folder.at('badicc.jpg')
    await asSharp(paint(16, 16, 3, 8))
      .withIccProfile('p3', { attach: true })
      .jpeg()
      .toFile(path)
    const bytes = await readFile(path)
    const at = bytes.indexOf('acsp')
    bytes.write('xxxx', at, 'latin1')
    await writeFile(path, bytes)
    const { info, raster, notes } = await decoded(path)
    expect(notes.map(({ code }) => code)).toEqual(['metadata.iccInvalid'])
    expect(info.profile).toBeNull()
    expect(await readProfile(raster)).toBeNull()
  })
})

describe('orientation is applied at decode (PEERS 18)', () => {
  const shown = paint(50, 30, 3, 8)

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i', async (orientation) => {
    const path = folder.at(`turned${orientation}.png`)
    await asSharp(storedFor(shown, orientation)).withMetadata({ orientation }).png().toFile(path)
    const { info, raster, samples } = await decoded(path)
    expect(info).toMatchObject({ width: 50, height: 30, orientation })
    expect(raster).toMatchObject({ width: 50, height: 30, bands: 3, depth: 8 })
    expect(samples).toEqual(shown.samples)
  })

  it('holds for 16 bits with alpha, and for TIFF’s own tag', async () => {
    const deep = paint(40, 24, 4, 16)
    const stored = storedFor(deep, 7)
    const writer = await RasterWriter.create(folder.at('turned7.v'), stored, null)
    await writer.append(stored.samples)
    await writer.finish()
    await writeTrailer(folder.at('turned7.v'), stored, null, 7)
    await sharp(folder.at('turned7.v'))
      .toColourspace('rgb16')
      .keepMetadata()
      .tiff({ compression: 'lzw' })
      .toFile(folder.at('turned7.tif'))
    expect((await sharp(folder.at('turned7.tif')).metadata()).orientation).toBe(7)
    const { samples } = await decoded(folder.at('turned7.tif'))
    expect(samples).toEqual(deep.samples)
  })

  it('holds for a PNG whose EXIF stands behind its pixels, in raster and thumbnail alike', async () => {
    const path = folder.at('late.png')
    await asSharp(storedFor(shown, 6)).png().toFile(path)
    const exif = (await sharp(folder.at('turned6.png')).metadata()).exif
    await addPngChunk(path, 'eXIf', exif ?? Buffer.alloc(0), 'end')
    const { samples } = await decoded(path)
    expect(samples).toEqual(shown.samples)
    const small = await sharp((await thumbnail({ path, size: 25 })).data).metadata()
    expect([small.width, small.height]).toEqual([25, 15])
  })

  it('leaves nothing behind but the raster', async () => {
    const dir = await folder.fresh()
    await decode({ path: folder.at('turned6.png'), dir }, quiet())
    expect(await readdir(dir)).toEqual(['raster.v'])
  })
})

describe('inspect reads the header only', () => {
  it('and knows what a person would ask for', async () => {
    const path = folder.at('camera.jpg')
    await asSharp(paint(64, 48, 3, 8))
      .withMetadata({ density: 300 })
      .withExif(CAMERA_EXIF)
      .jpeg()
      .toFile(path)
    expect(await inspect(path)).toEqual({
      name: 'camera.jpg',
      format: 'jpeg',
      width: 64,
      height: 48,
      depth: 8,
      grey: false,
      alpha: false,
      palette: false,
      orientation: 1,
      profile: expect.toSatisfy((name: unknown) => name === null || typeof name === 'string') as unknown,
      density: 300,
      metadata: { exif: true, xmp: false, iptc: false, text: false },
      bytes: (await stat(path)).size,
      notes: [],
    })
  })
})

describe('names with accents in both Unicode forms, CJK, emoji, spaces (PEERS 22)', () => {
  it.each(AWKWARD_NAMES)('%j', async (name) => {
    const dir = await folder.fresh()
    const path = join(dir, name)
    await asSharp(paint(20, 10, 3, 8))
      .png()
      .toFile(folder.at('plain.png'))
    await copyFile(folder.at('plain.png'), path)
    const { info, samples } = await decoded(path)
    expect(info.name).toBe(name)
    expect(samples).toEqual(paint(20, 10, 3, 8).samples)
  })
})

describe('cancelling', () => {
  it('removes what was begun', async () => {
    const dir = await folder.fresh()
    const controller = new AbortController()
    controller.abort()
    await expect(decode({ path: folder.at('camera.jpg'), dir }, quiet(controller.signal))).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(await readdir(dir)).toEqual([])
  })
})
