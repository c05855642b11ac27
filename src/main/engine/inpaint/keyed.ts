/**
 * Random numbers that belong to a place: what is drawn at (seed, level, iteration, y, x) is a pure function of these
 * numbers, so that any number of threads, in any order, draws the same.
 *
 * Philox (diffusion/noise.ts) gives the noise of the coarsest level. The search draws millions of candidates that only
 * have to be spread evenly, so it mixes a counter with the 32-bit finalizer of MurmurHash3 (Appleby 2011).
 */

/** A bijection of 32-bit words in which every bit of the input turns about half the bits of the output. */
export function mix(word: number): number {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** One 32-bit key of any numbers in order; whole numbers up to 2^53 count with all their bits. */
export function keyOf(...parts: readonly number[]): number {
  let key = 0x9e3779b9 | 0
  for (const part of parts) {
    key = mix(key ^ (part | 0))
    key = mix(key ^ Math.floor(part / 2 ** 32))
  }
  return key
}

/** The seed of drawing `index` of a request: the request's own for the first, so that it can be drawn again alone. */
export function drawingSeed(seed: number, index: number): number {
  return index === 0 ? seed : keyOf(seed, index) >>> 0
}
