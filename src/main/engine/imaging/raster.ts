/**
 * Rasters: pixels in libvips' own `.v` files, read and written by rows.
 *
 * Layout: a 64-byte header (magic, width, height, bands, bits, format, coding, interpretation, resolution; 32-bit little-endian),
 * rows of interleaved samples, then an XML trailer that carries the ICC profile the way libvips writes it, so that sharp
 * finds it there. Samples are little-endian, as every machine that Node runs on for us is.
 */
import { open, rm, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import type { Depth } from '../../../shared/picture.js'
import type { RasterRef, Rect } from '../protocol/tasks.js'
import { isDiskFull } from './disk.js'

export const HEADER = 64
const MAGIC = 0x08f2a6b6
const XML_NAMESPACE = 'http://www.vips.ecs.soton.ac.uk/vips/8.18.7'
const INTERPRETATION = { grey8: 1, rgb8: 22, rgb16: 25, grey16: 26 } as const

export interface RasterShape {
  width: number
  height: number
  bands: RasterRef['bands']
  depth: Depth
}

export type Samples = Uint8Array | Uint16Array

export const rowBytes = (shape: RasterShape) => shape.width * shape.bands * (shape.depth / 8)
export const pixelBytes = (shape: RasterShape) => rowBytes(shape) * shape.height

/** A view of `bytes` as samples of the depth; copied only when it is not aligned for that. */
export function asSamples(bytes: Uint8Array, depth: Depth): Samples {
  if (depth === 8) return bytes
  if (bytes.byteOffset % 2 === 0) return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
  return new Uint16Array(bytes.slice().buffer)
}

const asBytes = (samples: Samples) =>
  samples instanceof Uint16Array ? new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength) : samples

function header(shape: RasterShape): Buffer {
  const grey = shape.bands < 3
  const bytes = Buffer.alloc(HEADER)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(shape.width, 4)
  bytes.writeUInt32LE(shape.height, 8)
  bytes.writeUInt32LE(shape.bands, 12)
  bytes.writeUInt32LE(shape.depth, 16)
  bytes.writeUInt32LE(shape.depth === 16 ? 2 : 0, 20)
  bytes.writeUInt32LE(0, 24)
  bytes.writeUInt32LE(
    shape.depth === 16
      ? grey
        ? INTERPRETATION.grey16
        : INTERPRETATION.rgb16
      : grey
        ? INTERPRETATION.grey8
        : INTERPRETATION.rgb8,
    28,
  )
  bytes.writeFloatLE(1, 32)
  bytes.writeFloatLE(1, 36)
  return bytes
}

function trailer(profile: Buffer | null, orientation: number): Buffer {
  const fields = [
    profile === null
      ? ''
      : `    <field type="VipsBlob" name="icc-profile-data">${profile.toString('base64')}</field>\n`,
    orientation === 1 ? '' : `    <field type="gint" name="orientation">${orientation}</field>\n`,
  ].join('')
  return Buffer.from(
    `<?xml version="1.0"?>\n<root xmlns="${XML_NAMESPACE}">\n  <header>\n  </header>\n  <meta>\n${fields}  </meta>\n</root>\n`,
  )
}

/** What went wrong while writing scratch: the disk is full, or it is reported as it is. */
export function writeFailure(path: string, thrown: unknown): LacunaError {
  if (isDiskFull(thrown)) return new LacunaError('output.diskFull', { name: basename(path) }, thrown)
  return LacunaError.from(thrown, 'output.failed', {
    name: basename(path),
    reason: thrown instanceof Error ? thrown.message : String(thrown),
  })
}

/** Reads the shape in a `.v` file's header; throws `internal` when it is none that we write. */
export async function readShape(path: string): Promise<RasterShape> {
  const file = await open(path, 'r')
  try {
    const bytes = Buffer.alloc(HEADER)
    const { bytesRead } = await file.read(bytes, 0, HEADER, 0)
    const bands = bytes.readUInt32LE(12)
    const format = bytes.readUInt32LE(20)
    if (
      bytesRead !== HEADER ||
      bytes.readUInt32LE(0) !== MAGIC ||
      (format !== 0 && format !== 2) ||
      bands < 1 ||
      bands > 4
    ) {
      throw new LacunaError('internal', {
        reason: `not a raster: ${basename(path)} (bands ${bands}, format ${format})`,
      })
    }
    return {
      width: bytes.readUInt32LE(4),
      height: bytes.readUInt32LE(8),
      bands: bands as RasterRef['bands'],
      depth: format === 2 ? 16 : 8,
    }
  } finally {
    await file.close()
  }
}

/** Replaces whatever trailer a `.v` file has: sharp's own carries EXIF and more, which must not reach the output by accident. */
export async function writeTrailer(
  path: string,
  shape: RasterShape,
  profile: Buffer | null,
  orientation = 1,
): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const end = HEADER + pixelBytes(shape)
    await file.truncate(end)
    await writeFully(file, trailer(profile, orientation), end)
  } catch (thrown) {
    throw writeFailure(path, thrown)
  } finally {
    await file.close()
  }
}

/** The ICC profile that a raster carries. */
export async function readProfile(ref: RasterRef): Promise<Buffer | null> {
  const file = await open(ref.path, 'r')
  try {
    const start = HEADER + pixelBytes(ref)
    const { size } = await file.stat()
    if (size <= start) return null
    const bytes = Buffer.alloc(size - start)
    await file.read(bytes, 0, bytes.length, start)
    const found = /name="icc-profile-data">([^<]*)</.exec(bytes.toString('latin1'))
    return found?.[1] ? Buffer.from(found[1], 'base64') : null
  } finally {
    await file.close()
  }
}

