/** Places that might be part of a scratch, and what is known of each: columns of numbers, not objects, since a photo has many. */

export const COLUMNS = [
  'x',
  'y',
  /** 1 = brighter than its surroundings, -1 = darker. */
  'sign',
  /** Of a line: which of the directions. */
  'turn',
  /** How much brighter or darker than either side, in 16 bits; always positive. */
  'contrast',
  /** What such contrasts are around here, in the same numbers. */
  'texture',
  /** Brightness of the mark, of one side and of the other, in 16 bits. */
  'centre',
  'left',
  'right',
  /** Half its width in quarter pixels. */
  'half',
  /** Colour in 12 bits, and that of its surroundings. */
  'red',
  'green',
  'blue',
  'redAround',
  'greenAround',
  'blueAround',
] as const

export type Column = (typeof COLUMNS)[number]

export class Marks {
  #room = 1024
  length = 0
  readonly columns = Object.fromEntries(COLUMNS.map((name) => [name, new Int32Array(this.#room)])) as Record<
    Column,
    Int32Array
  >

  add(values: Record<Column, number>): void {
    if (this.length === this.#room) this.#grow()
    for (const name of COLUMNS) this.columns[name][this.length] = values[name]
    this.length++
  }

  #grow(): void {
    this.#room *= 2
    for (const name of COLUMNS) {
      const grown = new Int32Array(this.#room)
      grown.set(this.columns[name])
      this.columns[name] = grown
    }
  }

  /** In rows from the top, each from the left: the order in which they were found plays no part in what follows. */
  sorted(): Marks {
    const { x, y } = this.columns
    const order = Array.from({ length: this.length }, (_, i) => i).sort((a, b) => y[a]! - y[b]! || x[a]! - x[b]!)
    const out = new Marks()
    out.#room = Math.max(1, this.length)
    out.length = this.length
    for (const name of COLUMNS) {
      const from = this.columns[name]
      out.columns[name] = Int32Array.from(order, (i) => from[i]!)
    }
    return out
  }
}
