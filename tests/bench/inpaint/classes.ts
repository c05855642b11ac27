/** The five kinds of holes. Sizes are shares of `side`, the root of the picture's area. */
import type { Dice } from './dice.js'
import { heightForWidth, lettering } from './font.js'
import { curve, emptyMask, outline, polygon, stroke, type Mask, type Point } from './shapes.js'

export const CLASSES = ['strokes', 'text', 'blobs', 'objects', 'borders'] as const
export type HoleClass = (typeof CLASSES)[number]

export function drawHole(kind: HoleClass, dice: Dice, width: number, height: number): Mask {
  const mask = emptyMask(width, height)
  const side = Math.sqrt(width * height)
  draw[kind](mask, dice, side)
  return mask
}

const draw: Record<HoleClass, (mask: Mask, dice: Dice, side: number) => void> = {
  /** Scratches and hairs: four to eight bent lines, mostly long, 0.6 to 1.3 % thick. */
  strokes(mask, dice, side) {
    for (let i = dice.whole(4, 8); i > 0; i--) {
      const start = place(mask, dice, 0.05)
      const turn = dice.between(0, 2 * Math.PI)
      const length = side * dice.between(0.25, 0.8)
      const bend = () => side * dice.between(-0.12, 0.12)
      const along = (share: number): Point => [
        start[0] + share * length * Math.cos(turn) + bend(),
        start[1] + share * length * Math.sin(turn) + bend(),
      ]
      stroke(mask, curve(start, along(0.33), along(0.66), along(1)), side * dice.between(0.006, 0.013))
    }
  },

  /** A caption of two or three lines, a little turned; strokes an eighth to a sixth of the letters' height. */
  text(mask, dice, side) {
    const first = dice.whole(0, TEXTS.length - 1)
    const lines = Array.from({ length: dice.whole(2, 3) }, (_, i) => TEXTS[(first + 2 * i) % TEXTS.length]!)
    const longest = lines.reduce((a, b) => (b.length > a.length ? b : a))
    const letters = Math.min(0.11 * side, heightForWidth(longest, mask.width * dice.between(0.6, 0.85)))
    const thickness = letters * dice.between(0.125, 0.17)
    const [left, top] = [mask.width * dice.between(0.06, 0.14), mask.height * dice.between(0.1, 0.5)]
    const turn = dice.between(-0.06, 0.06)
    for (const [i, line] of lines.entries())
      for (const part of lettering(line, letters))
        stroke(
          mask,
          part.map(([x, y]): Point => {
            const down = y + i * letters * 1.7
            return [left + x * Math.cos(turn) - down * Math.sin(turn), top + x * Math.sin(turn) + down * Math.cos(turn)]
          }),
          thickness,
        )
  },

  /** One to three patches as a round brush leaves them, 8 to 18 % across. */
  blobs(mask, dice, side) {
    for (let i = dice.whole(1, 3); i > 0; i--) {
      const radius = side * dice.between(0.04, 0.09)
      const radii: Point = [radius, radius * dice.between(0.7, 1.3)]
      const roughness = dice.between(0.05, 0.2)
      polygon(
        mask,
        outline(dice, { centre: place(mask, dice, 0.15), radii, angle: dice.between(0, Math.PI), roughness }),
      )
    }
  },

  /** Something that stood there: a body, one to three parts that overlap it, and a limb or two of straight edges. */
  objects(mask, dice, side) {
    const centre = place(mask, dice, 0.3)
    const angle = dice.between(0, Math.PI)
    const length = side * dice.between(0.1, 0.16)
    const body: Point = [length, length * dice.between(0.45, 0.8)]
    polygon(mask, outline(dice, { centre, radii: body, angle, roughness: dice.between(0.05, 0.15) }))
    const onBody = (): Point => {
      const turn = dice.between(0, 2 * Math.PI)
      return [centre[0] + 0.8 * body[0] * Math.cos(turn), centre[1] + 0.8 * body[1] * Math.sin(turn)]
    }
    for (let i = dice.whole(1, 3); i > 0; i--) {
      const radius = length * dice.between(0.3, 0.6)
      const radii: Point = [radius, radius * dice.between(0.6, 1)]
      polygon(mask, outline(dice, { centre: onBody(), radii, angle: dice.between(0, Math.PI), roughness: 0.12 }))
    }
    for (let i = dice.whole(1, 2); i > 0; i--) {
      const [from, turn] = [onBody(), dice.between(0, 2 * Math.PI)]
      const [reach, half] = [length * dice.between(0.6, 1.1), length * dice.between(0.1, 0.2)]
      const [along, across] = [
        [Math.cos(turn), Math.sin(turn)],
        [-Math.sin(turn), Math.cos(turn)],
      ] as const
      const corner = (a: number, b: number): Point => [
        from[0] + a * along[0] + b * across[0],
        from[1] + a * along[1] + b * across[1],
      ]
      polygon(mask, [corner(0, half), corner(reach, half * 0.6), corner(reach, -half * 0.6), corner(0, -half)])
    }
  },

  /** What stitching and turning leave: one or two sides missing, 5 to 14 % deep, along a wavy or a slanted line. */
  borders(mask, dice, side) {
    const sides = [dice.whole(0, 3)]
    if (dice.between(0, 1) < 0.5) sides.push((sides[0]! + dice.oneOf([1, 3])) % 4)
    for (const which of sides) {
      const depth = side * dice.between(0.05, 0.14)
      const [slant, wave] = [depth * dice.between(-0.5, 0.5), depth * dice.between(0, 0.3)]
      const [cycles, phase] = [dice.between(1, 4), dice.between(0, 2 * Math.PI)]
      const length = which % 2 ? mask.height : mask.width
      const far = which % 2 ? mask.width : mask.height
      const inner = Array.from({ length: 65 }, (_, i): Point => {
        const share = i / 64
        const reach = depth + slant * (share - 0.5) * 2 + wave * Math.sin(2 * Math.PI * cycles * share + phase)
        return [share * length, Math.max(2, reach)]
      })
      const along: Point[] = [[0, -1], ...inner, [length, -1]]
      const turned = which < 2 ? along : along.map(([t, d]): Point => [t, far - d])
      polygon(
        mask,
        turned.map(([t, d]): Point => (which % 2 ? [d, t] : [t, d])),
      )
    }
  },
}

const TEXTS = ['HOLIDAY 2014', 'SAMPLE', 'LACUNA STUDIO', 'NOT FOR SALE', 'PREVIEW', 'WINTER 2016', 'BOUGHT BY NO ONE']

/** A place at least `margin` (a share of width and height) away from every edge. */
const place = ({ width, height }: Mask, dice: Dice, margin: number): Point => [
  width * dice.between(margin, 1 - margin),
  height * dice.between(margin, 1 - margin),
]
