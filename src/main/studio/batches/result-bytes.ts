/**
 * How many bytes results will take at most, said before anything starts. Measured on noisy photos: what is denoised,
 * and most of what is not, takes less.
 */
import type { PictureSize } from '../../../shared/job.js'
import type { Depth, OutputFormat, OutputSettings } from '../../../shared/picture.js'
import { formatByExtension, keptFormat } from '../files/formats.js'
import type { ItemRecord } from '../jobs/store/records.js'

type Points = readonly (readonly [quality: number, bytesPerPixel: number])[]

/** By quality; between two of them on a straight line. */
const LOSSY: Readonly<Partial<Record<OutputFormat, Points>>> = {
  jpeg: [
    [1, 0.06],
    [75, 0.32],
    [92, 0.7],
    [100, 1.7],
  ],
  webp: [
    [1, 0.05],
    [75, 0.3],
    [92, 0.55],
    [100, 1.2],
  ],
  avif: [
    [1, 0.04],
    [60, 0.25],
    [80, 0.45],
    [100, 1.5],
  ],
}
/** Of PNG and TIFF, in colour. */
const LOSSLESS: Readonly<Record<Depth, number>> = { 8: 2.5, 16: 5 }
const USUAL_QUALITY: Readonly<Partial<Record<OutputFormat, number>>> = { jpeg: 92, webp: 92, avif: 60 }
/** Metadata, profile, and headers of the format. */
const AROUND = 16_384
/**
 * A file says how much there is in its picture: written again in its own format, at whatever quality, no picture takes more
 * than so many times its bytes.
 */
const AGAIN = { lossy: 3, lossless: 1.5 }
/** Above what the results so far took for each pixel; and how many of them are enough to go by. */
const MEASURED = { margin: 1.25, results: 3 }

export interface Bound {
  readonly format: OutputFormat
  /** Of the result. */
  readonly pixels: number
  readonly depth: Depth
  readonly quality?: number | undefined
  /** Of the picture: its file, where that has the result's format, and its pixels. */
  readonly before?: { readonly bytes: number; readonly pixels: number } | undefined
  /** Bytes for each pixel that the results so far took. */
  readonly measured?: number | undefined
}

/** Bytes of one result, at most. */
export function boundOf({ format, pixels, depth, quality, before, measured }: Bound): number {
  if (measured !== undefined) return pixels * measured * MEASURED.margin + AROUND
  const lossy = LOSSY[format]
  const usual =
    pixels * (lossy === undefined ? LOSSLESS[depth] : between(lossy, quality ?? USUAL_QUALITY[format] ?? 92))
  if (before === undefined || before.pixels === 0) return usual + AROUND
  const again = before.bytes * (pixels / before.pixels) * (lossy === undefined ? AGAIN.lossless : AGAIN.lossy)
  return Math.min(usual, again) + AROUND
}

function between(points: Points, quality: number): number {
  const at = Math.max(
    1,
    points.findIndex(([q]) => q >= quality),
  )
  const [[q0, b0], [q1, b1]] = [points[at - 1]!, points[at]!]
  return b0 + ((b1 - b0) * (quality - q0)) / (q1 - q0)
}

type Pixels = ReadonlyMap<number, number>

/**
 * Bytes of the results of `items`, at most. `before` and `after`: pixels of the pictures and of their results, by item;
 * of `done` items, too.
 */
export function bytesOf(
  items: readonly ItemRecord[],
  done: readonly ItemRecord[],
  { before, after, output }: { before: Pixels; after: Pixels; output: OutputSettings },
): number {
  const measured = measuredOn(done, after, output)
  return items.reduce((sum, { item, input, size, bytes }) => {
    const format = formatOf(input, output)
    const same = bytes !== null && formatByExtension(input) === format && depthOf(size, output) === (size?.depth ?? 8)
    return (
      sum +
      boundOf({
        format,
        pixels: after.get(item) ?? 0,
        depth: depthOf(size, output),
        quality: output.quality,
        before: same ? { bytes, pixels: before.get(item) ?? 0 } : undefined,
        measured: measured.get(format),
      })
    )
  }, 0)
}

/** By format, where there are enough. */
function measuredOn(done: readonly ItemRecord[], after: Pixels, output: OutputSettings): Map<OutputFormat, number> {
  const sums = new Map<OutputFormat, { results: number; bytes: number; pixels: number }>()
  for (const { item, input, result } of done) {
    const pixels = after.get(item) ?? 0
    if (result === null || pixels === 0) continue
    const sum = sums.get(formatOf(input, output)) ?? { results: 0, bytes: 0, pixels: 0 }
    sums.set(formatOf(input, output), {
      results: sum.results + 1,
      bytes: sum.bytes + result.bytes,
      pixels: sum.pixels + pixels,
    })
  }
  return new Map(
    [...sums].flatMap(([format, { results, bytes, pixels }]) =>
      results < MEASURED.results ? [] : [[format, bytes / pixels] as const],
    ),
  )
}

const formatOf = (input: string, { format }: OutputSettings): OutputFormat =>
  format === 'keep' ? keptFormat(formatByExtension(input) ?? 'png') : format

const depthOf = (size: PictureSize | null, { depth }: OutputSettings): Depth =>
  depth === 'keep' ? (size?.depth ?? 8) : depth
