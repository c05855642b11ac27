/**
 * The fill at full size: what the patches say, tone matched along the rim (rim.ts), and a share of the known pixels'
 * continuation.
 *
 * The share is that of two measurements of the same thing: next to the rim the continuation is the better one, further
 * in the patches are, the more so the better they are found in the photo. Stripes that go on exactly are left alone;
 * scratches and letters of a few pixels become nearly all continuation. Of the middle octaves it has a share all over
 * holes that are open to the picture's border.
 */
import { depths } from './distance.js'
import { FIXED, FREE, OUT } from './membrane.js'
import { blurred } from './blur.js'
import { continueEdges } from './continuation.js'
import type { Lane } from './lanes.js'
import { boxOf, type Plan, shared } from './plan.js'
import { looseOf } from './prior.js'
import { toneOf } from './rim.js'
import { CHANNELS, PAD } from './shape.js'
import type { State } from './state.js'
import type { FillTask, Job } from './task.js'
import { colourDistances, votedDistance } from './vote.js'

/** At this depth, px, continuation and patches are worth the same. */
const EVEN_DEPTH = 3
/** Patches that differ this much from their match (mean squared) lose half of what they could. */
const DOUBTFUL = 3e-4

/** The directions of edges are looked for this far around the hole, px. */
const RIM = 24

/**
 * In holes that are open to the picture's border, where nothing holds the far side, this much of what the patches say is
 * given up for the continuation, but for the finest octave: deep in such holes things of more than a few pixels that patches
 * put there agree with what stood there no better than by chance, and the finest octave is what the eye takes for texture.
 * Drawings that the prior holds less are to differ, and give up as much less.
 */
const OPEN_SHARE = 0.7
/** What DOUBTFUL is to the share at the rim: faint structure, too, is wrong there. */
const DOUBTFUL_IN_OPEN = 1e-4
/** What is finer than a Gaussian mean of this deviation stays, px. */
const FINEST = 1

/** What the lanes work out of a filled level before it is finished. */
export interface Parts {
  /** What to add to the hole's pixels: red, green, blue of each. */
  tone: Float32Array
  /** What known pixels, carried on, say of them; empty where a person says what comes into the hole. */
  smooth: Float32Array
  /** {@link colourDistances} of all targets; empty with `smooth`. */
  distance: Float32Array
}

/** Fills `parts`; the longest ones are one lane's each. */
export function workOut({ tone, smooth, distance }: Parts, task: FillTask, plan: Plan, state: State, lane: Lane): void {
  lane.share(2, 1, (part) => {
    if (part === 0) tone.set(toneOf(plan, state))
    else if (smooth.length > 0) smooth.set(continued(task, plan))
  })
  lane.share(distance.length, 1024, (from, to) => colourDistances(plan, state, distance, from, to))
}

/** The crop with its hole filled. */
export function finished(task: FillTask, plan: Plan, state: State, together: (job: Job) => void): Float32Array {
  const picture = new Float32Array(task.picture)
  // Where a person says what comes into the hole, that is not what surrounds it.
  const isSmooth = task.sources === null
  const tone = shared.floats(3 * plan.holes.length)
  const smooth = shared.floats(isSmooth ? tone.length : 0)
  const distance = shared.floats(isSmooth ? plan.targets.length : 0)
  together({ kind: 'finish', parts: { tone, smooth, distance }, task, plan, state })
  const place = (p: number) => (Math.floor(p / plan.stride) - PAD) * task.width + (p % plan.stride) - PAD
  for (const [i, p] of plan.holes.entries())
    for (let c = 0; c < 3; c++) picture[3 * place(p) + c] = state.current[CHANNELS * p + c]! + tone[3 * i + c]!
  if (isSmooth) mixIn({ smooth, distance }, picture, plan, state, task, place)
  for (const p of plan.holes)
    for (let k = 3 * place(p), c = 0; c < 3; c++, k++) picture[k] = Math.min(1, Math.max(0, picture[k]!))
  return picture
}

/** Mixes the continuation into what the patches say. */
function mixIn(
  { smooth, distance }: Pick<Parts, 'smooth' | 'distance'>,
  picture: Float32Array,
  plan: Plan,
  state: State,
  { hole, width, height }: FillTask,
  place: (p: number) => number,
): void {
  const depth = depths(hole, width, height)
  const loose = looseOf(plan.state, plan.stride, plan.width, plan.height)
  // Wide enough that it ends within reach of the hole only where the picture does.
  const box = boxOf(plan, 3 * FINEST)
  const [across, down] = [box.right - box.left, box.bottom - box.top]
  const inBox = (k: number) => (Math.floor(k / width) - box.top) * across + (k % width) - box.left
  /** What is still between the fill and the continuation in open holes. */
  const apart = new Float32Array(3 * across * down)
  let isOpen = false
  for (const [i, p] of plan.holes.entries()) {
    const k = place(p)
    const to = inBox(k)
    const own = votedDistance(plan, state, distance, p)
    const atRim = doubtOf(own, DOUBTFUL) / (1 + (depth[k]! / EVEN_DEPTH) ** 2)
    const within = loose[p] ? OPEN_SHARE * state.hold * doubtOf(own, DOUBTFUL_IN_OPEN) : 0
    if (within > 0) isOpen = true
    for (let c = 0; c < 3; c++) {
      const patches = picture[3 * k + c]!
      const mixed = patches + atRim * (smooth[3 * i + c]! - patches)
      picture[3 * k + c] = mixed
      apart[3 * to + c] = within * (smooth[3 * i + c]! - mixed)
    }
  }
  if (!isOpen) return
  const size = { width: across, height: down, deviation: FINEST }
  const middle = blurred(apart, { ...size, channels: 3 })
  // What lies outside the picture has no say.
  const inside = blurred(new Float32Array(across * down).fill(1), { ...size, channels: 1 })
  for (const p of plan.holes) {
    const k = place(p)
    const from = inBox(k)
    for (let c = 0; c < 3; c++) picture[3 * k + c] = picture[3 * k + c]! + middle[3 * from + c]! / inside[from]!
  }
}

const doubtOf = (distance: number, doubtful: number): number => distance / (distance + doubtful)

/** The known pixels carried over the hole: red, green, blue of each of the hole's pixels. */
function continued({ picture, hole, width }: FillTask, plan: Plan): Float32Array {
  const box = boxOf(plan, RIM)
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
  continueEdges(values, kind, 3, across, box.bottom - box.top)
  const out = new Float32Array(3 * plan.holes.length)
  for (const [i, p] of plan.holes.entries()) {
    const k = (Math.floor(p / plan.stride) - PAD - box.top) * across + (p % plan.stride) - PAD - box.left
    for (let c = 0; c < 3; c++) out[3 * i + c] = values[3 * k + c]!
  }
  return out
}
