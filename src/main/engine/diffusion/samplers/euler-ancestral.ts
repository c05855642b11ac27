/** Ancestral sampling with Euler steps: the reverse Markov chain of DDPM, said in sigma. */
import { checkSigmas, OwnFields, type Sampler } from '../sampling.js'

export interface AncestralOptions {
  /** 1 = a full ancestral step, 0 = the deterministic ODE; DDIM's eta. */
  eta?: number
  /** Standard deviation of the added noise. */
  noiseScale?: number
}

/**
 * One step down to `to` = a deterministic step to `down`, then noise of `up`, with `down^2 + up^2 = to^2`.
 * At eta = 1, `up^2` is the variance of the posterior of DDPM (Ho et al. 2020, arXiv 2006.11239, equation 7) said in
 * sigma: `to^2 * (from^2 - to^2) / from^2`.
 */
export function ancestralStep(from: number, to: number, eta: number): { down: number; up: number } {
  const up = Math.min(to, eta * Math.sqrt((to ** 2 * (from ** 2 - to ** 2)) / from ** 2))
  return { down: Math.sqrt(to ** 2 - up ** 2), up }
}

/** One denoiser call and, but for the step to 0, one noise field a step. */
export const eulerAncestral: Sampler<AncestralOptions> = async function* (input, options = {}) {
  const { eta = 1, noiseScale = 1 } = options
  checkSigmas(input.sigmas)
  const fields = new OwnFields(input.algebra)
  try {
    let x = input.x
    for (let i = 0; i < input.sigmas.length - 1; i++) {
      const sigma = input.sigmas[i]!
      const next = input.sigmas[i + 1]!
      const { down, up } = ancestralStep(sigma, next, eta)
      const denoised = await fields.own(input.denoise(x, sigma))
      const ratio = down / sigma
      const noise = up > 0 ? await fields.own(input.noise(i)) : null
      const sample =
        noise === null
          ? await fields.combine([ratio, x], [1 - ratio, denoised])
          : await fields.combine([ratio, x], [1 - ratio, denoised], [up * noiseScale, noise])
      await fields.release(x, noise)
      yield { index: i, sigma: next, sample, denoised }
      await fields.release(denoised)
      x = sample
    }
    return fields.handOver(x === input.x ? await fields.combine([1, x]) : x)
  } finally {
    await fields.releaseAll()
  }
}
