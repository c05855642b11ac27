/** The region that a fill is judged in: the mask, grown by what a seam can reach, and its share of coarser pixels. */

/** Every pixel within `radius` px of one that is set. `mask` and the result are 0 or 1, row by row. */
export function dilate(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const out = mask.slice()
  const at = (x: number, y: number) => x < 0 || y < 0 || x >= width || y >= height || mask[y * width + x]! > 0
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!mask[y * width + x]) continue
      // Inside the mask nothing new is reached: only its rim grows.
      if (at(x - 1, y) && at(x + 1, y) && at(x, y - 1) && at(x, y + 1)) continue
      for (let dy = -radius; dy <= radius; dy++) {
        const reach = Math.floor(Math.sqrt(radius * radius - dy * dy))
        if (y + dy < 0 || y + dy >= height) continue
        const [left, right] = [Math.max(0, x - reach), Math.min(width - 1, x + reach)]
        out.fill(1, (y + dy) * width + left, (y + dy) * width + right + 1)
      }
    }
  return out
}
