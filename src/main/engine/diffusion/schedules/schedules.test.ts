import { describe, expect, it } from 'vitest'
import vectors from '../vectors/schedules.json' with { type: 'json' }
import { exponential, karras, linear, polyexponential, sigmaSchedules } from './sigmas.js'
import { sigmasAt, timestepOf, timestepsOf, type TimestepSpacing } from './timesteps.js'
import { alphasCumprodOf, sigmasOf, type TrainingSchedule } from './training.js'

const near = (actual: Float64Array | number[], expected: number[], relative = 1e-9): void => {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, i) =>
    expect(Math.abs(actual[i]! - value), `[${i}]`).toBeLessThanOrEqual(relative * Math.abs(value)),
  )
}

describe('sigma schedules are those of their papers', () => {
  const { sigmas } = vectors
  it('karras', () => near(karras(sigmas.karras, sigmas.karras.rho), sigmas.karras.values))
  it('exponential', () => near(exponential(sigmas.exponential), sigmas.exponential.values))
  it('polyexponential', () =>
    near(polyexponential(sigmas.polyexponential, sigmas.polyexponential.rho), sigmas.polyexponential.values))
  it('linear', () => near(linear(sigmas.linear), sigmas.linear.values))
})

describe.each(Object.entries(sigmaSchedules))('the schedule %s', (_, schedule) => {
  it.each([1, 2, 3, 50])('of %i steps starts at max, ends at min and then 0, and falls', (steps) => {
    const sigmas = schedule({ steps, min: 0.03, max: 12.3 })
    expect(sigmas.length).toBe(steps + 1)
    expect(sigmas[0]).toBe(12.3)
    if (steps > 1) expect(sigmas[steps - 1]).toBe(0.03)
    expect(sigmas[steps]).toBe(0)
    for (let i = 1; i <= steps; i++) expect(sigmas[i]!).toBeLessThan(sigmas[i - 1]!)
  })

  it.each([{ steps: 0 }, { steps: 1.5 }, { min: 0 }, { min: 20 }, { max: Infinity }])('refuses %o', (bad) => {
    expect(() => schedule({ steps: 5, min: 0.1, max: 10, ...bad })).toThrow('sigmas')
  })
})

describe('training schedules are those of their papers', () => {
  it.each(vectors.training)('$betas, zero terminal SNR $zeroTerminalSnr', (vector) => {
    const schedule: TrainingSchedule = {
      steps: 1000,
      betas: vector.betas as TrainingSchedule['betas'],
      ...(vector.betaStart === null ? {} : { betaStart: vector.betaStart, betaEnd: vector.betaEnd }),
      zeroTerminalSnr: vector.zeroTerminalSnr,
    }
    const alphas = alphasCumprodOf(schedule)
    near(
      vector.at.map((t) => alphas[t]!),
      vector.alphasCumprod,
    )
    near(
      vector.at.map((t) => sigmasOf(alphas)[t]!),
      vector.sigmas,
    )
  })
})

describe('timesteps', () => {
  const trained = sigmasOf(alphasCumprodOf({ steps: 1000, betas: 'scaled_linear', betaStart: 0.00085, betaEnd: 0.012 }))

  it.each(vectors.timesteps)(
    '$steps $spacing, offset $offset, and their sigmas',
    ({ steps, spacing, offset, values, sigmas }) => {
      const timesteps = timestepsOf(steps, 1000, spacing as TimestepSpacing, offset)
      near(timesteps, values)
      near(sigmasAt(timesteps, trained), sigmas)
    },
  )

  it.each(vectors.labels)('of sigma $sigma', ({ sigma, timestep }) => near([timestepOf(trained)(sigma)], [timestep]))

  it('of each trained sigma is its own', () => {
    const label = timestepOf(trained)
    trained.forEach((sigma, t) => expect(label(sigma)).toBeCloseTo(t, 6))
  })
})
