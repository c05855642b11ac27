/** Which drawings are worth filling: those with the least distance, and among these the ones least alike. */

export interface Drawing {
  index: number
  /** Mean patch distance, lower is better. */
  distance: number
  /** The hole's values, to compare. */
  values: Float32Array
}

/** Drawings up to this many times the best one's distance are good enough to be offered for their difference. */
const GOOD_ENOUGH = 1.5

/** `count` of the drawings (all, if there are fewer), by distance; the best is always among them. */
export function chooseVariations(drawings: readonly Drawing[], count: number): Drawing[] {
  const ranked = [...drawings].sort((a, b) => a.distance - b.distance || a.index - b.index)
  const best = ranked[0]
  if (!best) return []
  const good = ranked.filter((drawing, rank) => rank < count || drawing.distance <= GOOD_ENOUGH * best.distance)
  const chosen = [best]
  while (chosen.length < Math.min(count, good.length)) {
    const apart = (drawing: Drawing) => Math.min(...chosen.map((other) => difference(drawing.values, other.values)))
    const rest = good.filter((drawing) => !chosen.includes(drawing))
    chosen.push(rest.reduce((farthest, drawing) => (apart(drawing) > apart(farthest) ? drawing : farthest)))
  }
  return chosen.sort((a, b) => a.distance - b.distance || a.index - b.index)
}

/** How many drawings are made to choose `count` from. */
export const drawingsFor = (count: number): number => Math.min(32, Math.max(6, 3 * count))

function difference(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return sum / Math.max(1, a.length)
}
