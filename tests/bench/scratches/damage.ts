/** Scratches, hairs and specks drawn over a photo from a seed, as a scanner finds them: soft-rimmed, of varying opacity and width. */
import { Dice } from '../inpaint/dice.js'

export interface Photo {
  width: number
  height: number
  /** Interleaved 8-bit RGB. */
  rgb: Uint8Array
}

export const DAMAGES = ['scratch', 'hair', 'speck'] as const
export type Damage = (typeof DAMAGES)[number]

export interface Damaged extends Photo {
  /** 0 = untouched; else 1 + the index of the kind: what can be seen, that is, changed by `VISIBLE` levels or more. */
  truth: Uint8Array
  /** The same with all that was drawn, also white on white. */
  drawn: Uint8Array
}

/** Levels of 255 in the colour that changed most. */
const VISIBLE = 8
/** How opaque a soft rim must be to count as drawn. */
const DRAWN = 0.25

type Colour = readonly [number, number, number]
const WHITES: readonly Colour[] = [
  [255, 255, 255],
  [250, 246, 236],
  [238, 240, 245],
]
const BLACKS: readonly Colour[] = [
  [4, 4, 4],
  [24, 20, 18],
  [12, 14, 20],
]
/** What shows where a film's upper layers are gone. */
const LAYERS: readonly Colour[] = [
  [252, 236, 140],
  [130, 235, 190],
  [90, 150, 255],
  [255, 120, 150],
]

/** Points of a curve, with what it is like there. */
interface Stroke {
  kind: Damage
  colour: Colour
  points: { x: number; y: number; radius: number; opacity: number }[]
  /** Width of the rim over which it fades, px. */
  soft: number
}

export function damage(photo: Photo, seed: number): Damaged {
  const dice = new Dice(seed)
  const { width, height } = photo
  // Of a larger scan more is seen, but not in proportion.
  const many = Math.sqrt((width * height) / 150_000)
  const strokes: Stroke[] = []
  for (let n = dice.whole(3, 5); n > 0; n--) strokes.push(scratch(dice, photo))
  for (let n = Math.round(dice.whole(2, 4) * many); n > 0; n--) strokes.push(hair(dice, photo))
  for (let n = Math.round(dice.whole(14, 26) * many); n > 0; n--) strokes.push(speck(dice, photo))
  const out = {
    ...photo,
    rgb: photo.rgb.slice(),
    truth: new Uint8Array(width * height),
    drawn: new Uint8Array(width * height),
  }
  for (const stroke of strokes) paint(out, photo, stroke)
  return out
}

function scratch(dice: Dice, { width, height }: Photo): Stroke {
  const size = Math.hypot(width, height)
  // Mostly along the film, that is, upright or level; some at any angle.
  const upright = dice.between(0, 1)
  const angle =
    upright < 0.5
      ? Math.PI / 2 + dice.between(-0.12, 0.12)
      : upright < 0.7
        ? dice.between(-0.12, 0.12)
        : dice.between(0, Math.PI)
  const length = size * dice.between(0.15, 0.9)
  const [cx, cy] = [dice.between(0.08, 0.92) * width, dice.between(0.08, 0.92) * height]
  const bend = dice.between(-0.06, 0.06) * length
  const radius = dice.between(0.5, 1.5)
  const which = dice.between(0, 1)
  const colour = dice.oneOf(which < 0.5 ? WHITES : which < 0.75 ? BLACKS : LAYERS)
  const opacity = dice.between(0.5, 1)
  const wave = waves(dice, length)
  const points = []
  for (let s = 0; s <= length; s += 0.4) {
    const t = s / length
    const off = 4 * bend * t * (1 - t) + 0.7 * wave(s / 3)
    const along = s - length / 2
    // It thins out at either end.
    const end = Math.min(1, Math.min(t, 1 - t) * 12)
    points.push({
      x: cx + along * Math.cos(angle) - off * Math.sin(angle),
      y: cy + along * Math.sin(angle) + off * Math.cos(angle),
      radius: radius * (0.75 + 0.25 * end + 0.15 * wave(s)),
      opacity: opacity * (0.3 + 0.7 * end) * (0.88 + 0.12 * wave(s * 1.7)),
    })
  }
  return { kind: 'scratch', colour, points, soft: dice.between(0.7, 1.5) }
}

