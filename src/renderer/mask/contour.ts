/** Where a mask crosses a value, as lines: marching squares over every `step`-th pixel, tiles of one value left out. */
import { MASK_TILE, type MaskRaster, type MaskTile, type MaskTiles } from '../../shared/mask/index.js'

/** x1, y1, x2, y2 of each piece, in picture pixels; a pixel's byte stands for its middle. */
export type Pieces = readonly number[]

/** Pieces beyond these would be a grey fog, and take longer to draw than a frame. */
const MOST = 40_000
const NONE: Pieces = []

/**
 * The line between bytes of `least` and more, and less, of one mask after another: a tile that stays the same keeps its pieces.
 * What lies beside the picture counts as its border: no line runs along that.
 */
export class Contour {
  private known: { readonly raster: MaskRaster; readonly step: number; readonly pieces: readonly Pieces[] } | null =
    null

  constructor(private readonly least: number) {}

  /** The pieces of each tile, up to about {@link MOST}; `step`, a power of two: see above. Yields after each tile that was traced. */
  *steps(raster: MaskRaster, step: number): Generator<void, readonly Pieces[]> {
    const known = this.known?.step === step && this.known.raster.grid === raster.grid ? this.known : null
    const stale = known === null ? null : tracedWith(raster, raster.changedSince(known.raster))
    const pieces: Pieces[] = []
    for (let index = 0, count = 0; index < raster.grid.count && count <= 4 * MOST; index++) {
      const kept = stale?.has(index) === false ? known?.pieces[index] : undefined
      const own = kept ?? traced(raster, index, this.least, step)
      pieces.push(own)
      count += own.length
      if (kept === undefined && own !== NONE) yield
    }
    this.known = { raster, step, pieces }
    return pieces
  }
}

/** The tiles whose pieces depend on some tiles: these, and those to the left and above. */
function tracedWith({ grid: { columns } }: MaskRaster, indices: readonly number[]): Set<number> {
  const found = new Set<number>()
  for (const index of indices) for (const by of [0, 1, columns, columns + 1]) found.add(index - by)
  return found
}

/** The tile, the one to the right, the one below, and that between both; at the border, the nearest. */
function neighbours(tiles: MaskTiles, index: number): MaskTile[] {
  const { columns, rows } = tiles.grid
  const right = (index % columns) + 1 < columns ? 1 : 0
  const below = Math.floor(index / columns) + 1 < rows ? columns : 0
  return [0, right, below, right + below].map((by) => tiles.tile(index + by))
}

function traced(tiles: MaskTiles, index: number, least: number, step: number): Pieces {
  const near = neighbours(tiles, index)
  if (near.every((tile) => tile === near[0] && typeof tile === 'number')) return NONE
  const { x, y } = tiles.grid.origin(index)
  const { width, height } = tiles.grid.picture
  const [across, down] = [Math.min(MASK_TILE, width - 1 - x), Math.min(MASK_TILE, height - 1 - y)]
  const columns = Math.ceil(across / step) + 1
  const rows = Math.ceil(down / step) + 1
  const samples = new Uint8Array(columns * rows)
  for (let row = 0; row < rows; row++) {
    const cy = Math.min(y + row * step, height - 1) - y
    for (let column = 0; column < columns; column++) {
      const cx = Math.min(x + column * step, width - 1) - x
      const tile = near[(cx >= MASK_TILE ? 1 : 0) + (cy >= MASK_TILE ? 2 : 0)]!
      samples[row * columns + column] =
        typeof tile === 'number' ? tile : tile[(cy % MASK_TILE) * MASK_TILE + (cx % MASK_TILE)]!
    }
  }
  const pieces: number[] = []
  const value = least - 0.5
  for (let row = 0; row + 1 < rows; row++)
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column
      const a = samples[at]!
      const b = samples[at + 1]!
      const c = samples[at + columns]!
      const d = samples[at + columns + 1]!
      const kind = (a >= least ? 1 : 0) + (b >= least ? 2 : 0) + (c >= least ? 4 : 0) + (d >= least ? 8 : 0)
      if (kind === 0 || kind === 15) continue
      const left = x + column * step + 0.5
      const top = y + row * step + 0.5
      const between = (from: number, to: number): number => (step * (value - from)) / (to - from)
      for (const [from, to] of sides[kind] ?? [])
        for (const side of [from, to])
          if (side === 'top') pieces.push(left + between(a, b), top)
          else if (side === 'bottom') pieces.push(left + between(c, d), top + step)
          else if (side === 'left') pieces.push(left, top + between(a, c))
          else pieces.push(left + step, top + between(b, d))
    }
  return pieces.length === 0 ? NONE : pieces
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
