import { describe, expect, it } from 'vitest'
import type { OutputSettings, PictureInfo } from '../../../shared/picture.js'
import { canRunExifTool } from './metadata/exiftool.js'
import { planOutput } from './plan.js'

const info = (changes: Partial<PictureInfo> = {}): PictureInfo => ({
  name: 'photo.png',
  format: 'png',
  width: 4000,
  height: 3000,
  depth: 8,
  grey: false,
  alpha: false,
  palette: false,
  orientation: 1,
  profile: null,
  density: null,
  metadata: { exif: false, xmp: false, iptc: false, text: false },
  bytes: 1,
  notes: [],
  ...changes,
})

const plan = (
  picture: PictureInfo,
  output: Partial<OutputSettings> = {},
  width = picture.width,
  height = picture.height,
) => planOutput({ info: picture, width, height, output: { format: 'keep', depth: 'keep', strip: false, ...output } })
const codes = async (...args: Parameters<typeof plan>) => (await plan(...args)).notes.map(({ code }) => code)

describe('what will be lost is said before saving (P3)', () => {
  it('nothing, where nothing is', async () => {
    for (const format of ['png', 'tiff', 'jpeg', 'webp', 'avif'] as const)
      expect(await codes(info({ format }))).toEqual([])
    const full = info({
      depth: 16,
      alpha: true,
      grey: true,
      metadata: { exif: true, xmp: true, iptc: true, text: true },
    })
    expect(await codes(full)).toEqual([])
  })

  it('alpha, depth, grey, text and IPTC, each by the format that can’t hold it', async () => {
    const full = info({
      depth: 16,
      alpha: true,
      grey: true,
      metadata: { exif: true, xmp: true, iptc: true, text: true },
    })
    expect(await codes(full, { format: 'jpeg' })).toEqual([
      'format.depthLost',
      'format.alphaLost',
      'format.pngTextLost',
    ])
    expect(await codes(full, { format: 'webp' })).toEqual([
      'format.depthLost',
      'format.greyLost',
      'metadata.iptcLost',
      'format.pngTextLost',
    ])
    expect(await codes(full, { format: 'avif', depth: 8 })).toEqual([
      'format.greyLost',
      'metadata.iptcLost',
      'format.pngTextLost',
    ])
    expect(await codes(full, { format: 'tiff' })).toEqual(
      (await canRunExifTool())
        ? ['format.pngTextLost']
        : ['metadata.exifLost', 'metadata.iptcLost', 'format.pngTextLost'],
    )
    expect((await plan(full, { format: 'jpeg' })).notes[0]?.params).toEqual({ format: 'JPEG' })
  })

  it('not metadata that was to be left out', async () => {
    expect(
      await codes(info({ metadata: { exif: true, xmp: true, iptc: true, text: true } }), {
        format: 'webp',
        strip: true,
      }),
    ).toEqual([])
  })
})

describe('the format and its extension (PEERS 24)', () => {
  it('keep means the same format; a GIF becomes a PNG, which is said', async () => {
    expect(await plan(info({ format: 'jpeg' }))).toMatchObject({ format: 'jpeg', extension: 'jpg', depth: 8 })
    expect(await plan(info({ format: 'tiff', depth: 16 }))).toMatchObject({
      format: 'tiff',
      extension: 'tif',
      depth: 16,
    })
    expect(await plan(info({ format: 'gif' }))).toMatchObject({
      format: 'png',
      extension: 'png',
      notes: [{ code: 'format.fallback', params: { format: 'PNG' } }],
    })
  })

  it('depth: kept, asked for, or what the format has', async () => {
    expect((await plan(info({ depth: 16 }), { depth: 8 })).depth).toBe(8)
    expect((await plan(info(), { depth: 16 })).depth).toBe(16)
    expect((await plan(info(), { format: 'jpeg', depth: 16 })).depth).toBe(8)
    expect(await codes(info(), { format: 'jpeg', depth: 16 })).toEqual(['format.depthLost'])
  })
})

describe('a format that can’t hold the picture is refused before starting (PEERS 30)', () => {
  it.each([
    ['jpeg', 65_500, 'PNG, TIFF'],
    ['webp', 16_383, 'PNG, TIFF, JPEG, AVIF'],
    ['avif', 16_384, 'PNG, TIFF, JPEG'],
  ] as const)('%s holds %i pixels a side', async (format, limit, alternatives) => {
    await expect(plan(info(), { format }, limit, 100)).resolves.toMatchObject({ format })
    await expect(plan(info(), { format }, 100, limit + 1)).rejects.toMatchObject({
      code: 'output.formatLimit',
      params: { name: 'photo.png', limit, alternatives },
    })
  })

  it('WebP runs full long before its sides do', async () => {
    await expect(plan(info(), { format: 'webp' }, 11_600, 8700)).resolves.toMatchObject({ format: 'webp' })
    await expect(plan(info(), { format: 'webp' }, 14_000, 11_000)).rejects.toMatchObject({
      code: 'output.formatLimit',
      params: { alternatives: 'PNG, TIFF, JPEG, AVIF' },
    })
  })

  it('PNG and TIFF hold everything that is opened', async () => {
    for (const format of ['png', 'tiff'] as const)
      await expect(plan(info(), { format }, 1_000_000, 1000)).resolves.toMatchObject({ format })
  })
})

describe('the size is estimated', () => {
  it('more for more pixels, depth and quality, and never absurd', async () => {
    const bytes = async (...args: Parameters<typeof plan>) => (await plan(...args)).estimatedBytes
    expect(await bytes(info({ depth: 16 }))).toBeGreaterThan(await bytes(info()))
    expect(await bytes(info(), { format: 'jpeg', quality: 95 })).toBeGreaterThan(
      await bytes(info(), { format: 'jpeg', quality: 60 }),
    )
    expect(await bytes(info(), {}, 8000, 6000)).toBeGreaterThan(3 * (await bytes(info())))
    for (const format of ['png', 'jpeg', 'webp', 'avif', 'tiff'] as const) {
      const perPixel = ((await bytes(info(), { format })) * 8) / 12e6
      expect(perPixel).toBeGreaterThan(0.3)
      expect(perPixel).toBeLessThan(24)
    }
  })
})
