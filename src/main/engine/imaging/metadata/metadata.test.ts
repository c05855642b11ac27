import { execa } from 'execa'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  addJpegSegment,
  addPngChunk,
  asSharp,
  CAMERA_EXIF,
  iptcResources,
  paint,
  XMP,
} from '../../../../../tests/fixtures/pictures.js'
import { quiet, refusal, scratchFolder } from '../../../../../tests/fixtures/scratch.js'
import type { OutputFormat, OutputSettings } from '../../../../shared/picture.js'
import { decode, encode, inspect } from '../index.js'
import { canRunExifTool } from './exiftool.js'
import { resolutionExif } from './exif.js'
import { readJpegMetadata } from './jpeg.js'
import { readPngMetadata } from './png.js'
import { readRecipes } from './xmp.js'

const folder = scratchFolder()
const recipe = JSON.stringify({ kind: 'denoise', model: 'lacuna-denoise', note: '<&>"\'' })
const hasExifTool = await canRunExifTool()

async function through(
  path: string,
  output: Partial<OutputSettings>,
  size?: { width: number; height: number },
  density?: number,
) {
  const dir = await folder.fresh()
  const { info: found, raster } = await decode({ path, dir }, quiet())
  const info = density === undefined ? found : { ...found, density }
  const temp = join(dir, 'out')
  const settings: OutputSettings = { format: 'keep', depth: 'keep', strip: false, ...output }
  let pixels = raster
  if (size) {
    // A result of another size, as an upscale gives.
    await sharp(raster.path)
      .resize({ ...size, fit: 'fill' })
      .toFile(join(dir, 'resized.v'))
    pixels = { ...raster, ...size, path: join(dir, 'resized.v') }
  }
  const result = await encode(
    { raster: pixels, original: path, info, output: settings, temp, recipe: settings.strip ? null : recipe, dir },
    quiet(),
  )
  return { temp, codes: result.notes.map(({ code }) => code), meta: await sharp(temp).metadata() }
}

/** ExifTool's own view of a file: an independent reader of everything. */
async function tags(path: string): Promise<Record<string, unknown>> {
  const { exiftoolPath } = await import('exiftool-vendored')
  const { stdout } = await execa(await exiftoolPath(), ['-j', '-G1', '-n', '-struct', path])
  return (JSON.parse(stdout) as Record<string, unknown>[])[0] ?? {}
}

let jpeg = ''
let png = ''
let tiff = ''

beforeAll(async () => {
  jpeg = folder.at('camera.jpg')
  const stored = asSharp(paint(64, 48, 3, 8))
    .withMetadata({ density: 240, orientation: 6 })
    .withExifMerge(CAMERA_EXIF)
    .withXmp(XMP)
  await stored.jpeg({ quality: 95 }).toFile(jpeg)
  await addJpegSegment(jpeg, 0xed, Buffer.concat([Buffer.from('Photoshop 3.0\0', 'latin1'), iptcResources()]))
  await addJpegSegment(jpeg, 0xfe, Buffer.from('a comment'))

  png = folder.at('text.png')
  await asSharp(paint(64, 48, 4, 8))
    .withMetadata({ density: 300 })
    .withExifMerge(CAMERA_EXIF)
    .withXmp(XMP)
    .png()
    .toFile(png)
  await addPngChunk(png, 'tEXt', Buffer.from('Title\0Caf\xe9', 'latin1'))
  await addPngChunk(png, 'iTXt', Buffer.from('Comment\0\0\0en\0\0猫と写真'), 'end')

  tiff = folder.at('scan.tif')
  await asSharp(paint(64, 48, 3, 16))
    .withXmp(XMP)
    .tiff({ compression: 'lzw', xres: 600 / 25.4, yres: 600 / 25.4 })
    .toFile(tiff)
  if (hasExifTool) {
    const { exiftoolPath } = await import('exiftool-vendored')
    await execa(await exiftoolPath(), [
      '-overwrite_original',
      '-Make=Lacuna',
      '-ExposureTime=1/125',
      '-IPTC:Caption-Abstract=Keeper',
      tiff,
    ])
  }
})

describe('inspect says what metadata a file has', () => {
  it('in JPEG, PNG and TIFF', async () => {
    expect((await inspect(jpeg)).metadata).toEqual({ exif: true, xmp: true, iptc: true, text: false })
    expect(await inspect(jpeg)).toMatchObject({ density: 240, orientation: 6 })
    expect((await inspect(png)).metadata).toEqual({ exif: true, xmp: true, iptc: false, text: true })
    expect((await inspect(png)).density).toBe(300)
    expect((await inspect(tiff)).metadata).toMatchObject({ exif: hasExifTool, xmp: true, iptc: hasExifTool })
  })
})

