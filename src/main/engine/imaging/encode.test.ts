import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { asSharp, kinds, paint, storedFor, writeKind, type Kind } from '../../../../tests/fixtures/pictures.js'
import { quiet, refusal, scratchFolder } from '../../../../tests/fixtures/scratch.js'
import type { OutputFormat, OutputSettings } from '../../../shared/picture.js'
import { convertSamples } from './depth.js'
import { decode, encode, requireSpace } from './index.js'
import { asSamples, RasterWriter, type Samples } from './raster.js'
import { verifyOutput } from './verify.js'

const folder = scratchFolder()
const formats: OutputFormat[] = ['png', 'tiff', 'jpeg', 'webp', 'avif']

const settings = (output: Partial<OutputSettings> = {}): OutputSettings => ({
  format: 'keep',
  depth: 'keep',
  strip: false,
  ...output,
})

async function through(path: string, output: Partial<OutputSettings>) {
  const dir = await folder.fresh()
  const { info, raster } = await decode({ path, dir }, quiet())
  const temp = join(dir, '.out.job.lacuna-tmp')
  const result = await encode(
    { raster, original: path, info, output: settings(output), temp, recipe: null, dir },
    quiet(),
  )
  return { ...result, temp, dir, info, raster, codes: result.notes.map(({ code }) => code).sort() }
}

/** The pixels of a file as an independent reader sees them: sharp, with no profile applied. */
async function pixelsOf(path: string, space: string, depth: 8 | 16): Promise<Samples> {
  const raw = (image: Sharp) => (depth === 16 ? image.raw({ depth: 'ushort' }) : image.raw()).toBuffer()
  const open = () => sharp(path, { ignoreIcc: true }).toColourspace(space)
  if (space !== 'b-w' || !(await sharp(path).metadata()).hasAlpha)
    return asSamples(new Uint8Array(await raw(open())), depth)
  // sharp's raw output of 8-bit grey leaves alpha out.
  const wide = await raw(open().toColourspace('srgb'))
  return Uint8Array.from({ length: wide.length / 2 }, (_v, i) => wide[(i >> 1) * 4 + (i % 2) * 3] ?? 0)
}

const LOSSY_TOLERANCE = 6

function meanDifference(a: Samples, b: Samples): number {
  expect(a.length).toBe(b.length)
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0))
  return sum / a.length
}

/** A painting at 8 bits, as colour or grey, with its alpha kept or laid on white. */
function flattened({ painting }: Kind, keepAlpha: boolean, keepGrey: boolean): Samples {
  const samples = convertSamples(painting.samples, 8)
  const { bands } = painting
  const colours = bands < 3 ? 1 : 3
  const alpha = bands % 2 === 0
  const out: number[] = []
  for (let at = 0; at < samples.length; at += bands) {
    const a = alpha ? (samples[at + bands - 1] ?? 0) / 255 : 1
    const colour = Array.from(
      { length: colours === 1 && !keepGrey ? 3 : colours },
      (_v, band) => samples[at + Math.min(band, colours - 1)] ?? 0,
    )
    for (const value of colour) out.push(keepAlpha ? value : Math.round(255 + (value - 255) * a))
    if (alpha && keepAlpha) out.push(samples[at + bands - 1] ?? 0)
  }
  return Uint8Array.from(out)
}

