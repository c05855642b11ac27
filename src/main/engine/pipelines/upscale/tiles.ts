/** The tiles that a network from picture to picture is run in. */
import { type ImageNetworkManifest, rimOf } from '../../../../shared/image-network.js'
import { marginOf } from '../../models/image-to-image.js'
import type { RunOptions } from '../../protocol/tasks.js'
import { BASE_MEMORY } from '../../runtime/memory.js'
import type { TileGeometry } from '../tile-pass.js'

const LARGEST = 768
const SMALLEST = 64
/** Rows of a strip are floats of three channels, and lie in memory twice: one strip is written while the next one comes. */
const STRIP_BYTES = 2 * 3 * 4
/** Share of the memory budget that the strips may take. */
const STRIP_SHARE = 0.2

/** Core side of a tile, pixels going in: the one that was asked for, else the largest up to 768 px whose window fits the budget. */
export function imageTileSide(manifest: ImageNetworkManifest, run: Pick<RunOptions, 'tile' | 'memoryBudget'>): number {
  const { size, bytesPerPixel } = manifest
  if ('width' in size) return Math.max(size.width, size.height)
  const pixels = Math.max(0, run.memoryBudget - BASE_MEMORY) / bytesPerPixel
  const fitting = Math.floor((Math.sqrt(pixels) - 2 * marginOf(manifest)) / 64) * 64
  return run.tile ?? Math.max(SMALLEST, Math.min(LARGEST, fitting))
}

/** Half the tile, or the tile itself where there is no smaller one. */
export function halfImageTile({ size }: ImageNetworkManifest, tile: number): number {
  if ('width' in size) return tile
  return Math.min(tile, Math.max(size.multipleOf, size.least, Math.floor(tile / 2)))
}

/**
 * For a pass over a picture `width` pixels wide with tiles of `tile` px. Tiles are lower where the rows of a strip would take
 * too much of `memoryBudget`: how tiles lie does not matter for the result.
 */
export function imageTiles(
  manifest: ImageNetworkManifest,
  {
    tile,
    width,
    scale,
    memoryBudget,
    of = 'graph',
  }: { tile: number; width: number; scale: number; memoryBudget: number; of?: 'graph' | 'noise' },
): Omit<TileGeometry, 'region'> {
  const { size } = manifest
  const outside = of === 'graph' ? rimOf(manifest) : 0
  if ('width' in size) {
    const most = Math.floor((Math.min(size.width, size.height) - 1) / 4)
    const margin = Math.max(outside, Math.min(marginOf(manifest, of), most))
    return {
      ...(outside > 0 ? { outside } : {}),
      tile: size.width - 2 * margin,
      tileHeight: size.height - 2 * margin,
      margin,
      multipleOf: 1,
      even: false,
      least: size,
    }
  }
  const { multipleOf, least, most } = size
  const up = (value: number) => Math.ceil(value / multipleOf) * multipleOf
  const margin = up(marginOf(manifest, of))
  const within = (side: number) => up(Math.max(least, Math.min(side, most - 2 * margin - multipleOf + 1)))
  const rows = Math.floor((memoryBudget * STRIP_SHARE) / (width * scale * scale * STRIP_BYTES))
  const side = within(tile)
  return {
    ...(outside > 0 ? { outside } : {}),
    tile: side,
    tileHeight: Math.min(side, within(Math.max(SMALLEST, rows))),
    margin,
    multipleOf,
    least: { width: up(least), height: up(least) },
  }
}
