/** How much a candidate looks like a scratch: a weighted sum of its features, fitted by `npm run eval:scratches -- --fit`. */
import type { Candidate } from './candidates.js'
import { DEFAULT_SENSITIVITY } from '../../../shared/fill.js'

/** Log odds at the default sensitivity, and what they change by from there to either end. */
const MIDDLE = 0
const SPREAD = 8

export const thresholdOf = (sensitivity: number): number => MIDDLE + SPREAD * (DEFAULT_SENSITIVITY - sensitivity)

export function scoreOf({ kind, features }: Candidate): number {
  return kind === 'curve' ? features[1]! + features[0]! - 1 : features[0]! - 1
}
