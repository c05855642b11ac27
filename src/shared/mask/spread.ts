/**
 * Grow, shrink and feather: what a pixel becomes depends on its distance from the mask's rim, which is where the mask
 * crosses 128 (a distance needs an edge; the grey on the mask's side becomes full, the grey outside stays where it is
 * more). Pixels beside the picture count as neither in nor out. A region's bytes depend on pixels {@link reachOf} away.
 */
import { expanded, intersection, isEmpty, type Area } from './area.js'
import { smooth } from './coverage.js'
import { squaredDistances, type PixelSet } from './distance.js'
import type { FeatherOperation, GrowOperation } from './mask.js'
import { isUniform, MASK_TILE, readTiles, TileGrid, type MaskDraft, type MaskTile } from './raster.js'
import { MASKED_FROM } from './read-image.js'

export type SpreadOperation = GrowOperation | FeatherOperation

/** A pixel is changed by pixels nearer than this. */
export const reachOf = ({ pixels }: SpreadOperation): number => (pixels === 0 ? 0 : Math.ceil(Math.abs(pixels)) + 1)

/**
 * Yields every few milliseconds, so that it can be spread over frames; the draft changes at the end. Tiles of which `isWanted`
 * is false may stay as they are: a caller that knows them already need not wait for them.
 */
export function* spreadSteps(
  draft: MaskDraft,
  operation: SpreadOperation,
  changed: (area: Area) => void,
  isWanted: (index: number) => boolean = () => true,
): Generator<void, void> {
  const reach = reachOf(operation)
  if (reach === 0) return
  /** To shrink is to grow what is not masked. */
  const flip = operation.pixels < 0 ? 255 : 0
  const [nothing, full] = [flip, 255 - flip]
  const spread = { reach, flip, profile: profileOf(operation, reach) }
  const set: PixelSet = {
    bounds: boundsOf(draft, (tile) => typeof tile !== 'number' || (tile ^ flip) >= MASKED_FROM),
    inside: (part) => {
      const bytes = readTiles(draft, part)
      for (let i = 0; i < bytes.length; i++) bytes[i] = (bytes[i]! ^ flip) >> 7
      return bytes
    },
  }
  // Only what is not full already can change, and only near to what spreads.
  const open = boundsOf(draft, (tile) => tile !== full)
  if (isEmpty(set.bounds) || isEmpty(open)) return
  const { area } = new TileGrid(draft.grid.picture, intersection(expanded(set.bounds, reach), open))
  const done: { index: number; bytes: Uint8Array }[] = []
  for (const block of blocks(area, reach)) {
    if (!draft.grid.touched(block).some(isWanted)) continue
    if (isUniform(draft, block, 0, full) || isUniform(draft, block, reach, nothing)) continue
    done.push(...(yield* spreadBlock(draft, set, block, spread)))
  }
  for (const { index, bytes } of done) {
    draft.put(index, bytes)
    changed(draft.grid.areaOf(index))
  }
}

/** Around all tiles of a kind. */
function boundsOf(draft: MaskDraft, isOfKind: (tile: MaskTile) => boolean): Area {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0]
  for (let index = 0; index < draft.grid.count; index++) {
    if (!isOfKind(draft.tile(index))) continue
    const { x, y, width, height } = draft.grid.areaOf(index)
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  return right === 0
    ? { x: 0, y: 0, width: 0, height: 0 }
    : { x: left, y: top, width: right - left, height: bottom - top }
}

/** The value by squared distance. */
function profileOf({ kind, pixels }: SpreadOperation, reach: number): Uint8Array {
  const size = Math.abs(pixels)
  return Uint8Array.from({ length: reach * reach }, (_, squared) => {
    const distance = Math.sqrt(squared)
    const share = kind === 'grow' ? Math.min(1, size + 1 - distance) : smooth(Math.max(0, 1 - distance / (size + 1)))
    return Math.round(255 * Math.max(0, share))
  })
}

/** Blocks of whole tiles, large enough that their margins do not outweigh them. */
function* blocks(area: Area, reach: number): Generator<Area> {
  const side = Math.ceil((2 * reach) / MASK_TILE) * MASK_TILE
  for (let y = area.y; y < area.y + area.height; y += side)
    for (let x = area.x; x < area.x + area.width; x += side)
      yield intersection({ x, y, width: side, height: side }, area)
}

interface Spread {
  readonly reach: number
  /** 255 where what is not masked grows. */
  readonly flip: number
  /** The value by squared distance. */
  readonly profile: Uint8Array
}

function* spreadBlock(
  draft: MaskDraft,
  set: PixelSet,
  block: Area,
  { reach, flip, profile }: Spread,
): Generator<void, { index: number; bytes: Uint8Array }[]> {
  const squared = yield* squaredDistances(set, block, reach)
  const done: { index: number; bytes: Uint8Array }[] = []
  for (const index of draft.grid.touched(block)) {
    const tile = draft.tile(index)
    if (tile === 255 - flip) continue
    yield
    const area = draft.grid.areaOf(index)
    const next = typeof tile === 'number' ? new Uint8Array(MASK_TILE * MASK_TILE).fill(tile) : tile.slice()
    let differs = false
    for (let y = 0; y < area.height; y++) {
      let from = (area.y - block.y + y) * block.width + area.x - block.x
      for (let i = y * MASK_TILE; i < y * MASK_TILE + area.width; i++, from++) {
        const spread = profile[squared[from]!] ?? 0
        if (spread <= (next[i]! ^ flip)) continue
        next[i] = spread ^ flip
        differs = true
      }
    }
    if (differs) done.push({ index, bytes: next })
  }
  return done
}
