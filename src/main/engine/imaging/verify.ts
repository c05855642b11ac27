/** An output is believed only after it was decoded again: its shape, and its pixels as far as the format keeps them. */
import { basename, join } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import type { OutputFormat } from '../../../shared/picture.js'
import type { RasterRef } from '../protocol/tasks.js'
import { checkpoint } from './context.js'
import { decodeTo } from './decode.js'
import { readHeader } from './header.js'
import { FORMATS } from './plan.js'
import { RasterReader, rowBytes, type Samples } from './raster.js'

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
    const rows = Math.min(expected.height, compareRows(expected))
    const [spareA, spareB] = [new Uint8Array(rows * rowBytes(expected)), new Uint8Array(rows * rowBytes(decoded))]
    for (let top = 0; top < expected.height; top += rows) {
      checkpoint(signal)
      const count = Math.min(rows, expected.height - top)
      const [written, read] = await Promise.all([a.readRows(top, count, spareA), b.readRows(top, count, spareB)])
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

/** Rows of whole blocks, of about a megabyte: what was read is still at hand when it is compared. */
const compareRows = (ref: RasterRef): number => Math.max(1, Math.round(1e6 / rowBytes(ref) / BLOCK)) * BLOCK

const bytesOf = (samples: Samples) => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)

/** The largest difference between the means of a channel over a block, both pictures laid on white; in units of 255. 8-bit samples. */
function blockDifference(a: Samples, aRef: RasterRef, b: Samples, bRef: RasterRef, rows: number): number {
  const { width } = aRef
  const across = Math.ceil(width / BLOCK)
  const sums = new Float64Array(across * 3)
  const opaque = aRef.bands === 3 && bRef.bands === 3
  let worst = 0
  for (let top = 0; top < rows; top += BLOCK) {
    const bottom = Math.min(rows, top + BLOCK)
    sums.fill(0)
    for (let y = top; y < bottom; y++) {
      if (opaque) addDifference(sums, a, b, y * width * 3, width)
      else {
        addRow(sums, a, y * width, width, aRef.bands, 1)
        addRow(sums, b, y * width, width, bRef.bands, -1)
      }
    }
    for (let i = 0; i < sums.length; i++) {
      const left = Math.floor(i / 3) * BLOCK
      worst = Math.max(worst, Math.abs(sums[i]!) / ((bottom - top) * (Math.min(width, left + BLOCK) - left)))
    }
  }
  return worst
}

/** Of two rows of colours without alpha: adds the differences of each channel to the sums of its blocks. */
function addDifference(sums: Float64Array, a: Samples, b: Samples, from: number, width: number): void {
  for (let left = 0, block = 0; left < width; left += BLOCK, block += 3) {
    const end = from + Math.min(width, left + BLOCK) * 3
    let [red, green, blue] = [0, 0, 0]
    for (let at = from + left * 3; at < end; at += 3) {
      red += a[at]! - b[at]!
      green += a[at + 1]! - b[at + 1]!
      blue += a[at + 2]! - b[at + 2]!
    }
    sums[block]! += red
    sums[block + 1]! += green
    sums[block + 2]! += blue
  }
}

/** Adds `sign` times each channel of a row, on white, to the sums of its blocks. */
function addRow(sums: Float64Array, samples: Samples, from: number, width: number, bands: number, sign: number): void {
  const [green, blue] = bands < 3 ? [0, 0] : [1, 2]
  const alpha = bands % 2 === 0 ? bands - 1 : -1
  for (let x = 0; x < width; x++) {
    const at = (from + x) * bands
    const sum = Math.floor(x / BLOCK) * 3
    const weight = alpha < 0 ? sign : (sign * samples[at + alpha]!) / 255
    sums[sum]! += weight * (samples[at]! - 255)
    sums[sum + 1]! += weight * (samples[at + green]! - 255)
    sums[sum + 2]! += weight * (samples[at + blue]! - 255)
  }
}
