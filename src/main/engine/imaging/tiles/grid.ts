/** A raster's tiles: squares of 512 pixels row by row, those at the right and lower edge smaller. */
import type { Rect } from '../../protocol/tasks.js'
import type { RasterShape } from '../raster.js'

/** Side in pixels. Stored with nothing: another side would be another store. */
export const STATE_TILE = 512

type Size = Pick<RasterShape, 'width' | 'height'>

export interface Grid {
  readonly columns: number
  readonly rows: number
}

export const gridOf = ({ width, height }: Size): Grid => ({
  columns: Math.ceil(width / STATE_TILE),
  rows: Math.ceil(height / STATE_TILE),
})

export const tileCount = (size: Size): number => gridOf(size).columns * gridOf(size).rows

export function tileAt({ width, height }: Size, column: number, row: number): Rect {
  const [left, top] = [column * STATE_TILE, row * STATE_TILE]
  return { left, top, width: Math.min(STATE_TILE, width - left), height: Math.min(STATE_TILE, height - top) }
}

/** Columns and rows of the tiles that an area reaches into, ends exclusive; an area may go beyond the raster. */
export function tilesUnder(size: Size, { left, top, width, height }: Rect): { columns: Range; rows: Range } {
  const { columns, rows } = gridOf(size)
  return { columns: rangeOf(left, width, columns), rows: rangeOf(top, height, rows) }
}

export interface Range {
  readonly from: number
  readonly to: number
}

const rangeOf = (start: number, length: number, count: number): Range => ({
  from: Math.max(0, Math.floor(start / STATE_TILE)),
  to: Math.min(count, Math.ceil((start + length) / STATE_TILE)),
})

/** The smallest area around both. */
export function around(a: Rect | null, b: Rect): Rect {
  if (a === null) return b
  const [left, top] = [Math.min(a.left, b.left), Math.min(a.top, b.top)]
  const right = Math.max(a.left + a.width, b.left + b.width)
  const bottom = Math.max(a.top + a.height, b.top + b.height)
  return { left, top, width: right - left, height: bottom - top }
}
