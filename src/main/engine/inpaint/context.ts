/**
 * Which parts of a picture a fill looks at: around each hole, or group of holes, a crop. What it costs follows from the
 * hole, not from the picture.
 */

/** In pixels; `left`, `top` from the picture's corner. */
export interface Box {
  left: number
  top: number
  width: number
  height: number
}

export interface Context {
  /** What the fill is given. */
  crop: Box
  /** What it fills: the holes of this group lie in here. */
  hole: Box
}

/** The least to see on each side of a hole, px. */
const LEAST_MARGIN = 64
/** What else there is to see, against the hole's larger side. */
const MARGIN = 1
/** Memory that a pixel of the crop takes while it is filled, all levels together, bytes; measured, see decision 9. */
export const BYTES_PER_PIXEL = 176

/**
 * One crop for each group of holes, from top to bottom. Holes share a crop where one for both is no larger than one for
 * each. A crop that would take more than `memory` bytes gets narrower margins, but never narrower than the least. `marginOf`
 * says what else there should be to see on each side, px.
 */
export function contextsOf(
  picture: { width: number; height: number },
  holes: readonly Box[],
  memory = 1.5e9,
  marginOf: (hole: Box) => number = ({ width, height }) =>
    Math.max(LEAST_MARGIN, Math.ceil(MARGIN * Math.max(width, height))),
): Context[] {
  const most = memory / BYTES_PER_PIXEL
  const cropFor = (hole: Box) => cropOf(picture, hole, most, marginOf(hole))
  let groups = holes.map((hole) => ({ hole, crop: cropFor(hole) }))
  for (let merged = true; merged;) {
    merged = false
    const kept: Context[] = []
    for (const group of groups) {
      const union = (other: Context) => {
        const hole = unite(other.hole, group.hole)
        return { hole, crop: cropFor(hole) }
      }
      const at = kept.findIndex((other) => {
        const both = area(union(other).crop)
        return both <= most && both <= area(other.crop) + area(group.crop)
      })
      const other = kept[at]
      if (other) {
        kept[at] = union(other)
        merged = true
      } else kept.push(group)
    }
    groups = kept
  }
  return groups.sort((a, b) => a.hole.top - b.hole.top || a.hole.left - b.hole.left)
}

/** Crops that reach as far as `reach`, where what may be taken lies; one that would take more than `memory` bytes stays as it is. */
export function reaching(contexts: readonly Context[], reach: Box | null, memory: number): Context[] {
  if (reach === null) return [...contexts]
  return contexts.map(({ crop, hole }) => {
    const wide = unite(crop, reach)
    return { hole, crop: area(wide) * BYTES_PER_PIXEL <= memory ? wide : crop }
  })
}

function cropOf(picture: { width: number; height: number }, hole: Box, most: number, wanted: number): Box {
  const around = (margin: number): Box => {
    const left = Math.max(0, hole.left - margin)
    const top = Math.max(0, hole.top - margin)
    return {
      left,
      top,
      width: Math.min(picture.width, hole.left + hole.width + margin) - left,
      height: Math.min(picture.height, hole.top + hole.height + margin) - top,
    }
  }
  let margin = wanted
  while (margin > LEAST_MARGIN && area(around(margin)) > most) margin = Math.max(LEAST_MARGIN, Math.floor(margin * 0.9))
  return around(margin)
}

const area = (box: Box): number => box.width * box.height

function unite(a: Box, b: Box): Box {
  const left = Math.min(a.left, b.left)
  const top = Math.min(a.top, b.top)
  const right = Math.max(a.left + a.width, b.left + b.width)
  const bottom = Math.max(a.top + a.height, b.top + b.height)
  return { left, top, width: right - left, height: bottom - top }
}

/** Pixels of a row: `from` included, `to` not. */
export interface Span {
  from: number
  to: number
}

const wholeOf = (row: ArrayLike<number>): Span[] => [{ from: 0, to: row.length }]

/** Finds the connected holes (8 neighbours) of a mask that is read row by row; it never has to lie in memory whole. */
export class HoleFinder {
  #y = 0
  /** Runs of the row above: first, past the last, and the hole they belong to. */
  #above: { from: number; to: number; hole: number }[] = []
  /** Union-find over holes, and the bounds of each root. */
  #parent: number[] = []
  #bounds: { left: number; top: number; right: number; bottom: number }[] = []

  /** Any value but 0 is masked. `spans`, from left to right with a pixel between them at least: where there may be any. */
  add(row: ArrayLike<number>, spans: readonly Span[] = wholeOf(row)): void {
    const runs: { from: number; to: number; hole: number }[] = []
    let first = 0
    for (const { from, to } of runsOf(row, spans)) {
      while (first < this.#above.length && this.#above[first]!.to < from) first++
      let hole = -1
      for (let i = first; i < this.#above.length && this.#above[i]!.from <= to; i++)
        hole = hole < 0 ? this.#root(this.#above[i]!.hole) : this.#join(hole, this.#above[i]!.hole)
      if (hole < 0) {
        hole = this.#parent.push(this.#parent.length) - 1
        this.#bounds.push({ left: from, top: this.#y, right: to, bottom: this.#y + 1 })
      }
      const bounds = this.#bounds[hole]!
      bounds.left = Math.min(bounds.left, from)
      bounds.right = Math.max(bounds.right, to)
      bounds.bottom = this.#y + 1
      runs.push({ from, to, hole })
    }
    this.#above = runs
    this.#y++
  }

  /** The bounding box of each hole, from top to bottom. */
  holes(): Box[] {
    return this.#bounds
      .filter((_, hole) => this.#parent[hole] === hole)
      .map(({ left, top, right, bottom }) => ({ left, top, width: right - left, height: bottom - top }))
  }

  #root(hole: number): number {
    let root = hole
    while (this.#parent[root] !== root) root = this.#parent[root]!
    this.#parent[hole] = root
    return root
  }

  #join(a: number, b: number): number {
    const [keep, drop] = [Math.min(this.#root(a), this.#root(b)), Math.max(this.#root(a), this.#root(b))]
    if (keep === drop) return keep
    const [into, from] = [this.#bounds[keep]!, this.#bounds[drop]!]
    into.left = Math.min(into.left, from.left)
    into.top = Math.min(into.top, from.top)
    into.right = Math.max(into.right, from.right)
    into.bottom = Math.max(into.bottom, from.bottom)
    this.#parent[drop] = keep
    return keep
  }
}

function* runsOf(row: ArrayLike<number>, spans: readonly Span[]): Generator<Span> {
  for (const span of spans)
    for (let x = span.from; x < span.to; x++) {
      if (!row[x]) continue
      const from = x
      while (x < span.to && row[x]) x++
      yield { from, to: x }
    }
}
