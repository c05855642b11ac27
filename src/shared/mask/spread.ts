/**
 * Grow, shrink and feather: what a pixel becomes depends on its distance from the mask's rim, which is where the mask
 * crosses 128 (a distance needs an edge; the grey on the mask's side becomes full, the grey outside stays where it is
 * more). Pixels beside the picture count as neither in nor out. A region's bytes depend on pixels {@link reachOf} away.
 */
import { expanded, intersection, type Area } from './area.js'
import { smooth } from './coverage.js'
import { squaredDistances } from './distance.js'
import type { FeatherOperation, GrowOperation } from './mask.js'
import { isUniform, MASK_TILE, readTiles, type MaskDraft } from './raster.js'

export type SpreadOperation = GrowOperation | FeatherOperation

/** A pixel is changed by pixels nearer than this. */
export const reachOf = ({ pixels }: SpreadOperation): number => (pixels === 0 ? 0 : Math.ceil(Math.abs(pixels)) + 1)

/** Yields after each block, so that it can be spread over frames; the draft changes at the end. */
export function* spreadSteps(
  draft: MaskDraft,
  operation: SpreadOperation,
  changed: (area: Area) => void,
): Generator<void, void> {
  const reach = reachOf(operation)
  if (reach === 0) return
  const profile = profileOf(operation, reach)
  /** To shrink is to grow what is not masked. */
  const turned = operation.pixels < 0
  const done: { index: number; bytes: Uint8Array }[] = []
  for (const block of blocks(draft.grid.area, reach)) {
    if (isUniform(draft, block, reach, 0) || isUniform(draft, block, reach, 255)) continue
    done.push(...spreadBlock(draft, block, reach, profile, turned))
    yield
  }
  for (const { index, bytes } of done) {
    draft.put(index, bytes)
    changed(draft.grid.areaOf(index))
  }
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

function spreadBlock(
  draft: MaskDraft,
  block: Area,
  reach: number,
  profile: Uint8Array,
  turned: boolean,
): { index: number; bytes: Uint8Array }[] {
  const window = intersection(expanded(block, reach), draft.grid.area)
  const bytes = readTiles(draft, window)
  const flip = turned ? 255 : 0
  const inside = new Uint8Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) inside[i] = (bytes[i]! ^ flip) >> 7
  const offset = { x: block.x - window.x, y: block.y - window.y, width: block.width, height: block.height }
  const squared = squaredDistances({ inside, width: window.width, height: window.height, block: offset }, reach)
  return draft.grid.touched(block).flatMap((index) => {
    const area = draft.grid.areaOf(index)
    const tile = draft.tile(index)
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
    return differs ? [{ index, bytes: next }] : []
  })
}
