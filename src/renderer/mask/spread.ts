/** The hole that the next fill will have, and how far it fades: what is painted, grown and feathered as the fill does it. */
import { applySteps, type MaskOperation, type MaskRaster } from '../../shared/mask/index.js'
import { contourSteps, type Pieces } from './contour.js'

export interface SpreadLines {
  /** Around what is filled. */
  readonly hole: Pieces
  /** Where its soft border ends; null without one. */
  readonly limit: Pieces | null
}

/** Half and more of a pixel is the fill's. */
const HALF = 128

/** `step`: every how many pixels it is looked. Yields after some milliseconds of work at most. */
export function* spreadLines(
  painted: MaskRaster,
  { grow, feather }: { grow: number; feather: number },
  step: number,
): Generator<void, SpreadLines> {
  const grown = yield* changed(painted, { kind: 'grow', pixels: grow })
  const hole = yield* contourSteps(grown, HALF, step)
  if (feather <= 0) return { hole, limit: null }
  const soft = yield* changed(grown, { kind: 'feather', pixels: feather })
  return { hole, limit: yield* contourSteps(soft, 1, step) }
}

function* changed(raster: MaskRaster, operation: MaskOperation & { pixels: number }): Generator<void, MaskRaster> {
  if (operation.pixels === 0) return raster
  const draft = raster.draft()
  yield* applySteps(draft, operation)
  return draft.finish()
}
