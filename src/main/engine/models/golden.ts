/**
 * The golden tile: a small picture made from integers alone, so that every machine and language makes the same
 * one. A provider is trusted with a model only after it agrees with the CPU on this tile.
 *
 * A checkerboard of 8 px under hash noise; `models/training/manifest.py` holds the same recipe in Python.
 */

/** [3, size, size] in 0..1. */
export function goldenTile(size: number, seed: number): Float32Array {
  const tile = new Float32Array(3 * size * size)
  let i = 0
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const board = ((x >> 3) + (y >> 3)) & 1 ? 0.2 : -0.2
        tile[i++] = Math.min(1, Math.max(0, 0.5 + board + (hash(c, y, x, seed) / 2 ** 32 - 0.5) * 0.2))
      }
  return tile
}

function hash(c: number, y: number, x: number, seed: number): number {
  let h =
    Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca77) ^ Math.imul(c, 0xc2b2ae3d) ^ Math.imul(seed, 0x27d4eb2f)
  h ^= h >>> 15
  h = Math.imul(h, 0x2c1b3c6d)
  h ^= h >>> 12
  h = Math.imul(h, 0x297a2d39)
  h ^= h >>> 15
  return h >>> 0
}

/** The places of a flattened [3, size, size] result that a manifest's `golden.expect` names. */
export const goldenPlaces = (size: number, count: number): number[] => placesIn(3 * size * size, count)

/** The same of a result of any length. */
export const placesIn = (length: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => Math.floor((k * length) / count) + 13)
