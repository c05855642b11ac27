/** How deep a hole is. */

/**
 * The distance of each hole pixel to the nearest known one, in pixels; 0 where known. A chamfer of steps 1 and sqrt 2
 * (Borgefors 1986), at most 8 % above the Euclidean distance. What lies outside the picture is not known: a hole at the
 * border is as deep as it reaches in. Infinite where nothing is known.
 */
export function depths(hole: Uint8Array, width: number, height: number): Float32Array {
  const depth = new Float32Array(width * height)
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let y = 0, k = 0; y < height; y++) {
    for (let x = 0; x < width; x++, k++) {
      if (!hole[k]) continue
      depth[k] = Infinity
      if (x < left) left = x
      if (x >= right) right = x + 1
      if (y < top) top = y
      bottom = y + 1
    }
  }
  // What is known has no depth: nothing changes outside the hole's box.
  for (let pass = 0; pass < 2; pass++) {
    const sign = pass === 0 ? -1 : 1
    for (let row = top; row < bottom; row++) {
      const y = pass === 0 ? row : bottom - 1 - (row - top)
      const hasRow = pass === 0 ? y > 0 : y < height - 1
      for (let column = left; column < right; column++) {
        const x = pass === 0 ? column : right - 1 - (column - left)
        const k = y * width + x
        let d = depth[k]!
        if (d === 0) continue
        const before = pass === 0 ? x > 0 : x < width - 1
        const after = pass === 0 ? x < width - 1 : x > 0
        const line = k + sign * width
        if (before) d = Math.min(d, depth[k + sign]! + 1)
        if (hasRow) {
          d = Math.min(d, depth[line]! + 1)
          if (before) d = Math.min(d, depth[line + sign]! + Math.SQRT2)
          if (after) d = Math.min(d, depth[line - sign]! + Math.SQRT2)
        }
        depth[k] = d
      }
    }
  }
  return depth
}

/** How wide the widest place of the hole is, in pixels: twice its greatest depth. */
export function across(depth: Float32Array): number {
  let deepest = 0
  for (let k = 0; k < depth.length; k++) if (depth[k]! > deepest) deepest = depth[k]!
  return 2 * deepest
}
