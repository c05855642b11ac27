import type { Marks } from './marks.js'

/** Side of the squares in which marks are counted, px. */
const SIDE = 16

/** How much there is of marks around a place: the sum of contrasts in the nine squares around. */
export class Crowd {
  readonly #across: number
  readonly #sums: Float64Array

  constructor({ length, columns: { x, y, contrast } }: Marks, width: number, height: number) {
    this.#across = Math.ceil(width / SIDE) + 2
    this.#sums = new Float64Array(this.#across * (Math.ceil(height / SIDE) + 2))
    for (let i = 0; i < length; i++) {
      const cell = this.#cell(x[i]!, y[i]!)
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) this.#sums[cell + dy * this.#across + dx]! += contrast[i]!
    }
  }

  around(x: number, y: number): number {
    return this.#sums[this.#cell(x, y)]!
  }

  #cell(x: number, y: number): number {
    return (Math.floor(y / SIDE) + 1) * this.#across + Math.floor(x / SIDE) + 1
  }
}

/** Of each number, how many of all are at least `share` of it (itself not counted). */
export function rivalsOf(strengths: Float64Array, share: number): number[] {
  const order = strengths.slice().sort()
  return Array.from(strengths, (strength) => {
    let [low, high] = [0, order.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (order[middle]! < share * strength) low = middle + 1
      else high = middle
    }
    return order.length - low - 1
  })
}
