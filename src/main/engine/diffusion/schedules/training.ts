/**
 * The discrete noise schedules that networks are trained with (Ho et al. 2020, arXiv 2006.11239): `steps` betas, and
 * `alphasCumprod[t]`, the share of the clean picture's variance left at timestep t, in the names of diffusers' scheduler
 * configurations. In sigma: `sigma = sqrt((1 - alphaCumprod) / alphaCumprod)`.
 */
import { LacunaError } from '../../../../shared/errors.js'

export interface TrainingSchedule {
  /** Timesteps that the network was trained with, usually 1000. */
  steps: number
  /**
   * `linear`: Ho et al. 2020. `scaled_linear`: linear in sqrt(beta), Rombach et al. 2022 (arXiv 2112.10752).
   * `squaredcos_cap_v2`: Nichol & Dhariwal 2021 (arXiv 2102.09672, equation 17), betas at most 0.999.
   */
  betas: 'linear' | 'scaled_linear' | 'squaredcos_cap_v2'
  /** First and last beta of the linear ones; 0.0001 and 0.02 unless given. */
  betaStart?: number
  betaEnd?: number
  /** Shift and stretch so that nothing of the picture is left at the last timestep (Lin et al. 2023). */
  zeroTerminalSnr?: boolean
}

/** `alphasCumprod[0 … steps - 1]`, falling, in (0, 1). */
export function alphasCumprodOf(schedule: TrainingSchedule): Float64Array {
  const alphas = new Float64Array(schedule.steps)
  let product = 1
  betasOf(schedule).forEach((beta, t) => {
    product *= 1 - beta
    alphas[t] = product
  })
  return schedule.zeroTerminalSnr ? rescaleToZeroTerminalSnr(alphas) : alphas
}

export function betasOf(schedule: TrainingSchedule): Float64Array {
  const { steps, betas, betaStart = 0.0001, betaEnd = 0.02 } = schedule
  const ordered = betaStart > 0 && betaStart <= betaEnd && betaEnd < 1
  if (!Number.isInteger(steps) || steps < 2 || !ordered) {
    throw new LacunaError('internal', {
      reason: `no training schedule of ${steps} steps, beta ${betaStart} to ${betaEnd}`,
    })
  }
  const between = (from: number, to: number, t: number): number => from + (t / (steps - 1)) * (to - from)
  const share = (time: number): number => Math.cos(((time + 0.008) / 1.008) * (Math.PI / 2)) ** 2
  return Float64Array.from({ length: steps }, (_, t) => {
    if (betas === 'linear') return between(betaStart, betaEnd, t)
    if (betas === 'scaled_linear') return between(Math.sqrt(betaStart), Math.sqrt(betaEnd), t) ** 2
    return Math.min(1 - share((t + 1) / steps) / share(t / steps), 0.999)
  })
}

/**
 * Lin et al. 2023 (arXiv 2305.08891, algorithm 1): sqrt(alphaCumprod) is shifted to 0 at the end and stretched to keep its
 * first value. A sigma can't be infinite, so the last value is 2^-24 (sigma 4096), as in diffusers' Euler scheduler.
 */
export function rescaleToZeroTerminalSnr(alphasCumprod: Float64Array): Float64Array {
  const first = Math.sqrt(alphasCumprod[0]!)
  const last = Math.sqrt(alphasCumprod[alphasCumprod.length - 1]!)
  const rescaled = alphasCumprod.map((value) => ((Math.sqrt(value) - last) * (first / (first - last))) ** 2)
  rescaled[rescaled.length - 1] = 2 ** -24
  return rescaled
}

/** `sigmas[t]` of each timestep, rising. */
export const sigmasOf = (alphasCumprod: Float64Array): Float64Array =>
  alphasCumprod.map((value) => Math.sqrt((1 - value) / value))
