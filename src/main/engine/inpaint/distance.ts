/** How deep a hole is. */

/**
 * The distance of each hole pixel to the nearest known one, in pixels; 0 where known. A chamfer of steps 1 and sqrt 2
 * (Borgefors 1986), at most 8 % above the Euclidean distance. What lies outside the picture is not known: a hole at the
 * border is as deep as it reaches in. Infinite where nothing is known.
 */
export function depths(hole: Uint8Array, width: number, height: number): Float32Array {
  const depth = new Float32Array(width * height)
  for (let k = 0; k < depth.length; k++) depth[k] = hole[k] ? Infinity : 0
  const relax = (k: number, other: number, step: number) => {
    const d = depth[other]! + step
    if (d < depth[k]!) depth[k] = d
  }
  for (let pass = 0; pass < 2; pass++) {
    const sign = pass === 0 ? -1 : 1
    for (let row = 0; row < height; row++) {
      const y = pass === 0 ? row : height - 1 - row
      const hasRow = pass === 0 ? y > 0 : y < height - 1
      for (let column = 0; column < width; column++) {
        const x = pass === 0 ? column : width - 1 - column
        const k = y * width + x
        if (depth[k] === 0) continue
        const before = pass === 0 ? x > 0 : x < width - 1
        const after = pass === 0 ? x < width - 1 : x > 0
        if (before) relax(k, k + sign, 1)
        if (!hasRow) continue
        relax(k, k + sign * width, 1)
        if (before) relax(k, k + sign * width + sign, Math.SQRT2)
        if (after) relax(k, k + sign * width - sign, Math.SQRT2)
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
