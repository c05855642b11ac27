import type { Shape } from './candidates.js'

/** Sets what the shape covers to 255. */
export function drawShape(mask: Uint8Array, width: number, height: number, { x, y, radius }: Shape): void {
  for (let i = 0; i < x.length; i++) {
    const [cx, cy, r] = [x[i]!, y[i]!, radius[i]!]
    const [first, last] = [Math.max(0, Math.ceil(cy - r)), Math.min(height - 1, Math.floor(cy + r))]
    for (let row = first; row <= last; row++) {
      const reach = Math.sqrt(r * r - (row - cy) ** 2)
      const from = Math.max(0, Math.ceil(cx - reach))
      const to = Math.min(width - 1, Math.floor(cx + reach))
      if (from <= to) mask.fill(255, row * width + from, row * width + to + 1)
    }
  }
}
