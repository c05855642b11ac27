/** Guidance: two predictions of one network made into one. */
import { LacunaError } from '../../../shared/errors.js'
import { weightedSum } from './algebra.js'

export interface GuidanceOptions {
  /** 1 = the conditional prediction alone; above 1 it is exaggerated; 0 = the unconditional one. */
  scale: number
  /** 0..1: how far the result's standard deviation is pulled back to the conditional prediction's. */
  rescale?: number
}

type Predict = (x: Float32Array, level: number) => Promise<Float32Array>

/**
 * Classifier-free guidance (Ho & Salimans 2022, arXiv 2207.12598): `u + scale * (c - u)`, with the rescaling of Lin et
 * al. 2023 (arXiv 2305.08891, equations 14 to 16). Wraps networks or denoisers alike; without rescaling the
 * result is the same, for a denoiser is affine in its network's output. As in diffusers, rescaling belongs on networks.
 * At scale 1 the unconditional prediction is not asked for.
 */
export function classifierFree(conditional: Predict, unconditional: Predict, options: GuidanceOptions): Predict {
  return async (x, level) => {
    if (options.scale === 1) return conditional(x, level)
    const without = await unconditional(x, level)
    return guided(await conditional(x, level), without, options)
  }
}

/** One picture's two predictions, mixed. */
export function guided(conditional: Float32Array, unconditional: Float32Array, options: GuidanceOptions): Float32Array {
  const { scale, rescale = 0 } = options
  if (!(rescale >= 0 && rescale <= 1))
    throw new LacunaError('internal', { reason: `guidance rescale is ${rescale}, not 0..1` })
  const mixed = weightedSum([
    [scale, conditional],
    [1 - scale, unconditional],
  ])
  if (rescale === 0) return mixed
  const spread = standardDeviation(mixed)
  if (spread === 0) return mixed
  const factor = rescale * (standardDeviation(conditional) / spread) + (1 - rescale)
  return weightedSum([[factor, mixed]], mixed)
}

/** With n - 1 in the denominator, as PyTorch's `std` that the reference uses (it cancels in the ratio). */
function standardDeviation(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return Math.sqrt(squares / Math.max(1, values.length - 1))
}
