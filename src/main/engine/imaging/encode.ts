/** A raster into a file: encoded, dressed in the original's metadata, synced, and read back before anyone may rename it. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, constants, mkdtemp, open, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Sharp } from 'sharp'
import { LacunaError, isCancelled, type Note } from '../../../shared/errors.js'
import type { OutputFormat, OutputSettings } from '../../../shared/picture.js'
import { faultPoint } from '../protocol/fault-points.js'
import type { RasterRef, TaskInput, TaskResult } from '../protocol/tasks.js'
import { checkpoint, watchGrowth, type ImagingContext } from './context.js'
import { convertDepth } from './depth.js'
import { isDiskFull, requireSpace } from './disk.js'
import { isUsableProfile } from './icc.js'
import { dress, encoderMetadata, planOutfit, type Outfit } from './metadata/write.js'
import { rasterOptions, sharp } from './pixels.js'
import { defaultQuality, formatLimit, FORMATS, planOutput } from './plan.js'
import { pixelBytes, readProfile } from './raster.js'
import { verifyOutput } from './verify.js'

/** Above this, JPEG's Huffman tables are the standard ones: optimal ones would hold every coefficient in memory. */
const OPTIMISE_BELOW = 24_000_000

/**
 * Writes `temp`. The same raster, original and settings give the same bytes.
 * On any failure `temp` is removed. Throws `output.formatLimit`, `output.diskFull`, `output.readOnly`, `output.folderMissing`,
 * `output.verifyFailed`, `output.failed`, `cancelled`.
 */
