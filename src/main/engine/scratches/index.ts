/**
 * Scratches, hairs, fibres and dust of a scanned photo, found by what sets them apart from the picture: they are thin,
 * long for their width, of nearly one colour, and stand out from the texture around them; specks are small, roundish and
 * brighter or darker than everything around. See docs/scratches.md.
 */
import { findCandidates } from './candidates.js'
import { drawShape } from './draw.js'
import { scoresOf, thresholdOf } from './score.js'
import type { RowSource } from './source.js'

export interface ScratchOptions {
  /** 0 = only what is certain, 1 = whatever might be one; the higher, the more is marked, and never less. */
  sensitivity: number
  signal: AbortSignal
  /** 0..1. */
  progress?: (fraction: number) => void
}

/** One byte a pixel of the picture: 255 = a scratch, 0 = none. Throws `cancelled`, and what reading throws. */
export async function findScratches(source: RowSource, options: ScratchOptions): Promise<Uint8Array> {
  const { width, height } = source.ref
  const least = thresholdOf(options.sensitivity)
  const mask = new Uint8Array(width * height)
  const candidates = await findCandidates(source, options)
  const scores = scoresOf(candidates)
  for (const [i, { shape }] of candidates.entries()) if (scores[i]! >= least) drawShape(mask, width, height, shape)
  return mask
}
