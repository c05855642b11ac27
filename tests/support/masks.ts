/** Random masks and pictures from a seed, for properties that must hold for all of them. */
import type { Mask, MaskOperation, MaskPoint, PixelSource } from '../../src/shared/mask/index.js'

export type Random = () => number

/** Numbers in 0..1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const between = (random: Random, low: number, high: number): number => low + (high - low) * random()

export function pick<T>(random: Random, ...items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** A place in the picture or a little beside it. */
const place = (random: Random, { width, height }: Size): [number, number] => [
  between(random, -0.15 * width, 1.15 * width),
  between(random, -0.15 * height, 1.15 * height),
]

export function randomStroke(random: Random, size: Size): MaskOperation & { kind: 'stroke' } {
  const pen = random() < 0.5
  const points = Array.from({ length: 1 + Math.floor(random() * 6) }, (): MaskPoint => {
    const at = place(random, size)
    return pen ? [...at, random()] : at
  })
  return {
    kind: 'stroke',
    points,
    diameter: between(random, 1, size.width / 3),
    hardness: pick(random, 0, 0.5, 1),
    erase: random() < 0.3,
  }
}

export function randomOperation(random: Random, size: Size): MaskOperation {
  const erase = random() < 0.3
  const [x, y] = place(random, size)
  const box = { x, y, width: between(random, 0.3, size.width), height: between(random, 0.3, size.height) }
  switch (pick(random, 'stroke', 'stroke', 'rectangle', 'ellipse', 'polygon', 'invert', 'grow', 'feather', 'clear')) {
    case 'stroke':
      return randomStroke(random, size)
    case 'rectangle':
      return { kind: 'rectangle', ...box, erase }
    case 'ellipse':
      return { kind: 'ellipse', ...box, erase }
    case 'polygon':
      return {
        kind: 'polygon',
        points: Array.from({ length: 3 + Math.floor(random() * 6) }, () => place(random, size)),
        erase,
      }
    case 'grow':
      return { kind: 'grow', pixels: between(random, -12, 18) }
    case 'feather':
      return { kind: 'feather', pixels: between(random, 0, 20) }
    case 'clear':
      // Rarely: what comes before it would not be tried.
      return random() < 0.3 ? { kind: 'clear' } : { kind: 'invert' }
    default:
      return { kind: 'invert' }
  }
}

export function randomMask(random: Random, size: Size): Mask {
  const count = 1 + Math.floor(random() * 7)
  return { version: 1, ...size, operations: Array.from({ length: count }, () => randomOperation(random, size)) }
}

/** Rows of interleaved numbers as a source. */
export function pixelsOf(
  size: Size,
  bands: PixelSource['bands'],
  numbers: ArrayLike<number>,
  max: PixelSource['max'] = 255,
): PixelSource {
  const data = max === 255 ? Uint8Array.from(numbers) : Uint16Array.from(numbers)
  const row = size.width * bands
  return { ...size, bands, max, row: (y) => data.subarray(y * row, (y + 1) * row) }
}
