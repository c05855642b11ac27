/**
 * A tile's samples as bytes for the disk. Each sample becomes its difference to the one on its left (in the first column to
 * the one above), red and blue then lose green's difference, which they mostly share; 16-bit differences become two planes,
 * the high bytes first. Deflate looks for runs only: on noise, searching for repeats costs three times as much and finds
 * none (decision 10 has the numbers).
 */
import { promisify } from 'node:util'
import { constants, deflateRaw, inflateRaw } from 'node:zlib'
import { asSamples, type RasterShape, type Samples } from '../raster.js'

const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

/** The first byte of a tile's file. */
const PLAIN = 0
const DIFFERENCES = 1

export type TileShape = RasterShape

/** Samples are left as they are. */
export async function packTile(samples: Samples, shape: TileShape): Promise<Uint8Array> {
  const differences = shape.depth === 16 ? planesOf(differencesOf(samples, shape)) : differencesOf(samples, shape)
  const packed = await deflate(differences as Uint8Array, { level: 1, memLevel: 9, strategy: constants.Z_RLE })
  return packed.length < samples.byteLength ? tagged(DIFFERENCES, packed) : tagged(PLAIN, bytesOf(samples))
}

/** Throws RangeError, or zlib's error, for what is no tile of that shape. */
export async function unpackTile(packed: Uint8Array, shape: TileShape): Promise<Samples> {
  const count = shape.width * shape.height * shape.bands
  const size = count * (shape.depth / 8)
  const body = packed.subarray(1)
  if (packed[0] === PLAIN) {
    if (body.length !== size) throw new RangeError(`${body.length} bytes where ${size} belong`)
    return asSamples(new Uint8Array(body), shape.depth)
  }
  if (packed[0] !== DIFFERENCES) throw new RangeError(`a tile of kind ${packed[0]}`)
  const differences = await inflate(body, { maxOutputLength: size })
  if (differences.length !== size) throw new RangeError(`${differences.length} bytes where ${size} belong`)
  return undo(shape.depth === 16 ? fromPlanes(differences) : new Uint8Array(differences), shape)
}

export const bytesOf = (samples: Samples): Uint8Array =>
  samples instanceof Uint8Array ? samples : new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)

function tagged(kind: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 1)
  bytes[0] = kind
  bytes.set(body, 1)
  return bytes
}

const emptyLike = (samples: Samples): Samples =>
  samples instanceof Uint16Array ? new Uint16Array(samples.length) : new Uint8Array(samples.length)

/** Typed arrays wrap around, as differences should. */
function differencesOf(samples: Samples, { width, height, bands }: TileShape): Samples {
  const out = emptyLike(samples)
  const row = width * bands
  for (let y = 0; y < height; y++) {
    const start = y * row
    for (let x = 0; x < bands; x++)
      out[start + x] = (samples[start + x] as number) - (y === 0 ? 0 : (samples[start + x - row] as number))
    for (let i = start + bands; i < start + row; i++) out[i] = (samples[i] as number) - (samples[i - bands] as number)
  }
  if (bands >= 3)
    for (let i = 0; i < out.length; i += bands) {
      const green = out[i + 1] as number
      out[i] = (out[i] as number) - green
      out[i + 2] = (out[i + 2] as number) - green
    }
  return out
}

/** Works in place. */
function undo(out: Samples, { width, height, bands }: TileShape): Samples {
  if (bands >= 3)
    for (let i = 0; i < out.length; i += bands) {
      const green = out[i + 1] as number
      out[i] = (out[i] as number) + green
      out[i + 2] = (out[i + 2] as number) + green
    }
  const row = width * bands
  for (let y = 0; y < height; y++) {
    const start = y * row
    if (y > 0) for (let i = start; i < start + bands; i++) out[i] = (out[i] as number) + (out[i - row] as number)
    for (let i = start + bands; i < start + row; i++) out[i] = (out[i] as number) + (out[i - bands] as number)
  }
  return out
}

/** Small differences of either sign get a high byte of zero: 0, -1, 1, -2, … become 0, 1, 2, 3, … */
function planesOf(differences: Samples): Uint8Array {
  const count = differences.length
  const out = new Uint8Array(2 * count)
  for (let i = 0; i < count; i++) {
    const signed = ((differences[i] as number) << 16) >> 16
    const folded = (signed << 1) ^ (signed >> 15)
    out[i] = folded >> 8
    out[count + i] = folded
  }
  return out
}

function fromPlanes(planes: Uint8Array): Uint16Array {
  const count = planes.length / 2
  const out = new Uint16Array(count)
  for (let i = 0; i < count; i++) {
    const folded = ((planes[i] as number) << 8) | (planes[count + i] as number)
    out[i] = (folded >>> 1) ^ -(folded & 1)
  }
  return out
}
