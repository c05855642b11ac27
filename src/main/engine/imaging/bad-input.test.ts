import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { asSharp, claimedPng, paint } from '../../../../tests/fixtures/pictures.js'
import { quiet, refusal, scratchFolder } from '../../../../tests/fixtures/scratch.js'
import { decode, inspect, thumbnail } from './index.js'

const folder = scratchFolder()

async function refused(name: string, content: Uint8Array | string): Promise<{ code: string; params: unknown } | null> {
  const path = folder.at(name)
  await writeFile(path, content)
  const dir = await folder.fresh()
  const result = await refusal(decode({ path, dir }, quiet()))
  // Whatever was begun is gone.
  expect(await readdir(dir)).toEqual(result ? [] : ['raster.v'])
  if (result) expect(result.params).toMatchObject({ name })
  return result
}

/** ISO base media start: size, 'ftyp', major brand, version, compatible brands. */
const brand = (major: string, ...compatible: string[]) => {
  const body = Buffer.from(`ftyp${major}\0\0\0\0${compatible.join('')}`, 'latin1')
  return Buffer.concat([Buffer.from([0, 0, 0, body.length + 4]), body, Buffer.alloc(200)])
}
const tiffStart = Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), Buffer.alloc(200)])

describe('bad input gets one clear error each (P7)', () => {
  it('missing, a folder, empty, unreadable', async () => {
    expect(await refusal(inspect(folder.at('nowhere.jpg')))).toEqual({
      code: 'file.notFound',
      params: { name: 'nowhere.jpg' },
    })
    await mkdir(folder.at('folder.png'))
    expect(await refusal(inspect(folder.at('folder.png')))).toEqual({
      code: 'file.isFolder',
      params: { name: 'folder.png' },
    })
    expect((await refused('empty.jpg', ''))?.code).toBe('file.empty')
    await symlink(folder.at('loop.png'), folder.at('loop.png'))
    expect((await refusal(inspect(folder.at('loop.png'))))?.code).toBe('file.unreadable')
  })

  // The superuser may read everything.
  it.skipIf(process.getuid?.() === 0)('no permission', async () => {
    await writeFile(folder.at('secret.jpg'), 'x')
    await chmod(folder.at('secret.jpg'), 0)
    expect((await refusal(inspect(folder.at('secret.jpg'))))?.code).toBe('file.unreadable')
  })

  it('a text file named .png, and bytes that are nothing', async () => {
    expect((await refused('text.png', 'This is not a picture.\n'))?.code).toBe('file.notAPicture')
    expect((await refused('bytes.jpg', Buffer.alloc(5000, 7)))?.code).toBe('file.notAPicture')
    expect((await refused('text.nef', 'not raw either'))?.code).toBe('file.notAPicture')
    expect((await refused('short.png', '\x89P'))?.code).toBe('file.notAPicture')
  })

  it.each([
    ['a.heic', brand('heic', 'mif1', 'heic')],
    ['b.heif', brand('mif1', 'mif1', 'heic')],
    ['renamed.jpg', brand('heix', 'mif1')],
  ])('HEIC by its brand: %s', async (name, bytes) => {
    expect((await refused(name, bytes))?.code).toBe('file.unsupportedHeic')
  })

  it.each([
    ['canon.cr2', Buffer.concat([Buffer.from('II*\0\x10\0\0\0CR\x02\0', 'latin1'), Buffer.alloc(100)])],
    ['renamed.tif', Buffer.concat([Buffer.from('II*\0\x10\0\0\0CR\x02\0', 'latin1'), Buffer.alloc(100)])],
    ['canon.cr3', brand('crx ', 'crx ', 'isom')],
    ['nikon.nef', tiffStart],
    ['sony.ARW', tiffStart],
    ['leica.dng', tiffStart],
    ['fuji.raf', Buffer.from('FUJIFILMCCD-RAW 0201')],
    ['olympus.orf', Buffer.concat([Buffer.from('IIRO\x08\0\0\0', 'latin1'), Buffer.alloc(100)])],
    ['panasonic.rw2', Buffer.concat([Buffer.from('IIU\0\x18\0\0\0', 'latin1'), Buffer.alloc(100)])],
    ['unknown.erf', Buffer.alloc(100)],
  ])('camera raw: %s', async (name, bytes) => {
    expect((await refused(name, bytes))?.code).toBe('file.unsupportedRaw')
  })

  it.each([
    [
      'drawing.svg',
      '<?xml version="1.0"?><!-- c --><svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><image href="/etc/passwd"/></svg>',
      'SVG',
    ],
    ['renamed.png', '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>', 'SVG'],
    ['paper.pdf', '%PDF-1.7\n', 'PDF'],
    ['old.bmp', 'BM\0\0\0\0', 'BMP'],
    ['layers.psd', '8BPS\0\x01', 'Photoshop'],
    ['new.jxl', Buffer.from([0xff, 0x0a, 0, 0]), 'JPEG XL'],
    ['grid.ppm', 'P6\n8 8\n255\n', 'PNM'],
    ['film.mp4', brand('isom', 'mp42'), 'MP4'],
  ])('a format that is not read, never rendered: %s', async (name, content, format) => {
    expect(await refused(name, content)).toEqual({ code: 'file.unsupportedFormat', params: { name, format } })
  })

  it('samples that are not read: floating point', async () => {
    const path = folder.at('float.tif')
    await asSharp(paint(16, 16, 3, 8))
      .tiff({ predictor: 'float', compression: 'deflate' })
      .toFile(path)
    expect((await refusal(inspect(path)))?.code).toBe('file.unsupportedFormat')
  })

  it('100,000 x 100,000 pixels and anything over a gigapixel, before decoding', async () => {
    expect(await refused('huge.png', claimedPng(100_000, 100_000))).toEqual({
      code: 'file.tooLarge',
      params: { name: 'huge.png', width: 100_000, height: 100_000, megapixels: 10_000 },
    })
    expect((await refused('bomb.png', claimedPng(40_000, 25_001)))?.code).toBe('file.tooLarge')
    expect((await refusal(thumbnail({ path: folder.at('bomb.png'), size: 64 })))?.code).toBe('file.tooLarge')
    expect((await refusal(inspect(folder.at('bomb.png'))))?.code).toBe('file.tooLarge')
    // A claim within the limit with no pixels behind it is a cut file, found while decoding.
    expect((await refused('hollow.png', claimedPng(2_000, 2_000)))?.code).toBe('file.truncated')
  })
})

