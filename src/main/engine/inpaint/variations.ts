/** Which drawings are worth filling: the likeliest, and of the good ones those least alike. */

export interface Drawing {
  index: number
  /** Mean patch distance, lower is better. */
  distance: number
  /** The hole's values, to compare. */
  values: Float32Array
}

/** Drawings up to this many times the best one's distance are good enough to be offered for their difference. */
const GOOD_ENOUGH = 1.5
/** So many drawings for each wanted variation. */
const DRAWINGS = 3
const MOST_DRAWINGS = 32
/**
 * How much the continuation of what surrounds the hole (prior.ts) holds the drawings of the variations after the first: all
 * that are held alike turn out alike.
 */
const LOOSER = [0.3, 0.1, 0.03, 0]

/**
 * `count` of the drawings (all, if there are fewer): first the best of those that are held fully, the likeliest fill, then by
 * distance those of the good ones that differ most from all that are chosen before.
 */
export function chooseVariations(drawings: readonly Drawing[], count: number): Drawing[] {
  const ranked = [...drawings].sort((a, b) => a.distance - b.distance || a.index - b.index)
  const best = ranked.find(({ index }) => holdOf(index) === 1)
  if (!best) return []
  const good = ranked.filter((drawing, rank) => rank < count || drawing.distance <= GOOD_ENOUGH * best.distance)
  const others: Drawing[] = []
  for (let n = 1; n < count; n++) {
    const apart = (drawing: Drawing) =>
      Math.min(...[best, ...others].map((other) => difference(drawing.values, other.values)))
    const rest = good.filter((drawing) => drawing !== best && !others.includes(drawing))
    if (rest.length === 0) break
    others.push(rest.reduce((farthest, drawing) => (apart(drawing) > apart(farthest) ? drawing : farthest)))
  }
  return [best, ...others.sort((a, b) => a.distance - b.distance || a.index - b.index)]
}

/** How many drawings are made to choose `count` from. */
export const drawingsFor = (count: number): number => Math.min(MOST_DRAWINGS, DRAWINGS * count)

/** How much the prior's pull counts in a drawing, 0..1. */
export const holdOf = (index: number): number => (index < DRAWINGS ? 1 : LOOSER[index % LOOSER.length]!)

function difference(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return sum / Math.max(1, a.length)
}
