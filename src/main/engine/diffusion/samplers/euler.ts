/** Euler's method on the probability-flow ODE `dx/dsigma = (x - D(x; sigma)) / sigma`: first order. */
import { checkSigmas, OwnFields, type Sampler } from '../sampling.js'
import { churned, type ChurnOptions } from './churn.js'

/**
 * Karras et al. 2022, Algorithm 2 without its second-order correction; the deterministic walk unless `churn` is set.
 * One denoiser call a step.
 */
export const euler: Sampler<ChurnOptions> = async function* (input, options = {}) {
  checkSigmas(input.sigmas)
  const fields = new OwnFields(input.algebra)
  try {
    let x = input.x
    for (let i = 0; i < input.sigmas.length - 1; i++) {
      const next = input.sigmas[i + 1]!
      const { xHat, sigmaHat } = await churned(input, fields, x, i, options)
      const denoised = await fields.own(input.denoise(xHat, sigmaHat))
      // x + (next - sigma) * (x - D) / sigma, gathered by field
      const ratio = next / sigmaHat
      const sample = await fields.combine([ratio, xHat], [1 - ratio, denoised])
      await fields.release(x, xHat)
      yield { index: i, sigma: next, sample, denoised }
      await fields.release(denoised)
      x = sample
    }
    return fields.handOver(x === input.x ? await fields.combine([1, x]) : x)
  } finally {
    await fields.releaseAll()
  }
}
