/** DPM-Solver++(2M): second order from one denoiser call a step, by remembering the call before. */
import { checkSigmas, OwnFields, type SamplerInput, type SamplingStep } from '../sampling.js'

/**
 * Lu et al. 2022 (arXiv 2211.01095), Algorithm 2, with alpha = 1 and lambda = -ln sigma: the ODE is solved exactly in
 * its linear part and D is extrapolated linearly in lambda. First order in the first step and in the step to 0.
 */
export async function* dpmpp2m<F>(input: SamplerInput<F>): AsyncGenerator<SamplingStep<F>, F> {
  checkSigmas(input.sigmas)
  const fields = new OwnFields(input.algebra)
  try {
    let x = input.x
    let previous: F | null = null
    for (let i = 0; i < input.sigmas.length - 1; i++) {
      const sigma = input.sigmas[i]!
      const next = input.sigmas[i + 1]!
      const denoised: F = await fields.own(input.denoise(x, sigma))
      // exp(-h) of the paper, with h the step in lambda
      const ratio = next / sigma
      let sample: F
      if (previous === null || next === 0) {
        sample = await fields.combine([ratio, x], [1 - ratio, denoised])
      } else {
        const r = Math.log(input.sigmas[i - 1]! / sigma) / Math.log(sigma / next)
        const back = 1 / (2 * r)
        sample = await fields.combine([ratio, x], [(1 - ratio) * (1 + back), denoised], [-(1 - ratio) * back, previous])
      }
      await fields.release(x, previous)
      yield { index: i, sigma: next, sample, denoised }
      previous = denoised
      x = sample
    }
    return fields.handOver(x === input.x ? await fields.combine([1, x]) : x)
  } finally {
    await fields.releaseAll()
  }
}
