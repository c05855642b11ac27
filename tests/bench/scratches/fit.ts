/** Fits the network that tells scratches from the picture's own lines: logistic loss, Adam, small steps in an order drawn from a seed. */
import type { Weights } from '../../../src/main/engine/scratches/score.js'
import { Dice } from '../inpaint/dice.js'

export interface Sample {
  features: readonly number[]
  damage: boolean
  /** Pixels: a long scratch counts for more. */
  weight: number
}

export interface FitOptions {
  units: number
  rounds: number
  seed: number
}

const BATCH = 64
const RATE = 0.01
const DECAY = 1e-4

export function fit(samples: readonly Sample[], { units, rounds, seed }: FitOptions): Weights {
  const size = samples[0]!.features.length
  const scales = scalesOf(samples, size)
  const scaled = samples.map(({ features }) =>
    features.map((value, f) => (value - scales[f]!.mean) / scales[f]!.deviation),
  )
  const dice = new Dice(seed)
  const mean = samples.reduce((sum, { weight }) => sum + weight, 0) / samples.length
  // Rows of the hidden units, then the output's.
  const inputs = size + 1
  const weights = Float64Array.from(
    { length: units * inputs + units + 1 },
    () => dice.between(-1, 1) / Math.sqrt(inputs),
  )
  const out = units * inputs
  const adam = new Adam(weights)
  const order = samples.map((_, i) => i)
  const state = new Float64Array(units)
  const rates = rounds * Math.ceil(samples.length / BATCH)
  let step = 0
  for (let round = 0; round < rounds; round++) {
    shuffle(order, dice)
    for (let first = 0; first < order.length; first += BATCH) {
      const slope = new Float64Array(weights.length)
      for (const i of order.slice(first, first + BATCH)) {
        const { damage, weight } = samples[i]!
        const features = scaled[i]!
        let sum = weights[out + units]!
        for (let h = 0; h < units; h++) {
          let inside = weights[h * inputs + size]!
          for (let f = 0; f < size; f++) inside += weights[h * inputs + f]! * features[f]!
          state[h] = Math.tanh(inside)
          sum += weights[out + h]! * state[h]!
        }
        const error = ((1 / (1 + Math.exp(-sum)) - Number(damage)) * weight) / mean / BATCH
        slope[out + units]! += error
        for (let h = 0; h < units; h++) {
          slope[out + h]! += error * state[h]!
          const back = error * weights[out + h]! * (1 - state[h]! ** 2)
          for (let f = 0; f < size; f++) slope[h * inputs + f]! += back * features[f]!
          slope[h * inputs + size]! += back
        }
      }
      adam.step(slope, RATE * (1 - step++ / rates))
    }
  }
  const round = (value: number) => Number(value.toFixed(3))
  // Of the features as they are.
  const rows = Array.from({ length: units }, (_, h) => {
    const row = [...weights.subarray(h * inputs, (h + 1) * inputs)]
    for (const [f, { mean, deviation }] of scales.entries()) {
      row[f]! /= deviation
      row[size]! -= row[f]! * mean
    }
    return row.map(round)
  })
  return { hidden: rows, out: [...weights.subarray(out)].map(round) }
}

function scalesOf(samples: readonly Sample[], size: number): { mean: number; deviation: number }[] {
  return Array.from({ length: size }, (_, f) => {
    const mean = samples.reduce((sum, { features }) => sum + features[f]!, 0) / samples.length
    const square = samples.reduce((sum, { features }) => sum + (features[f]! - mean) ** 2, 0) / samples.length
    return { mean, deviation: Math.sqrt(square) + 1e-3 }
  })
}

class Adam {
  readonly #first: Float64Array
  readonly #second: Float64Array
  #steps = 0

  constructor(readonly weights: Float64Array) {
    this.#first = new Float64Array(weights.length)
    this.#second = new Float64Array(weights.length)
  }

  step(slope: Float64Array, rate: number): void {
    this.#steps++
    const [one, two] = [1 - 0.9 ** this.#steps, 1 - 0.999 ** this.#steps]
    for (let i = 0; i < slope.length; i++) {
      this.#first[i] = 0.9 * this.#first[i]! + 0.1 * slope[i]!
      this.#second[i] = 0.999 * this.#second[i]! + 0.001 * slope[i]! ** 2
      const change = this.#first[i]! / one / (Math.sqrt(this.#second[i]! / two) + 1e-8)
      this.weights[i]! -= rate * (change + DECAY * this.weights[i]!)
    }
  }
}

function shuffle(list: number[], dice: Dice): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = dice.whole(0, i)
    ;[list[i], list[j]] = [list[j]!, list[i]!]
  }
}
