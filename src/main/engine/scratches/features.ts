/** A candidate in a few numbers, each of about -2..2, by which damage can be told from what belongs to the picture. */
import { axisOf } from './axis.js'
import type { Crowd } from './crowd.js'
import { continued, type Places } from './follow.js'
import type { Marks } from './marks.js'

/** A mark's brightness runs to this. */
const FULL = 65520
/** A colour's numbers, too. */
const FULL_COLOUR = 4095
/** Added where a spread would be divided or its logarithm taken: what 8 bits can't tell. */
const TINY = FULL / 400

const log = Math.log

interface CurveSetting {
  /** Of the lines around. */
  crowd: Crowd
  scale: number
  /** How many curves of the picture are at least half as strong. */
  rivals: number
}

export function curveFeatures(curve: Int32Array, places: Places, { crowd, scale, rivals }: CurveSetting): number[] {
  const { marks } = places
  const m = marks.columns
  const n = curve.length
  const of = (value: (i: number) => number) => Float64Array.from(curve, value)
  const contrast = mean(of((i) => m.contrast[i]!))
  const ratios = of((i) => ratioOf(marks, i)).sort()
  const around = mean(of((i) => crowd.around(m.x[i]!, m.y[i]!))) / contrast
  const { long, across } = axisOf(curve, marks)
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
    continued(curve, places, contrast) / 32 - 1,
  ]
}

interface SpeckSetting {
  /** Of the specks around, and of the lines. */
  crowd: Crowd
  lines: Crowd
  scale: number
  /** How many specks of the picture stand out as much from what is around them. */
  rivals: number
}

export function speckFeatures(i: number, marks: Marks, { crowd, lines, scale, rivals }: SpeckSetting): number[] {
  const m = marks.columns
  const contrast = m.contrast[i]!
  const others = crowd.around(m.x[i]!, m.y[i]!)
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
    sign[i]! > 0 ? Math.min(red[i]!, green[i]!, blue[i]!) : FULL_COLOUR - Math.max(red[i]!, green[i]!, blue[i]!)
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
