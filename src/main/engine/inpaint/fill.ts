/** `fill`: holes in a picture, filled from the picture itself. The door to this folder. */
import { z } from 'zod'
import { LacunaError } from '../../../shared/errors.js'
import { fillPool } from './pool.js'
import { shared } from './plan.js'
import type { Fill, LevelPreview } from './task.js'

export type { Fill, LevelPreview } from './task.js'

export interface FillRequest {
  /** Interleaved RGB of the context crop, the file's own encoded numbers as 0..1. */
  picture: Float32Array
  width: number
  height: number
  /** 1 = to be filled. Same size. */
  hole: Uint8Array
  /** 1 = patches may be taken from here; all known pixels unless given. */
  sources?: Uint8Array
  /** A whole number from 0 to 2^53 - 1. */
  seed: number
  /** Variations to draw, 1..16. They are chosen and put in order when they are coarse. */
  count: number
  /** Takes this variation alone to full size, 0..count - 1: the same picture as among the others. */
  only?: number | null
  /** Mirror images of patches too. */
  mirror?: boolean
  /** Quarter turns of patches too. */
  rotate?: boolean
  /** 1..64. The result does not depend on it. */
  threads: number
  signal?: AbortSignal
  /** Each finished level of the variation being filled: the crop at that level's size, for the preview. */
  onLevel?: (preview: LevelPreview) => void
  /** Each variation as soon as it is finished. */
  onFill?: (variation: number, fill: Fill) => void
}

const Numbers = z
  .object({
    width: z.int().min(1).max(65_535),
    height: z.int().min(1).max(65_535),
    seed: z.int().min(0),
    count: z.int().min(1).max(16),
    threads: z.int().min(1).max(64),
    only: z.int().min(0).nullish(),
  })
  .refine(({ count, only }) => (only ?? 0) < count, { error: 'there are not so many variations', path: ['only'] })

/**
 * Up to `count` ways to fill the hole, those first whose coarse picture's patches are found best; fewer where there is only
 * one (a hole that nothing but a smooth continuation can fill). Pixels outside the hole come back as they were given.
 *
 * Throws `edit.invalid` when nothing is to be filled, nothing is known, or the arrays have not the picture's size;
 * `cancelled` within an iteration of the search after the signal.
 */
export async function fill(request: FillRequest): Promise<Fill[]> {
  const { picture, hole, sources, width, height, seed, count, threads, signal, onLevel, onFill } = request
  const numbers = Numbers.safeParse(request)
  if (!numbers.success) throw invalid(z.prettifyError(numbers.error))
  const pixels = width * height
  if (picture.length !== 3 * pixels || hole.length !== pixels || (sources && sources.length !== pixels))
    throw invalid(`picture, hole and sources must have ${width} x ${height} pixels`)
  const open = hole.reduce((sum, value) => sum + (value ? 1 : 0), 0)
  if (open === 0) throw invalid('nothing is masked')
  if (open === pixels) throw invalid('everything is masked, so nothing is left to fill it from')
  const task = {
    picture: shared.floats(picture.length),
    hole: shared.bytes(pixels),
    sources: sources ? shared.bytes(pixels) : null,
    width,
    height,
    seed,
    count,
    only: request.only ?? null,
    mirror: request.mirror ?? false,
    rotate: request.rotate ?? false,
    previews: onLevel !== undefined,
  }
  task.picture.set(picture)
  for (let k = 0; k < pixels; k++) {
    task.hole[k] = hole[k] ? 1 : 0
    if (task.sources && sources) task.sources[k] = sources[k] ? 1 : 0
  }
  return fillPool.run(task, { threads, signal, onLevel, onFill })
}

const invalid = (reason: string): LacunaError => new LacunaError('edit.invalid', { reason })
