/**
 * The fill at full size: what the patches say, tone matched along the rim (rim.ts), and a share of the known pixels'
 * smooth continuation.
 *
 * The share is that of two measurements of the same thing: next to the rim the continuation is the better one, further
 * in the patches are, the more so the better they are found in the photo. Stripes that go on exactly are left alone;
 * scratches and letters of a few pixels become nearly all continuation.
 */
import { depths } from './distance.js'
import { FIXED, FREE, membrane, OUT } from './membrane.js'
import { boxOf, type Plan } from './plan.js'
import { toneOf } from './rim.js'
import { CHANNELS, PAD } from './shape.js'
import type { State } from './state.js'
import type { FillTask } from './task.js'
import { colourDistances, votedDistance } from './vote.js'

/** At this depth, px, continuation and patches are worth the same. */
const EVEN_DEPTH = 3
/** Patches that differ this much from their match (mean squared) lose half of what they could. */
const DOUBTFUL = 3e-4

/** The crop with its hole filled. */
export function finished(task: FillTask, plan: Plan, state: State): Float32Array {
  const picture = new Float32Array(task.picture)
  // Where a person says what comes into the hole, that is not what surrounds it.
  const smooth = task.sources ? null : continued(task, plan)
  const distance = colourDistances(plan, state)
  const tone = toneOf(plan, state)
  const depth = depths(task.hole, task.width, task.height)
  for (const [i, p] of plan.holes.entries()) {
    const k = (Math.floor(p / plan.stride) - PAD) * task.width + (p % plan.stride) - PAD
    const share = smooth ? shareOf(depth[k]!, votedDistance(plan, state, distance, p)) : 0
    for (let c = 0; c < 3; c++) {
      const patches = state.current[CHANNELS * p + c]! + tone[3 * i + c]!
      const value = smooth ? patches + share * (smooth[3 * i + c]! - patches) : patches
      picture[3 * k + c] = Math.min(1, Math.max(0, value))
    }
  }
  return picture
}

function shareOf(depth: number, distance: number): number {
  const byDepth = 1 / (1 + (depth / EVEN_DEPTH) ** 2)
  return (byDepth * distance) / (distance + DOUBTFUL)
}

/** The known pixels carried smoothly over the hole: red, green, blue of each of the hole's pixels. */
function continued({ picture, hole, width }: FillTask, plan: Plan): Float32Array {
  const box = boxOf(plan, 1)
  const across = box.right - box.left
  const kind = new Uint8Array(across * (box.bottom - box.top)).fill(OUT)
  const values = new Float32Array(3 * kind.length)
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) {
      const from = y * width + x
      const to = (y - box.top) * across + x - box.left
      kind[to] = hole[from] ? FREE : FIXED
      for (let c = 0; c < 3; c++) values[3 * to + c] = picture[3 * from + c]!
    }
  }
  membrane(values, kind, 3, across, box.bottom - box.top)
  const out = new Float32Array(3 * plan.holes.length)
  for (const [i, p] of plan.holes.entries()) {
    const k = (Math.floor(p / plan.stride) - PAD - box.top) * across + (p % plan.stride) - PAD - box.left
    for (let c = 0; c < 3; c++) out[3 * i + c] = values[3 * k + c]!
  }
  return out
}
