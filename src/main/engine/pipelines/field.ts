/**
 * Float pictures that are touched in windows of rows, so that 200 megapixels pass in bounded memory.
 *
 * A field's rows are laid out [row][channel][x]: a span of rows is one contiguous read, and a row of one channel
 * is contiguous within it. Pictures are 0..1, noise levels are in the same units.
 */
import { randomUUID } from 'node:crypto'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { cancelled, LacunaError } from '../../../shared/errors.js'
import type { Algebra } from '../diffusion/algebra.js'
import { fillNormal } from '../diffusion/noise.js'
import { isDiskFull } from '../imaging/disk.js'
import type { RasterReader, Samples } from '../imaging/index.js'

export interface Field {
  readonly width: number
  readonly height: number
  readonly channels: number
  /** `count * channels * width` values; in `into` where it is given and has this length. */
  readRows(top: number, count: number, into?: Float32Array): Promise<Float32Array>
  /** The same rows as they are stored, of which windows are cut at once; where that is less work than making floats of all. */
  readStrip?(top: number, count: number): Promise<StripRows>
}

/** Rows of a field. */
export interface StripRows {
  /** `width` values of each channel of a row of these, from `left` on: to `to` and every `channel` values after. */
  copy(row: number, left: number, width: number, out: Float32Array, to: number, channel: number): void
  /** Nobody reads them any more. */
  release(): void
}

/** Room for rows: the array that was brought, if it fits. What it holds is nothing yet. */
export const roomFor = (length: number, into?: Float32Array): Float32Array =>
  into?.length === length ? into : new Float32Array(length)

/** The colours of a raster in 0..1: grey is given three times, alpha is left aside. */
export function pictureField(reader: RasterReader): Field {
  const { width, height, bands, depth } = reader.ref
  const scale = 1 / (depth === 16 ? 65535 : 255)
  const toRow = bands < 3 ? greyRow : colourRow
  // Between two calls: whoever reads at the same time makes another.
  let spare: Uint8Array | undefined
  return {
    width,
    height,
    channels: 3,
    async readRows(top, count, into) {
      const bytes = spare
      spare = undefined
      const samples = await reader.readRows(top, count, bytes)
      const out = roomFor(count * 3 * width, into)
      for (let y = 0; y < count; y++)
        toRow(samples, y * width * bands, bands, scale, out, { to: y * 3 * width, channel: width, width })
      spare = new Uint8Array(samples.buffer)
      return out
    },
    async readStrip(top, count) {
      const bytes = spare
      spare = undefined
      const samples = await reader.readRows(top, count, bytes)
      return {
        copy(row, left, width, out, to, channel) {
          toRow(samples, (row * reader.ref.width + left) * bands, bands, scale, out, { to, channel, width })
        },
        release: () => (spare = new Uint8Array(samples.buffer)),
      }
    },
  }
}

type ToRow = (
  samples: Samples,
  from: number,
  bands: number,
  scale: number,
  out: Float32Array,
  place: { to: number; channel: number; width: number },
) => void

const colourRow: ToRow = (samples, from, bands, scale, out, { to, channel, width }) => {
  const green = to + channel
  const blue = green + channel
  for (let x = 0; x < width; x++, from += bands) {
    out[to + x] = (samples[from] as number) * scale
    out[green + x] = (samples[from + 1] as number) * scale
    out[blue + x] = (samples[from + 2] as number) * scale
  }
}

const greyRow: ToRow = (samples, from, bands, scale, out, { to, channel, width }) => {
  for (let x = 0; x < width; x++, from += bands) {
    const value = (samples[from] as number) * scale
    out[to + x] = value
    out[to + channel + x] = value
    out[to + 2 * channel + x] = value
  }
}

/** Of a field that has its rows as floats only; in the beginning of `room`, which is long enough. */
export async function stripOf(field: Field, top: number, count: number, room: Float32Array): Promise<StripRows> {
  const { width: across, channels } = field
  const rows = await field.readRows(top, count, room.subarray(0, count * channels * across))
  return {
    copy(row, left, width, out, to, channel) {
      for (let c = 0; c < channels; c++) {
        const from = (row * channels + c) * across + left
        out.set(rows.subarray(from, from + width), to + c * channel)
      }
    },
    release: () => undefined,
  }
}

export const constantField = (width: number, height: number, value: number): Field => ({
  width,
  height,
  channels: 1,
  readRows: (_top, count, into) => Promise.resolve(roomFor(count * width, into).fill(value)),
})

export const scaledField = (field: Field, factor: number): Field => ({
  ...shapeOf(field),
  async readRows(top, count, into) {
    const rows = await field.readRows(top, count, into)
    for (let i = 0; i < rows.length; i++) rows[i] = (rows[i] as number) * factor
    return rows
  },
})