describe('what was true stays, what became false is made true (P3, PEERS 16, 21)', () => {
  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('camera EXIF into %s', async (format) => {
    const { temp, meta } = await through(jpeg, { format })
    expect(meta.orientation ?? 1).toBe(1)
    const exif = meta.exif?.toString('latin1') ?? ''
    for (const kept of ['Lacuna', 'Fixture 1', 'nobody', '2020:02:03 04:05:06']) expect(exif).toContain(kept)
    expect(meta.density ?? 240).toBe(240)
    if (!hasExifTool) return
    // The raster stands upright: 48 x 64.
    expect(await tags(temp)).toMatchObject({
      'IFD0:Make': 'Lacuna',
      'IFD0:Orientation': 1,
      'IFD0:XResolution': 240,
      'ExifIFD:ExposureTime': 1 / 125,
      'ExifIFD:ExifImageWidth': 48,
      'ExifIFD:ExifImageHeight': 64,
      'GPS:GPSLatitudeRef': 'N',
      'XMP-dc:Title': 'Café 猫',
      'XMP-dc:Format': `image/${format}`,
      'XMP-tiff:Orientation': 1,
      'XMP-exif:ExifImageWidth': 48,
    })
    expect(await tags(temp)).not.toHaveProperty('ExifTool:Warning')
  })

  it('states the size of the result where that is another', async () => {
    const { temp, meta } = await through(jpeg, { format: 'jpeg' }, { width: 96, height: 128 })
    expect([meta.width, meta.height]).toEqual([96, 128])
    expect(meta.xmp?.toString()).toContain('<exif:PixelXDimension>96</exif:PixelXDimension>')
    if (hasExifTool)
      expect(await tags(temp)).toMatchObject({ 'ExifIFD:ExifImageWidth': 96, 'ExifIFD:ExifImageHeight': 128 })
  })

  it.each(['jpeg', 'png', 'tiff', 'webp', 'avif'] as const)(
    'states the resolution that was asked for, wherever the original said another or none, in %s',
    async (format) => {
      const bare = folder.at('bare-camera.png')
      await asSharp(paint(32, 24, 3, 8))
        .withExifMerge({ IFD0: { Make: 'Lacuna' } })
        .png()
        .toFile(bare)
      for (const original of [format === 'tiff' ? tiff : jpeg, bare]) {
        const { temp, meta, codes } = await through(original, { format }, undefined, 360)
        // Of WebP and AVIF it reads none.
        if (format !== 'webp' && format !== 'avif') expect(meta.density).toBe(360)
        expect(codes).not.toContain('metadata.exifLost')
        if (!hasExifTool) continue
        const found = await tags(temp)
        // None of the places that state it says another.
        const stated = Object.entries(found).filter(([name]) => /^(?!IFD1).*:[XY]Resolution$/.test(name))
        for (const [name, value] of stated) expect([name, Number(value)]).toEqual([name, 360])
        expect(stated.length).toBeGreaterThan(0)
        expect(found).toMatchObject({ 'IFD0:Make': 'Lacuna' })
        expect(found).not.toHaveProperty('ExifTool:Warning')
      }
      if (format === 'jpeg') {
        const { photoshop } = await readJpegMetadata((await through(jpeg, { format }, undefined, 360)).temp)
        expect(photoshop?.toString('latin1')).toContain('Keeper')
      }
    },
  )

  it('IPTC stays in JPEG and PNG, without the old thumbnail, and its loss elsewhere is said', async () => {
    const { temp, codes } = await through(jpeg, { format: 'jpeg' })
    const { photoshop } = await readJpegMetadata(temp)
    expect(photoshop?.toString('latin1')).toContain('Keeper')
    expect(photoshop?.toString('latin1')).not.toContain('OLD THUMBNAIL')
    expect(codes).toEqual([])
    const asPng = await through(jpeg, { format: 'png' })
    expect((await readPngMetadata(asPng.temp)).photoshop).toEqual(photoshop)
    const back = await through(asPng.temp, { format: 'jpeg' })
    expect((await readJpegMetadata(back.temp)).photoshop).toEqual(photoshop)
    for (const format of ['webp', 'avif'] as const)
      expect((await through(jpeg, { format })).codes).toContain('metadata.iptcLost')
    if (hasExifTool) {
      for (const file of [temp, asPng.temp])
        expect(await tags(file)).toMatchObject({ 'IPTC:Caption-Abstract': 'Keeper', 'IPTC:Keywords': 'fixture' })
    }
  })

  it('JPEG comments stay in JPEG', async () => {
    const { temp } = await through(jpeg, { format: 'jpeg' })
    expect((await readJpegMetadata(temp)).comments.map(String)).toEqual(['a comment'])
  })

  it('PNG text stays as it is, wherever it stood, and its loss elsewhere is said', async () => {
    const { temp, meta, codes } = await through(png, {})
    const text = (await readPngMetadata(temp)).text
    expect(text.map(({ type }) => type)).toEqual(['tEXt', 'iTXt'])
    expect(text[0]?.data.toString('latin1')).toBe('Title\0Café')
    expect(text[1]?.data.toString()).toBe('Comment\0\0\0en\0\0猫と写真')
    expect(codes).toEqual([])
    expect(meta.density).toBe(300)
    for (const format of ['jpeg', 'tiff', 'webp', 'avif'] as const)
      expect((await through(png, { format })).codes).toContain('format.pngTextLost')
  })

  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff'] as const)(
    'the resolution of a PNG without EXIF into %s',
    async (format) => {
      const bare = folder.at('bare.png')
      await asSharp(paint(32, 24, 3, 8))
        .png()
        .toFile(bare)
      await addPngChunk(bare, 'pHYs', Buffer.from([0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1]))
      const { temp } = await through(bare, { format })
      if (hasExifTool) {
        const found = await tags(temp)
        const resolution =
          found['JFIF:XResolution'] ?? found['IFD0:XResolution'] ?? Number(found['PNG-pHYs:PixelsPerUnitX']) * 0.0254
        expect(Math.round(Number(resolution))).toBe(300)
      }
      expect(Math.round((await inspect(temp)).density ?? 300)).toBe(300)
    },
  )

  it('the gain map of an Ultra HDR picture is not carried, which is said, and nothing points at it any more', async () => {
    const path = folder.at('hdr.jpg')
    const xmp = XMP.replace(
      'tiff:Orientation="6"',
      'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"',
    )
    await asSharp(paint(32, 24, 3, 8))
      .withXmp(xmp)
      .jpeg()
      .toFile(path)
    expect((await inspect(path)).notes.map(({ code }) => code)).toEqual(['colour.gainMapLost'])
    const { temp, meta } = await through(path, {})
    expect(meta.xmp?.toString()).not.toContain('hdrgm:Version')
    expect((await inspect(temp)).notes).toEqual([])
  })

  it('PNG’s own statements on colour stay where there is no profile', async () => {
    const path = folder.at('gamma.png')
    await asSharp(paint(32, 24, 3, 8))
      .png()
      .toFile(path)
    await addPngChunk(path, 'gAMA', Buffer.from([0, 0, 0xb1, 0x8f]))
    const { temp } = await through(path, {})
    expect((await readPngMetadata(temp)).colour).toEqual([{ type: 'gAMA', data: Buffer.from([0, 0, 0xb1, 0x8f]) }])
  })

  it.skipIf(!hasExifTool)('TIFF: EXIF, IPTC and XMP go in and come out', async () => {
    const kept = { 'IFD0:Make': 'Lacuna', 'IFD0:Orientation': 1, 'ExifIFD:ExposureTime': 1 / 125 }
    const fromJpeg = await through(jpeg, { format: 'tiff' })
    expect(fromJpeg.codes).toEqual([])
    expect(await tags(fromJpeg.temp)).toMatchObject({
      ...kept,
      'IPTC:Caption-Abstract': 'Keeper',
      'GPS:GPSLatitudeRef': 'N',
      'XMP-dc:Format': 'image/tiff',
      'ExifIFD:ExifImageWidth': 48,
    })
    const fromTiff = await through(tiff, {})
    expect(fromTiff.codes).toEqual([])
    expect(await tags(fromTiff.temp)).toMatchObject({
      ...kept,
      'IFD0:XResolution': 600,
      'IPTC:Caption-Abstract': 'Keeper',
      'XMP-dc:Title': 'Café 猫',
    })
    for (const format of ['jpeg', 'png', 'webp', 'avif'] as const) {
      const { temp } = await through(tiff, { format })
      expect(await tags(temp)).toMatchObject({ ...kept, 'IFD0:XResolution': 600 })
    }
  })

  it('keeps an EXIF block larger than 64 KB in PNG and WebP, and says its loss in JPEG and AVIF', async () => {
    const path = folder.at('big-exif.png')
    await asSharp(paint(32, 24, 3, 8))
      .png()
      .toFile(path)
    const exif = Buffer.concat([resolutionExif(300), Buffer.alloc(90_000, 'm')])
    await addPngChunk(path, 'eXIf', exif)
    for (const format of ['png', 'webp'] as const) {
      const { meta, codes } = await through(path, { format })
      expect(meta.exif?.subarray(-exif.length).equals(exif)).toBe(true)
      expect(codes).toEqual([])
    }
    for (const format of ['jpeg', 'avif'] as const)
      expect((await through(path, { format })).codes).toEqual(['metadata.exifLost'])
  })
})

