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

/**
 * Damage comes in numbers: a photo with a dozen certain marks has uncertain ones too, and in one that has none a lone thing
 * that might be a scratch is a wire. From `FEW` to `MANY` candidates above `CERTAIN` the log odds of all others move from
 * `LONE` to `AMONG`.
 */
const CERTAIN = 2
const FEW = 3
const MANY = 10
const LONE = -1.5
const AMONG = 0.7

/** Of all candidates of one picture. */
export function scoresOf(candidates: readonly Pick<Candidate, 'kind' | 'features'>[]): number[] {
  const scores = candidates.map(({ kind, features }) => logOdds(features, WEIGHTS[kind]))
  const certain = scores.filter((score) => score >= CERTAIN).length
  const share = Math.log((1 + certain) / (1 + FEW)) / Math.log((1 + MANY) / (1 + FEW))
  const shift = LONE + (AMONG - LONE) * Math.min(1, Math.max(0, share))
  return scores.map((score) => score + shift)
}

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
