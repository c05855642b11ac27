/** Where a speck may be: a spot that is brighter, or darker, than everything on a ring around it. */
import { meansAround, type Tile } from './lines.js'
import type { Marks } from './marks.js'
import type { Band } from './source.js'

const RADIUS = 4
const AROUND = 16
/** No stronger spot is within so many pixels. */
const ALONE = 2
export const SPECK_REACH = AROUND + ALONE + RADIUS + 1
const LEAST_CONTRAST = 65520 * 0.02
const LEAST_RATIO = 5

const RING = Array.from({ length: 12 }, (_, k) => {
  const angle = (2 * Math.PI * k) / 12
  return [Math.round(RADIUS * Math.cos(angle)), Math.round(RADIUS * Math.sin(angle))] as const
})

/** Adds the tile's marks. `plane`: the band `smoothed`, which must reach `SPECK_REACH` beyond the tile. */
export function findSpecks(band: Band, plane: Uint16Array, tile: Tile, marks: Marks): void {
  const ring = RING.map(([dx, dy]) => dy * band.width + dx)
  const { best, box } = strongest(plane, band.width, ring, tile)
  const texture = meansAround(best, box.width, box.height)
  for (let y = tile.top; y < tile.bottom; y++)
    for (let x = tile.left; x < tile.right; x++) {
      const at = (y - box.top) * box.width + x - box.left
      const contrast = Math.abs(best[at]!)
      if (contrast < LEAST_CONTRAST || contrast < LEAST_RATIO * texture[at]!) continue
      if (!alone(best, at, box.width) || !hasRing(tile, x, y)) continue
      const here = y * band.width + x
      if (band.clear && (band.clear[here] === 1 || ring.some((to) => band.clear?.[here + to] === 1))) continue
      const i = marks.add()
      const to = marks.columns
      const around = ring.map((side) => plane[here + side]!).sort((a, b) => a - b)
      to.x[i] = x + tile.x0
      to.y[i] = y + tile.y0
      to.sign[i] = Math.sign(best[at]!)
      to.contrast[i] = contrast
      to.texture[i] = texture[at]!
      to.centre[i] = plane[here]!
      to.left[i] = around[0]!
      to.right[i] = around[around.length - 1]!
      to.half[i] = halfWidth(plane, band.width, here, around[around.length >> 1]!)
      to.red[i] = band.red[here]!
      to.green[i] = band.green[here]!
      to.blue[i] = band.blue[here]!
      to.redAround[i] = meanOf(band.red, here, ring)
      to.greenAround[i] = meanOf(band.green, here, ring)
      to.blueAround[i] = meanOf(band.blue, here, ring)
    }
}

/** Whether the ring is in the picture: beyond its border nothing is known. */
const hasRing = ({ x0, y0, width, height }: Tile, x: number, y: number): boolean =>
  Math.min(x + x0, y + y0) >= RADIUS && x + x0 < width - RADIUS && y + y0 < height - RADIUS

function strongest(plane: Uint16Array, stride: number, ring: readonly number[], tile: Tile) {
  const more = AROUND + ALONE
  const box = { left: tile.left - more, top: tile.top - more, width: 0, height: 0 }
  box.width = tile.right + more - box.left
  box.height = tile.bottom + more - box.top
  const best = new Int32Array(box.width * box.height)
  for (let y = 0; y < box.height; y++) {
    let from = (box.top + y) * stride + box.left
    for (let to = y * box.width; to < (y + 1) * box.width; to++, from++) {
      const centre = plane[from]!
      const bright = centre > plane[from + ring[0]!]!
      let contrast = bright ? 65535 : -65535
      for (const side of ring) {
        const difference = centre - plane[from + side]!
        if (bright !== difference > 0) {
          contrast = 0
          break
        }
        if (bright ? difference < contrast : difference > contrast) contrast = difference
      }
      best[to] = contrast
    }
  }
  return { best, box }
}

function alone(best: Int32Array, at: number, width: number): boolean {
  const sign = Math.sign(best[at]!)
  const own = best[at]! * sign
  for (let dy = -ALONE; dy <= ALONE; dy++)
    for (let dx = -ALONE; dx <= ALONE; dx++) {
      const to = at + dy * width + dx
      const other = best[to]! * sign
      if (other > own || (other === own && to < at)) return false
    }
  return true
}

/** How far the spot reaches, in quarter pixels: the mean of eight directions. */
function halfWidth(plane: Uint16Array, width: number, at: number, around: number): number {
  const centre = plane[at]!
  const least = around + (centre - around) * 0.35
  let sum = 0
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) {
      if (dx === 0 && dy === 0) continue
      for (let k = 1; k <= RADIUS; k++) {
        const value = plane[at + k * (dy * width + dx)]!
        if (centre > around ? value < least : value > least) break
        sum += dx !== 0 && dy !== 0 ? 1.5 : 1
      }
    }
  return Math.round((4 * sum) / 8)
}

function meanOf(plane: Uint16Array, at: number, ring: readonly number[]): number {
  let sum = 0
  for (const side of ring) sum += plane[at + side]!
  return sum / ring.length
}
