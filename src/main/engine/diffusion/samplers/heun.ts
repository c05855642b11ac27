/** Heun's method on the probability-flow ODE: second order, two denoiser calls a step. */
import { checkSigmas, OwnFields, type Sampler } from '../sampling.js'
import { churned, type ChurnOptions } from './churn.js'

/** Karras et al. 2022, Algorithms 1 and 2. The step to sigma = 0 is Euler's, as there. */
export const heun: Sampler<ChurnOptions> = async function* (input, options = {}) {
  checkSigmas(input.sigmas)
  const fields = new OwnFields(input.algebra)
  try {
    let x = input.x
    for (let i = 0; i < input.sigmas.length - 1; i++) {
      const next = input.sigmas[i + 1]!
      const { xHat, sigmaHat } = await churned(input, fields, x, i, options)
      let denoised = await fields.own(input.denoise(xHat, sigmaHat))
      const ratio = next / sigmaHat
      let sample = await fields.combine([ratio, xHat], [1 - ratio, denoised])
      if (next > 0) {
        const corrected = await fields.own(input.denoise(sample, next))
        // x + (next - sigma) / 2 * ((x - D) / sigma + (x' - D') / next), gathered by field
        const first = (ratio - 1) / 2
        const second = (1 - 1 / ratio) / 2
        const better = await fields.combine(
          [1 + first, xHat],
          [-first, denoised],
          [second, sample],
          [-second, corrected],
        )
        await fields.release(denoised, sample)
        denoised = corrected
        sample = better
      }
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
