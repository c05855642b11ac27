/** Between the discrete timesteps of training and sigma. */
import { LacunaError } from '../../../../shared/errors.js'

/** Where a walk's timesteps lie among those of training (Lin et al. 2023, table 2, in the names of diffusers). */
export type TimestepSpacing = 'leading' | 'linspace' | 'trailing'

/**
 * The falling timesteps of a walk of `steps` denoiser calls over a training of `trained` timesteps. Fractions come from
 * `linspace` only. `offset` is added to the `leading` ones (`steps_offset`, 1 for Stable Diffusion).
 */
export function timestepsOf(steps: number, trained: number, spacing: TimestepSpacing, offset = 0): Float64Array {
  if (!Number.isInteger(steps) || steps < 1 || steps > trained) {
    throw new LacunaError('internal', { reason: `no ${steps} timesteps of ${trained}` })
  }
  const at: Record<TimestepSpacing, (i: number) => number> = {
    leading: (i) => (steps - 1 - i) * Math.floor(trained / steps) + offset,
    linspace: (i) => (steps === 1 ? 0 : ((steps - 1 - i) * (trained - 1)) / (steps - 1)),
    trailing: (i) => roundHalfEven(trained - i * (trained / steps)) - 1,
  }
  return Float64Array.from({ length: steps }, (_, i) => at[spacing](i))
}

/** The levels of a walk through `timesteps` with a 0 after them: sigma is interpolated linearly between whole timesteps. */
export function sigmasAt(timesteps: Float64Array, trainedSigmas: Float64Array): Float64Array {
  const sigmas = new Float64Array(timesteps.length + 1)
  timesteps.forEach((timestep, i) => {
    const clamped = Math.min(Math.max(timestep, 0), trainedSigmas.length - 1)
    const below = Math.floor(clamped)
    const above = Math.ceil(clamped)
    sigmas[i] = trainedSigmas[below]! + (clamped - below) * (trainedSigmas[above]! - trainedSigmas[below]!)
  })
  return sigmas
}

/**
 * The (fractional) timestep of a sigma, linear in ln sigma between the trained ones and clamped to them: the label that a
 * network of discrete timesteps is given at a sigma of another schedule (as k-diffusion and diffusers do).
 */
export function timestepOf(trainedSigmas: Float64Array): (sigma: number) => number {
  const logs = trainedSigmas.map(Math.log)
  const last = logs.length - 1
  return (sigma) => {
    const log = Math.log(sigma)
    if (!(log > logs[0]!)) return 0
    if (log >= logs[last]!) return last
    let below = 0
    for (let above = last; above - below > 1;) {
      const middle = (below + above) >> 1
      if (logs[middle]! <= log) below = middle
      else above = middle
    }
    return below + (log - logs[below]!) / (logs[below + 1]! - logs[below]!)
  }
}

/** As NumPy rounds: halves to the even neighbour. */
function roundHalfEven(value: number): number {
  const rounded = Math.round(value)
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}
