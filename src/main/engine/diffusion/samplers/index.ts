/** Samplers by name; a new one is one file here and one line below. */
import type { Sampler } from '../sampling.js'
import type { ChurnOptions } from './churn.js'
import { ddim } from './ddim.js'
import { dpmpp2mSde } from './dpmpp-2m-sde.js'
import { dpmpp2m } from './dpmpp-2m.js'
import { eulerAncestral, type AncestralOptions } from './euler-ancestral.js'
import { euler } from './euler.js'
import { heun } from './heun.js'

/** Each sampler reads the options that are its own. */
export type SamplerOptions = ChurnOptions & AncestralOptions

export const samplers = {
  euler,
  heun,
  'euler-ancestral': eulerAncestral,
  'dpmpp-2m': dpmpp2m,
  'dpmpp-2m-sde': dpmpp2mSde,
  ddim,
} satisfies Record<string, Sampler<SamplerOptions>>

export type SamplerName = keyof typeof samplers
export const samplerNames = Object.keys(samplers) as SamplerName[]
