/** Stochasticity of EDM's Algorithm 2 (Karras et al. 2022): before a step the noise level is raised a little. */
import type { OwnFields, SamplerInput } from '../sampling.js'

export interface ChurnOptions {
  /** S_churn: how much noise is added over the whole walk; 0 = deterministic. */
  churn?: number
  /** S_tmin, S_tmax: only at levels between these. */
  churnMin?: number
  churnMax?: number
  /** S_noise: standard deviation of the added noise, a little above 1 to make up for lost detail. */
  churnNoise?: number
}

/**
 * Algorithm 2, lines 4 to 6: `sigmaHat = sigma + gamma * sigma`, `xHat = x + sqrt(sigmaHat^2 - sigma^2) * S_noise * noise`.
 * Where nothing is added `xHat` is `x` itself.
 */
export async function churned<F>(
  input: SamplerInput<F>,
  fields: OwnFields<F>,
  x: F,
  step: number,
  options: ChurnOptions,
): Promise<{ xHat: F; sigmaHat: number }> {
  const { churn = 0, churnMin = 0, churnMax = Infinity, churnNoise = 1 } = options
  const sigma = input.sigmas[step]!
  const steps = input.sigmas.length - 1
  const gamma = sigma >= churnMin && sigma <= churnMax ? Math.min(churn / steps, Math.SQRT2 - 1) : 0
  if (gamma <= 0) return { xHat: x, sigmaHat: sigma }
  const sigmaHat = sigma * (1 + gamma)
  const noise = await fields.own(input.noise(step))
  const xHat = await fields.combine([1, x], [Math.sqrt(sigmaHat ** 2 - sigma ** 2) * churnNoise, noise])
  await fields.release(noise)
  return { xHat, sigmaHat }
}
