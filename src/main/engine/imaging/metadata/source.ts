/** The metadata of a source picture as raw blocks, each as its own standard has it. */
import type { Metadata } from 'sharp'
import type { InputFormat } from '../../../../shared/picture.js'
import { readJpegMetadata } from './jpeg.js'
import { hasIptc, PHOTOSHOP_SIGNATURE, wrapIptc } from './photoshop.js'
import { readPngMetadata } from './png.js'
import { tiffHasExif } from './tiff.js'

export interface SourceMetadata {
  /** The TIFF structure of an EXIF block, without a prefix. Null for TIFF, where it is part of the file itself. */
  exif: Buffer | null
  hasExif: boolean
  xmp: Buffer | null
  /** Photoshop resources, with IPTC among them or without. */
  photoshop: Buffer | null
  hasIptc: boolean
  /** JPEG comments. */
  comments: Buffer[]
  /** PNG's text chunks, and its statements on colour, as they are. */
  text: { type: string; data: Buffer }[]
  colour: { type: string; data: Buffer }[]
  /** An animated PNG, which sharp does not tell. */
  animated: boolean
  /** A part of the XMP that is not read. */
  extendedXmp: boolean
}

/** Everything but pixels and profile. `meta` is sharp's view of the same file. */
export async function readSourceMetadata(path: string, format: InputFormat, meta: Metadata): Promise<SourceMetadata> {
  const found: SourceMetadata = {
    exif: meta.exif ? withoutPrefix(meta.exif) : null,
    hasExif: meta.exif !== undefined,
    xmp: meta.xmp ?? null,
    photoshop: meta.iptc ? asResources(meta.iptc) : null,
    hasIptc: false,
    comments: [],
    text: [],
    colour: [],
    animated: false,
    extendedXmp: false,
  }
  if (format === 'jpeg') {
    const jpeg = await readJpegMetadata(path)
    Object.assign(found, jpeg, { hasExif: jpeg.exif !== null })
  }
  if (format === 'png') {
    const png = await readPngMetadata(path)
    Object.assign(found, png, { hasExif: png.exif !== null })
  }
  if (format === 'tiff') {
    found.exif = null
    found.hasExif = await tiffHasExif(path)
  }
  found.hasIptc = found.photoshop !== null && hasIptc(found.photoshop)
  return found
}

const withoutPrefix = (block: Buffer) => (block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block)

/** TIFF and sharp give IPTC bare, as resources, or as resources with JPEG's signature. */
function asResources(block: Buffer): Buffer {
  if (block.toString('latin1', 0, PHOTOSHOP_SIGNATURE.length) === PHOTOSHOP_SIGNATURE)
    return block.subarray(PHOTOSHOP_SIGNATURE.length)
  return block.toString('latin1', 0, 4) === '8BIM' ? block : wrapIptc(block)
}
