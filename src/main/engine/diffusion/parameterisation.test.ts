import { describe, expect, it } from 'vitest'
import {
  denoiserOf,
  edm,
  epsilon,
  flow,
  predictionTypes,
  samplePrediction,
  vPrediction,
  type Network,
} from './parameterisation.js'

const clean = Float32Array.of(0.3, -0.8, 0.1, 0.95)
const noise = Float32Array.of(-1.2, 0.4, 2.1, -0.3)
const noisy = (sigma: number): Float32Array => clean.map((value, i) => value + sigma * noise[i]!)
const mix = (a: number, b: number): Float32Array => clean.map((value, i) => a * value + b * noise[i]!)
const close = (actual: Float32Array, expected: Float32Array): void =>
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 4))

/** The network that knows the answer, and checks that it is asked in its own convention. */
const oracle =
  (input: Float32Array, label: number, answer: Float32Array): Network =>
  (given, givenLabel) => {
    close(given, input)
    expect(givenLabel).toBeCloseTo(label, 9)
    return Promise.resolve(answer)
  }

describe('a network that predicts perfectly becomes a denoiser that gives the clean picture', () => {
  const levels = [0.01, 0.5, 1, 14.6]

  describe.each(levels)('at sigma %f', (sigma) => {
    // The variance-preserving convention of DDPM: sqrt(a) clean + sqrt(1 - a) noise.
    const a = 1 / (1 + sigma ** 2)
    const seen = mix(Math.sqrt(a), Math.sqrt(1 - a))
    const label = (level: number): number => 100 * level

    it.each([
      ['epsilon', epsilon, noise],
      ['v', vPrediction, mix(-Math.sqrt(1 - a), Math.sqrt(a))],
      ['sample', samplePrediction, clean],
    ] as const)('%s', async (_, parameterisation, answer) => {
      const denoise = denoiserOf(oracle(seen, 100 * sigma, answer), parameterisation(label))
      close(await denoise(noisy(sigma), sigma), clean)
    })

    it('flow', async () => {
      const t = sigma / (1 + sigma)
      const denoise = denoiserOf(oracle(mix(1 - t, t), 1000 * t, mix(-1, 1)), flow(1000))
      close(await denoise(noisy(sigma), sigma), clean)
    })

    it('edm asks for unit variance in and out', async () => {
      const spread = 0.6
      const c = edm(spread)(sigma)
      expect(c.in ** 2 * (spread ** 2 + sigma ** 2)).toBeCloseTo(1, 9)
      // Variance of the training target (clean - c_skip x) / c_out for independent clean and noise.
      expect(((1 - c.skip) ** 2 * spread ** 2 + c.skip ** 2 * sigma ** 2) / c.out ** 2).toBeCloseTo(1, 9)
      const target = clean.map((value, i) => (value - c.skip * (value + sigma * noise[i]!)) / c.out)
      const denoise = denoiserOf(oracle(mix(c.in, c.in * sigma), Math.log(sigma) / 4, target), edm(spread))
      close(await denoise(noisy(sigma), sigma), clean)
    })
  })

  it('at sigma 0 the picture comes back as it is, without asking the network', async () => {
    const refuse: Network = () => Promise.reject(new Error('asked'))
    for (const parameterisation of [...Object.values(predictionTypes).map((make) => make(() => 0)), flow(), edm()]) {
      const result = await denoiserOf(refuse, parameterisation)(clean, 0)
      expect(result).toEqual(clean)
      expect(result).not.toBe(clean)
    }
  })
})
