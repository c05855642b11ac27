/**
 * The known part of a picture at sizes in steps of sqrt 2, with a fourth channel that says how busy it is there.
 *
 * Values are carried as value x share and share, the share of known area under a pixel, so that shrinking is a plain
 * area mean of both and no hole pixel ever colours a known one.
 */
import { CHANNELS } from './shape.js'

/** The fourth channel against the colours. */
const TEXTURE_WEIGHT = 1.5
/** The texture is a mean over (2 x this + 1)^2 px of the full picture. */
const TEXTURE_REACH = 3

export interface Layer {
  width: number
  height: number
  /** `CHANNELS` values a pixel, each times the pixel's share. */
  weighed: Float32Array
  /** 0..1, how much of the pixel is known. */
  share: Float32Array
  /** 0..1, how much of the pixel patches may be taken from. */
  allowed: Float32Array | null
}

/** Size of one side at a level. At least one pixel. */
export const shrunk = (side: number, level: number): number => Math.max(1, Math.round(side * 2 ** (-level / 2)))

/** Level 0. */
export function fullLayer(
  picture: Float32Array,
  hole: Uint8Array,
  sources: Uint8Array | null,
  width: number,
  height: number,
): Layer {
  const pixels = width * height
  const weighed = new Float32Array(pixels * CHANNELS)
  const share = new Float32Array(pixels)
  const texture = textureOf(picture, hole, width, height)
  for (let k = 0; k < pixels; k++) {
    if (hole[k]) continue
    share[k] = 1
    weighed[4 * k] = picture[3 * k]!
    weighed[4 * k + 1] = picture[3 * k + 1]!
    weighed[4 * k + 2] = picture[3 * k + 2]!
    weighed[4 * k + 3] = texture[k]!
  }
  return { width, height, weighed, share, allowed: sources ? Float32Array.from(sources, (on) => (on ? 1 : 0)) : null }
}

/** All levels from 0 to `deepest`. */
export function pyramid(full: Layer, deepest: number): Layer[] {
  const layers = [full]
  for (let level = 1; level <= deepest; level++) {
    // From two levels up, for there the sizes halve: each pixel is a mean of whole pixels.
    const from = layers[Math.max(0, level - 2)]!
    layers.push(shrinkLayer(from, shrunk(full.width, level), shrunk(full.height, level)))
  }
  return layers
}

function shrinkLayer(from: Layer, width: number, height: number): Layer {
  const shrinkPlane = (plane: Float32Array, channels: number) =>
    areaMean(plane, channels, from.width, from.height, width, height)
  return {
    width,
    height,
    weighed: shrinkPlane(from.weighed, CHANNELS),
    share: shrinkPlane(from.share, 1),
    allowed: from.allowed && shrinkPlane(from.allowed, 1),
  }
}

/** The mean over the area that each new pixel covers, rows first. */
export function areaMean(
  values: Float32Array,
  channels: number,
  width: number,
  height: number,
  newWidth: number,
  newHeight: number,
): Float32Array {
  const rows = new Float32Array(newWidth * height * channels)
  const across = sharesOf(width, newWidth)
  for (let y = 0; y < height; y++)
    shrinkLine(values, rows, y * width * channels, y * newWidth * channels, channels, across)
  const out = new Float32Array(newWidth * newHeight * channels)
  shrinkLine(rows, out, 0, 0, newWidth * channels, sharesOf(height, newHeight))
  return out
}

/** What each step of a shrunk line is made of: two or three of the longer one, for sides halve at most. */
interface Shares {
  /** Its first step of the longer line. */
  first: Int32Array
  /** Where its weights begin, one more than there are steps. */
  begins: Int32Array
  weights: Float64Array
}

