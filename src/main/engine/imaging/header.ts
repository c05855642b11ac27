/** A picture's header: what it is and how it must be read, decided before a single pixel is decoded. */
import { basename } from 'node:path'
import type { Metadata } from 'sharp'
import { LacunaError, type Note } from '../../../shared/errors.js'
import type { Depth, PictureInfo } from '../../../shared/picture.js'
import { isUsableProfile, profileName } from './icc.js'
import { exifOrientation } from './metadata/exif.js'
import { readSourceMetadata, type SourceMetadata } from './metadata/source.js'
import { MAX_PIXELS, readOptions, sharp } from './pixels.js'
import type { RasterShape } from './raster.js'
import { openablePath, readSignature } from './signature.js'

export interface Header {
  path: string
  info: PictureInfo
  /** The raster it decodes to (oriented). */
  shape: RasterShape
  /** Colour space sharp is asked for: the file's own, except for CMYK and Lab. */
  colourspace: 'srgb' | 'rgb16' | 'b-w' | 'grey16'
  /** CMYK and Lab go through their profile to sRGB; everything else keeps its own numbers. */
  converted: boolean
  /** Null when absent, unusable or used up by the conversion. */
  profile: Buffer | null
  metadata: SourceMetadata
}

/**
 * Reads the header. Throws what {@link readSignature} throws, and `file.truncated`, `file.tooLarge` (over one gigapixel)
 * or `file.unsupportedFormat` (more than 16 bits, floating point, more channels than colour and alpha).
 */
export async function readHeader(path: string): Promise<Header> {
  const name = basename(path)
  const { format, bytes } = await readSignature(path)
  const source = await openablePath(path)
  try {
    const meta = await readSharpMetadata(source.path, name)
    const { width, height } = meta
    if (width * height > MAX_PIXELS)
      throw new LacunaError('file.tooLarge', { name, width, height, megapixels: Math.round((width * height) / 1e6) })

    const { colourspace, converted } = chooseColourspace(meta, name)
    const depth: Depth = colourspace === 'rgb16' || colourspace === 'grey16' ? 16 : 8
    const grey = colourspace === 'b-w' || colourspace === 'grey16'
    const alpha = meta.hasAlpha
    const metadata = await readSourceMetadata(source.path, format, meta)
    const orientation = chooseOrientation(meta, metadata)
    const turned = orientation >= 5

    const notes: Note[] = []
    const note = (code: Note['code'], params: Note['params'] = {}) => notes.push({ code, params })
    if (meta.space === 'cmyk') note('colour.cmykConverted')
    else if (converted) note('colour.labConverted')
    // The second picture of an Ultra HDR JPEG, which brightens the first on HDR screens; it would no longer fit.
    if (metadata.xmp?.includes('hdrgm:Version')) note('colour.gainMapLost')
    if ((meta.pages ?? 1) > 1 || metadata.animated)
      note(
        format === 'gif'
          ? 'gif.firstFrame'
          : format === 'tiff' || format === 'avif'
            ? 'page.first'
            : 'animation.firstFrame',
      )
    let profile = meta.icc ?? null
    if (profile && !converted && !isUsableProfile(profile, grey ? 1 : 3)) {
      note('metadata.iccInvalid')
      profile = null
    }

    const info: PictureInfo = {
      name,
      format,
      width: turned ? height : width,
      height: turned ? width : height,
      depth,
      grey,
      alpha,
      palette: meta.isPalette ?? false,
      orientation,
      profile: profile && !converted ? profileName(profile) : null,
      density: meta.density ?? null,
      metadata: {
        exif: metadata.hasExif,
        xmp: metadata.xmp !== null,
        iptc: metadata.hasIptc,
        text: metadata.text.length > 0,
      },
      bytes,
      notes,
    }
    const bands = ((grey ? 1 : 3) + (alpha ? 1 : 0)) as RasterShape['bands']
    return {
      path,
      info,
      shape: { width: info.width, height: info.height, bands, depth },
      colourspace,
      converted,
      profile: converted ? null : profile,
      metadata,
    }
  } finally {
    await source.release()
  }
}

/** Reads the header only: what the picture is, and what of it can't be kept. */
export async function inspect(path: string): Promise<PictureInfo> {
  return (await readHeader(path)).info
}

/** libvips' answer, or that of an EXIF block which it doesn't reach (behind a PNG's picture data). */
function chooseOrientation(meta: Metadata, { exif }: SourceMetadata): number {
  const stated = meta.orientation ?? (meta.format === 'png' && exif ? exifOrientation(exif) : 1)
  return stated >= 1 && stated <= 8 ? stated : 1
}

async function readSharpMetadata(path: string, name: string): Promise<Metadata> {
  try {
    // The size limit is checked by us, on the numbers, so that it has its own error.
    return await sharp(path, readOptions({ limitInputPixels: false, limitInputChannels: false })).metadata()
  } catch (thrown) {
    // The signature was right, so the file began as a picture.
    throw new LacunaError('file.truncated', { name }, thrown)
  }
}

function chooseColourspace(meta: Metadata, name: string): Pick<Header, 'colourspace' | 'converted'> {
  const { space, channels, depth } = meta
  const colours = channels - (meta.hasAlpha ? 1 : 0)
  const unsupported = () =>
    new LacunaError('file.unsupportedFormat', { name, format: `${meta.format} ${space} ${depth}` })
  const wide = depth === 'ushort'
  if (space === 'lab' || space === 'labs')
    return { colourspace: (meta.bitsPerSample ?? 8) > 8 ? 'rgb16' : 'srgb', converted: true }
  if (depth !== 'uchar' && depth !== 'ushort') throw unsupported()
  if (space === 'cmyk' && colours === 4) return { colourspace: wide ? 'rgb16' : 'srgb', converted: true }
  if ((space === 'srgb' || space === 'rgb16' || space === 'rgb') && colours === 3)
    return { colourspace: wide ? 'rgb16' : 'srgb', converted: false }
  if ((space === 'b-w' || space === 'grey16') && colours === 1)
    return { colourspace: wide ? 'grey16' : 'b-w', converted: false }
  throw unsupported()
}