describe.each(kinds().map((kind) => [kind.name, kind] as const))(
  '%s, written to each format and decoded again (PEERS 3)',
  (_name, kind) => {
    const { width, height, bands, depth } = kind.painting
    const grey = bands < 3
    const alpha = bands % 2 === 0

    it.each(['png', 'tiff'] as const)('%s keeps every number', async (format) => {
      const { temp, codes, bytes, sha256 } = await through(await writeKind(kind, folder.path), { format })
      const meta = await sharp(temp).metadata()
      expect([meta.format, meta.width, meta.height, meta.channels, meta.depth]).toEqual([
        format,
        width,
        height,
        bands,
        depth === 16 ? 'ushort' : 'uchar',
      ])
      expect(
        await pixelsOf(temp, grey ? (depth === 16 ? 'grey16' : 'b-w') : depth === 16 ? 'rgb16' : 'srgb', depth),
      ).toEqual(kind.painting.samples)
      expect(codes).toEqual([])
      const file = await readFile(temp)
      expect(bytes).toBe(file.length)
      expect(sha256).toBe(createHash('sha256').update(file).digest('hex'))
    })

    it('JPEG keeps grey, lays alpha on white and says so', async () => {
      const { temp, codes } = await through(await writeKind(kind, folder.path), { format: 'jpeg', quality: 95 })
      const meta = await sharp(temp).metadata()
      expect([meta.format, meta.width, meta.height, meta.channels]).toEqual(['jpeg', width, height, grey ? 1 : 3])
      expect(meanDifference(await pixelsOf(temp, grey ? 'b-w' : 'srgb', 8), flattened(kind, false, true))).toBeLessThan(
        LOSSY_TOLERANCE,
      )
      expect(codes).toEqual([...(alpha ? ['format.alphaLost'] : []), ...(depth === 16 ? ['format.depthLost'] : [])])
    })

    it.each(['webp', 'avif'] as const)('%s keeps alpha and says what it cannot hold', async (format) => {
      const { temp, codes } = await through(await writeKind(kind, folder.path), { format, quality: 95 })
      const meta = await sharp(temp).metadata()
      expect([meta.width, meta.height, meta.hasAlpha]).toEqual([width, height, alpha])
      expect(format === 'avif' ? meta.compression : meta.format).toBe(format === 'avif' ? 'av1' : 'webp')
      // Colours under a transparent pixel are not seen, and lossy formats don't keep them; so both are compared on white.
      const shown = (samples: Samples) =>
        flattened({ ...kind, painting: { ...kind.painting, bands: alpha ? 4 : 3, depth: 8, samples } }, false, true)
      expect(meanDifference(shown(await pixelsOf(temp, 'srgb', 8)), flattened(kind, false, false))).toBeLessThan(
        kind.name === 'palette' ? 12 : LOSSY_TOLERANCE,
      )
      expect(codes).toEqual([...(depth === 16 ? ['format.depthLost'] : []), ...(grey ? ['format.greyLost'] : [])])
    })
  },
)

describe('depth', () => {
  it('a 16-bit ramp keeps more than 256 levels end to end (PEERS 20)', async () => {
    await asSharp(paint(2000, 8, 3, 16))
      .png()
      .toFile(folder.at('ramp.png'))
    for (const format of ['png', 'tiff'] as const) {
      const { temp } = await through(folder.at('ramp.png'), { format })
      expect(new Set(await pixelsOf(temp, 'rgb16', 16)).size).toBeGreaterThan(2000)
    }
  })

  it('8 to 16 bits is times 257, back is the same numbers', async () => {
    const painting = paint(64, 48, 3, 8)
    await asSharp(painting).png().toFile(folder.at('eight.png'))
    const { temp } = await through(folder.at('eight.png'), { depth: 16 })
    expect(await pixelsOf(temp, 'rgb16', 16)).toEqual(Uint16Array.from(painting.samples, (value) => value * 257))
    const back = await through(temp, { depth: 8 })
    expect(await pixelsOf(back.temp, 'srgb', 8)).toEqual(painting.samples)
    expect(back.codes).toEqual([])
  })
})

describe('numbers under full transparency stay (PEERS 19)', () => {
  it.each(['png', 'tiff'] as const)('%s', async (format) => {
    const samples = Uint8Array.from({ length: 16 * 16 * 4 }, (_v, i) => (i % 4 === 3 ? 0 : (i * 7) % 256))
    await sharp(samples, { raw: { width: 16, height: 16, channels: 4 } })
      .png()
      .toFile(folder.at('clear.png'))
    const { temp } = await through(folder.at('clear.png'), { format })
    expect(await pixelsOf(temp, 'srgb', 8)).toEqual(samples)
  })
})

