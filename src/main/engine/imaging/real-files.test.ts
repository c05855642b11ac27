/** Pictures as people have them; they lie outside the project and are not always there. */
import { execa } from 'execa'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { quiet, refusal, scratchFolder } from '../../../../tests/fixtures/scratch.js'
import type { OutputFormat } from '../../../shared/picture.js'
import { decode, encode, inspect, thumbnail } from './index.js'
import { canRunExifTool } from './metadata/exiftool.js'

const folder = scratchFolder()
const source = resolve(import.meta.dirname, '../../../../../shared/data/user')
const hasExifTool = await canRunExifTool()

async function tags(path: string, ...args: string[]): Promise<Record<string, unknown>> {
  const { exiftoolPath } = await import('exiftool-vendored')
  const { stdout } = await execa(await exiftoolPath(), ['-j', '-G1', '-n', ...args, path])
  return (JSON.parse(stdout) as Record<string, unknown>[])[0] ?? {}
}

describe.skipIf(!existsSync(source))('pictures as people have them', () => {
  it.each([
    ['16-bit-grey-alpha.png', { width: 109, height: 96, depth: 16, grey: true, alpha: true }, 2, []],
    ['2569067123_aca715a2ee_o.jpg', { width: 2725, height: 2225, depth: 8, profile: null }, 3, []],
    ['Channel_digital_image_CMYK_color.jpg', { width: 500, height: 333, profile: null }, 3, ['colour.cmykConverted']],
    ['Landscape_6.jpg', { width: 600, height: 450, orientation: 6 }, 3, []],
    ['alpha-premultiply-1024x768-paper.png', { width: 1024, height: 768, alpha: true }, 4, []],
    [
      'canon.jpg',
      { width: 1536, height: 2048, orientation: 6, metadata: { exif: true, xmp: true, iptc: true, text: false } },
      3,
      [],
    ],
    ['p3.png', { profile: 'Display P3', alpha: true }, 4, []],
    ['phone-jolla.jpg', { width: 3264, height: 2448 }, 3, []],
    ['trail-camera.jpg', { width: 2048, height: 1536 }, 3, []],
  ] as const)('%s', async (name, facts, bands, notes) => {
    const { info, raster } = await decode({ path: join(source, name), dir: await folder.fresh() }, quiet())
    expect(info).toMatchObject(facts)
    expect(raster.bands).toBe(bands)
    expect(info.notes.map(({ code }) => code)).toEqual(notes)
    expect((await thumbnail({ path: join(source, name), size: 192 })).data.length).toBeGreaterThan(50)
  })

  it('a HEIC is refused as such', async () => {
    expect(await refusal(inspect(join(source, 'iphone.heic')))).toEqual({
      code: 'file.unsupportedHeic',
      params: { name: 'iphone.heic' },
    })
  })

  it.each(['canon.jpg', '2569067123_aca715a2ee_o.jpg', 'trail-camera.jpg', 'phone-jolla.jpg'])(
    '%s cut at 61 %% is refused',
    async (name) => {
      const bytes = await readFile(join(source, name))
      const path = folder.at(name)
      await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * 0.61)))
      expect((await refusal(decode({ path, dir: await folder.fresh() }, quiet())))?.code).toBe('file.truncated')
    },
  )

  it.skipIf(!hasExifTool).each(['jpeg', 'png', 'webp', 'tiff'] as OutputFormat[])(
    'a Canon’s maker notes survive in %s, its thumbnail does not',
    async (format) => {
      const path = join(source, 'canon.jpg')
      const dir = await folder.fresh()
      const { info, raster } = await decode({ path, dir }, quiet())
      // A small piece is enough: metadata doesn't depend on the pixels.
      const piece = { ...raster, path: join(dir, 'piece.v'), width: 64, height: 48 }
      await sharp(raster.path).extract({ left: 0, top: 0, width: 64, height: 48 }).toFile(piece.path)
      await encode(
        {
          raster: piece,
          original: path,
          info,
          output: { format, depth: 'keep', strip: false },
          temp: join(dir, 'out'),
          recipe: null,
          dir,
        },
        quiet(),
      )
      const [before, after] = [await tags(path, '-Canon:all'), await tags(join(dir, 'out'), '-Canon:all')]
      const ignore = ['SourceFile', 'Canon:ThumbnailImageValidArea']
      const canon = Object.entries(before).filter(([key]) => !ignore.includes(key))
      expect(canon.length).toBeGreaterThan(20)
      expect(after).toMatchObject(Object.fromEntries(canon))
      const rest = await tags(join(dir, 'out'), '-IFD0:all', '-ExifIFD:all', '-IFD1:all', '-warning')
      expect(rest).toMatchObject({ 'IFD0:Orientation': 1, 'ExifIFD:ExifImageWidth': 64, 'ExifIFD:ExifImageHeight': 48 })
      expect(Object.keys(rest).filter((key) => key.startsWith('IFD1'))).toEqual([])
      // This file's own warning (an odd offset base) is all there is to say of the output, too.
      const warning = (await tags(path, '-warning'))['ExifTool:Warning']
      expect([undefined, warning]).toContain(rest['ExifTool:Warning'])
    },
  )
})
