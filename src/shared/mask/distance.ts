/** Exact distances to a set of pixels (Meijster, Roerdink and Hesselink 2000): two passes, whole numbers, linear time. */
import { intersection, type Area } from './area.js'

/** A set of pixels: where it lies at most, and which of a part of that are in it. */
export interface PixelSet {
  readonly bounds: Area
  /** Rows one after the other, 1 = in the set. */
  inside(part: Area): Uint8Array
}

/** Rows from one yield to the next: at most a few milliseconds. */
const ROWS = 64

/**
 * The squared distance of each of the block's pixels to the nearest pixel of the set, centre to centre, rows one after the
 * other. Where it is `reach` or more, some number of at least `reach` squared. Yields every few milliseconds.
 */
export function* squaredDistances(set: PixelSet, block: Area, reach: number): Generator<void, Int32Array> {
  const squared = new Int32Array(block.width * block.height).fill(reach * reach)
  const near = {
    x: block.x - reach,
    y: block.y - reach,
    width: block.width + 2 * reach,
    height: block.height + 2 * reach,
  }
  const window = intersection(set.bounds, near)
  const { width } = window
  if (width === 0 || window.height === 0) return squared
  const columns = yield* columnDistances(set, window, block, reach)
  const offset = block.x - window.x
  /** The parabolas of the lower envelope, and where each begins to be the lowest, in columns of the window. */
  const lowest = new Int32Array(width)
  const begins = new Int32Array(width)
  const end = offset + block.width
  for (let y = 0; y < block.height; y++) {
    if (y > 0 && y % ROWS === 0) yield
    const row = columns.subarray(y * width, (y + 1) * width)
    let last = -1
    for (let u = 0; u < width; u++) {
      const own = row[u]!
      if (own >= reach) continue
      while (last >= 0) {
        const v = lowest[last]!
        const x = begins[last]!
        if ((x - v) * (x - v) + row[v]! * row[v]! <= (x - u) * (x - u) + own * own) break
        last--
      }
      if (last < 0) {
        last = 0
        lowest[0] = u
        begins[0] = offset
        continue
      }
      const v = lowest[last]!
      const begin = 1 + Math.floor((u * u - v * v + own * own - row[v]! * row[v]!) / (2 * (u - v)))
      if (begin >= end) continue
      last++
      lowest[last] = u
      begins[last] = begin
    }
    if (last < 0) continue
    let x = end - 1
    while (begins[last]! > x) last--
    for (const to = y * block.width - offset; x >= offset; x--) {
      const v = lowest[last]!
      squared[to + x] = (x - v) * (x - v) + row[v]! * row[v]!
      if (x === begins[last]) last--
    }
  }
  return squared
}

/** Along the window's columns only, for the block's rows; `reach` where it is that or more. */
function* columnDistances(set: PixelSet, window: Area, block: Area, reach: number): Generator<void, Uint16Array> {
  const { width } = window
  const [bottom, blockBottom] = [window.y + window.height, block.y + block.height]
  const inside = new Uint8Array(width * window.height)
  for (let y = window.y; y < bottom; y += ROWS) {
    const strip = { ...window, y, height: Math.min(ROWS, bottom - y) }
    inside.set(set.inside(strip), (y - window.y) * width)
    yield
  }
  const columns = new Uint16Array(width * block.height).fill(reach)
  const counts = new Uint16Array(width)
  /** Counts one row further. */
  const step = (y: number): void => {
    const from = y < window.y || y >= bottom ? -1 : (y - window.y) * width
    const to = y < block.y || y >= blockBottom ? -1 : (y - block.y) * width
    for (let u = 0; u < width; u++) {
      const before = counts[u]!
      const count = from >= 0 && inside[from + u] === 1 ? 0 : before < reach ? before + 1 : reach
      counts[u] = count
      if (to >= 0 && count < columns[to + u]!) columns[to + u] = count
    }
  }
  counts.fill(reach)
  for (let y = window.y; y < blockBottom; y++) {
    step(y)
    if (y % ROWS === 0) yield
  }
  counts.fill(reach)
  for (let y = bottom - 1; y >= block.y; y--) {
    step(y)
    if (y % ROWS === 0) yield
  }
  return columns
}
