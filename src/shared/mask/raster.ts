/**
 * A mask's bytes in square tiles that know when they hold one value only, since most of most masks is nothing at all:
 * an operation costs what it touches. A raster never changes; the one after an operation shares the other tiles with it,
 * so that undo is keeping the one before, and what changed is where the tiles are others.
 */
import { expanded, intersection, isEmpty, type Area } from './area.js'
import type { PictureSize } from './mask.js'

/** Side of a tile in pixels; tiles lie on the picture's grid. */
export const MASK_TILE = 128

/** One value for all of its pixels, or {@link MASK_TILE} rows of as many bytes, also at the picture's border. */
export type MaskTile = number | Uint8Array

/** What can be looked at: a raster, or a draft of one. */
export interface MaskTiles {
  readonly grid: TileGrid
  tile(index: number): MaskTile
}

/** The tiles of a part of a picture. */
export class TileGrid {
  /** The part, grown to whole tiles and cut at the picture's border. */
  readonly area: Area
  readonly columns: number
  readonly rows: number
  private readonly firstColumn: number
  private readonly firstRow: number

  constructor(
    readonly picture: PictureSize,
    part: Area = { x: 0, y: 0, ...picture },
  ) {
    const whole = intersection(part, { x: 0, y: 0, width: picture.width, height: picture.height })
    this.firstColumn = Math.floor(whole.x / MASK_TILE)
    this.firstRow = Math.floor(whole.y / MASK_TILE)
    this.columns = isEmpty(whole) ? 0 : Math.ceil((whole.x + whole.width) / MASK_TILE) - this.firstColumn
    this.rows = isEmpty(whole) ? 0 : Math.ceil((whole.y + whole.height) / MASK_TILE) - this.firstRow
    const x = this.firstColumn * MASK_TILE
    const y = this.firstRow * MASK_TILE
    this.area = {
      x,
      y,
      width: Math.max(0, Math.min(picture.width, x + this.columns * MASK_TILE) - x),
      height: Math.max(0, Math.min(picture.height, y + this.rows * MASK_TILE) - y),
    }
  }

  get count(): number {
    return this.columns * this.rows
  }

  /** Where a tile's first pixel lies in the picture. */
  origin(index: number): { x: number; y: number } {
    return {
      x: (this.firstColumn + (index % this.columns)) * MASK_TILE,
      y: (this.firstRow + Math.floor(index / this.columns)) * MASK_TILE,
    }
  }

  /** A tile's pixels, cut at the picture's border. */
  areaOf(index: number): Area {
    const { x, y } = this.origin(index)
    return {
      x,
      y,
      width: Math.min(MASK_TILE, this.picture.width - x),
      height: Math.min(MASK_TILE, this.picture.height - y),
    }
  }

  /** The tiles that an area touches, row by row. */
  touched(area: Area): number[] {
    const part = intersection(area, this.area)
    const found: number[] = []
    if (isEmpty(part)) return found
    const from = { column: Math.floor(part.x / MASK_TILE), row: Math.floor(part.y / MASK_TILE) }
    const to = {
      column: Math.floor((part.x + part.width - 1) / MASK_TILE),
      row: Math.floor((part.y + part.height - 1) / MASK_TILE),
    }
    for (let row = from.row; row <= to.row; row++)
      for (let column = from.column; column <= to.column; column++)
        found.push((row - this.firstRow) * this.columns + column - this.firstColumn)
    return found
  }
}

export class MaskRaster implements MaskTiles {
  constructor(
    readonly grid: TileGrid,
    private readonly tiles: readonly MaskTile[],
  ) {}

  /** Nothing painted; `part` limits what is held to the tiles that it touches. */
  static blank(picture: PictureSize, part?: Area): MaskRaster {
    const grid = new TileGrid(picture, part)
    return new MaskRaster(grid, new Array<MaskTile>(grid.count).fill(0))
  }

  tile(index: number): MaskTile {
    return this.tiles[index] ?? 0
  }

  draft(): MaskDraft {
    return new MaskDraft(this, [...this.tiles])
  }

  /** The bytes of an area inside the grid's, rows one after the other. */
  read(area: Area): Uint8Array {
    return readTiles(this, area)
  }