describe('the recipe goes into XMP (PEERS 23)', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff'] as const)('%s, after those of earlier saves', async (format) => {
    const first = await through(png, { format })
    expect(readRecipes(first.meta.xmp?.toString() ?? '')).toEqual([recipe])
    const second = await through(first.temp, { format })
    expect(readRecipes(second.meta.xmp?.toString() ?? '')).toEqual([recipe, recipe])
    expect(second.meta.xmp?.toString()).toContain('Café 猫')
    if (hasExifTool)
      expect(Object.entries(await tags(second.temp)).find(([key]) => key.endsWith(':Edits'))?.[1]).toEqual([
        recipe,
        recipe,
      ])
  })

  it('makes a packet where there was none', async () => {
    const path = folder.at('plain.png')
    await asSharp(paint(32, 24, 3, 8))
      .png()
      .toFile(path)
    for (const format of ['jpeg', 'png', 'webp', 'avif', 'tiff'] as OutputFormat[]) {
      expect(readRecipes((await through(path, { format })).meta.xmp?.toString() ?? '')).toEqual([recipe])
    }
  })
})

describe('strip leaves metadata out and keeps the profile', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff'] as const)('%s', async (format) => {
    const path = folder.at('tagged.png')
    await asSharp(paint(32, 24, 3, 8))
      .withIccProfile('p3', { attach: true })
      .withExifMerge(CAMERA_EXIF)
      .withXmp(XMP)
      .png()
      .toFile(path)
    await addPngChunk(path, 'tEXt', Buffer.from('Title\0secret', 'latin1'))
    const { temp, meta, codes } = await through(path, { format, strip: true })
    expect(meta.xmp).toBeUndefined()
    expect(meta.comments).toBeUndefined()
    const bytes = await readFile(temp)
    for (const gone of ['Lacuna', 'secret', 'Café', 'nobody']) expect(bytes.includes(gone)).toBe(false)
    expect(meta.icc).toEqual((await sharp(path).metadata()).icc)
    expect(codes).toEqual([])
  })
})

