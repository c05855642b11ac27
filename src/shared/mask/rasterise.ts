/**
 * A mask's bytes: 0 = stays as it is, bit by bit; 255 = replaced; between them the share of the replacement (rims and
 * feathers). Renderer and engine both use this, and a region has the same bytes however a picture is cut into regions.
 */
import { apply } from './apply.js'
import { expanded, intersection, type Area } from './area.js'
import type { Mask, MaskOperation } from './mask.js'
import { MASK_TILE, MaskRaster, readTiles, type MaskTiles } from './raster.js'
import { noSelections, type Selections } from './selections.js'
import { reachOf } from './spread.js'

export interface RasteriseOptions {
  /** In pixels of the picture, inside it; the whole picture unless given. */
  readonly region?: Area
  /** Shrunk 2^level times, each byte the mean of its pixels. A region then starts and ends on such steps or at the border. */
  readonly level?: number
  /** What wand, alpha and image selected; see `select`. */
  readonly selections?: Selections
}

/** Rows of a region's bytes, one after the other. */
export function rasterise(mask: Mask, options: RasteriseOptions = {}): Uint8Array {
  const region = options.region ?? { x: 0, y: 0, width: mask.width, height: mask.height }
  const raster = rasterOf(mask, options.selections, region)
  return shrunk(raster, region, options.level ?? 0)
}

/** The tiles of a mask, of the whole picture or those that a region's bytes need. */
export function rasterOf(mask: Mask, selections: Selections = noSelections, region?: Area): MaskRaster {
  const operations = effective(mask.operations)
  const part = region === undefined ? undefined : expanded(region, marginOf(operations))
  const draft = MaskRaster.blank(mask, part).draft()
  for (const operation of operations) apply(draft, operation, { selections })
  return draft.finish()
}

/** How far around a region the mask has to be known for the region's bytes, in pixels. */
export const marginOf = (operations: readonly MaskOperation[]): number =>
  effective(operations).reduce(
    (sum, operation) => sum + (operation.kind === 'grow' || operation.kind === 'feather' ? reachOf(operation) : 0),
    0,
  )

/** What counts: the operations after the last that clears. */
export const effective = (operations: readonly MaskOperation[]): readonly MaskOperation[] =>
  operations.slice(operations.findLastIndex(({ kind }) => kind === 'clear') + 1)

/** The largest level: each byte is then made of one whole tile. */
export const MAX_LEVEL = 7

/** An area of a raster, shrunk 2^level times. Throws a RangeError when it does not lie on such steps. */
export function shrunk(tiles: MaskTiles, area: Area, level: number): Uint8Array {
  const step = 2 ** level
  const { width, height } = tiles.grid.picture
  const fits = (from: number, size: number, side: number): boolean =>
    from >= 0 && from % step === 0 && from + size <= side && (size % step === 0 || from + size === side)
  if (level > MAX_LEVEL || !fits(area.x, area.width, width) || !fits(area.y, area.height, height))
    throw new RangeError(`The area ${JSON.stringify(area)} does not lie on steps of ${step} inside the picture.`)
  if (level === 0) return readTiles(tiles, area)
  const out = new Uint8Array(Math.ceil(area.width / step) * Math.ceil(area.height / step))
  for (const index of tiles.grid.touched(area)) shrinkTile(tiles, index, area, step, out)
  return out
}

/** Tiles lie on the steps of all levels, so that each byte comes of one tile. */
function shrinkTile(tiles: MaskTiles, index: number, area: Area, step: number, out: Uint8Array): void {
  const tile = tiles.tile(index)
  if (tile === 0) return
  const { x, y } = tiles.grid.origin(index)
  const part = intersection(tiles.grid.areaOf(index), area)
  const columns = Math.ceil(area.width / step)
  for (let top = part.y; top < part.y + part.height; top += step) {
    const rows = Math.min(step, part.y + part.height - top)
    let to = ((top - area.y) / step) * columns + (part.x - area.x) / step
    for (let left = part.x; left < part.x + part.width; left += step, to++) {
      if (typeof tile === 'number') {
        out[to] = tile
        continue
      }
      const across = Math.min(step, part.x + part.width - left)
      let sum = 0
      for (let row = 0; row < rows; row++) {
        const from = (top - y + row) * MASK_TILE + left - x
        for (let i = from; i < from + across; i++) sum += tile[i]!
      }
      out[to] = Math.round(sum / (rows * across))
    }
  }
}
