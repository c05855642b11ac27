/**
 * Resampling to any size: separable, Lanczos of three lobes, stretched where the picture is shrunk so that nothing aliases.
 * Both pictures have the same corners (pixel `i` of `n` is centred at (i + 0.5) / n of the side), so nothing is shifted.
 * Beyond its border a picture is mirrored, its border pixels repeated.
 */

const LOBES = 3

/** Of every pixel of a side: which pixels it is made of, and their weights, whose sum is 1. */
export interface AxisWeights {
  readonly from: number
  readonly to: number
  /** The same number for every pixel; those that are not needed weigh 0. */
  readonly taps: number
  /** Of the first tap, by pixel. Never falls. */
  readonly first: Int32Array
  /** [to][taps] */
  readonly weights: Float32Array
}

export function axisWeights(from: number, to: number): AxisWeights {
  const ratio = from / to
  const stretch = Math.max(1, ratio)
  const reach = LOBES * stretch
  const taps = ratio === 1 ? 1 : Math.min(from, Math.ceil(2 * reach) + 1)
  const first = new Int32Array(to)
  const weights = new Float32Array(to * taps)
  const row = new Float64Array(taps)
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * ratio - 0.5
    const left = Math.ceil(centre - reach)
    const right = Math.floor(centre + reach)
    const start = Math.max(0, Math.min(ratio === 1 ? i : left, from - taps))
    first[i] = start
    if (ratio === 1) {
      weights[i] = 1
      continue
    }
    row.fill(0)
    let sum = 0
    for (let at = left; at <= right; at++) {
      const weight = lanczos((at - centre) / stretch)
      row[mirrored(at, from) - start]! += weight
      sum += weight
    }
    for (let k = 0; k < taps; k++) weights[i * taps + k] = row[k]! / sum
  }
  return { from, to, taps, first, weights }
}

function lanczos(x: number): number {
  if (x === 0) return 1
  if (Math.abs(x) >= LOBES) return 0
  const angle = Math.PI * x
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle)
}

/** … 1 0 | 0 1 2 | 2 1 … */
function mirrored(i: number, size: number): number {
  const phase = ((i % (2 * size)) + 2 * size) % (2 * size)
  return phase < size ? phase : 2 * size - 1 - phase
}

/** The weights of a part of the pixels coming out, counted from the first pixel that they need. */
function partOf(axis: AxisWeights, start: number, length: number): AxisWeights & { start: number } {
  const { taps } = axis
  const first = axis.first.slice(start, start + length)
  const from = first[0]!
  for (let i = 0; i < length; i++) first[i]! -= from
  const weights = axis.weights.slice(start * taps, (start + length) * taps)
  return { from: first[length - 1]! + taps, to: length, taps, first, weights, start: from }
}

/** Which part of a picture a part of the resampled one is made of. */
export function neededBy(from: Size, to: Size, { left, top, width, height }: Part): Part {
  const across = partOf(axisWeights(from.width, to.width), left, width)
  const down = partOf(axisWeights(from.height, to.height), top, height)
  return { left: across.start, top: down.start, width: across.from, height: down.from }
}

/** One row from `data[start]` on, into `out[at]` on; three taps at a time, added up in their order all the same. */
export function resampleRow(
  { to, taps, first, weights }: AxisWeights,
  data: Float32Array,
  start: number,
  out: Float32Array,
  at: number,
): void {
  for (let i = 0; i < to; i++) {
    const from = start + first[i]!
    const row = i * taps
    let sum = 0
    let k = 0
    for (; k + 2 < taps; k += 3) {
      const w = row + k
      const x = from + k
      sum = sum + weights[w]! * data[x]! + weights[w + 1]! * data[x + 1]! + weights[w + 2]! * data[x + 2]!
    }
    for (; k < taps; k++) sum += weights[row + k]! * data[from + k]!
    out[at + i] = sum
  }
}