  /** The tiles that are others than in `before`, a raster of the same grid. */
  changedSince(before: MaskRaster): number[] {
    return this.tiles.flatMap((tile, index) => (tile === before.tiles[index] ? [] : [index]))
  }

  /** Bytes of the tiles that are not in `shared` too. */
  bytesBeside(shared: MaskRaster | null): number {
    return this.tiles.reduce<number>(
      (sum, tile, index) => sum + (typeof tile === 'number' || tile === shared?.tiles[index] ? 0 : tile.length),
      8 * this.tiles.length,
    )
  }
}

/** A raster in the making: tiles are copied when they are first written to. */
export class MaskDraft implements MaskTiles {
  readonly grid: TileGrid
  private readonly own = new Set<number>()

  constructor(
    private readonly base: MaskRaster,
    private readonly tiles: MaskTile[],
  ) {
    this.grid = base.grid
  }

  tile(index: number): MaskTile {
    return this.tiles[index] ?? 0
  }

  /** The bytes of a tile, to be changed. */
  writable(index: number): Uint8Array {
    const tile = this.tile(index)
    if (typeof tile !== 'number' && this.own.has(index)) return tile
    const bytes = typeof tile === 'number' ? new Uint8Array(MASK_TILE * MASK_TILE).fill(tile) : tile.slice()
    this.put(index, bytes)
    return bytes
  }

  /** Replaces a tile; bytes belong to the draft from now on. */
  put(index: number, tile: MaskTile): void {
    this.tiles[index] = tile
    this.own.add(index)
  }

  /** The tiles written to since the draft was begun. */
  get touched(): readonly number[] {
    return [...this.own]
  }

  /** The raster; the draft is not to be used after it. Tiles that came out of one value are kept as that value. */
  finish(): MaskRaster {
    for (const index of this.own) {
      const tile = this.tile(index)
      const before = this.base.tile(index)
      if (typeof tile === 'number') continue
      const value = uniformValue(tile, this.grid.areaOf(index))
      if (value !== null) this.tiles[index] = value
      else if (typeof before !== 'number' && sameBytes(tile, before)) this.tiles[index] = before
    }
    return new MaskRaster(this.grid, this.tiles)
  }
}

/** The bytes of an area inside the grid's, rows one after the other. */
export function readTiles(tiles: MaskTiles, area: Area): Uint8Array {
  const bytes = new Uint8Array(area.width * area.height)
  for (const index of tiles.grid.touched(area)) {
    const part = intersection(tiles.grid.areaOf(index), area)
    const { x, y } = tiles.grid.origin(index)
    const tile = tiles.tile(index)
    if (tile === 0) continue
    for (let row = part.y; row < part.y + part.height; row++) {
      const to = (row - area.y) * area.width + part.x - area.x
      if (typeof tile === 'number') bytes.fill(tile, to, to + part.width)
      else {
        const from = (row - y) * MASK_TILE + part.x - x
        bytes.set(tile.subarray(from, from + part.width), to)
      }
    }
  }
  return bytes
}

/** The byte of a pixel inside the grid's area. */
export function byteAt(tiles: MaskTiles, x: number, y: number): number {
  const { area, columns } = tiles.grid
  const [right, down] = [x - area.x, y - area.y]
  const tile = tiles.tile(Math.floor(down / MASK_TILE) * columns + Math.floor(right / MASK_TILE))
  return typeof tile === 'number' ? tile : tile[(down % MASK_TILE) * MASK_TILE + (right % MASK_TILE)]!
}

/** Whether all tiles that lie within `distance` of an area hold `value` alone. */
export const isUniform = (tiles: MaskTiles, area: Area, distance: number, value: number): boolean =>
  tiles.grid.touched(expanded(area, distance)).every((index) => tiles.tile(index) === value)

function uniformValue(tile: Uint8Array, { width, height }: Area): number | null {
  const value = tile[0] ?? 0
  for (let y = 0; y < height; y++) {
    const row = y * MASK_TILE
    for (let i = row; i < row + width; i++) if (tile[i] !== value) return null
  }
  return value
}

export const sameTile = (a: MaskTile, b: MaskTile): boolean =>
  a === b || (typeof a !== 'number' && typeof b !== 'number' && sameBytes(a, b))

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