function sharesOf(length: number, newLength: number): Shares {
  const scale = length / newLength
  const first = new Int32Array(newLength)
  const begins = new Int32Array(newLength + 1)
  const weights: number[] = []
  for (let to = 0; to < newLength; to++) {
    const begin = to * scale
    const end = begin + scale
    first[to] = Math.floor(begin)
    for (let from = Math.floor(begin); from < Math.min(length, Math.ceil(end - 1e-9)); from++)
      weights.push((Math.min(from + 1, end) - Math.max(from, begin)) / scale)
    begins[to + 1] = weights.length
    if (weights.length > begins[to]! + 3) throw new RangeError(`${length} to ${newLength} is more than by half`)
  }
  return { first, begins, weights: Float64Array.from(weights) }
}

/** Adds a line, whose steps are `block` values each, to a shorter one of zeros; both begin at a place of their own. */
function shrinkLine(
  values: Float32Array,
  out: Float32Array,
  start: number,
  newStart: number,
  block: number,
  { first, begins, weights }: Shares,
): void {
  for (let to = 0; to < first.length; to++) {
    const at = begins[to]!
    const count = begins[to + 1]! - at
    const w0 = weights[at]!
    const w1 = count > 1 ? weights[at + 1]! : 0
    const w2 = count > 2 ? weights[at + 2]! : 0
    const a = newStart + to * block
    const b = start + first[to]! * block
    const c = count > 1 ? b + block : b
    const d = count > 2 ? c + block : b
    for (let i = 0; i < block; i++)
      out[a + i] = Math.fround(Math.fround(w0 * values[b + i]!) + w1 * values[c + i]!) + w2 * values[d + i]!
  }
}

/**
 * The mean size of the luma's differences to its right and lower neighbours: at coarse levels, where grass and a wall
 * may have one colour, it tells them apart (the texture features of Newson, Almansa, Fradet, Gousseau, Pérez 2014,
 * "Video inpainting of complex scenes").
 */
function textureOf(picture: Float32Array, hole: Uint8Array, width: number, height: number): Float32Array {
  const pixels = width * height
  const luma = new Float32Array(pixels)
  for (let k = 0; k < pixels; k++)
    luma[k] = 0.299 * picture[3 * k]! + 0.587 * picture[3 * k + 1]! + 0.114 * picture[3 * k + 2]!
  const busy = new Float32Array(pixels)
  const known = new Float32Array(pixels)
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++) {
      const k = y * width + x
      if (hole[k] || hole[k + 1] || hole[k + width]) continue
      busy[k] = Math.abs(luma[k + 1]! - luma[k]!) + Math.abs(luma[k + width]! - luma[k]!)
      known[k] = 1
    }
  }
  const sums = boxSums(busy, width, height, TEXTURE_REACH)
  const counts = boxSums(known, width, height, TEXTURE_REACH)
  for (let k = 0; k < pixels; k++) sums[k] = counts[k]! > 0 ? (TEXTURE_WEIGHT * sums[k]!) / counts[k]! : 0
  return sums
}

function boxSums(values: Float32Array, width: number, height: number, reach: number): Float32Array {
  const across = new Float32Array(values.length)
  for (let y = 0; y < height; y++) {
    let sum = 0
    for (let x = -reach; x < width; x++) {
      if (x + reach < width) sum += values[y * width + x + reach]!
      if (x - reach - 1 >= 0) sum -= values[y * width + x - reach - 1]!
      if (x >= 0) across[y * width + x] = sum
    }
  }
  const out = new Float32Array(values.length)
  const sums = new Float64Array(width)
  for (let y = -reach; y < height; y++) {
    const [below, above] = [(y + reach) * width, (y - reach - 1) * width]
    if (y + reach < height) for (let x = 0; x < width; x++) sums[x] = sums[x]! + across[below + x]!
    if (above >= 0) for (let x = 0; x < width; x++) sums[x] = sums[x]! - across[above + x]!
    if (y >= 0) for (let x = 0; x < width; x++) out[y * width + x] = Math.max(0, sums[x]!)
  }
  return out
}
