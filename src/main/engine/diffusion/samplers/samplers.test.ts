import { describe, expect, it } from 'vitest'
import { arrays, type Algebra } from '../algebra.js'
import type { Denoiser } from '../denoiser.js'
import { fillNormal } from '../noise.js'
import { runSampler, type SamplerInput } from '../sampling.js'
import { exponential, karras } from '../schedules/sigmas.js'
import vectors from '../vectors/samplers.json' with { type: 'json' }
import { ancestralStep } from './euler-ancestral.js'
import { samplerNames, samplers, type SamplerName, type SamplerOptions } from './index.js'

const doubles: Algebra<Float64Array> = {
  combine: (terms) =>
    Promise.resolve(terms[0]![1].map((_, i) => terms.reduce((sum, [weight, field]) => sum + weight * field[i]!, 0))),
  release: () => Promise.resolve(),
}
const noNoise = (): Promise<never> => Promise.reject(new Error('this walk adds no noise'))

describe('samplers are those of their papers', () => {
  const { spread, sigmas, x, noise } = vectors
  /** Two bumps at -1 and 1. */
  const denoise: Denoiser<Float64Array> = (field, sigma) => {
    const total = spread ** 2 + sigma ** 2
    return Promise.resolve(
      field.map((value) => {
        const weight = 1 / (1 + Math.exp((-2 * value) / total))
        const mean = (mu: number): number => mu + (spread ** 2 / total) * (value - mu)
        return weight * mean(1) + (1 - weight) * mean(-1)
      }),
    )
  }

  it.each(vectors.runs)('$sampler $options', async ({ sampler, options, final }) => {
    const input = {
      denoise,
      x: Float64Array.from(x),
      sigmas,
      algebra: doubles,
      noise: (step: number) => Promise.resolve(Float64Array.from(noise[step]!)),
    }
    const result = await runSampler(samplers[sampler as SamplerName](input, options))
    final.forEach((value, i) => expect(result[i]).toBeCloseTo(value, 11))
  })
})

describe('the probability-flow ODE of Gaussian data, whose solution is known', () => {
  const spread = 0.7
  const denoise: Denoiser<Float64Array> = (field, sigma) =>
    Promise.resolve(field.map((value) => (value * spread ** 2) / (spread ** 2 + sigma ** 2)))

  /** Error at sigma 0.1 after `steps` steps from sigma 10. */
  const errorOf = async (name: SamplerName, steps: number): Promise<number> => {
    const sigmas = karras({ steps: steps + 1, min: 0.1, max: 10 }).slice(0, -1)
    const x = Float64Array.of(8)
    const result = await runSampler(samplers[name]({ denoise, x, sigmas, noise: noNoise, algebra: doubles }))
    return Math.abs(result[0]! - 8 * Math.sqrt((spread ** 2 + 0.1 ** 2) / (spread ** 2 + 10 ** 2)))
  }

  it.each([
    ['euler', 1],
    ['ddim', 1],
    ['heun', 2],
    ['dpmpp-2m', 2],
  ] as const)('%s converges with order %i', async (name, order) => {
    const coarse = await errorOf(name, 200)
    const fine = await errorOf(name, 400)
    expect(Math.log2(coarse / fine)).toBeGreaterThan(order - 0.1)
    expect(Math.log2(coarse / fine)).toBeLessThan(order + 0.1)
  })
})

describe('ancestral sampling', () => {
  it('splits the variance of the level it steps to', () => {
    for (const eta of [0, 0.3, 1]) {
      const { down, up } = ancestralStep(3, 1.2, eta)
      expect(down ** 2 + up ** 2).toBeCloseTo(1.44, 12)
    }
    expect(ancestralStep(3, 1.2, 0)).toEqual({ down: 1.2, up: 0 })
    expect(ancestralStep(3, 0, 1)).toEqual({ down: 0, up: 0 })
    // The posterior variance of the chain x0 -> x(1.2) -> x(3) of independent Gaussian increments.
    expect(ancestralStep(3, 1.2, 1).up ** 2).toBeCloseTo((1.44 * (9 - 1.44)) / 9, 12)
  })

  it('gives samples of the right variance', async () => {
    const spread = 0.5
    const n = 200_000
    const normal = (step: number): Promise<Float32Array> => {
      const out = new Float32Array(n)
      fillNormal(out, { seed: 11, step, channel: 0, left: 0, top: 0, width: n, height: 1 })
      return Promise.resolve(out)
    }
    const denoise: Denoiser<Float32Array> = (field, sigma) =>
      arrays.combine([[spread ** 2 / (spread ** 2 + sigma ** 2), field]])
    const sigmas = exponential({ steps: 60, min: 0.02, max: 5 })
    const x = (await normal(1000)).map((value) => value * Math.hypot(spread, 5))
    const result = await runSampler(samplers['euler-ancestral']({ denoise, x, sigmas, noise: normal, algebra: arrays }))
    const variance = result.reduce((sum, value) => sum + value ** 2, 0) / n

    expect(Math.abs(variance / chainVariance(sigmas, spread) - 1)).toBeLessThan(5 * Math.sqrt(2 / n))
  })

  it('tends to the variance of the data as steps get finer, with an error of first order', () => {
    const excess = (steps: number): number => chainVariance(exponential({ steps, min: 0.001, max: 5 }), 0.5) / 0.25 - 1
    expect(Math.abs(excess(4000))).toBeLessThan(0.003)
    expect(excess(1000) / excess(2000)).toBeGreaterThan(1.9)
    expect(excess(1000) / excess(2000)).toBeLessThan(2.1)
  })

  /** The variance that a chain of full ancestral steps ends with, exactly, for Gaussian data of standard deviation `spread`. */
  function chainVariance(sigmas: Float64Array, spread: number): number {
    let variance = spread ** 2 + sigmas[0]! ** 2
    for (let i = 0; i < sigmas.length - 1; i++) {
      const { down, up } = ancestralStep(sigmas[i]!, sigmas[i + 1]!, 1)
      const shrink = spread ** 2 / (spread ** 2 + sigmas[i]! ** 2)
      variance = variance * (shrink + (down / sigmas[i]!) * (1 - shrink)) ** 2 + up ** 2
    }
    return variance
  }
})

