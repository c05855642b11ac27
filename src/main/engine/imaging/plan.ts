/** What writing a picture in a format would lose and whether the format can hold it, known before any work is done. */
import { LacunaError, type Note } from '../../../shared/errors.js'
import type { Depth, OutputFormat, OutputSettings, PictureInfo } from '../../../shared/picture.js'
import { canRunExifTool } from './metadata/exiftool.js'
import type { TaskInput, TaskResult } from '../protocol/tasks.js'

interface FormatFacts {
  label: string
  extension: string
  /** Largest side in pixels, as the library writes it. */
  maxSide: number
  /** Most pixels, where that is a limit of its own: WebP keeps the modes of all blocks in one partition of 512 KB. */
  maxPixels: number
  depths: readonly Depth[]
  grey: boolean
  alpha: boolean
  lossless: boolean
  exif: boolean
  xmp: boolean
  iptc: boolean
  text: boolean
}

export const FORMATS: Record<OutputFormat, FormatFacts> = {
  png: {
    label: 'PNG',
    extension: 'png',
    maxSide: 2 ** 31 - 1,
    maxPixels: Infinity,
    depths: [8, 16],
    grey: true,
    alpha: true,
    lossless: true,
    exif: true,
    xmp: true,
    iptc: true,
    text: true,
  },
  tiff: {
    label: 'TIFF',
    extension: 'tif',
    maxSide: 2 ** 31 - 1,
    maxPixels: Infinity,
    depths: [8, 16],
    grey: true,
    alpha: true,
    lossless: true,
    exif: true,
    xmp: true,
    iptc: true,
    text: false,
  },
  jpeg: {
    label: 'JPEG',
    extension: 'jpg',
    maxSide: 65500,
    maxPixels: Infinity,
    depths: [8],
    grey: true,
    alpha: false,
    lossless: false,
    exif: true,
    xmp: true,
    iptc: true,
    text: false,
  },
  webp: {
    label: 'WebP',
    extension: 'webp',
    maxSide: 16383,
    maxPixels: 105_000_000,
    depths: [8],
    grey: false,
    alpha: true,
    lossless: false,
    exif: true,
    xmp: true,
    iptc: false,
    text: false,
  },
  avif: {
    label: 'AVIF',
    extension: 'avif',
    maxSide: 16384,
    maxPixels: Infinity,
    depths: [8],
    grey: false,
    alpha: true,
    lossless: false,
    exif: true,
    xmp: true,
    iptc: false,
    text: false,
  },
}

/** Used where OutputSettings names no quality. */
export const defaultQuality = (format: OutputFormat) => (format === 'avif' ? 60 : 92)

/**
 * Throws `output.formatLimit` (params: name, format, limit, alternatives) when a side is longer than the format can hold.
 * Alpha in JPEG is laid on white.
 */
export async function planOutput({
  info,
  width,
  height,
  output,
}: Pick<TaskInput<'planOutput'>, 'info' | 'width' | 'height' | 'output'>): Promise<TaskResult<'planOutput'>> {
  const notes: Note[] = []
  const note = (code: Note['code'], params: Note['params'] = {}) => notes.push({ code, params })
  const format = chooseFormat(info, output)
  const facts = FORMATS[format]
  const params = { format: facts.label }
  if (output.format === 'keep' && info.format === 'gif') note('format.fallback', params)

  if (!fits(facts, width, height)) throw formatLimit(info.name, format, width, height)

  const wanted = output.depth === 'keep' ? info.depth : output.depth
  const depth = facts.depths.includes(wanted) ? wanted : 8
  if (depth < wanted) note('format.depthLost', params)
  if (info.alpha && !facts.alpha) note('format.alphaLost', params)
  if (info.grey && !facts.grey) note('format.greyLost', params)
  if (!output.strip) {
    const withoutTool = (format === 'tiff' || info.format === 'tiff') && !(await canRunExifTool())
    if (info.metadata.exif && (!facts.exif || withoutTool)) note('metadata.exifLost', params)
    if (info.metadata.xmp && !facts.xmp) note('metadata.xmpLost', params)
    if (info.metadata.iptc && (!facts.iptc || (withoutTool && format === 'tiff'))) note('metadata.iptcLost', params)
    if (info.metadata.text && !facts.text) note('format.pngTextLost', params)
  }
  return {
    format,
    extension: facts.extension,
    depth,
    notes,
    estimatedBytes: estimateBytes(info, width, height, format, depth, output),
  }
}

const fits = ({ maxSide, maxPixels }: FormatFacts, width: number, height: number) =>
  Math.max(width, height) <= maxSide && width * height <= maxPixels

/** The error for a picture that the format can't hold, with the formats that can. */
export function formatLimit(
  name: string,
  format: OutputFormat,
  width: number,
  height: number,
  cause?: unknown,
): LacunaError {
  const alternatives = Object.values(FORMATS).filter((other) => other !== FORMATS[format] && fits(other, width, height))
  return new LacunaError(
    'output.formatLimit',
    {
      name,
      format: FORMATS[format].label,
      limit: FORMATS[format].maxSide,
      alternatives: alternatives.map(({ label }) => label).join(', '),
    },
    cause,
  )
}

function chooseFormat(info: PictureInfo, output: OutputSettings): OutputFormat {
  if (output.format !== 'keep') return output.format
  return info.format === 'gif' ? 'png' : info.format
}

/** Rough: bits a pixel as photographs have them. */
function estimateBytes(
  info: PictureInfo,
  width: number,
  height: number,
  format: OutputFormat,
  depth: Depth,
  output: OutputSettings,
): number {
  const pixels = width * height
  const alpha = info.alpha ? 1 : 0
  if (FORMATS[format].lossless)
    return Math.ceil(pixels * ((info.grey ? 1 : 3) + alpha) * (depth === 16 ? 2 * 0.85 : 0.6)) + 4096
  const quality = output.quality ?? defaultQuality(format)
  const bits =
    format === 'jpeg'
      ? 0.4 + 4 * (quality / 100) ** 5
      : format === 'webp'
        ? 0.3 + 3 * (quality / 100) ** 5
        : 0.1 + 3 * (quality / 100) ** 3
  return Math.ceil((pixels * bits * (info.grey && format === 'jpeg' ? 0.75 : 1)) / 8) + 4096
}
