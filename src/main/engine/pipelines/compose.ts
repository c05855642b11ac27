/** The last step of an edit: mix, quantise to the file's own depth, put grey and alpha back where they were. */
import type { RasterReader, RasterWriter, Samples } from '../imaging/index.js'
import type { RasterRef } from '../protocol/tasks.js'
import type { Core, StripSink } from './tile-pass.js'

/** Three channels in 0..1 somewhere in an array: rows of values side by side. */
export interface Planes {
  data: Float32Array
  /** Of the first value. */
  from: number
  /** Values from a row, or a channel, to the next. */
  row: number
  channel: number
}

/** Rows [row][3][x]. */
export const planesOfRows = (data: Float32Array, width: number): Planes => ({
  data,
  from: 0,
  row: 3 * width,
  channel: width,
})

export interface Composition {
  mean: Planes
  sample: Planes | null
  detail: number
  blend: number
}

/** Interleaved samples of whole rows, and the part of them that is composed, pixels. */
export interface ComposeTarget {
  out: Samples
  /** Of the same rows; may be null where neither alpha nor blend asks for it (see {@link needsOriginal}). */
  original: Samples | null
  shape: Pick<RasterRef, 'width' | 'bands' | 'depth'>
  left: number
  top: number
  width: number
  height: number
}

export const needsOriginal = (bands: number, blend: number): boolean => bands % 2 === 0 || blend !== 0

/** Grey is the mean of the three channels, alpha the original's. Rounds to nearest, clips. */
export function compose(composition: Composition, to: ComposeTarget): void {
  const { sample, detail, blend } = composition
  const { bands } = to.shape
  const plain = (sample === null || detail === 0) && blend === 0
  if (plain && bands >= 3) quantiseColours(composition.mean, to)
  else if (bands >= 3) mixColours(composition, to)
  else mixGrey(composition, to)
  if (bands % 2 === 0) copyAlpha(to)
}

/** By far the commonest: nothing but the mean, in colour. A pixel's three samples are written together, as they lie. */
function quantiseColours(mean: Planes, { out, shape, left, top, width, height }: ComposeTarget) {
  const { data, from, row, channel } = mean
  const { bands } = shape
  const bytes = out instanceof Uint16Array ? null : new Uint8ClampedArray(out.buffer, out.byteOffset, out.length)
  for (let y = 0; y < height; y++) {
    const at = ((top + y) * shape.width + left) * bands
    const start = from + y * row
    if (bytes !== null) rowOf8(data, start, channel, bytes, at, bands, width)
    else rowOf16(data, start, channel, out, at, bands, width)
  }
}

/**
 * Clipped and rounded as it is stored. Ties go to even there and upwards with Math.round, but a float times 255, which is exact in
 * a double, ends in a half only for 0.5 itself, and that is 128 both ways.
 */
function rowOf8(
  data: Float32Array,
  start: number,
  channel: number,
  out: Uint8ClampedArray,
  to: number,
  bands: number,
  width: number,
): void {
  for (let red = start, at = to; red < start + width; red++, at += bands) {
    out[at] = data[red]! * 255
    out[at + 1] = data[red + channel]! * 255
    out[at + 2] = data[red + 2 * channel]! * 255
  }
}

function rowOf16(
  data: Float32Array,
  start: number,
  channel: number,
  out: Samples,
  to: number,
  bands: number,
  width: number,
): void {
  for (let red = start, at = to; red < start + width; red++, at += bands) {
    out[at] = rounded16(data[red]!)
    out[at + 1] = rounded16(data[red + channel]!)
    out[at + 2] = rounded16(data[red + 2 * channel]!)
  }
}

/** A float times 65535 is exact in a double, so adding a half rounds as Math.round does. */
function rounded16(value: number): number {
  const scaled = value * 65535
  return scaled > 0 ? (scaled < 65535 ? (scaled + 0.5) | 0 : 65535) : 0
}

function mixColours({ mean, sample, detail, blend }: Composition, to: ComposeTarget): void {
  const { out, original, shape, left, top, width, height } = to
  const { bands } = shape
  const full = fullOf(shape)
  const keep = 1 - blend
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++) {
      const start = y * mean.row + c * mean.channel
      let at = ((top + y) * shape.width + left) * bands + c
      for (let x = 0; x < width; x++, at += bands) {
        const value = mixed(mean, sample, detail, start + x)
        const before = original === null ? 0 : (original[at] as number)
        out[at] = quantised(keep * value * full + blend * before, full)
      }
    }
}

function mixGrey({ mean, sample, detail, blend }: Composition, to: ComposeTarget): void {
  const { out, original, shape, left, top, width, height } = to
  const { bands } = shape
  const full = fullOf(shape)
  const keep = 1 - blend
  const { channel } = mean
  for (let y = 0; y < height; y++) {
    let at = ((top + y) * shape.width + left) * bands
    for (let x = 0; x < width; x++, at += bands) {
      const place = y * mean.row + x
      const red = mixed(mean, sample, detail, place)
      const green = mixed(mean, sample, detail, place + channel)
      const blue = mixed(mean, sample, detail, place + 2 * channel)
      const before = original === null ? 0 : (original[at] as number)
      out[at] = quantised(keep * ((red + green + blue) / 3) * full + blend * before, full)
    }
  }
}

function copyAlpha({ out, original, shape: { width: across, bands }, left, top, width, height }: ComposeTarget): void {
  if (original === null) return
  for (let y = 0; y < height; y++) {
    let at = ((top + y) * across + left) * bands + bands - 1
    for (let x = 0; x < width; x++, at += bands) out[at] = original[at] as number
  }
}

/** `place` in both, from their first values; they are laid out alike. */
function mixed(mean: Planes, sample: Planes | null, detail: number, place: number): number {
  const m = mean.data[mean.from + place] as number
  return sample === null || detail === 0 ? m : m + detail * ((sample.data[sample.from + place] as number) - m)
}

const quantised = (value: number, full: number): number => Math.min(full, Math.max(0, Math.round(value)))

const fullOf = ({ depth }: Pick<RasterRef, 'depth'>): number => (depth === 16 ? 65535 : 255)

export const makeSamples = (depth: RasterRef['depth'], length: number): Samples =>
  depth === 16 ? new Uint16Array(length) : new Uint8Array(length)

/** A mean's tiles, composed as they come into the rows of a raster. */
export class ComposingSink implements StripSink {
  readonly #reader: RasterReader
  readonly #writer: RasterWriter
  readonly #blend: number
  #original: Samples | null = null
  #all: Samples
  #out: Samples

  constructor(reader: RasterReader, writer: RasterWriter, blend: number) {
    this.#reader = reader
    this.#writer = writer
    this.#blend = blend
    this.#all = this.#out = makeSamples(reader.ref.depth, 0)
  }

  async begin(top: number, count: number): Promise<void> {
    const { width, bands, depth } = this.#reader.ref
    const length = count * width * bands
    if (this.#all.length < length) this.#all = makeSamples(depth, length)
    this.#out = this.#all.subarray(0, length)
    this.#original = needsOriginal(bands, this.#blend) ? await this.#reader.readRows(top, count) : null
  }

  put({ result: data, from, row, channel, left, top, width, height }: Core): void {
    const composition = { mean: { data, from, row, channel }, sample: null, detail: 0, blend: this.#blend }
    compose(composition, {
      out: this.#out,
      original: this.#original,
      shape: this.#reader.ref,
      ...{ left, top, width, height },
    })
  }

  end(): Promise<void> {
    return this.#writer.append(this.#out)
  }
}
