/**
 * A picture whose transparent pixels have the colours of what is visible around them. What a file holds there is anything,
 * black as a rule, and a network or a resampling would carry it over the border as a dark fringe.
 */
import type { RasterReader, Samples } from '../../imaging/index.js'
import { checkpoint } from '../../imaging/context.js'
import { pictureField, roomFor, rowsPerSpan, type Field } from '../field.js'

/** Side of the blocks whose mean colours fill what lies deeper. */
const BLOCK = 8
/** Rings of pixels beside the visible ones that take their colour from their neighbours. */
const RINGS = 4

/** Of the alpha of a whole picture. */
export interface Transparency {
  readonly opaque: boolean
  readonly hidden: boolean
  /** Colours for what is hidden; null where nothing is, or everything. */
  readonly blocks: Blocks | null
}

/** [3 channels][rows][columns] of mean colours. */
interface Blocks {
  readonly columns: number
  readonly rows: number
  readonly colours: Float32Array
}

/** Reads the picture once. */
export async function transparencyOf(reader: RasterReader, signal: AbortSignal): Promise<Transparency> {
  const { width, height, bands, depth } = reader.ref
  const full = depth === 16 ? 65535 : 255
  const columns = Math.ceil(width / BLOCK)
  const rows = Math.ceil(height / BLOCK)
  const sums = new Float32Array(4 * columns * rows)
  let [opaque, hidden, visible] = [true, false, false]
  const span = Math.max(BLOCK, Math.floor(rowsPerSpan(width * 4) / BLOCK) * BLOCK)
  for (let top = 0; top < height; top += span) {
    checkpoint(signal)
    const count = Math.min(span, height - top)
    const samples = await reader.readRows(top, count)
    for (let y = 0; y < count; y++) {
      const first = Math.floor((top + y) / BLOCK) * columns
      for (let x = 0; x < width; x++) {
        const at = (y * width + x) * bands
        const alpha = samples[at + bands - 1]! / full
        if (alpha < 1) opaque = false
        if (alpha === 0) {
          hidden = true
          continue
        }
        visible = true
        const block = first + Math.floor(x / BLOCK)
        for (let c = 0; c < 3; c++)
          sums[c * columns * rows + block]! += (alpha * samples[at + (bands < 3 ? 0 : c)]!) / full
        sums[3 * columns * rows + block]! += alpha
      }
    }
  }
  return { opaque, hidden, blocks: hidden && visible ? spread(sums, columns, rows) : null }
}

/** Mean colours everywhere: of a block without any, those of the larger block that it lies in. */
function spread(sums: Float32Array, columns: number, rows: number): Blocks {
  const size = columns * rows
  const colours = new Float32Array(3 * size)
  const empty = sums.subarray(3 * size).some((weight) => weight === 0)
  const larger = empty && size > 1 ? spread(...halved(sums, columns, rows)) : null
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const at = y * columns + x
      const weight = sums[3 * size + at]!
      for (let c = 0; c < 3; c++)
        colours[c * size + at] =
          weight > 0
            ? sums[c * size + at]! / weight
            : larger === null
              ? 0
              : between(larger, c, (x - 0.5) / 2, (y - 0.5) / 2)
    }
  return { columns, rows, colours }
}

function halved(sums: Float32Array, columns: number, rows: number): [Float32Array, number, number] {
  const [across, down] = [Math.ceil(columns / 2), Math.ceil(rows / 2)]
  const out = new Float32Array(4 * across * down)
  for (let c = 0; c < 4; c++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        out[(c * down + (y >> 1)) * across + (x >> 1)]! += sums[(c * rows + y) * columns + x]!
  return [out, across, down]
}

/** A colour between the centres of blocks; beyond the last ones it is theirs. */
function between({ columns, rows, colours }: Blocks, channel: number, x: number, y: number): number {
  const left = Math.min(columns - 1, Math.max(0, Math.floor(x)))
  const top = Math.min(rows - 1, Math.max(0, Math.floor(y)))
  const right = Math.min(columns - 1, left + 1)
  const bottom = Math.min(rows - 1, top + 1)
  const across = Math.min(1, Math.max(0, x - left))
  const down = Math.min(1, Math.max(0, y - top))
  const plane = channel * columns * rows
  const at = (row: number, column: number) => colours[plane + row * columns + column]!
  const upper = at(top, left) + across * (at(top, right) - at(top, left))
  const lower = at(bottom, left) + across * (at(bottom, right) - at(bottom, left))
  return upper + down * (lower - upper)
}

/** Alpha in 0..1 as a field of one channel. */
export const alphaField = (reader: RasterReader): Field => {
  const { width, height, bands, depth } = reader.ref
  const full = depth === 16 ? 65535 : 255
  return {
    width,
    height,
    channels: 1,
    async readRows(top, count, into) {
      const out = roomFor(count * width, into)
      const samples = await reader.readRows(top, count)
      for (let i = 0, at = bands - 1; i < out.length; i++, at += bands) out[i] = samples[at]! / full
      return out
    },
  }
}

/** The colours of a picture with alpha, those that are hidden replaced. The same numbers for whatever rows are read. */
export function visibleField(reader: RasterReader, { blocks }: Transparency): Field {
  const plain = pictureField(reader)
  if (blocks === null) return plain
  const { width, height, bands } = reader.ref
  return {
    ...{ width, height, channels: 3 },
    async readRows(top, count, into) {
      const first = Math.max(0, top - RINGS)
      const last = Math.min(height, top + count + RINGS)
      const rows = await plain.readRows(first, last - first)
      const distance = hiddenOf(await reader.readRows(first, last - first), bands)
      for (let ring = 1; ring <= RINGS; ring++) fillRing(rows, distance, width, last - first, ring)
      const out = roomFor(count * 3 * width, into)
      out.set(rows.subarray((top - first) * 3 * width, (top - first + count) * 3 * width))
      for (let y = 0; y < count; y++)
        for (let x = 0; x < width; x++) {
          if (distance[(top - first + y) * width + x] !== HIDDEN) continue
          const [across, down] = [(x + 0.5) / BLOCK - 0.5, (top + y + 0.5) / BLOCK - 0.5]
          for (let c = 0; c < 3; c++) out[(y * 3 + c) * width + x] = between(blocks, c, across, down)
        }
      return out
    },
  }
}

const HIDDEN = 255

/** 0 for a visible pixel, HIDDEN for another. */
function hiddenOf(samples: Samples, bands: number): Uint8Array {
  const distance = new Uint8Array(samples.length / bands)
  for (let i = 0, at = bands - 1; i < distance.length; i++, at += bands) if (samples[at] === 0) distance[i] = HIDDEN
  return distance
}

/** Hidden pixels beside pixels of lower rings become the mean of those. */
function fillRing(rows: Float32Array, distance: Uint8Array, width: number, height: number, ring: number): void {
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (distance[y * width + x] !== HIDDEN) continue
      let [count, red, green, blue] = [0, 0, 0, 0]
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          if (distance[v * width + u]! >= ring) continue
          const at = v * 3 * width + u
          count++
          red += rows[at]!
          green += rows[at + width]!
          blue += rows[at + 2 * width]!
        }
      if (count === 0) continue
      const at = y * 3 * width + x
      distance[y * width + x] = ring
      rows[at] = red / count
      rows[at + width] = green / count
      rows[at + 2 * width] = blue / count
    }
}
