/** DPM-Solver++(2M) SDE: second order and ancestral, one denoiser call and one noise field a step. */
import { checkSigmas, OwnFields, type Sampler } from '../sampling.js'

export interface SdeOptions {
  /** 1 = the reverse SDE, 0 = the deterministic ODE (DPM-Solver++(2M)). */
  eta?: number
  /** Standard deviation of the added noise. */
  noiseScale?: number
}

/**
 * SDE-DPM-Solver++(2M) of Lu et al. 2022 (arXiv 2211.01095, section 6), with alpha = 1 and lambda = -ln sigma, its
 * midpoint form: the linear part is solved exactly, D extrapolated from the step before. In few steps its samples have
 * the variance of the posterior, where first-order ancestral steps leave out that of the denoised picture. First order in
 * the first step and in the step to 0.
 */
export const dpmpp2mSde: Sampler<SdeOptions> = async function* (input, options = {}) {
  const { eta = 1, noiseScale = 1 } = options
  checkSigmas(input.sigmas)
  const fields = new OwnFields(input.algebra)
  type F = typeof input.x
  try {
    let x = input.x
    let previous: F | null = null
    for (let i = 0; i < input.sigmas.length - 1; i++) {
      const sigma = input.sigmas[i]!
      const next = input.sigmas[i + 1]!
      const denoised: F = await fields.own(input.denoise(x, sigma))
      // With h the step in lambda: exp(-h) * exp(-eta h) of x stays, the rest is the denoised picture's.
      const ratio = (next / sigma) ** (1 + eta)
      const up = next * Math.sqrt(Math.max(0, 1 - (next / sigma) ** (2 * eta))) * noiseScale
      const noise: F | null = up > 0 ? await fields.own(input.noise(i)) : null
      const fresh: [number, F][] = noise === null ? [] : [[up, noise]]
      let sample: F
      if (previous === null || next === 0) {
        sample = await fields.combine([ratio, x], [1 - ratio, denoised], ...fresh)
      } else {
        const back = (0.5 * Math.log(sigma / next)) / Math.log(input.sigmas[i - 1]! / sigma)
        const share = 1 - ratio
        sample = await fields.combine([ratio, x], [share * (1 + back), denoised], [-share * back, previous], ...fresh)
      }
      await fields.release(x, previous, noise)
      yield { index: i, sigma: next, sample, denoised }
      previous = denoised
      x = sample
    }
    return fields.handOver(x === input.x ? await fields.combine([1, x]) : x)
  } finally {
    await fields.releaseAll()
  }
}
