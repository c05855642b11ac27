/** What goes on beyond a curve's ends: a scratch that a texture breaks into pieces is still one line. */
import { axisOf } from './axis.js'
import { DIRECTIONS, TURNS, turnsApart } from './lines.js'
import type { Marks } from './marks.js'

/** So far from an end is looked, px, at every `STEP`-th. */
const FAR = 48
const STEP = 2
/** What is nearest to an end says where it points, px. */
const END = 30
/** Marks are as good as these shares of the curve's own contrast, and turns from its direction. */
const CONTRAST = 0.4
const TURN = 1

/** Where marks are. */
export class Places {
  readonly #starts: Int32Array

  /** `marks` must be sorted. */
  constructor(
    readonly marks: Marks,
    height: number,
  ) {
    this.#starts = new Int32Array(height + 1)
    const { y } = marks.columns
    for (let i = 0; i < marks.length; i++) this.#starts[y[i]! + 1]!++
    for (let row = 0; row < height; row++) this.#starts[row + 1]! += this.#starts[row]!
  }

  /** Whether a mark that `fits` is at most `reach` from a place, across and down. */
  some(x: number, y: number, reach: number, fits: (i: number) => boolean): boolean {
    const { x: columns } = this.marks.columns
    const last = Math.min(this.#starts.length - 2, Math.floor(y + reach))
    for (let row = Math.max(0, Math.ceil(y - reach)); row <= last; row++) {
      let [low, high] = [this.#starts[row]!, this.#starts[row + 1]!]
      const end = high
      while (low < high) {
        const middle = (low + high) >> 1
        if (columns[middle]! < x - reach) low = middle + 1
        else high = middle
      }
      for (let i = low; i < end && columns[i]! <= x + reach; i++) if (fits(i)) return true
    }
    return false
  }
}

/** How many pixels of what lies ahead of both ends are marked likewise: 0 to twice `FAR`. `contrast`: the curve's own. */
export function continued(curve: Int32Array, places: Places, contrast: number): number {
  const { x, y, sign, turn, contrast: contrasts } = places.marks.columns
  const whole = axisOf(curve, places.marks)
  const position = (i: number) => (x[i]! - whole.x) * whole.dx + (y[i]! - whole.y) * whole.dy
  let [first, last] = [curve[0]!, curve[0]!]
  for (const i of curve) {
    if (position(i) < position(first)) first = i
    if (position(i) > position(last)) last = i
  }
  let found = 0
  for (const [end, way] of [
    [first, -1],
    [last, 1],
  ] as const) {
    const near = curve.filter((i) => Math.abs(position(i) - position(end)) <= END)
    const axis = axisOf(near, places.marks)
    const outward = Math.sign(axis.dx * whole.dx + axis.dy * whole.dy) * way
    const [dx, dy] = [outward * axis.dx, outward * axis.dy]
    const along = nearestTurn(dx, dy)
    const fits = (i: number) =>
      sign[i] === sign[end] && contrasts[i]! >= CONTRAST * contrast && turnsApart(turn[i]!, along) <= TURN
    for (let step = 4; step <= FAR; step += STEP)
      if (places.some(x[end]! + step * dx, y[end]! + step * dy, 1 + 0.05 * step, fits)) found += STEP
  }
  return found
}

function nearestTurn(dx: number, dy: number): number {
  let best = 0
  const cosine = (turn: number) => Math.abs(dx * DIRECTIONS[turn]!.dx + dy * DIRECTIONS[turn]!.dy)
  for (let turn = 1; turn < TURNS; turn++) if (cosine(turn) > cosine(best)) best = turn
  return best
}