/** Fields that know whether they are alive, and an algebra that refuses dead ones. */
function countingAlgebra() {
  const alive = new Set<{ value: number }>()
  const make = (value: number) => {
    const field = { value }
    alive.add(field)
    return field
  }
  const read = (field: { value: number }): number => {
    if (!alive.has(field)) throw new Error('a released field was used')
    return field.value
  }
  const algebra: Algebra<{ value: number }> = {
    combine: (terms) => Promise.resolve(make(terms.reduce((sum, [weight, field]) => sum + weight * read(field), 0))),
    release: (field) => (alive.delete(field) ? Promise.resolve() : Promise.reject(new Error('released twice'))),
  }
  return { alive, make, read, algebra }
}

describe('a sampler releases what it made', () => {
  const sigmas = [8, 4, 2, 1, 0]
  const cases: [SamplerName, SamplerOptions][] = [
    ...samplerNames.map((name): [SamplerName, SamplerOptions] => [name, {}]),
    ['euler', { churn: 2 }],
    ['heun', { churn: 2 }],
    ['ddim', { eta: 1 }],
  ]

  const setUp = (options: { failAtCall?: number; failNoise?: boolean } = {}) => {
    const fields = countingAlgebra()
    const x = fields.make(9)
    let calls = 0
    const input: SamplerInput<{ value: number }> = {
      x,
      sigmas,
      algebra: fields.algebra,
      denoise: (field, sigma) => {
        if (calls++ === options.failAtCall) return Promise.reject(new Error('the device went away'))
        return Promise.resolve(fields.make(fields.read(field) / (1 + sigma ** 2)))
      },
      noise: () =>
        options.failNoise ? Promise.reject(new Error('no noise today')) : Promise.resolve(fields.make(0.1)),
    }
    return { ...fields, x, input }
  }

  it.each(cases)('%s %o: run to the end, only the result is left', async (name, options) => {
    const { alive, x, input, read } = setUp()
    const seen: number[] = []
    const result = await runSampler(samplers[name](input, options), (step) => {
      // What is yielded is alive until the next step.
      expect(Number.isFinite(read(step.sample) + read(step.denoised))).toBe(true)
      expect(step.sigma).toBe(sigmas[step.index + 1])
      seen.push(step.index)
    })
    expect(seen).toEqual([0, 1, 2, 3])
    expect([...alive]).toEqual([x, result])
    expect(x.value).toBe(9)
  })

  it.each(cases)('%s %o: stopped after any step, nothing is left', async (name, options) => {
    for (let stop = 0; stop < sigmas.length - 1; stop++) {
      const { alive, x, input } = setUp()
      for await (const { index } of samplers[name](input, options)) if (index === stop) break
      expect([...alive]).toEqual([x])

      const other = setUp()
      const cancelled = runSampler(samplers[name](other.input, options), ({ index }) => {
        if (index === stop) throw new Error('cancelled')
      })
      await expect(cancelled).rejects.toThrow('cancelled')
      expect([...other.alive]).toEqual([other.x])
    }
  })

  it.each(cases)('%s %o: when the denoiser fails at any call, nothing is left', async (name, options) => {
    for (let failAtCall = 0; failAtCall < (name === 'heun' ? 7 : 4); failAtCall++) {
      const { alive, x, input } = setUp({ failAtCall })
      await expect(runSampler(samplers[name](input, options))).rejects.toThrow('the device went away')
      expect([...alive]).toEqual([x])
    }
  })

  it.each([
    ['euler-ancestral', {}],
    ['euler', { churn: 2 }],
    ['heun', { churn: 2 }],
  ] as [SamplerName, SamplerOptions][])('%s %o: when the noise fails, nothing is left', async (name, options) => {
    const { alive, x, input } = setUp({ failNoise: true })
    await expect(runSampler(samplers[name](input, options))).rejects.toThrow('no noise today')
    expect([...alive]).toEqual([x])
  })

  it.each(cases)('%s %o: one level is no step and gives a copy', async (name, options) => {
    const { alive, x, input } = setUp()
    const result = await runSampler(samplers[name]({ ...input, sigmas: [8] }, options))
    expect(result).not.toBe(x)
    expect(result.value).toBe(9)
    expect([...alive]).toEqual([x, result])
  })
})

describe.each(samplerNames)('%s refuses levels that are no walk', (name) => {
  it.each([[[]], [[1, 2]], [[1, 1, 0]], [[2, 0, 0]], [[1, 0, -1]], [[NaN, 0]], [[Infinity, 1]]])(
    '%o',
    async (sigmas) => {
      const input = { denoise: noNoise, x: new Float32Array(1), sigmas, noise: noNoise, algebra: arrays }
      await expect(runSampler(samplers[name](input))).rejects.toThrow('sigmas')
    },
  )
})
