/**
 * A mask's bytes: 0 = stays as it is, bit by bit; 255 = replaced; between them the share of the replacement (rims and
 * feathers). Renderer and engine both use this, and a region has the same bytes however a picture is cut into regions.
 */
import { apply } from './apply.js'
import { expanded, intersection, type Area } from './area.js'
import type { Mask, MaskOperation } from './mask.js'
import { MaskRaster, readTiles, type MaskTiles } from './raster.js'
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

/** An area of a raster, shrunk 2^level times. Throws a RangeError when it does not lie on such steps. */
export function shrunk(tiles: MaskTiles, area: Area, level: number): Uint8Array {
  const step = 2 ** level
  const { width, height } = tiles.grid.picture
  const fits = (from: number, size: number, picture: number): boolean =>
    from % step === 0 && (size % step === 0 || from + size === picture)
  if (!fits(area.x, area.width, width) || !fits(area.y, area.height, height))
    throw new RangeError(`The area ${JSON.stringify(area)} does not lie on steps of ${step}.`)
  const bytes = readTiles(tiles, intersection(area, { x: 0, y: 0, width, height }))
  return level === 0 ? bytes : means(bytes, area.width, area.height, step)
}

function means(bytes: Uint8Array, width: number, height: number, step: number): Uint8Array {
  const columns = Math.ceil(width / step)
  const rows = Math.ceil(height / step)
  const out = new Uint8Array(columns * rows)
  for (let row = 0; row < rows; row++) {
    const sums = new Int32Array(columns)
    const bottom = Math.min(height, (row + 1) * step)
    for (let y = row * step; y < bottom; y++) {
      let at = y * width
      for (let column = 0; column < columns; column++) {
        const right = Math.min(width, (column + 1) * step)
        let sum = 0
        for (let x = column * step; x < right; x++) sum += bytes[at++]!
        sums[column]! += sum
      }
    }
    for (let column = 0; column < columns; column++) {
      const pixels = (bottom - row * step) * (Math.min(width, (column + 1) * step) - column * step)
      out[row * columns + column] = Math.round(sums[column]! / pixels)
    }
  }
  return out
}
