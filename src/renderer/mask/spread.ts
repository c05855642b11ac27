/**
 * The hole that the next fill will have, and how far it fades: what is painted, grown and feathered as the fill does it. A
 * stroke changes little of a mask of many, so only what it can have changed is worked out again.
 */
import {
  expanded,
  isEmpty,
  MASK_TILE,
  MaskRaster,
  reachOf,
  sameTile,
  spreadSteps,
  type Area,
  type MaskTile,
  type SpreadOperation,
} from '../../shared/mask/index.js'
import { Contour, type Pieces } from './contour.js'

export interface SpreadLines {
  /** Around what is filled, tile by tile; a tile whose lines are as they were has the same array. */
  readonly hole: readonly Pieces[]
  /** Where its soft border ends; null without one. */
  readonly limit: readonly Pieces[] | null
}

/** Half and more of a pixel is the fill's. */
const HALF = 128

export class Spread {
  private readonly grown = new Stage()
  private readonly soft = new Stage()
  private readonly rim = new Contour(HALF)
  private readonly end = new Contour(1);

  /** `step`: every how many pixels it is looked, a power of two. Yields after some milliseconds of work at most, and may be left there. */
  *lines(
    painted: MaskRaster,
    { grow, feather }: { grow: number; feather: number },
    step: number,
  ): Generator<void, SpreadLines> {
    const grown = yield* this.grown.steps(painted, { kind: 'grow', pixels: grow })
    const hole = yield* this.rim.steps(grown, step)
    if (feather <= 0) return { hole, limit: null }
    const soft = yield* this.soft.steps(grown, { kind: 'feather', pixels: feather })
    return { hole, limit: yield* this.end.steps(soft, step) }
  }
}

/** One operation on one mask after another. */
class Stage {
  private known: {
    readonly source: MaskRaster
    readonly operation: SpreadOperation
    readonly result: MaskRaster
  } | null = null;

  *steps(source: MaskRaster, operation: SpreadOperation): Generator<void, MaskRaster> {
    if (operation.pixels === 0) return source
    const known =
      this.known?.operation.pixels === operation.pixels && this.known.source.grid === source.grid ? this.known : null
    const near = known && tilesNear(known.source, source, reachOf(operation))
    const draft = source.draft()
    yield* spreadSteps(draft, operation, () => undefined, near === null ? undefined : (index) => near.has(index))
    const made = draft.finish()
    const result = known === null || near === null ? made : joined(known.result, made, near)
    this.known = { source, operation, result }
    return result
  }
}

/** The tiles within `reach` pixels of what differs. */
function tilesNear(before: MaskRaster, after: MaskRaster, reach: number): Set<number> {
  const differing = after.changedSince(before).map((index) => differenceOf(before, after, index))
  return new Set(differing.flatMap((area) => (isEmpty(area) ? [] : after.grid.touched(expanded(area, reach)))))
}

/** Around the pixels of a tile that differ. */
function differenceOf(before: MaskRaster, after: MaskRaster, index: number): Area {
  const [old, now] = [bytesOf(before.tile(index)), bytesOf(after.tile(index))]
  const { x, y, width, height } = after.grid.areaOf(index)
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let row = 0; row < height; row++) {
    const start = row * MASK_TILE
    let first = 0
    while (first < width && old[start + first] === now[start + first]) first++
    if (first === width) continue
    let last = width - 1
    while (old[start + last] === now[start + last]) last--
    if (first < left) left = first
    if (last >= right) right = last + 1
    if (row < top) top = row
    bottom = row + 1
  }
  return { x: x + left, y: y + top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) }
}

const bytesOf = (tile: MaskTile): Uint8Array =>
  typeof tile === 'number' ? new Uint8Array(MASK_TILE * MASK_TILE).fill(tile) : tile

/** The tiles in `near` as they were made, and the others as before; what came out the same is the same. */
function joined(before: MaskRaster, made: MaskRaster, near: ReadonlySet<number>): MaskRaster {
  const tiles = Array.from({ length: made.grid.count }, (_, index): MaskTile => {
    const old = before.tile(index)
    return !near.has(index) || sameTile(old, made.tile(index)) ? old : made.tile(index)
  })
  return new MaskRaster(made.grid, tiles)
}
