/** A candidate in a few numbers, each of about -2..2, by which damage can be told from what belongs to the picture. */
import type { Crowd } from './crowd.js'
import type { Marks } from './marks.js'

/** A mark's brightness runs to this. */
const FULL = 65520
/** A colour's numbers, too. */
const FULL_COLOUR = 4095
/** Added where a spread would be divided or its logarithm taken: what 8 bits can't tell. */
const TINY = FULL / 400

const log = Math.log

/** What is known of the surroundings at one scale. */
export interface Setting {
  /** Of lines. */
  lines: Crowd
  specks: Crowd
  scale: number
}

/** `rivals`: how many curves of the picture are at least half as strong. */
export function curveFeatures(curve: Int32Array, marks: Marks, { lines, scale }: Setting, rivals: number): number[] {
  const m = marks.columns
  const n = curve.length
  const of = (value: (i: number) => number) => Float64Array.from(curve, value)
  const contrast = mean(of((i) => m.contrast[i]!))
  const ratios = of((i) => ratioOf(marks, i)).sort()
  const around = mean(of((i) => lines.around(m.x[i]!, m.y[i]!))) / contrast
  const { long, across } = extent(curve, marks)
  const colour = mean(of((i) => saturation(m.red[i]!, m.green[i]!, m.blue[i]!)))
  return [
    log(n * scale) - 3,
    log(mean(ratios)) - 1.5,
    log(contrast / FULL) + 3,
    // Where it is weakest.
    log(ratios[Math.floor(n * 0.2)]! + 0.1) - 1.2,
    // How steady it is: its contrast, its own brightness, what is beside it, and whether that differs from side to side.
    (deviation(of((i) => m.contrast[i]!)) / contrast) * 2 - 0.5,
    log((deviation(of((i) => m.centre[i]!)) + TINY) / contrast) + 1,
    log((deviation(of((i) => (m.left[i]! + m.right[i]!) / 2)) + TINY) / contrast) + 1,
    log((mean(of((i) => Math.abs(m.left[i]! - m.right[i]!))) + TINY) / contrast) + 1,
    // How near to white or black, how colourful, and whether it is another colour than what is beside it.
    2 * mean(of((i) => extremeness(marks, i))) - 1,
    colour / 1024,
    2 * shiftOf(curve, marks) - 1,
    log((across + 0.5) / (long + 4)) + 2.5,
    // How much else there is around it, also for its own length.
    log(around + 1) - 4,
    log(around / (n + 4) + 0.1) - 1,
    log(1 + mean(of((i) => m.half[i]!))) - 1,
    -m.sign[curve[0]!]!,
    scale - 1,
    log(n / (long + 1)),
    log(1 + rivals) - 3,
  ]
}

/** `rivals`: how many specks of the picture are at least as strong for their surroundings. */
export function speckFeatures(i: number, marks: Marks, { lines, specks, scale }: Setting, rivals: number): number[] {
  const m = marks.columns
  const contrast = m.contrast[i]!
  const others = specks.around(m.x[i]!, m.y[i]!)
  return [
    log(ratioOf(marks, i)) - 2.5,
    log(contrast / FULL) + 2,
    // How even its surroundings are.
    log((m.right[i]! - m.left[i]! + TINY) / contrast),
    2 * extremeness(marks, i) - 1,
    saturation(m.red[i]!, m.green[i]!, m.blue[i]!) / 1024,
    2 * shiftOf(Int32Array.of(i), marks) - 1,
    log(others / contrast) - 1,
    log(others / FULL + 0.1),
    log(1 + m.half[i]!) - 2,
    -m.sign[i]!,
    scale - 1,
    log(lines.around(m.x[i]!, m.y[i]!) / contrast + 1) - 2.5,
    log(1 + rivals) - 4,
  ]
}

/** Contrast against what is usual around. */
export const ratioOf = ({ columns: { contrast, texture } }: Marks, i: number): number =>
  contrast[i]! / (texture[i]! + FULL / 255)

/** 1 = white where it is bright, black where it is dark. */
function extremeness({ columns: { red, green, blue, sign } }: Marks, i: number): number {
  const nearest =
    sign[i]! > 0
      ? Math.min(red[i]!, green[i]!, blue[i]!)
      : FULL_COLOUR - Math.max(red[i]!, green[i]!, blue[i]!)
  return nearest / FULL_COLOUR
}

const saturation = (red: number, green: number, blue: number) => Math.max(red, green, blue) - Math.min(red, green, blue)

/** 0 = brighter or darker in all colours alike, 1 or more = in some alone. */
function shiftOf(curve: Int32Array, { columns: m }: Marks): number {
  const shifts = [
    mean(Float64Array.from(curve, (i) => m.red[i]! - m.redAround[i]!)),
    mean(Float64Array.from(curve, (i) => m.green[i]! - m.greenAround[i]!)),
    mean(Float64Array.from(curve, (i) => m.blue[i]! - m.blueAround[i]!)),
  ] as const
  return saturation(...shifts) / (Math.max(...shifts.map(Math.abs)) + FULL_COLOUR / 255)
}

/** Of a bar that is spread as the marks are: its sides, px. */
function extent(curve: Int32Array, { columns: { x, y } }: Marks): { long: number; across: number } {
  const mx = mean(Float64Array.from(curve, (i) => x[i]!))
  const my = mean(Float64Array.from(curve, (i) => y[i]!))
  let [xx, xy, yy] = [0, 0, 0]
  for (const i of curve) {
    xx += (x[i]! - mx) ** 2
    xy += (x[i]! - mx) * (y[i]! - my)
    yy += (y[i]! - my) ** 2
  }
  const root = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy)
  const side = (square: number) => Math.sqrt((12 * Math.max(0, square)) / curve.length)
  return { long: side((xx + yy) / 2 + root), across: side((xx + yy) / 2 - root) }
}

function mean(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

function deviation(values: Float64Array): number {
  const middle = mean(values)
  let sum = 0
  for (const value of values) sum += (value - middle) ** 2
  return Math.sqrt(sum / values.length)
}