describe('a file that is cut or damaged is refused, never given half grey', () => {
  const noisy = paint(320, 240, 3, 8)
  noisy.samples.forEach((value, i) => (noisy.samples[i] = value ^ (((i * 2654435761) >>> 13) & 31)))

  const cases: [string, () => Promise<Buffer>][] = [
    ['JPEG', () => asSharp(noisy).jpeg().toBuffer()],
    ['progressive JPEG', () => asSharp(noisy).jpeg({ progressive: true }).toBuffer()],
    ['PNG', () => asSharp(noisy).png().toBuffer()],
    ['interlaced PNG', () => asSharp(noisy).png({ progressive: true }).toBuffer()],
    ['TIFF', () => asSharp(noisy).tiff({ compression: 'deflate' }).toBuffer()],
    ['plain TIFF', () => asSharp(noisy).tiff({ compression: 'none' }).toBuffer()],
    ['WebP', () => asSharp(noisy).webp().toBuffer()],
    ['AVIF', () => asSharp(noisy).avif({ effort: 0 }).toBuffer()],
    ['GIF', () => asSharp(noisy).gif().toBuffer()],
  ]
  it.each(cases)('%s at 61 %% and at 97 %%', async (name, make) => {
    const bytes = await make()
    expect(await refused(`${name}.whole`, bytes)).toBeNull()
    for (const part of [0.61, 0.97])
      expect((await refused(`${name}.${part}`, bytes.subarray(0, Math.floor(bytes.length * part))))?.code).toBe(
        'file.truncated',
      )
  })

  it('a TIFF whose strips lie behind the end of the file', async () => {
    const bytes = await asSharp(noisy).tiff({ compression: 'none' }).toBuffer()
    // As cameras and scanners write it: directory first, pixels after it, cut off.
    const at = bytes.readUInt32LE(4)
    const directory = bytes.subarray(at)
    const moved = Buffer.concat([bytes.subarray(0, 8), directory])
    moved.writeUInt32LE(8, 4)
    expect((await refused('strips.tif', moved))?.code).toBe('file.truncated')
  })

  it('a JPEG with a hole in its data', async () => {
    const bytes = await asSharp(noisy).jpeg().toBuffer()
    bytes.fill(0, bytes.length >> 1, (bytes.length >> 1) + 1200)
    expect((await refused('hole.jpg', bytes))?.code).toBe('file.truncated')
  })

  it('a PNG whose compressed data are damaged', async () => {
    const bytes = await asSharp(noisy).png().toBuffer()
    bytes.fill(0x5a, bytes.length >> 1, (bytes.length >> 1) + 40)
    expect((await refused('hole.png', bytes))?.code).toBe('file.truncated')
  })

  it('but odd, complete files are read: bytes between JPEG headers, bytes after the end', async () => {
    const bytes = await asSharp(noisy).jpeg().toBuffer()
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]))
    expect(
      await refused('odd.jpg', Buffer.concat([bytes.subarray(0, scan), Buffer.from([1, 2, 3]), bytes.subarray(scan)])),
    ).toBeNull()
    expect(await refused('tail.jpg', Buffer.concat([bytes, Buffer.from('appended by a phone')]))).toBeNull()
  })
})

describe('what only looks like a picture’s name', () => {
  it('a file with a name that libvips would take for options is opened as it is', async () => {
    const path = join(await folder.fresh(), 'scan.tif[page=1]')
    await writeFile(
      path,
      await sharp(paint(16, 16, 3, 8).samples, { raw: { width: 16, height: 16, channels: 3 } })
        .png()
        .toBuffer(),
    )
    expect(await inspect(path)).toMatchObject({ format: 'png', width: 16, name: 'scan.tif[page=1]' })
    expect((await thumbnail({ path, size: 16 })).type).toBe('image/webp')
    expect((await readFile(path)).length).toBeGreaterThan(0)
  })
})
