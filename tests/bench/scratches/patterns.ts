/** Regular patterns that no photo folder has enough of: checks, stripes, nets, print. Nothing in them is a scratch. */
import { Dice } from '../inpaint/dice.js'
import type { Photo } from './damage.js'

const WIDTH = 320
const HEIGHT = 240

type Ink = (x: number, y: number) => boolean

const KINDS: readonly ((dice: Dice) => Ink)[] = [
  // Checks.
  (dice) => {
    const [a, b] = [dice.between(3, 24), dice.between(3, 24)]
    return (x, y) => (Math.floor(x / a) + Math.floor(y / b)) % 2 === 0
  },
  // Stripes.
  (dice) => {
    const period = dice.between(4, 26)
    const part = dice.between(0.15, 0.85) * period
    return (x) => x - Math.floor(x / period) * period < part
  },
  // A net, or tiles.
  (dice) => {
    const [a, b] = [dice.between(8, 40), dice.between(8, 40)]
    const line = dice.between(1, 3)
    const shift = dice.oneOf([0, 0.5])
    return (x, y) => {
      const row = Math.floor(y / b)
      const across = x + row * shift * a
      return across - Math.floor(across / a) * a < line || y - row * b < line
    }
  },
  // Lines of print: bars upright, level and slanted in place of letters.
  (dice) => {
    const size = dice.whole(6, 20)
    const stroke = Math.max(1, size / 7)
    const letters = Array.from({ length: 97 }, () => dice.whole(0, 31))
    return (x, y) => {
      const [column, row] = [Math.floor(x / size), Math.floor(y / (1.6 * size))]
      const [u, v] = [x - column * size, y - row * 1.6 * size]
      const letter = letters[Math.abs(column * 31 + row * 57) % 97]!
      if (u > 0.8 * size || v > size || letter === 0) return false
      return (
        ((letter & 1) !== 0 && u < stroke) ||
        ((letter & 2) !== 0 && v < stroke) ||
        ((letter & 4) !== 0 && Math.abs(u - 0.6 * size) < stroke / 2) ||
        ((letter & 8) !== 0 && Math.abs(v - size / 2) < stroke / 2) ||
        ((letter & 16) !== 0 && Math.abs(u - 0.7 * v) < stroke / 2)
      )
    }
  },
  // Dots.
  (dice) => {
    const step = dice.between(6, 24)
    const radius = dice.between(1, 0.35 * step)
    return (x, y) => Math.hypot(x - Math.round(x / step) * step, y - Math.round(y / step) * step) < radius
  },
]

/** As many of each kind as asked for, seeded by their number. */
export function* patterns(each: number): Generator<Photo> {
  for (const [k, kind] of KINDS.entries()) for (let n = 0; n < each; n++) yield draw(kind, new Dice(5000 + 100 * k + n))
}

function draw(kind: (dice: Dice) => Ink, dice: Dice): Photo {
  const ink = kind(dice)
  const angle = dice.oneOf([0, 0, Math.PI / 2, dice.between(0, Math.PI)])
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [paper, dark] = [dice.between(120, 250), dice.between(5, 100)]
  const [light, tints] = [dice.sign() > 0, Array.from({ length: 3 }, () => dice.between(0.85, 1))]
  const noise = dice.between(0, 7)
  const rgb = new Uint8Array(3 * WIDTH * HEIGHT)
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      let inked = 0
      // Four samples a pixel: edges are soft.
      for (const [dx, dy] of [
        [0.25, 0.25],
        [0.75, 0.25],
        [0.25, 0.75],
        [0.75, 0.75],
      ] as const)
        if (ink((x + dx) * cos + (y + dy) * sin + 1000, (y + dy) * cos - (x + dx) * sin + 1000)) inked += 0.25
      const grain = noise * (dice.between(-1, 1) + dice.between(-1, 1))
      const value = paper + (light ? inked : 1 - inked) * (dark - paper)
      for (const [c, tint] of tints.entries())
        rgb[3 * (y * WIDTH + x) + c] = Math.min(255, Math.max(0, Math.round(value * tint + grain)))
    }
  return { width: WIDTH, height: HEIGHT, rgb }
}