/**
 * Normal noise of one sampling step whose level at each pixel is `level` [1 channel]: made when it is read. It belongs to a
 * place: `origin` is where the field lies in the whole picture.
 */
export const noiseField = (seed: number, step: number, level: Field, origin = { left: 0, top: 0 }): Field => ({
  width: level.width,
  height: level.height,
  channels: 3,
  async readRows(top, count) {
    const { width } = level
    const levels = await level.readRows(top, count)
    const out = new Float32Array(count * 3 * width)
    const plane = new Float32Array(count * width)
    for (let channel = 0; channel < 3; channel++) {
      fillNormal(plane, { seed, step, channel, left: origin.left, top: origin.top + top, width, height: count })
      for (let y = 0; y < count; y++)
        for (let x = 0; x < width; x++)
          out[(y * 3 + channel) * width + x] = (plane[y * width + x] as number) * (levels[y * width + x] as number)
    }
    return out
  },
})

/** A scratch file that several fields may share: removed with the last of them. */
interface ScratchFile {
  path: string
  handle: FileHandle
  written: number
  users: number
}

/** A field in a scratch file, written row by row from the top and read anywhere. */
export class ScratchField implements Field {
  private constructor(
    readonly width: number,
    readonly height: number,
    readonly channels: number,
    private readonly file: ScratchFile,
  ) {}

  static async create(dir: string, shape: { width: number; height: number; channels: number }): Promise<ScratchField> {
    const path = join(dir, `field-${randomUUID()}.f32`)
    const file = { path, handle: await open(path, 'wx+'), written: 0, users: 1 }
    return new ScratchField(shape.width, shape.height, shape.channels, file)
  }

  /** The same values as a field of its own, without a copy. */
  share(): ScratchField {
    this.file.users++
    return new ScratchField(this.width, this.height, this.channels, this.file)
  }

  /** Throws `output.diskFull` or `output.failed`. */
  async append(rows: Float32Array): Promise<void> {
    const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.file.handle.write(bytes, done, bytes.length - done, this.file.written)
        done += bytesWritten
        this.file.written += bytesWritten
      }
    } catch (cause) {
      const name = basename(this.file.path)
      if (isDiskFull(cause)) throw new LacunaError('output.diskFull', { name }, cause)
      throw new LacunaError('output.failed', { name, reason: String(cause) }, cause)
    }
  }

  async readRows(top: number, count: number, into?: Float32Array): Promise<Float32Array> {
    const row = this.width * this.channels * 4
    const out = roomFor(count * this.width * this.channels, into)
    const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength)
    for (let done = 0; done < bytes.length;) {
      const { bytesRead } = await this.file.handle.read(bytes, done, bytes.length - done, top * row + done)
      if (bytesRead === 0) throw new LacunaError('internal', { reason: `a field ends before row ${top + count}` })
      done += bytesRead
    }
    return out
  }

  async remove(): Promise<void> {
    if (--this.file.users > 0) return
    await this.file.handle.close()
    await rm(this.file.path, { force: true })
  }
}

/** The samplers' algebra over fields: sums are made in spans of rows and kept in scratch files. */
export class FieldAlgebra implements Algebra<Field> {
  #made = new Set<ScratchField>()

  constructor(
    private readonly dir: string,
    private readonly signal?: AbortSignal,
  ) {}

  async create(shape: { width: number; height: number; channels: number }): Promise<ScratchField> {
    const field = await ScratchField.create(this.dir, shape)
    this.#made.add(field)
    return field
  }

  async combine(terms: readonly (readonly [number, Field])[]): Promise<Field> {
    const first = terms[0]
    if (!first) throw new LacunaError('internal', { reason: 'a sum of no fields has no shape' })
    if (terms.length === 1 && first[0] === 1 && first[1] instanceof ScratchField) {
      const shared = first[1].share()
      this.#made.add(shared)
      return shared
    }
    const { width, height, channels } = first[1]
    const out = await this.create({ width, height, channels })
    const span = rowsPerSpan(width * channels)
    for (let top = 0; top < height; top += span) {
      if (this.signal?.aborted) throw cancelled()
      const count = Math.min(span, height - top)
      const sum = new Float32Array(count * channels * width)
      for (const [weight, field] of terms) {
        const rows = await field.readRows(top, count)
        for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (rows[i] as number)
      }
      await out.append(sum)
    }
    return out
  }

  async release(field: Field): Promise<void> {
    if (!(field instanceof ScratchField) || !this.#made.delete(field)) return
    await field.remove()
  }

  /** Releases whatever is left, also after a failure. */
  async close(): Promise<void> {
    for (const field of [...this.#made]) await this.release(field)
  }
}

/** Rows that make about 4 million values. */
export const rowsPerSpan = (valuesPerRow: number): number => Math.max(1, Math.floor(4e6 / valuesPerRow))

const shapeOf = ({ width, height, channels }: Field) => ({ width, height, channels })
