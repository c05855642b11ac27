/** Dresses an encoded file in the metadata of its original: what became false is made true, what can't be kept is said. */
import { copyFile, open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { LacunaError, type Note } from '../../../../shared/errors.js'
import type { OutputFormat, PictureInfo } from '../../../../shared/picture.js'
import { readHeader, type Header } from '../header.js'
import { FORMATS } from '../plan.js'
import { exifPlaceholder, MAX_AVIF_EXIF, replacePlaceholder } from './avif.js'
import type { Dressing } from './container.js'
import { copyTags, extractExif } from './exiftool.js'
import { makeExifTrue, resolutionExif, withResolution } from './exif.js'
import { dressJpeg, MAX_JPEG_EXIF, MAX_JPEG_XMP } from './jpeg.js'
import { keepTrueResources, withResolution as resourcesWithResolution } from './photoshop.js'
import { dressPng } from './png.js'
import { dressWebp } from './webp.js'
import { fitXmp, makeXmp } from './xmp.js'

export interface Outfit {
  format: OutputFormat
  size: { width: number; height: number }
  dressing: Dressing
  /** For TIFF: ExifTool copies EXIF and IPTC from this file. */
  tagsFrom: string | null
  /** Dots per inch that were asked for, where the original says others. */
  newDensity: number | null
  notes: Note[]
}

export interface OutfitRequest {
  original: string
  info: PictureInfo
  format: OutputFormat
  /** Of the output. */
  size: { width: number; height: number }
  strip: boolean
  /** The edit as JSON. */
  recipe: string | null
  /** A folder for scratch files; the caller removes it. */
  scratch: string
}

/** Decides what goes into an output. An original that can't be read any more costs its metadata, never the result. */
export async function planOutfit(request: OutfitRequest): Promise<Outfit> {
  const { info, format, size, strip } = request
  const outfit: Outfit = {
    format,
    size,
    dressing: {
      exif: needsResolution(format, info.density),
      xmp: null,
      photoshop: null,
      density: info.density,
      comments: [],
      chunks: [],
    },
    tagsFrom: null,
    newDensity: null,
    notes: [],
  }
  const header = await readOriginal(request)
  if (info.density !== header?.info.density) outfit.newDensity = info.density
  if (header && format === 'png' && header.profile === null && !header.converted)
    outfit.dressing.chunks.push(...header.metadata.colour)
  if (strip) return outfit
  if (header) await carryOver(outfit, header, request)
  else {
    if (Object.values(info.metadata).includes(true)) outfit.notes.push({ code: 'metadata.unreadable', params: {} })
    outfit.dressing.xmp = makeXmp(null, {
      ...size,
      type: '',
      recipe: request.recipe,
      density: null,
      converted: false,
    }).xmp
  }
  return outfit
}

async function readOriginal({ original }: OutfitRequest): Promise<Header | null> {
  try {
    return await readHeader(original)
  } catch (thrown) {
    // Moved or replaced since it was decoded: said as a note by the caller.
    if (thrown instanceof LacunaError) return null
    throw thrown
  }
}

async function carryOver(
  outfit: Outfit,
  header: Header,
  { format, size, recipe, scratch }: OutfitRequest,
): Promise<void> {
  const { metadata, info } = header
  const { dressing, newDensity } = outfit
  const note = (code: Note['code']) => outfit.notes.push({ code, params: { format: FORMATS[format].label } })

  if (format === 'tiff') {
    if (metadata.hasExif || metadata.hasIptc) outfit.tagsFrom = header.path
  } else if (metadata.hasExif) {
    const exif = info.format === 'tiff' ? await extractExif(header.path, join(scratch, 'tags.exif')) : metadata.exif
    const upright = exif && makeExifTrue(exif, size)
    const made = upright && newDensity !== null ? withResolution(upright, newDensity) : upright
    if (exif === null) note('metadata.exifLost')
    else if (made === null) note('metadata.unreadable')
    else if (made.length > MAX_EXIF[format]) note('metadata.exifLost')
    else dressing.exif = made
  }

  const { xmp, damaged } = makeXmp(metadata.xmp, {
    ...size,
    type: `image/${format}`,
    recipe,
    density: newDensity,
    converted: header.converted,
  })
  if (damaged) note('metadata.unreadable')
  dressing.xmp = xmp !== null && format === 'jpeg' ? fitXmp(xmp, MAX_JPEG_XMP) : xmp
  if (metadata.extendedXmp || (xmp !== null && dressing.xmp === null)) note('metadata.xmpLost')

  if (metadata.photoshop && FORMATS[format].iptc && format !== 'tiff')
    dressing.photoshop = keepTrueResources(metadata.photoshop)
  if (dressing.photoshop && newDensity !== null)
    dressing.photoshop = resourcesWithResolution(dressing.photoshop, newDensity)
  if (format === 'jpeg') dressing.comments = metadata.comments
  if (format === 'png') dressing.chunks.push(...metadata.text)
}

/** In bytes, as the containers or their encoders have it. */
const MAX_EXIF = { jpeg: MAX_JPEG_EXIF, avif: MAX_AVIF_EXIF, png: 2 ** 31 - 1, webp: 2 ** 32 - 1 }

/** WebP and AVIF state a resolution in EXIF only. */
const needsResolution = (format: OutputFormat, density: number | null) =>
  density !== null && (format === 'webp' || format === 'avif') ? resolutionExif(density) : null

/** What the encoder itself must write, because its container is not ours to rebuild: XMP in TIFF and AVIF, room for EXIF in AVIF. */
export function encoderMetadata({ format, dressing }: Outfit): {
  xmp: string | null
  exif: ReturnType<typeof exifPlaceholder> | null
} {
  return {
    xmp: format === 'tiff' || format === 'avif' ? dressing.xmp : null,
    exif: format === 'avif' && dressing.exif ? exifPlaceholder(dressing.exif.length) : null,
  }
}

/** Writes the encoded file `source` to `target` (created, or emptied first) in its outfit. Returns what was lost on the way. */
export async function dress(source: string, target: string, outfit: Outfit): Promise<Note[]> {
  const { format, dressing, size } = outfit
  const notes = [...outfit.notes]
  const lose = (code: Note['code']) => notes.push({ code, params: { format: FORMATS[format].label } })
  if (format === 'avif' && dressing.exif && !(await replacePlaceholder(source, dressing.exif)))
    lose('metadata.exifLost')
  if (
    outfit.tagsFrom !== null &&
    format === 'tiff' &&
    !(await copyTags(outfit.tagsFrom, source, size, outfit.newDensity))
  )
    lose('metadata.exifLost')

  if (format === 'jpeg') await into(target, (file) => dressJpeg(source, file, dressing))
  else if (format === 'png') await into(target, (file) => dressPng(source, file, dressing))
  else if (format === 'webp') await into(target, (file) => dressWebp(source, file, dressing, size))
  else await copyFile(source, target)
  return notes
}

async function into(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'w')
  try {
    await write(file)
  } finally {
    await file.close()
  }
}