export async function encode(
  input: Omit<TaskInput<'encode'>, 'kind'>,
  context: ImagingContext,
): Promise<TaskResult<'encode'>> {
  const { raster, original, info, output, temp, recipe } = input
  const plan = await planOutput({ info, width: raster.width, height: raster.height, output })
  const scratch = await mkdtemp(join(input.dir, 'encode-'))
  const name = basename(temp)
  try {
    await requireFolder(temp, name)
    await requireSpace(dirname(temp), plan.estimatedBytes, { name })
    await requireSpace(scratch, pixelBytes({ ...raster, depth: plan.depth }) * (raster.depth === plan.depth ? 1 : 2), {
      name,
    })
    checkpoint(context.signal)
    const pixels =
      raster.depth === plan.depth
        ? raster
        : await convertDepth(raster, plan.depth, join(scratch, 'depth.v'), context.signal)

    const { width, height } = raster
    const outfit = await planOutfit({
      original,
      info,
      format: plan.format,
      size: { width, height },
      strip: output.strip,
      recipe,
      scratch,
    })
    const encoded = join(scratch, `encoded.${plan.extension}`)
    faultPoint('write.before')
    await watchGrowth(
      encoded,
      plan.estimatedBytes,
      context,
      0,
      0.6,
      writePixels(pixels, outfit, output, encoded, info.name),
    )
    checkpoint(context.signal)
    const notes = [...plan.notes, ...(await dress(encoded, temp, outfit))]
    await rm(encoded)
    faultPoint('write.after')
    context.progress(0.65)
    faultPoint('sync.before')
    await sync(temp)
    faultPoint('sync.after')
    await verifyOutput({
      file: temp,
      format: plan.format,
      expected: pixels,
      alpha: info.alpha && FORMATS[plan.format].alpha,
      scratch,
      name,
      signal: context.signal,
    })
    context.progress(0.95)
    const { size } = await stat(temp)
    const sha256 = await hashFile(temp)
    context.progress(1)
    return { bytes: size, sha256, notes: unique(notes) }
  } catch (thrown) {
    // Where the folder is missing there is nothing to remove; the first failure is the one to report.
    await rm(temp, { force: true }).catch(() => undefined)
    throw outputFailure(thrown, name)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function writePixels(
  raster: RasterRef,
  outfit: Outfit,
  output: OutputSettings,
  path: string,
  name: string,
): Promise<void> {
  const { format, dressing } = outfit
  const profile = await readProfile(raster)
  const grey = raster.bands < 3
  const quality = output.quality ?? defaultQuality(format)
  // A grey profile does not describe the colour samples of a format without grey: those pictures go through it to sRGB.
  const throughProfile = profile !== null && !isUsableProfile(profile, grey && FORMATS[format].grey ? 1 : 3)
  let image = sharp(raster.path, rasterOptions({ ignoreIcc: !throughProfile }))
  if (!throughProfile && profile !== null) image = image.keepIccProfile()
  const { xmp, exif } = encoderMetadata(outfit)
  if (xmp !== null) image = image.withXmp(xmp)
  if (exif !== null) image = image.withExif(exif)
  const wide = raster.depth === 16
  image = image.toColourspace(grey && FORMATS[format].grey ? (wide ? 'grey16' : 'b-w') : wide ? 'rgb16' : 'srgb')
  await asFormat(image, raster, format, quality, dressing.density)
    .toFile(path)
    .catch((thrown: unknown) => {
      // How many pixels fit into a WebP depends on what they show (see FORMATS).
      const full =
        format === 'webp' &&
        thrown instanceof Error &&
        thrown.message.includes('unable to encode') &&
        !isDiskFull(thrown)
      throw full ? formatLimit(name, format, raster.width, raster.height, thrown) : thrown
    })
}

function asFormat(
  image: Sharp,
  raster: RasterRef,
  format: OutputFormat,
  quality: number,
  density: number | null,
): Sharp {
  switch (format) {
    case 'png':
      return image.png({ compressionLevel: 3, adaptiveFiltering: true, palette: false })
    case 'jpeg':
      // Above 90 the eye is meant to find nothing, so colour keeps its full resolution.
      return image.flatten({ background: '#ffffff' }).jpeg({
        quality,
        chromaSubsampling: quality >= 90 ? '4:4:4' : '4:2:0',
        optimiseCoding: raster.width * raster.height <= OPTIMISE_BELOW,
      })
    case 'webp':
      // Higher efforts take five to ten times as long for files a few per cent smaller.
      return image.webp({ quality, alphaQuality: 100, exact: true, effort: 2 })
    case 'avif':
      // Effort 4 takes five times as long for files of the same size.
      return image.avif({ quality, effort: 2, chromaSubsampling: '4:4:4' })
    case 'tiff': {
      const perMillimetre = (density ?? 72) / 25.4
      // The 32-bit offsets of classic TIFF end at 4 GB; incompressible pixels grow a little.
      const bigtiff = pixelBytes(raster) > 3.9e9
      return image.tiff({
        compression: 'deflate',
        predictor: 'horizontal',
        bigtiff,
        xres: perMillimetre,
        yres: perMillimetre,
        resolutionUnit: 'inch',
      })
    }
  }
}

/** Asked before the long work, not after it. */
async function requireFolder(temp: string, name: string): Promise<void> {
  const folder = await stat(dirname(temp)).catch(() => null)
  if (!folder?.isDirectory()) throw new LacunaError('output.folderMissing', { name })
  await access(dirname(temp), constants.W_OK | constants.X_OK).catch((thrown: unknown) => {
    throw new LacunaError('output.readOnly', { name }, thrown)
  })
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

function outputFailure(thrown: unknown, name: string): LacunaError {
  if (isCancelled(thrown) || thrown instanceof LacunaError) return thrown as LacunaError
  if (isDiskFull(thrown)) return new LacunaError('output.diskFull', { name }, thrown)
  const reason = thrown instanceof Error ? thrown.message : String(thrown)
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  if (
    code === 'EROFS' ||
    code === 'EACCES' ||
    code === 'EPERM' ||
    /read-only file system|permission denied/i.test(reason)
  )
    return new LacunaError('output.readOnly', { name }, thrown)
  if (code === 'ENAMETOOLONG' || /file name too long/i.test(reason))
    return new LacunaError('output.nameTooLong', { name }, thrown)
  return new LacunaError('output.failed', { name, reason }, thrown)
}

function unique(notes: Note[]): Note[] {
  return notes.filter((note, index) => notes.findIndex((other) => other.code === note.code) === index)
}
