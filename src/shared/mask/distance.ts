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
    const height = (x: number, u: number): number => (x - u) * (x - u) + row[u]! * row[u]!
    let last = -1
    for (let u = 0; u < width; u++) {
      if (row[u]! >= reach) continue
      while (last >= 0 && height(begins[last]!, lowest[last]!) > height(begins[last]!, u)) last--
      if (last < 0) {
        last = 0
        lowest[0] = u
        begins[0] = 0
        continue
      }
      const v = lowest[last]!
      const begin = 1 + Math.floor((u * u - v * v + row[u]! * row[u]! - row[v]! * row[v]!) / (2 * (u - v)))
      if (begin >= width) continue
      last++
      lowest[last] = u
      begins[last] = begin
    }
    if (last < 0) continue
    for (let x = width - 1; x >= block.x; x--) {
      if (x < block.x + block.width) squared[y * block.width + x - block.x] = height(x, lowest[last]!)
      if (x === begins[last]) last--
    }
  }
  return squared
}

/** Along the columns only, `reach` where it is that or more. */
function columnDistances(inside: Uint8Array, width: number, height: number, reach: number): Uint16Array {
  const columns = new Uint16Array(width * height)
  for (let i = 0; i < columns.length; i++)
    columns[i] = inside[i] === 1 ? 0 : Math.min(reach, (i < width ? reach : columns[i - width]!) + 1)
  for (let i = columns.length - width - 1; i >= 0; i--) {
    const below = columns[i + width]! + 1
    if (below < columns[i]!) columns[i] = below
  }
  return columns
}