describe('colour profiles go along', () => {
  it.each(formats)('Display P3 into %s', async (format) => {
    const path = folder.at(`p3-${format}.png`)
    await asSharp(paint(64, 48, 3, 8))
      .withIccProfile('p3', { attach: true })
      .png()
      .toFile(path)
    const { temp } = await through(path, { format, quality: 100 })
    expect((await sharp(temp).metadata()).icc).toEqual((await sharp(path).metadata()).icc)
    expect(meanDifference(await pixelsOf(temp, 'srgb', 8), await pixelsOf(path, 'srgb', 8))).toBeLessThan(
      FORMAT_LOSS[format],
    )
  })

  it('16-bit Display P3 keeps numbers and profile', async () => {
    await asSharp(paint(640, 16, 4, 16))
      .withIccProfile('p3', { attach: true })
      .tiff()
      .toFile(folder.at('p3-16.tif'))
    for (const format of ['png', 'tiff'] as const) {
      const { temp } = await through(folder.at('p3-16.tif'), { format })
      expect(await pixelsOf(temp, 'rgb16', 16)).toEqual(await pixelsOf(folder.at('p3-16.tif'), 'rgb16', 16))
      expect((await sharp(temp).metadata()).icc).toEqual((await sharp(folder.at('p3-16.tif')).metadata()).icc)
    }
  })
})
const FORMAT_LOSS = { png: Number.EPSILON, tiff: Number.EPSILON, jpeg: 3, webp: 3, avif: 3 }

describe('orientation is applied once and written as 1 (PEERS 18)', () => {
  it.each(formats)('into %s', async (format) => {
    const shown = paint(64, 40, 3, 8)
    const path = folder.at(`six-${format}.jpg`)
    await asSharp(storedFor(shown, 6))
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toFile(path)
    const { temp } = await through(path, { format, quality: 95 })
    const meta = await sharp(temp).metadata()
    expect([meta.width, meta.height]).toEqual([64, 40])
    expect(meta.orientation ?? 1).toBe(1)
    expect(meanDifference(await pixelsOf(temp, 'srgb', 8), shown.samples)).toBeLessThan(LOSSY_TOLERANCE)
  })
})

describe('an output is the same bytes each time (P4)', () => {
  it.each(formats)('%s', async (format) => {
    const path = await writeKind(kinds()[3]!, folder.path)
    const [first, second] = [await through(path, { format }), await through(path, { format })]
    expect(first.sha256).toBe(second.sha256)
  })
})

describe('an output is verified before anyone may rename it (P1)', () => {
  it('and nothing but it is left in the folders', async () => {
    const { dir } = await through(await writeKind(kinds()[2]!, folder.path), { format: 'jpeg' })
    expect((await readdir(dir)).sort()).toEqual(['.out.job.lacuna-tmp', 'raster.v'])
  })

  it('refuses a file of other pixels, another size, another depth, without its alpha, or cut short', async () => {
    const dir = await folder.fresh()
    const painting = paint(128, 96, 4, 8)
    const writer = await RasterWriter.create(join(dir, 'expected.v'), painting, null)
    await writer.append(painting.samples)
    const expected = await writer.finish()
    const verify = async (image: Sharp, format: OutputFormat, change = (bytes: Buffer) => bytes) => {
      const file = join(dir, 'candidate')
      await writeFile(file, change(await image.toFormat(format, format === 'png' ? {} : { quality: 90 }).toBuffer()))
      return refusal(
        verifyOutput({
          file,
          format,
          expected,
          alpha: format !== 'jpeg',
          scratch: await folder.fresh(),
          name: 'x.png',
          signal: quiet().signal,
        }),
      )
    }
    const good = () => asSharp(painting)
    const wrong = { code: 'output.verifyFailed', params: expect.objectContaining({ name: 'x.png' }) as unknown }
    expect(await verify(good(), 'png')).toBeNull()
    expect(await verify(good().flatten({ background: '#fff' }), 'jpeg')).toBeNull()
    const spoiled = { ...painting, samples: painting.samples.slice() }
    spoiled.samples[5000] = 255 - (spoiled.samples[5000] ?? 0)
    expect(await verify(asSharp(spoiled), 'png')).toEqual(wrong)
    expect(await verify(good().resize(64, 96, { fit: 'fill' }), 'png')).toEqual(wrong)
    expect(await verify(good().toColourspace('rgb16'), 'png')).toEqual(wrong)
    expect(await verify(good().removeAlpha(), 'png')).toEqual(wrong)
    expect(await verify(good(), 'png', (bytes) => bytes.subarray(0, bytes.length / 2))).toEqual(wrong)
    expect(await verify(good().flatten({ background: '#fff' }).flop(), 'jpeg')).toEqual(wrong)
    expect(await verify(good().flatten({ background: '#fff' }).negate(), 'jpeg')).toEqual(wrong)
    expect(await verify(good(), 'webp', () => Buffer.from('RIFF\0\0\0\0WEBP'))).toEqual(wrong)
  })

  it.each([1, 30])('lets even quality %i of noise pass', async (quality) => {
    const noise = Uint8Array.from({ length: 128 * 128 * 3 }, (_v, i) => ((i * 2654435761) >>> 11) & 255)
    await sharp(noise, { raw: { width: 128, height: 128, channels: 3 } })
      .png()
      .toFile(folder.at('noise.png'))
    const stripes = Uint8Array.from({ length: 128 * 128 * 3 }, (_v, i) =>
      Math.floor(i / 3 / 40) % 3 === i % 3 ? 255 : 0,
    )
    await sharp(stripes, { raw: { width: 128, height: 128, channels: 3 } })
      .png()
      .toFile(folder.at('stripes.png'))
    for (const name of ['noise.png', 'stripes.png'])
      for (const format of ['jpeg', 'webp', 'avif'] as const)
        expect((await through(folder.at(name), { format, quality })).bytes).toBeGreaterThan(0)
  })
})

