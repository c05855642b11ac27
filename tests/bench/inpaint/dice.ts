/** Numbers drawn from a seed, the same on every machine. */
import { philox } from '../../../src/main/engine/diffusion/noise.js'

export class Dice {
  readonly #words = new Int32Array(4)
  #drawn = 0

  constructor(
    readonly seed: number,
    readonly stream = 0,
  ) {}

  /** From `low` up to `high`, uniform. */
  between(low: number, high: number): number {
    philox(this.#words, this.#drawn++, 0, 0, this.stream, this.seed, 0)
    return low + ((high - low) * (this.#words[0]! >>> 0)) / 2 ** 32
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1))
  }

  sign(): 1 | -1 {
    return this.between(0, 1) < 0.5 ? -1 : 1
  }

  oneOf<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length - 1)]!
  }
}
