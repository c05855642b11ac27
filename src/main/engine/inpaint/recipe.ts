/**
 * Internal diffusion inpainting, from top to bottom: a diffusion model that needs no weights, for its denoiser is
 * computed from the photo itself.
 *
 * 1. A pyramid in steps of sqrt 2, down to where the hole is about nine pixels across.
 * 2. There, several drawings from pure noise with the exact posterior mean over the photo's patches (exact.ts), each
 *    taken a few levels up, ranked by how well their patches are found in the photo.
 * 3. The chosen ones go on to full size with the nearest patch in place of the mean: its limit for small noise
 *    (Wexler, Shechtman, Irani 2007), an approximation at any other. No noise is added any more.
 * 4. Tone along the rim, and next to it a share of the continuation (finish.ts).
 *
 * On the coarser levels the known pixels' continuation (continuation.ts) has a say in what is where (prior.ts).
 */
import { ownArena } from './arena.js'
import { across, depths } from './distance.js'
import { exactShare } from './drawing.js'
import { finished } from './finish.js'
import { drawingSeed } from './keyed.js'
import { pictureOf, refine, sigmasOf } from './levels.js'
import { FIXED, FREE, membrane } from './membrane.js'
import { isUsable, type Plan, planOf } from './plan.js'
import { fullLayer, type Layer, pyramid } from './pyramid.js'
import { RADII, turnsOf } from './shape.js'
import { holeValues, type State, stateOf } from './state.js'
import type { Fill, FillTask, Job, LevelPreview } from './task.js'
import { chooseVariations, drawingsFor, holdOf } from './variations.js'

/** The hole is about this wide at the coarsest level, px. */
const COARSEST_HOLE = 9
/** Levels that each drawing is taken up before it is judged. */
const JUDGED_AFTER = 2

export interface Listener {
  onLevel: (preview: LevelPreview) => void
  onFill: (variation: number, fill: Fill) => void
}

export function fillHole(task: FillTask, together: (job: Job) => void, { onLevel, onFill }: Listener): void {
  const ladder = ladderOf(task)
  if (!ladder) return onFill(task.only ?? 0, continued(task))
  const deepest = ladder.levels - 1
  const judged = Math.max(0, deepest - JUDGED_AFTER)
  const coarse = Array.from({ length: ladder.levels - judged }, (_, down) => ladder.plan(deepest - down))
  // Where known pixels are in every patch from the start, drawings hardly differ: none are made to choose from.
  // A speck has little to say either: a photo may have hundreds.
  const enough = deepest === 0 ? Math.max(2, task.count) : drawingsFor(task.count)
  const drawn = exactShare(ladder.plan(deepest)) > 0 ? enough : task.count
  const states = Array.from({ length: drawn }, (_, index) => stateOf(ladder.plan(judged), holdOf(index)))
  together({ kind: 'draw', plans: coarse, states, seed: task.seed })
  const drawings = states.map((state, index) => ({
    index,
    distance: state.totals[1]!,
    values: holeValues(ladder.plan(judged), state),
  }))
  /** The last state of each level below those: the next variation's pictures take its place. */
  const last: State[] = []
  for (const [variation, drawing] of chooseVariations(drawings, task.count).entries()) {
    if (task.only !== null && variation !== task.only) continue
    const seed = drawingSeed(task.seed, drawing.index)
    const tell = ({ level, width, height }: Plan, picture: Float32Array) =>
      onLevel({ level, levels: ladder.levels, variation, width, height, picture })
    let state = states[drawing.index]!
    if (task.previews && judged > 0) tell(ladder.plan(judged), pictureOf(ladder.plan(judged), state))
    for (let level = judged - 1; level >= 0; level--) {
      const plan = ladder.plan(level)
      state = refine(ladder.plan(level + 1), state, plan, last[level])
      last[level] = state
      together({ kind: 'settle', plan, state, seed, sigmas: sigmasOf(plan) })
      if (task.previews && level > 0) tell(plan, pictureOf(plan, state))
    }
    const full = ladder.plan(0)
    const picture = finished(task, full, state, together)
    // At full size what is shown is what comes out, not what it was before its tone was matched.
    if (task.previews) tell(full, picture.slice())
    onFill(variation, { picture, distance: meanDistance(full, state), seed })
  }
}

/** The levels; a plan is made when it is first asked for, so that what is seen first does not wait for the finest. */
interface Ladder {
  readonly levels: number
  /** 0 is full size. */
  plan(level: number): Plan
}

/** Null when the photo holds no patch that may be taken, not even a small one. */
function ladderOf(task: FillTask): Ladder | null {
  const { picture, hole, sources, width, height } = task
  const turns = turnsOf(task)
  const wide = across(depths(hole, width, height))
  const deepest = Math.max(0, Math.ceil(2 * Math.log2(wide / COARSEST_HOLE)))
  const layers: (Layer | null)[] = pyramid(fullLayer(picture, hole, sources, width, height), deepest)
  const arena = ownArena()
  for (const radius of RADII) {
    const end = layers.findIndex((layer) => layer && !isUsable(layer, radius))
    const levels = end < 0 ? layers.length : end
    if (levels === 0) continue
    const plans: Plan[] = []
    const make = (level: number): Plan => {
      const plan = planOf(layers[level]!, level, radius, turns, arena)
      layers[level] = null
      return plan
    }
    return { levels, plan: (level) => (plans[level] ??= make(level)) }
  }
  return null
}

const meanDistance = (plan: Plan, state: State): number => state.totals[1]! / plan.targets.length

/** No patch to take anywhere: what is known is carried smoothly over the hole. */
function continued(task: FillTask): Fill {
  const picture = new Float32Array(task.picture)
  const kind = task.hole.map((open) => (open ? FREE : FIXED))
  membrane(picture, kind, 3, task.width, task.height)
  return { picture, distance: 0, seed: task.seed }
}
