/** Where a mask crosses a value, as lines: marching squares over every `step`-th pixel, tiles of one value left out. */
import { MASK_TILE, type MaskTile, type MaskTiles } from '../../shared/mask/index.js'

/** x1, y1, x2, y2 of each piece, in picture pixels; a pixel's byte stands for its middle. */
export type Pieces = readonly number[]

/** Pieces beyond these would be a grey fog, and take longer to draw than a frame. */
const MOST = 40_000

/**
 * Pieces of the line between bytes of `least` and more, and less. Yields after each row of tiles. What lies beside the picture
 * counts as its border: no line runs along that.
 */
export function* contourSteps(tiles: MaskTiles, least: number, step: number): Generator<void, Pieces> {
  const { grid } = tiles
  const pieces: number[] = []
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const index = row * grid.columns + column
      const near = neighbours(tiles, index, column, row)
      if (near.every((tile) => tile === near[0] && typeof tile === 'number')) continue
      trace(pieces, tiles, index, near, { least, step })
      if (pieces.length > 4 * MOST) return pieces
    }
    yield
  }
  return pieces
}

/** The tile, the one to the right, the one below, and that between both; at the border, the nearest. */
function neighbours(tiles: MaskTiles, index: number, column: number, row: number): MaskTile[] {
  const { columns, rows } = tiles.grid
  const right = column + 1 < columns ? 1 : 0
  const below = row + 1 < rows ? columns : 0
  return [0, right, below, right + below].map((by) => tiles.tile(index + by))
}

interface How {
  readonly least: number
  readonly step: number
}

function trace(
  pieces: number[],
  tiles: MaskTiles,
  index: number,
  near: readonly MaskTile[],
  { least, step }: How,
): void {
  const { x, y } = tiles.grid.origin(index)
  const { width, height } = tiles.grid.picture
  const at = (dx: number, dy: number): number => {
    const [cx, cy] = [Math.min(x + dx, width - 1) - x, Math.min(y + dy, height - 1) - y]
    const tile = near[(cx >= MASK_TILE ? 1 : 0) + (cy >= MASK_TILE ? 2 : 0)] ?? 0
    return typeof tile === 'number' ? tile : (tile[(cy % MASK_TILE) * MASK_TILE + (cx % MASK_TILE)] ?? 0)
  }
  const value = least - 0.5
  for (let dy = 0; dy < MASK_TILE && y + dy < height - 1; dy += step)
    for (let dx = 0; dx < MASK_TILE && x + dx < width - 1; dx += step) {
      const [a, b, c, d] = [at(dx, dy), at(dx + step, dy), at(dx, dy + step), at(dx + step, dy + step)]
      const kind = (a >= least ? 1 : 0) + (b >= least ? 2 : 0) + (c >= least ? 4 : 0) + (d >= least ? 8 : 0)
      if (kind === 0 || kind === 15) continue
      const [left, top] = [x + dx + 0.5, y + dy + 0.5]
      const between = (from: number, to: number): number => (step * (value - from)) / (to - from)
      const edges = {
        top: (): [number, number] => [left + between(a, b), top],
        bottom: (): [number, number] => [left + between(c, d), top + step],
        left: (): [number, number] => [left, top + between(a, c)],
        right: (): [number, number] => [left + step, top + between(b, d)],
      }
      for (const [from, to] of sides[kind] ?? []) pieces.push(...edges[from](), ...edges[to]())
    }
}

type Side = 'top' | 'bottom' | 'left' | 'right'

/** By which of the corners are in: 1 = upper left, 2 = upper right, 4 = lower left, 8 = lower right. */
const sides: Readonly<Record<number, readonly (readonly [Side, Side])[]>> = {
  1: [['left', 'top']],
  2: [['top', 'right']],
  3: [['left', 'right']],
  4: [['left', 'bottom']],
  5: [['top', 'bottom']],
  6: [
    ['top', 'right'],
    ['left', 'bottom'],
  ],
  7: [['bottom', 'right']],
  8: [['bottom', 'right']],
  9: [
    ['left', 'top'],
    ['bottom', 'right'],
  ],
  10: [['top', 'bottom']],
  11: [['left', 'bottom']],
  12: [['left', 'right']],
  13: [['top', 'right']],
  14: [['left', 'top']],
}
