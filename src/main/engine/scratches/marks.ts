/** Places that might be part of a scratch, and what is known of each: columns of numbers, not objects, since a photo has many. */

const COLUMNS = [
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
  /** Brightness of the mark, of one side and of the other, in 16 bits; of a speck the least and the most around it. */
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

type Columns = Record<(typeof COLUMNS)[number], Int32Array>

const columnsOf = (of: (name: keyof Columns) => Int32Array): Columns =>
  Object.fromEntries(COLUMNS.map((name) => [name, of(name)])) as Columns

export class Marks {
  #room = 1024
  length = 0
  columns = columnsOf(() => new Int32Array(this.#room))

  /** Room for one more, all 0: its index in the columns. */
  add(): number {
    if (this.length === this.#room) {
      this.#room *= 2
      const before = this.columns
      this.columns = columnsOf((name) => {
        const grown = new Int32Array(this.#room)
        grown.set(before[name])
        return grown
      })
    }
    return this.length++
  }

  /** In rows from the top, each from the left: the order in which they were found plays no part in what follows. */
  sorted(): Marks {
    const { x, y } = this.columns
    const order = Uint32Array.from({ length: this.length }, (_, i) => i).sort((a, b) => y[a]! - y[b]! || x[a]! - x[b]!)
    const out = new Marks()
    out.#room = this.length
    out.length = this.length
    out.columns = columnsOf((name) => {
      const from = this.columns[name]
      return Int32Array.from(order, (i) => from[i]!)
    })
    return out
  }
}