/** Whole planes [channels, height, width], enlarged by a whole number. */
export function enlargePlanes(
  planes: Float32Array,
  channels: number,
  { width, height }: { width: number; height: number },
  scale: number,
): Float32Array {
  const size = { width: width * scale, height: height * scale }
  const out = new Float32Array(channels * size.width * size.height)
  for (let c = 0; c < channels; c++) {
    const plane = out.subarray(c * size.width * size.height, (c + 1) * size.width * size.height)
    const rows = new RowResampler({ width, height }, size, 1)
    let at = 0
    rows.push(planes.subarray(c * width * height, (c + 1) * width * height), (row) => {
      plane.set(row, at)
      at += row.length
    })
  }
  return out
}

interface Size {
  readonly width: number
  readonly height: number
}

interface Part extends Size {
  readonly left: number
  readonly top: number
}

/** A picture that comes and goes by rows, [channel][x] each, from the top; only the rows that a kernel reaches are held. */
export class RowResampler {
  readonly #across: AxisWeights
  readonly #down: AxisWeights
  readonly #channels: number
  /** The last rows, resampled across: row `y` at `y % length`. */
  readonly #rows: Float32Array[]
  readonly #out: Float32Array
  #came = 0
  #gone = 0

  /** With `part`, only that of the result is given, and only what it is made of (`neededBy`) is taken. */
  constructor(from: Size, to: Size, channels: number, part?: Part) {
    const across = axisWeights(from.width, to.width)
    const down = axisWeights(from.height, to.height)
    this.#across = part === undefined ? across : partOf(across, part.left, part.width)
    this.#down = part === undefined ? down : partOf(down, part.top, part.height)
    this.#channels = channels
    this.#rows = Array.from({ length: this.#down.taps }, () => new Float32Array(channels * to.width))
    this.#out = new Float32Array(channels * this.#across.to)
  }

  /** Whole rows, any number of them. `emit` is given each row that is complete with them, and must not keep its array. */
  push(rows: Float32Array, emit: (row: Float32Array) => void): void {
    const { from, to } = this.#across
    const length = this.#channels * from
    const out = this.#out
    for (let start = 0; start < rows.length; start += length) {
      const into = this.#rows[this.#came % this.#rows.length]!
      for (let c = 0; c < this.#channels; c++) resampleRow(this.#across, rows, start + c * from, into, c * to)
      this.#came++
      while (this.#gone < this.#down.to && this.#needs(this.#gone) <= this.#came) {
        this.#mix(this.#gone++, out)
        emit(out)
      }
    }
  }

  /** How many rows have to have come before a row can go. */
  #needs(row: number): number {
    return this.#down.first[row]! + this.#down.taps
  }

  #mix(row: number, out: Float32Array): void {
    const { taps, first, weights } = this.#down
    const rowOf = (k: number): Float32Array => this.#rows[(first[row]! + k) % this.#rows.length]!
    const at = row * taps
    const top = rowOf(0)
    const weight = weights[at]!
    for (let i = 0; i < out.length; i++) out[i] = weight * top[i]!
    let k = 1
    for (; k + 3 < taps; k += 4)
      addFour(out, [rowOf(k), rowOf(k + 1), rowOf(k + 2), rowOf(k + 3)], weights.subarray(at + k, at + k + 4))
    for (; k < taps; k++) addOne(out, rowOf(k), weights[at + k]!)
  }
}

function addOne(out: Float32Array, row: Float32Array, weight: number): void {
  if (weight === 0) return
  for (let i = 0; i < out.length; i++) out[i]! += weight * row[i]!
}

/** As one after the other, each sum rounded to single precision, in one pass over the row. */
function addFour(
  out: Float32Array,
  [a, b, c, d]: readonly [Float32Array, Float32Array, Float32Array, Float32Array],
  weights: Float32Array,
): void {
  const [wa, wb, wc, wd] = [weights[0]!, weights[1]!, weights[2]!, weights[3]!]
  for (let i = 0; i < out.length; i++) {
    let sum = Math.fround(out[i]! + wa * a[i]!)
    sum = Math.fround(sum + wb * b[i]!)
    sum = Math.fround(sum + wc * c[i]!)
    out[i] = sum + wd * d[i]!
  }
}
