/** An output is believed only after it was decoded again: its shape, and its pixels as far as the format keeps them. */
import { basename, join } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import type { OutputFormat } from '../../../shared/picture.js'
import type { RasterRef } from '../protocol/tasks.js'
import { checkpoint } from './context.js'
import { decodeTo } from './decode.js'
import { stripRows } from './depth.js'
import { readHeader } from './header.js'
import { FORMATS } from './plan.js'
import { RasterReader, type Samples } from './raster.js'

/**
 * Lossy formats are compared as means over blocks of this side: coding errors of a block average out,
 * while a picture that is grey, stretched, shifted or interlaced does not.
 */
const BLOCK = 64
/** In units of 255. Even at quality 1 the mean of a block holds: its DC coefficient is coded in steps of at most 32. */
const BLOCK_TOLERANCE = 40

export interface Verification {
  file: string
  format: OutputFormat
  /** What was given to the encoder. */
  expected: RasterRef
  /** Whether the file should have an alpha channel. */
  alpha: boolean
  /** A folder for the decoded copy; the caller removes it. */
  scratch: string
  name: string
  signal: AbortSignal
}

/** Throws `output.verifyFailed` when the file does not decode to what was written. */
export async function verifyOutput({
  file,
  format,
  expected,
  alpha,
  scratch,
  name,
  signal,
}: Verification): Promise<void> {
  const fail = (reason: string, cause?: unknown) => new LacunaError('output.verifyFailed', { name, reason }, cause)
  const copy = join(scratch, 'verify.v')
  let shape
  try {
    const header = await readHeader(file)
    shape = header.shape
    if (header.info.format !== format) throw fail(`format ${header.info.format}`)
    if (header.info.orientation !== 1) throw fail(`orientation ${header.info.orientation}`)
    if (shape.width !== expected.width || shape.height !== expected.height)
      throw fail(`${shape.width} x ${shape.height}`)
    if (shape.depth !== expected.depth) throw fail(`${shape.depth} bits`)
    // A wholly opaque picture may come back without its alpha channel from WebP and AVIF: nothing is lost.
    if (header.info.alpha && !alpha) throw fail(`${shape.bands} bands`)
    if (alpha && !header.info.alpha && FORMATS[format].lossless) throw fail(`${shape.bands} bands`)
    if (FORMATS[format].lossless && shape.bands !== expected.bands) throw fail(`${shape.bands} bands`)
    await decodeTo(header, copy, { signal, progress: () => undefined })
  } catch (thrown) {
    if (thrown instanceof LacunaError && ['output.verifyFailed', 'output.diskFull', 'cancelled'].includes(thrown.code))
      throw thrown
    throw fail(`${basename(file)} can't be read`, thrown)
  }
  const decoded: RasterRef = { path: copy, ...shape }
  const [a, b] = [await RasterReader.open(expected), await RasterReader.open(decoded)]
  try {
    const rows = Math.max(BLOCK, stripRows(expected) - (stripRows(expected) % BLOCK))
    for (let top = 0; top < expected.height; top += rows) {
      checkpoint(signal)
      const count = Math.min(rows, expected.height - top)
      const [written, read] = [await a.readRows(top, count), await b.readRows(top, count)]
      if (FORMATS[format].lossless) {
        if (Buffer.compare(bytesOf(written), bytesOf(read)) !== 0)
          throw fail(`pixels differ in rows ${top} to ${top + count - 1}`)
      } else {
        const worst = blockDifference(written, expected, read, decoded, count)
        if (worst > BLOCK_TOLERANCE) throw fail(`pixels differ by ${worst.toFixed(0)} near row ${top}`)
      }
    }
  } finally {
    await a.close()
    await b.close()
  }
}

const bytesOf = (samples: Samples) => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)

/** The largest difference between the means of a channel over a block, both pictures laid on white; in units of 255. 8-bit samples. */
function blockDifference(a: Samples, aRef: RasterRef, b: Samples, bRef: RasterRef, rows: number): number {
  const { width } = aRef
  let worst = 0
  for (let top = 0; top < rows; top += BLOCK) {
    for (let left = 0; left < width; left += BLOCK) {
      const [bottom, right] = [Math.min(rows, top + BLOCK), Math.min(width, left + BLOCK)]
      const sums = [0, 0, 0]
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          const at = y * width + x
          for (let channel = 0; channel < 3; channel++)
            sums[channel]! += onWhite(a, at, aRef.bands, channel) - onWhite(b, at, bRef.bands, channel)
        }
      }
      worst = Math.max(worst, ...sums.map((sum) => Math.abs(sum) / ((bottom - top) * (right - left))))
    }
  }
  return worst
}

function onWhite(samples: Samples, pixel: number, bands: number, channel: number): number {
  const at = pixel * bands
  const value = samples[bands < 3 ? at : at + channel]!
  return bands % 2 === 1 ? value : 255 + ((value - 255) * samples[at + bands - 1]!) / 255
}
