/** Marks of lines, joined to curves: what runs on in the same direction, with the same sign. */
import { DIRECTIONS, turnsApart } from './lines.js'
import type { Marks } from './marks.js'

/** So far apart may two marks of one curve be, px. */
const APART = 4
/** How far beside the direction of each the other may lie, px. */
const BESIDE = 1.3
/** Turns between neighbours that are one curve: 22.5 degrees. */
const BEND = 2
/** Fewer marks are no curve. */
const FEWEST = 8

/** Indices of `marks`, which must be sorted; each curve's in that order, the curves by their first. */
export function joinCurves(marks: Marks): Int32Array[] {
  const { x, y, sign, turn } = marks.columns
  const sets = new Sets(marks.length)
  const rows = rowStarts(marks)
  for (let i = 0; i < marks.length; i++)
    for (let dy = 0; dy <= APART; dy++) {
      const row = rows.get(y[i]! + dy)
      if (row === undefined) continue
      for (let j = dy === 0 ? i + 1 : row; j < marks.length && y[j] === y[i]! + dy; j++) {
        const dx = x[j]! - x[i]!
        if (dx > APART) break
        if (dx < -APART || sign[i] !== sign[j] || turnsApart(turn[i]!, turn[j]!) > BEND) continue
        if (beside(turn[i]!, dx, dy) <= BESIDE && beside(turn[j]!, dx, dy) <= BESIDE) sets.join(i, j)
      }
    }
  return sets.all().filter((set) => set.length >= FEWEST)
}

function beside(turn: number, dx: number, dy: number): number {
  const direction = DIRECTIONS[turn]!
  return Math.abs(dx * direction.dy - dy * direction.dx)
}

function rowStarts({ length, columns: { y } }: Marks): Map<number, number> {
  const rows = new Map<number, number>()
  for (let i = 0; i < length; i++) if (i === 0 || y[i] !== y[i - 1]) rows.set(y[i]!, i)
  return rows
}

/** Disjoint sets of numbers. */
class Sets {
  readonly #parent: Int32Array

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, i) => i)
  }

  join(a: number, b: number): void {
    const [one, other] = [this.#root(a), this.#root(b)]
    this.#parent[Math.max(one, other)] = Math.min(one, other)
  }

  all(): Int32Array[] {
    const sets = new Map<number, number[]>()
    for (let i = 0; i < this.#parent.length; i++) {
      const root = this.#root(i)
      const set = sets.get(root)
      if (set) set.push(i)
      else sets.set(root, [i])
    }
    return [...sets.values()].map((set) => Int32Array.from(set))
  }

  #root(i: number): number {
    let root = i
    while (this.#parent[root] !== root) root = this.#parent[root]!
    while (this.#parent[i] !== root) {
      const next = this.#parent[i]!
      this.#parent[i] = root
      i = next
    }
    return root
  }
}
