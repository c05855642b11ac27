/** DDIM (Song et al. 2021, arXiv 2010.02502). */
import type { Sampler } from '../sampling.js'
import { eulerAncestral } from './euler-ancestral.js'

/**
 * DDIM's step (equation 12) keeps `x0 + sqrt(1 - a' - s^2) / sqrt(a') * epsilon + s / sqrt(a') * noise` with
 * `s^2 = eta^2 * (1 - a') / (1 - a) * (1 - a / a')` (equation 16), in its scaling `sqrt(a) * x`. With `a = 1 / (1 + sigma^2)`
 * the added variance becomes `eta^2 * to^2 * (from^2 - to^2) / from^2` and `epsilon = (x - D) / sigma`: the ancestral step
 * with the same eta. So DDIM is that sampler, deterministic unless `eta` is given; which levels it visits is the schedule's.
 */
export const ddim: Sampler<{ eta?: number }> = (input, options = {}) => eulerAncestral(input, { eta: options.eta ?? 0 })
