/** Exact distances to a set of pixels (Meijster, Roerdink and Hesselink 2000): two passes, whole numbers, linear time. */

/** A window of bytes, and the block of it that distances are wanted for. */
export interface DistanceWindow {
  /** 1 = in the set. */
  readonly inside: Uint8Array
  readonly width: number
  readonly height: number
  readonly block: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

/**
 * The squared distance of each of the block's pixels to the nearest pixel of the set, centre to centre. Where it is
 * `reach` or more, some number of at least `reach` squared.
 */
export function squaredDistances({ inside, width, height, block }: DistanceWindow, reach: number): Int32Array {
  const columns = columnDistances(inside, width, height, reach)
  const none = reach * reach
  const squared = new Int32Array(block.width * block.height).fill(none)
  /** The parabolas of the lower envelope, and where each begins to be the lowest. */
  const lowest = new Int32Array(width)
  const begins = new Int32Array(width)
  for (let y = 0; y < block.height; y++) {
    const row = columns.subarray((y + block.y) * width, (y + block.y + 1) * width)
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
        begins[0] = 0
        continue
      }
      const v = lowest[last]!
      const begin = 1 + Math.floor((u * u - v * v + own * own - row[v]! * row[v]!) / (2 * (u - v)))
      if (begin >= width) continue
      last++
      lowest[last] = u
      begins[last] = begin
    }
    if (last < 0) continue
    let x = block.x + block.width - 1
    while (begins[last]! > x) last--
    for (const to = y * block.width - block.x; x >= block.x; x--) {
      const v = lowest[last]!
      squared[to + x] = (x - v) * (x - v) + row[v]! * row[v]!
      if (x === begins[last]) last--
    }
  }
  return squared
}

/** Along the columns only, `reach` where it is that or more. */
function columnDistances(inside: Uint8Array, width: number, height: number, reach: number): Uint16Array {
  const columns = new Uint16Array(width * height)
  for (let i = 0; i < width; i++) columns[i] = inside[i] === 1 ? 0 : reach
  for (let i = width; i < columns.length; i++) {
    const above = columns[i - width]!
    columns[i] = inside[i] === 1 ? 0 : above < reach ? above + 1 : reach
  }
  for (let i = columns.length - width - 1; i >= 0; i--) {
    const below = columns[i + width]! + 1
    if (below < columns[i]!) columns[i] = below
  }
  return columns
}
