/**
 * Noise levels of a walk from `max` down to `min`, with a 0 after them: `steps + 1` values for `steps` denoiser calls.
 * Written from the equations of Karras et al. 2022 (arXiv 2206.00364) and of Crowson's k-diffusion (schedules named
 * "exponential" and "polyexponential").
 */
import { LacunaError } from '../../../../shared/errors.js'

export interface SigmaRange {
  /** Denoiser calls of a first-order sampler; at least 1. */
  steps: number
  /** The last level above 0, and the first: 0 < min <= max. */
  min: number
  max: number
}

/** Equation 5 of Karras et al.: `(max^(1/rho) + i / (n - 1) * (min^(1/rho) - max^(1/rho)))^rho`. Rho 7 spends its steps low. */
export function karras(range: SigmaRange, rho = 7): Float64Array {
  const from = range.max ** (1 / rho)
  const to = range.min ** (1 / rho)
  return levels(range, (along) => (from + along * (to - from)) ** rho)
}

/** Equal steps in ln sigma. */
export const exponential = (range: SigmaRange): Float64Array => polyexponential(range, 1)

/** ln sigma falls from one end to the other as `(1 - i / (n - 1))^rho`: rho above 1 spends more steps low. */
export function polyexponential(range: SigmaRange, rho = 1): Float64Array {
  const from = Math.log(range.max)
  const to = Math.log(range.min)
  return levels(range, (along) => Math.exp(to + (1 - along) ** rho * (from - to)))
}

/** Equal steps in sigma. */
export const linear = (range: SigmaRange): Float64Array =>
  levels(range, (along) => range.max + along * (range.min - range.max))

/** By name; each takes a range. */
export const sigmaSchedules = {
  karras: (range: SigmaRange) => karras(range),
  exponential,
  polyexponential: (range: SigmaRange) => polyexponential(range),
  linear,
}
export type SigmaScheduleName = keyof typeof sigmaSchedules

function levels({ steps, min, max }: SigmaRange, at: (along: number) => number): Float64Array {
  if (!Number.isInteger(steps) || steps < 1 || !(min > 0) || !(max >= min) || !Number.isFinite(max)) {
    throw new LacunaError('internal', { reason: `no sigmas from ${max} to ${min} in ${steps} steps` })
  }
  const sigmas = new Float64Array(steps + 1)
  for (let i = 0; i < steps; i++) sigmas[i] = steps === 1 ? max : at(i / (steps - 1))
  // The ends exactly, whatever powers and logarithms round to.
  sigmas[0] = max
  if (steps > 1) sigmas[steps - 1] = min
  return sigmas
}
