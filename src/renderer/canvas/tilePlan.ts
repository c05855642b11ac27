/** Which tiles of the pyramid a view needs, and what to draw where while they come. Level k is the picture shrunk 2^k times. */
import type { Point, Rect, Size, Viewport } from './viewport.js'

export interface TileId {
  readonly level: number
  readonly column: number
  readonly row: number
}

/** Draws `from` (pixels of the tile's own image) onto `to` (pixels of the picture). */
export interface TileDraw {
  readonly tile: TileId
  readonly from: Rect
  readonly to: Rect
}

/** The coarsest level that still has a picture pixel for every device pixel. */
export function levelFor(zoom: number, levels: number): number {
  const level = Math.floor(Math.log2(1 / zoom) + 1e-9)
  return Math.min(Math.max(0, levels - 1), Math.max(0, level))
}

/** A tile's place in the picture, cut at its border. */
export function tileArea({ level, column, row }: TileId, picture: Size, tile: number): Rect {
  const side = tile * 2 ** level
  const x = column * side
  const y = row * side
  return { x, y, width: Math.min(side, picture.width - x), height: Math.min(side, picture.height - y) }
}

/** The tiles of `level` that touch `area`, from `centre` outwards. */
export function tilesIn(area: Rect, picture: Size, level: number, tile: number, centre: Point): TileId[] {
  if (area.width <= 0 || area.height <= 0) return []
  const side = tile * 2 ** level
  const last = { column: Math.ceil(picture.width / side) - 1, row: Math.ceil(picture.height / side) - 1 }
  const from = { column: Math.max(0, Math.floor(area.x / side)), row: Math.max(0, Math.floor(area.y / side)) }
  const to = {
    column: Math.min(last.column, Math.ceil((area.x + area.width) / side) - 1),
    row: Math.min(last.row, Math.ceil((area.y + area.height) / side) - 1),
  }
  const tiles: TileId[] = []
  for (let row = from.row; row <= to.row; row++)
    for (let column = from.column; column <= to.column; column++) tiles.push({ level, column, row })
  const distance = ({ column, row }: TileId) =>
    Math.hypot((column + 0.5) * side - centre.x, (row + 0.5) * side - centre.y)
  return tiles.sort((a, b) => distance(a) - distance(b))
}

/** What to fetch for a view, most urgent first: the coarsest level (it stands in for all others), then the level shown. */
export function wantedTiles(
  area: Rect,
  picture: Size,
  viewport: Viewport,
  levels: number,
  tile: number,
  centre: Point,
): TileId[] {
  const level = levelFor(viewport.zoom, levels)
  const coarsest = Math.max(0, levels - 1)
  const shown = tilesIn(area, picture, level, tile, centre)
  return coarsest === level ? shown : [...tilesIn(area, picture, coarsest, tile, centre), ...shown]
}

/**
 * What to draw for the tiles of one level: each tile itself, else its four children, else the part of the nearest
 * coarser one. Nothing is drawn twice, so that transparency stays right.
 */
export function planDraw(
  targets: readonly TileId[],
  picture: Size,
  levels: number,
  tile: number,
  has: (id: TileId) => boolean,
): TileDraw[] {
  return targets.flatMap((target) => {
    if (has(target)) return [whole(target, picture, tile)]
    const finer = children(target, picture, tile)
    if (finer.length > 0 && finer.every(has)) return finer.map((child) => whole(child, picture, tile))
    for (let level = target.level + 1; level < levels; level++) {
      const up = 2 ** (level - target.level)
      const ancestor = { level, column: Math.floor(target.column / up), row: Math.floor(target.row / up) }
      if (has(ancestor)) return [part(ancestor, tileArea(target, picture, tile), tile)]
    }
    return []
  })
}

function whole(id: TileId, picture: Size, tile: number): TileDraw {
  return part(id, tileArea(id, picture, tile), tile)
}

function part(tileId: TileId, area: Rect, tile: number): TileDraw {
  const scale = 2 ** tileId.level
  const origin = { x: tileId.column * tile * scale, y: tileId.row * tile * scale }
  return {
    tile: tileId,
    from: {
      x: (area.x - origin.x) / scale,
      y: (area.y - origin.y) / scale,
      width: area.width / scale,
      height: area.height / scale,
    },
    to: area,
  }
}

function children({ level, column, row }: TileId, picture: Size, tile: number): TileId[] {
  if (level === 0) return []
  const side = tile * 2 ** (level - 1)
  const found: TileId[] = []
  for (let dy = 0; dy < 2; dy++) {
    for (let dx = 0; dx < 2; dx++) {
      const child = { level: level - 1, column: 2 * column + dx, row: 2 * row + dy }
      if (child.column * side < picture.width && child.row * side < picture.height) found.push(child)
    }
  }
  return found
}
