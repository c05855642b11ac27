/** Small pictures with holes whose right filling is known, for the tests of inpainting. */

export interface Scene {
  width: number
  height: number
  /** Interleaved RGB, the hole black. */
  picture: Float32Array
  /** What was there. */
  truth: Float32Array
  hole: Uint8Array
}

export function scene(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
  masked: (x: number, y: number) => boolean,
): Scene {
  const truth = new Float32Array(width * height * 3)
  const picture = new Float32Array(truth.length)
  const hole = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const k = y * width + x
      const value = colour(x, y)
      truth.set(value, 3 * k)
      if (masked(x, y)) hole[k] = 1
      else picture.set(value, 3 * k)
    }
  }
  return { width, height, picture, truth, hole }
}

export const grey = (value: number): [number, number, number] => [value, value, value]

export const disc = (cx: number, cy: number, radius: number) => (x: number, y: number) =>
  (x - cx) ** 2 + (y - cy) ** 2 <= radius * radius

/** Values that look random and are the same every time, 0..1. */
export function rough(x: number, y: number, salt = 0): number {
  let h = Math.imul(x + 1, 0x27d4eb2f) ^ Math.imul(y + 1, 0x165667b1) ^ Math.imul(salt + 1, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  return ((h ^ (h >>> 13)) >>> 0) / 2 ** 32
}

/** A texture with structure of a few pixels, in colour. */
export function grain(x: number, y: number): [number, number, number] {
  const wave = 0.5 + 0.2 * Math.sin(0.7 * x + 0.3 * y) + 0.15 * Math.sin(0.2 * x - 0.9 * y)
  const n = 0.1 * (rough(x, y) - 0.5)
  return [wave + n, 0.8 * wave + n, 0.4 + 0.3 * wave + n]
}

/** Root mean square difference of two pictures inside the hole (or outside of it). */
export function apart(a: Float32Array, b: Float32Array, hole: Uint8Array, where: 0 | 1 = 1): number {
  let sum = 0
  let count = 0
  for (let k = 0; k < hole.length; k++) {
    if (hole[k] !== where) continue
    for (let c = 0; c < 3; c++) sum += (a[3 * k + c]! - b[3 * k + c]!) ** 2
    count += 3
  }
  return Math.sqrt(sum / count)
}