describe('where results go', () => {
  const attempt = async (temp: string, signal?: AbortSignal) => {
    const dir = await folder.fresh()
    const path = await writeKind(kinds()[2]!, folder.path)
    const { info, raster } = await decode({ path, dir }, quiet())
    const failure = await refusal(
      encode(
        { raster, original: path, info, output: settings({ format: 'png' }), temp, recipe: null, dir },
        quiet(signal),
      ),
    )
    return { failure, left: await readdir(dir) }
  }

  it('a missing folder, a file for a folder and an impossible name each have their error', async () => {
    await writeFile(folder.at('plain'), 'x')
    expect((await attempt(folder.at('nowhere/x.png'))).failure?.code).toBe('output.folderMissing')
    expect((await attempt(folder.at('plain/x.png'))).failure?.code).toBe('output.folderMissing')
    expect((await attempt(folder.at(`${'n'.repeat(300)}.png`))).failure?.code).toBe('output.nameTooLong')
    expect((await attempt('/proc/x.png')).failure?.code).toMatch(/^output\./)
  })

  // The superuser may write everywhere.
  it.skipIf(process.getuid?.() === 0)('a read-only folder', async () => {
    const dir = await folder.fresh()
    await chmod(dir, 0o555)
    expect((await attempt(join(dir, 'x.png'))).failure).toMatchObject({
      code: 'output.readOnly',
      params: { name: 'x.png' },
    })
  })

  it('a disk without room is said before the work begins', async () => {
    const failure = await refusal(requireSpace(folder.path, 2 ** 60, { name: 'x.png' }))
    expect(failure?.code).toBe('output.diskFull')
    expect(failure?.params).toMatchObject({ name: 'x.png', freeMB: expect.any(Number) as unknown })
    expect(await refusal(requireSpace(folder.path, 1, { name: 'x.png' }))).toBeNull()
  })

  // A device that is always full.
  it.skipIf(!existsSync('/dev/full'))('and so is a disk that fills up meanwhile', async () => {
    const failure = await refusal(RasterWriter.create('/dev/full', { width: 8, height: 8, bands: 3, depth: 8 }, null))
    expect(failure?.code).toBe('output.diskFull')
  })

  it('cancelling leaves no file', async () => {
    const controller = new AbortController()
    controller.abort()
    const { failure, left } = await attempt(folder.at('cancelled.png'), controller.signal)
    expect(failure?.code).toBe('cancelled')
    expect(left).toEqual(['raster.v'])
    expect(await readdir(folder.path)).not.toContain('cancelled.png')
  })

  it('the original is not touched', async () => {
    const path = await writeKind(kinds()[2]!, folder.path)
    const before = await readFile(path)
    await through(path, { format: 'png' })
    expect((await readFile(path)).equals(before)).toBe(true)
  })
})
