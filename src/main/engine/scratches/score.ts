/** How much a candidate looks like damage: the log odds of a small network on its features (see docs/scratches.md). */
import { DEFAULT_SENSITIVITY } from '../../../shared/fill.js'
import type { Candidate } from './candidates.js'
import { WEIGHTS } from './weights.js'

/** Of a network with one layer of hidden units (tanh). */
export interface Weights {
  /** One row a hidden unit: its weight for each feature, then what is added. */
  hidden: readonly (readonly number[])[]
  /** One a hidden unit, then what is added. */
  out: readonly number[]
}

/** Log odds that are asked for at the default sensitivity, and by how much they differ from there at either end. */
const MIDDLE = 0
const SPREAD = 5

export const thresholdOf = (sensitivity: number): number =>
  MIDDLE + (SPREAD * (DEFAULT_SENSITIVITY - sensitivity)) / 0.5

export const scoreOf = ({ kind, features }: Pick<Candidate, 'kind' | 'features'>): number =>
  logOdds(features, WEIGHTS[kind])

export function logOdds(features: readonly number[], { hidden, out }: Weights): number {
  let sum = out[hidden.length]!
  for (let h = 0; h < hidden.length; h++) {
    const row = hidden[h]!
    let inside = row[features.length]!
    for (let f = 0; f < features.length; f++) inside += row[f]! * features[f]!
    sum += out[h]! * Math.tanh(inside)
  }
  return sum
}
