import { describe, expect, it } from 'vitest'
import { classifierFree, guided } from './guidance.js'
import { denoiserOf, vPrediction } from './parameterisation.js'

const conditional = Float32Array.of(1, 2, 4, 5)
const unconditional = Float32Array.of(0, 2, 2, 4)
const deviation = (values: Float32Array): number => {
  const mean = values.reduce((a, b) => a + b) / values.length
  return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1))
}

describe('classifier-free guidance', () => {
  it('moves away from the unconditional prediction', () => {
    expect([...guided(conditional, unconditional, { scale: 3 })]).toEqual([3, 2, 8, 7])
    expect(guided(conditional, unconditional, { scale: 1 })).toEqual(conditional)
    expect(guided(conditional, unconditional, { scale: 0 })).toEqual(unconditional)
  })

  it('rescaled fully has the standard deviation of the conditional prediction, rescaled in part lies between', () => {
    const full = guided(conditional, unconditional, { scale: 3, rescale: 1 })
    expect(deviation(full)).toBeCloseTo(deviation(conditional), 6)
    const plain = guided(conditional, unconditional, { scale: 3 })
    const part = guided(conditional, unconditional, { scale: 3, rescale: 0.7 })
    part.forEach((value, i) => expect(value).toBeCloseTo(0.7 * full[i]! + 0.3 * plain[i]!, 6))
  })

  it('leaves a constant prediction alone and refuses a rescale outside 0..1', () => {
    expect([...guided(Float32Array.of(2, 2), Float32Array.of(1, 1), { scale: 2, rescale: 1 })]).toEqual([3, 3])
    expect(() => guided(conditional, unconditional, { scale: 2, rescale: 1.5 })).toThrow('rescale')
  })

  it('is the same on networks as on their denoisers', async () => {
    const predict = (values: Float32Array) => (input: Float32Array, label: number) =>
      Promise.resolve(values.map((value, i) => value * input[i]! + label))
    const parameterisation = vPrediction((sigma) => sigma)
    const onNetworks = denoiserOf(
      classifierFree(predict(conditional), predict(unconditional), { scale: 4 }),
      parameterisation,
    )
    const onDenoisers = classifierFree(
      denoiserOf(predict(conditional), parameterisation),
      denoiserOf(predict(unconditional), parameterisation),
      { scale: 4 },
    )
    const x = Float32Array.of(0.2, -1, 0.7, 3)
    const expected = await onDenoisers(x, 0.8)
    ;(await onNetworks(x, 0.8)).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5))
  })

  it('at scale 1 does not run the unconditional half', async () => {
    const refuse = (): Promise<never> => Promise.reject(new Error('asked'))
    expect(await classifierFree(() => Promise.resolve(conditional), refuse, { scale: 1 })(conditional, 1)).toBe(
      conditional,
    )
  })
})
