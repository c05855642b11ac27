/** What fills holes, whatever it is: the photo's own patches or a network. The pipelines of `inpaint/` know no more than this. */
import type { Note } from '../../../shared/errors.js'
import type { Box, Context } from '../inpaint/context.js'
import type { Fill as PatchFill, LevelPreview } from '../inpaint/task.js'

export type { Box, Context } from '../inpaint/context.js'

/** `distance`: mean patch distance, lower is better; null where the inpainter has no such measure. */
export type Fill = Omit<PatchFill, 'distance'> & { distance: number | null }

/** One crop with its hole. */
export interface Crop {
  /** Interleaved RGB, the file's own encoded numbers as 0..1. */
  picture: Float32Array
  width: number
  height: number
  /** 1 = to be filled. Same size. */
  hole: Uint8Array
  /** 1 = the fill may be made of this; null: all that is known. */
  sources: Uint8Array | null
  seed: number
  /** Fills to draw, best first. */
  variations: number
  /** The one of them that is wanted; null: all. */
  only: number | null
  mirror: boolean
  rotate: boolean
  signal: AbortSignal
  /** Each finished level of a variation that is being filled. */
  onLevel?: (preview: LevelPreview) => void
  /** A variation that is finished, before the others are. */
  onFill?: (variation: number, fill: Fill) => void
}

export interface Inpainter {
  /** Execution provider and device that it runs on. */
  readonly provider: string
  readonly device: string
  /** True: it always fills a hole in the same way, whatever the seed, so that there is one variation. */
  readonly deterministic: boolean
  /** The crops around the holes of a picture, each looked at for itself. `reach`: where all that may be taken lies, if a person said so. */
  contexts(picture: { width: number; height: number }, holes: readonly Box[], reach: Box | null): Context[]
  /** The variations, or the one that is wanted. Fewer than asked for where there are no more. Throws `edit.invalid`, `cancelled`, `engine.*`. */
  fill(crop: Crop): Promise<Fill[]>
  /** Remarks for the person on what was filled so far. */
  notes(): Note[]
}
