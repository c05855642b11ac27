/** A picture's rows as what is searched for scratches: 12-bit colours at full size or averaged 2 x 2, with a margin around. */
import type { RasterShape, Samples } from '../imaging/raster.js'

/** Whatever gives a picture's rows; a `RasterReader` does. */
export interface RowSource {
  readonly ref: RasterShape
  readRows(top: number, count: number): Promise<Samples>
}

/** Numbers of a colour: 0..4095. */
export const BITS = 12

/**
 * Rows of a picture, `margin` more on every side than asked for: beyond the border the outermost pixel goes on. A grey
 * picture's three colours are one and the same array.
 */
export interface Band {
  width: number
  height: number
  red: Uint16Array
  green: Uint16Array
  blue: Uint16Array
  /** 1 = wholly transparent; null where nothing is. */
  clear: Uint8Array | null
}

/** Rows read at a time. */
const SPAN = 16

/** `top` and `rows` count at the scale; `scale` pixels by `scale` become one. */
export async function readBand(
  source: RowSource,
  { scale, top, rows, margin }: { scale: number; top: number; rows: number; margin: number },
): Promise<Band> {
  const { bands } = source.ref
  const width = Math.ceil(source.ref.width / scale)
  const height = Math.ceil(source.ref.height / scale)
  const band = emptyBand(width + 2 * margin, rows + 2 * margin, bands)
  const first = Math.max(0, top - margin)
  const last = Math.min(height, top + rows + margin)
  for (let y = first; y < last; y += SPAN) {
    const count = Math.min(SPAN, last - y)
    const from = y * scale
    const samples = await source.readRows(from, Math.min(source.ref.height, (y + count) * scale) - from)
    for (let row = 0; row < count; row++) {
      const at = (y + row - top + margin) * band.width + margin
      average(samples, row * scale, source.ref, scale, band, at)
      goOn(band, at, width, margin)
    }
  }
  const [head, tail] = [first - top + margin, last - top + margin]
  for (const plane of planesOf(band)) {
    for (let y = 0; y < head; y++) copyRow(plane, band.width, head, y)
    for (let y = tail; y < band.height; y++) copyRow(plane, band.width, tail - 1, y)
  }
  return band
}

function emptyBand(width: number, height: number, bands: number): Band {
  const red = new Uint16Array(width * height)
  const coloured = bands >= 3
  return {
    ...{ width, height, red },
    green: coloured ? new Uint16Array(red.length) : red,
    blue: coloured ? new Uint16Array(red.length) : red,
    clear: bands % 2 === 0 ? new Uint8Array(red.length) : null,
  }
}

const planesOf = ({ red, green, blue, clear }: Band) => [
  ...new Set<Uint8Array | Uint16Array>(clear ? [red, green, blue, clear] : [red, green, blue]),
]

/** One row at the scale from `scale` rows of samples that begin with row `row`; fewer at the picture's lower and right end. */
function average(
  samples: Samples,
  row: number,
  { width, bands, depth }: RasterShape,
  scale: number,
  band: Band,
  at: number,
): void {
  const rows = Math.min(scale, samples.length / (width * bands) - row)
  const step = depth === 16 ? 1 / 2 ** (16 - BITS) : 2 ** (BITS - 8)
  const colours = bands >= 3 ? [band.red, band.green, band.blue] : [band.red]
  for (const [c, plane] of colours.entries()) {
    let from = row * width * bands + c
    if (scale === 1) for (let x = 0; x < width; x++, from += bands) plane[at + x] = samples[from]! * step
    else
      for (let x = 0; x * scale < width; x++) {
        const columns = Math.min(scale, width - x * scale)
        let sum = 0
        for (let dy = 0; dy < rows; dy++)
          for (let dx = 0; dx < columns; dx++) sum += samples[from + (dy * width + dx) * bands]!
        plane[at + x] = (sum / (rows * columns)) * step
        from += scale * bands
      }
  }
  if (band.clear)
    for (let x = 0; x * scale < width; x++)
      band.clear[at + x] = samples[(row * width + x * scale) * bands + bands - 1] === 0 ? 1 : 0
}

function goOn(band: Band, at: number, width: number, margin: number): void {
  for (const plane of planesOf(band)) {
    plane.fill(plane[at]!, at - margin, at)
    plane.fill(plane[at + width - 1]!, at + width, at + width + margin)
  }
}

const copyRow = (plane: Uint8Array | Uint16Array, width: number, from: number, to: number) =>
  plane.copyWithin(to * width, from * width, (from + 1) * width)

/**
 * Brightness, smoothed by 1-2-1 both ways, in 16 bits: soft enough that a thin slanted line is no staircase. The outermost
 * pixels stay 0.
 */
export function smoothed({ width, height, red, green, blue }: Band): Uint16Array {
  const across = new Uint16Array(width * height)
  const out = new Uint16Array(width * height)
  const grey = red === green
  for (let y = 0; y < height; y++) {
    let [a, b] = [0, 0]
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      const c = grey ? red[at]! : (red[at]! + 2 * green[at]! + blue[at]!) >> 2
      if (x > 1) across[at - 1] = a + 2 * b + c
      a = b
      b = c
    }
  }
  for (let at = width; at < across.length - width; at++)
    out[at] = across[at - width]! + 2 * across[at]! + across[at + width]!
  return out
}
