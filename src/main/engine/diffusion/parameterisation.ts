/**
 * Networks predict different things; each is made into a {@link Denoiser} by three factors and a label of the noise:
 * `D(x; sigma) = c_skip x + c_out F(c_in x; c_noise)` (Karras et al. 2022, equation 7 and table 1).
 */
import { weightedSum } from './algebra.js'
import type { Denoiser } from './denoiser.js'

/** A network on arrays: its scaled input and the label of the noise level (a timestep, ln(sigma) / 4, …). */
export type Network = (input: Float32Array, label: number) => Promise<Float32Array>

export interface Preconditioning {
  skip: number
  out: number
  in: number
  /** What the network is told of the noise level. */
  label: number
}

/** The factors at one sigma (above 0). */
export type Parameterisation = (sigma: number) => Preconditioning

/** A label for a noise level, for instance `timestepOf` of a training schedule. */
export type Label = (sigma: number) => number

/** D(x; sigma) of a network. At sigma 0 it is `x` itself (a copy), for there is no noise to take away. */
export function denoiserOf(network: Network, parameterisation: Parameterisation): Denoiser<Float32Array> {
  return async (x, sigma) => {
    if (sigma === 0) return x.slice()
    const c = parameterisation(sigma)
    const raw = await network(weightedSum([[c.in, x]]), c.label)
    return c.skip === 0
      ? weightedSum([[c.out, raw]])
      : weightedSum([
          [c.skip, x],
          [c.out, raw],
        ])
  }
}

/**
 * The network predicts the noise (Ho et al. 2020). A variance-preserving network sees `sqrt(alphaCumprod) * x`, and
 * `sqrt(alphaCumprod) = 1 / sqrt(1 + sigma^2)`.
 */
export const epsilon =
  (label: Label): Parameterisation =>
  (sigma) => ({
    skip: 1,
    out: -sigma,
    in: 1 / Math.sqrt(1 + sigma ** 2),
    label: label(sigma),
  })

/** The network predicts `v = sqrt(a) noise - sqrt(1 - a) clean` (Salimans & Ho 2022, arXiv 2202.00512, appendix D). */
export const vPrediction =
  (label: Label): Parameterisation =>
  (sigma) => ({
    skip: 1 / (1 + sigma ** 2),
    out: -sigma / Math.sqrt(1 + sigma ** 2),
    in: 1 / Math.sqrt(1 + sigma ** 2),
    label: label(sigma),
  })

/** The network predicts the clean picture from the variance-preserving input. */
export const samplePrediction =
  (label: Label): Parameterisation =>
  (sigma) => ({
    skip: 0,
    out: 1,
    in: 1 / Math.sqrt(1 + sigma ** 2),
    label: label(sigma),
  })

/**
 * Rectified flow (Liu et al. 2022, arXiv 2209.03003; Esser et al. 2024, arXiv 2403.03206): the network sees
 * `z = (1 - t) clean + t noise` and predicts `noise - clean`. Then `sigma = t / (1 - t)` and `z = (1 - t) x`. The time 1
 * is an infinite sigma here: start just below it. The label is t times `timeScale` (1000 in diffusers' exports).
 */
export const flow =
  (timeScale = 1): Parameterisation =>
  (sigma) => ({
    skip: 1 / (1 + sigma),
    out: -sigma / (1 + sigma),
    in: 1 / (1 + sigma),
    label: (timeScale * sigma) / (1 + sigma),
  })

/** EDM's own (Karras et al. 2022, table 1): unit variance in and out for data of standard deviation `sigmaData`. */
export const edm =
  (sigmaData = 0.5): Parameterisation =>
  (sigma) => ({
    skip: sigmaData ** 2 / (sigma ** 2 + sigmaData ** 2),
    out: (sigma * sigmaData) / Math.sqrt(sigma ** 2 + sigmaData ** 2),
    in: 1 / Math.sqrt(sigma ** 2 + sigmaData ** 2),
    label: Math.log(sigma) / 4,
  })

/** By the names of diffusers' `prediction_type`. */
export const predictionTypes = {
  epsilon,
  v_prediction: vPrediction,
  sample: samplePrediction,
} satisfies Record<string, (label: Label) => Parameterisation>
