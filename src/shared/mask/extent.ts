/** Where a mask lies, and how much of it there is. */
import type { Area } from './area.js'
import { MASK_TILE, type MaskRaster } from './raster.js'

/**
 * The smallest rectangle around all bytes above 0; null when there are none. A raster's tile that is not 0 has such a byte,
 * so only the outermost tiles of each side are looked into: it costs little after each stroke.
 */
export function extentOf(raster: MaskRaster): Area | null {
  const { grid } = raster
  const painted: { index: number; area: Area }[] = []
  for (let index = 0; index < grid.count; index++)
    if (raster.tile(index) !== 0) painted.push({ index, area: grid.areaOf(index) })
  if (painted.length === 0) return null
  const outermost = (of: (area: Area) => number): { index: number; area: Area }[] => {
    const least = painted.reduce((min, { area }) => Math.min(min, of(area)), Infinity)
    return painted.filter(({ area }) => of(area) === least)
  }
  const least = (of: (area: Area) => number, side: (bounds: Bounds) => number): number =>
    outermost(of).reduce((min, { index, area }) => Math.min(min, side(boundsOf(raster, index, area))), Infinity)
  const left = least(
    ({ x }) => x,
    (bounds) => bounds.left,
  )
  const top = least(
    ({ y }) => y,
    (bounds) => bounds.top,
  )
  const right = -least(
    ({ x }) => -x,
    (bounds) => -bounds.right,
  )
  const bottom = -least(
    ({ y }) => -y,
    (bounds) => -bounds.bottom,
  )
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** How many bytes are above 0. */
export function maskedCount(raster: MaskRaster): number {
  let count = 0
  for (let index = 0; index < raster.grid.count; index++) {
    const tile = raster.tile(index)
    if (tile === 0) continue
    const { width, height } = raster.grid.areaOf(index)
    if (typeof tile === 'number') count += width * height
    else
      for (let row = 0; row < height; row++)
        for (let i = row * MASK_TILE; i < row * MASK_TILE + width; i++) if (tile[i] !== 0) count++
  }
  return count
}

interface Bounds {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The bounds of a tile's bytes above 0, in picture pixels. */
function boundsOf(raster: MaskRaster, index: number, { x, y, width, height }: Area): Bounds {
  const tile = raster.tile(index)
  if (typeof tile === 'number') return { left: x, top: y, right: x + width, bottom: y + height }
  const inside = known.get(tile) ?? insideOf(tile, width, height)
  known.set(tile, inside)
  return { left: x + inside.left, top: y + inside.top, right: x + inside.right, bottom: y + inside.bottom }
}

/** Of tiles that were looked into: a raster's never change, and the next one has most of them too. */
const known = new WeakMap<Uint8Array, Bounds>()

function insideOf(tile: Uint8Array, width: number, height: number): Bounds {
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let row = 0; row < height; row++) {
    const start = row * MASK_TILE
    let first = 0
    while (first < width && tile[start + first] === 0) first++
    if (first === width) continue
    let last = width - 1
    while (tile[start + last] === 0) last--
    if (first < left) left = first
    if (last >= right) right = last + 1
    if (row < top) top = row
    bottom = row + 1
  }
  return { left, top, right, bottom }
}
