/**
 * The walk behind `detail`, from the picture as it came to a sample of the clean picture: levels are multiples of the
 * picture's own noise map, 1 at the start and 0 at the end.
 *
 * Second order, ancestral, in equal steps: of the walks measured (docs/models.md) six such steps come nearest to a
 * sample of the posterior, whose squared error is twice the mean's.
 */
import { dpmpp2mSde } from '../diffusion/samplers/dpmpp-2m-sde.js'
import type { SamplerInput } from '../diffusion/sampling.js'

/** `steps` steps: `steps + 1` levels. */
export const detailLevels = (steps: number): number[] =>
  Array.from({ length: steps + 1 }, (_, i) => (steps - i) / steps)

export const detailWalk = <F>(input: Omit<SamplerInput<F>, 'sigmas'>, steps: number) =>
  dpmpp2mSde<F>({ ...input, sigmas: detailLevels(steps) })