function hair(dice: Dice, { width, height }: Photo): Stroke {
  const length = dice.between(30, 170)
  const radius = dice.between(0.5, 1.25)
  const opacity = dice.between(0.6, 1)
  const dark = dice.between(0, 1) < 0.6
  let [x, y] = [dice.between(0.05, 0.95) * width, dice.between(0.05, 0.95) * height]
  let angle = dice.between(0, 2 * Math.PI)
  const curl = dice.between(-0.02, 0.02)
  const wave = waves(dice, length)
  const points = []
  for (let s = 0; s <= length; s += 0.4) {
    points.push({ x, y, radius, opacity: opacity * (0.92 + 0.08 * wave(s)) })
    angle += 0.4 * (curl + 0.03 * wave(s / 2))
    x += 0.4 * Math.cos(angle)
    y += 0.4 * Math.sin(angle)
  }
  return { kind: 'hair', colour: dice.oneOf(dark ? BLACKS : WHITES), points, soft: dice.between(0.7, 1.4) }
}

/** A few discs that overlap, so that it is not round. */
function speck(dice: Dice, { width, height }: Photo): Stroke {
  const radius = dice.between(1, 4)
  const [x, y] = [dice.between(0.02, 0.98) * width, dice.between(0.02, 0.98) * height]
  const opacity = dice.between(0.65, 1)
  const points = Array.from({ length: dice.whole(1, 3) }, () => ({
    x: x + dice.between(-0.4, 0.4) * radius,
    y: y + dice.between(-0.4, 0.4) * radius,
    radius: radius * dice.between(0.7, 0.85),
    opacity,
  }))
  const white = dice.between(0, 1) < 0.65
  return { kind: 'speck', colour: dice.oneOf(white ? WHITES : BLACKS), points, soft: dice.between(0.8, 1.6) }
}

/** Slow waves of -1..1 over a length in pixels. */
function waves(dice: Dice, length: number): (at: number) => number {
  const parts = Array.from({ length: 4 }, (_, k) => ({
    turns: (2 * Math.PI * (k + 1)) / Math.max(40, 0.5 * length),
    phase: dice.between(0, 2 * Math.PI),
  }))
  return (at) => parts.reduce((sum, { turns, phase }) => sum + Math.sin(at * turns + phase), 0) / 4
}

function paint(out: Damaged, { width, height, rgb }: Photo, { kind, colour, points, soft }: Stroke): void {
  const cover = new Map<number, number>()
  for (const { x, y, radius, opacity } of points) {
    const reach = radius + soft
    for (let row = Math.max(0, Math.ceil(y - reach)); row <= Math.min(height - 1, y + reach); row++)
      for (let column = Math.max(0, Math.ceil(x - reach)); column <= Math.min(width - 1, x + reach); column++) {
        const inside = (radius + soft / 2 - Math.hypot(column - x, row - y)) / soft
        const share = opacity * Math.min(1, Math.max(0, inside))
        const at = row * width + column
        if (share > (cover.get(at) ?? 0)) cover.set(at, share)
      }
  }
  const mark = 1 + DAMAGES.indexOf(kind)
  for (const [at, share] of cover) {
    let change = 0
    for (let c = 0; c < 3; c++) {
      const before = out.rgb[3 * at + c]!
      out.rgb[3 * at + c] = Math.round(before + share * (colour[c]! - before))
      change = Math.max(change, Math.abs(out.rgb[3 * at + c]! - rgb[3 * at + c]!))
    }
    if (change >= VISIBLE) out.truth[at] = mark
    if (share >= DRAWN) out.drawn[at] = mark
  }
}