/** Bytes between rows that are read along rather than left out by a read more. */
const GAP = 128 * 1024
/** Bytes that are read at a time. */
const SPAN = 4 << 20

/** Rows out of a raster, in any order. */
export class RasterReader {
  private constructor(
    readonly ref: RasterRef,
    private readonly file: FileHandle,
  ) {}

  static async open(ref: RasterRef): Promise<RasterReader> {
    return new RasterReader(ref, await open(ref.path, 'r'))
  }

  /**
   * `count` rows from `top`: count * width * bands interleaved samples; in the beginning of `into` where that is long enough.
   * Throws `internal` outside the picture or when the file is short.
   */
  async readRows(top: number, count: number, into?: Uint8Array): Promise<Samples> {
    const { ref } = this
    if (top < 0 || count < 1 || top + count > ref.height)
      throw new LacunaError('internal', { reason: `rows ${top}+${count} of ${ref.height}` })
    const length = rowBytes(ref) * count
    const bytes = into !== undefined && into.length >= length ? into.subarray(0, length) : new Uint8Array(length)
    await this.fill(bytes, HEADER + rowBytes(ref) * top)
    return asSamples(bytes, ref.depth)
  }

  /**
   * The samples of a rectangle, rows one after the other. A read of the file costs about as much as {@link GAP} bytes of it,
   * so rows that lie nearer to each other than that are read with what is between them. Throws like {@link readRows}.
   */
  async readRegion({ left, top, width, height }: Rect): Promise<Samples> {
    const { ref } = this
    if (left < 0 || left + width > ref.width || top < 0 || height < 1 || top + height > ref.height)
      throw new LacunaError('internal', { reason: `${left},${top} ${width}x${height} of ${ref.width}x${ref.height}` })
    const pixel = ref.bands * (ref.depth / 8)
    const [line, part] = [rowBytes(ref), width * pixel]
    const bytes = new Uint8Array(part * height)
    const position = HEADER + line * top + pixel * left
    if (part === line) await this.fill(bytes, position)
    else {
      const rows = line - part > GAP ? 1 : Math.max(1, Math.floor(SPAN / line))
      const span = new Uint8Array(line * (Math.min(rows, height) - 1) + part)
      for (let y = 0; y < height; y += rows) {
        const count = Math.min(rows, height - y)
        await this.fill(span.subarray(0, line * (count - 1) + part), position + line * y)
        for (let row = 0; row < count; row++) bytes.set(span.subarray(line * row, line * row + part), part * (y + row))
      }
    }
    return asSamples(bytes, ref.depth)
  }

  /** The samples of one pixel. */
  async readPixel(x: number, y: number): Promise<number[]> {
    const { ref } = this
    const size = ref.bands * (ref.depth / 8)
    const bytes = new Uint8Array(size)
    await this.fill(bytes, HEADER + rowBytes(ref) * y + size * x)
    return [...asSamples(bytes, ref.depth)]
  }

  private async fill(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesRead } = await this.file.read(bytes, done, bytes.length - done, position + done)
      if (bytesRead === 0)
        throw new LacunaError('internal', {
          reason: `raster ${basename(this.ref.path)} is shorter than its header says`,
        })
      done += bytesRead
    }
  }

  close(): Promise<void> {
    return this.file.close()
  }
}

/** Rows into a raster, from the top. */
export class RasterWriter {
  private rows = 0

  private constructor(
    readonly path: string,
    readonly shape: RasterShape,
    private readonly profile: Buffer | null,
    private readonly file: FileHandle,
  ) {}

  /** Throws `output.diskFull` or `output.failed`. */
  static async create(path: string, shape: RasterShape, profile: Buffer | null): Promise<RasterWriter> {
    const file = await open(path, 'w').catch((thrown: unknown) => {
      throw writeFailure(path, thrown)
    })
    try {
      await writeFully(file, header(shape), 0)
    } catch (thrown) {
      await file.close()
      throw writeFailure(path, thrown)
    }
    const { width, height, bands, depth } = shape
    return new RasterWriter(path, { width, height, bands, depth }, profile, file)
  }

  /** Whole rows, as many as given. Throws `output.diskFull`; `internal` for another depth, a broken row or too many. */
  async append(samples: Samples): Promise<void> {
    const bytes = asBytes(samples)
    const count = bytes.length / rowBytes(this.shape)
    if (
      samples instanceof Uint16Array !== (this.shape.depth === 16) ||
      !Number.isInteger(count) ||
      this.rows + count > this.shape.height
    ) {
      throw new LacunaError('internal', { reason: `${count} rows appended at ${this.rows} of ${this.shape.height}` })
    }
    try {
      await writeFully(this.file, bytes, HEADER + rowBytes(this.shape) * this.rows)
    } catch (thrown) {
      throw writeFailure(this.path, thrown)
    }
    this.rows += count
  }

  /** Closes the file; throws `internal` when rows are missing. */
  async finish(): Promise<RasterRef> {
    try {
      if (this.rows !== this.shape.height)
        throw new LacunaError('internal', { reason: `${this.rows} of ${this.shape.height} rows written` })
      await writeFully(this.file, trailer(this.profile, 1), HEADER + pixelBytes(this.shape))
    } catch (thrown) {
      throw writeFailure(this.path, thrown)
    } finally {
      await this.file.close()
    }
    return { path: this.path, ...this.shape }
  }

  /** Closes and removes the file. */
  async abandon(): Promise<void> {
    // Already closed when `finish` failed.
    await this.file.close().catch(() => undefined)
    await rm(this.path, { force: true })
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}
