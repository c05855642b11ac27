/** What of a level changes while it is filled: the picture so far, and for each patch its match. */
import { floatsIn } from './arena.js'
import type { Plan } from './plan.js'
import { shared } from './plan.js'
import { CHANNELS } from './shape.js'

export interface State {
  /** As the plan's photo, with the hole as it is filled so far. */
  current: Float32Array
  /** For each target the source it resembles, `TURNS` x pixel + turn; -1 where none is known yet. */
  match: Int32Array
  /** The buffer that a pass of the search writes. */
  spare: Int32Array
  /** Mean squared difference of each target to its match, weighted. */
  distance: Float32Array
  /** Weight of each target's vote. */
  vote: Float32Array
  /** [0] the distance at which a vote is worth 1/e, [1] sum of all distances, [2] what the plan's pull counts here. */
  totals: Float64Array
  /** How much of the plan's pull holds this drawing, 0..1. */
  hold: number
}

/** `current`: the picture of a state that is no longer needed, to be written over. */
export function stateOf(plan: Plan, hold = 1, current: Float32Array = floatsIn(plan.arena, plan.photo.length)): State {
  const targets = plan.targets.length
  current.set(plan.photo)
  return {
    current,
    match: shared.words(targets).fill(-1),
    spare: shared.words(targets).fill(-1),
    distance: shared.floats(targets),
    vote: shared.floats(targets),
    totals: newTotals(hold),
    hold,
  }
}

function newTotals(hold: number): Float64Array {
  const totals = new Float64Array(new SharedArrayBuffer(24))
  totals[2] = hold
  return totals
}

/** Values of the hole alone, row by row, `CHANNELS` a pixel. */
export function holeValues(plan: Plan, state: State): Float32Array {
  const out = new Float32Array(plan.holes.length * CHANNELS)
  for (let i = 0; i < plan.holes.length; i++) {
    const p = plan.holes[i]! * CHANNELS
    for (let c = 0; c < CHANNELS; c++) out[CHANNELS * i + c] = state.current[p + c]!
  }
  return out
}