describe('metadata trouble is a note, never a failure (PEERS 21)', () => {
  it('damaged EXIF and XMP are left out', async () => {
    const path = folder.at('damaged.jpg')
    await asSharp(paint(32, 24, 3, 8))
      .jpeg()
      .toFile(path)
    await addJpegSegment(path, 0xe1, Buffer.from('Exif\0\0II*\0\xff\xff\xff\x7f', 'latin1'))
    await addJpegSegment(path, 0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0this is no XMP', 'latin1'))
    const { codes, meta } = await through(path, {})
    expect(codes).toEqual(['metadata.unreadable'])
    expect(meta.exif).toBeUndefined()
    expect(readRecipes(meta.xmp?.toString() ?? '')).toEqual([recipe])
  })

  it('an original that went away costs its metadata, not the result', async () => {
    const path = folder.at('gone.jpg')
    await writeFile(path, await readFile(jpeg))
    const dir = await folder.fresh()
    const { info, raster } = await decode({ path, dir }, quiet())
    await writeFile(path, '')
    const settings: OutputSettings = { format: 'png', depth: 'keep', strip: false }
    const result = await encode(
      { raster, original: path, info, output: settings, temp: join(dir, 'out'), recipe, dir },
      quiet(),
    )
    expect(result.notes.map(({ code }) => code)).toEqual(['metadata.unreadable'])
    expect(await refusal(inspect(path))).toMatchObject({ code: 'file.empty' })
  })
})
