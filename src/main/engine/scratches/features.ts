/** A curve or a speck in a few numbers, each of about -2..2, by which a scratch can be told from what belongs to the picture. */
import type { Marks } from './marks.js'
import { DIRECTIONS } from './lines.js'

export const CURVE_FEATURES = [
  'length',
  'ratio',
  'contrast',
  'weakest',
  'steady',
  'constant',
  'surroundings',
  'edge',
  'extreme',
  'colour',
  'shift',
  'straight',
  'crowded',
  'crowdedAlong',
  'wide',
  'dark',
  'scale',
  'thick',
] as const
export const SPECK_FEATURES = [
  'ratio',
  'contrast',
  'ring',
  'extreme',
  'colour',
  'shift',
  'crowded',
  'crowdedLike',
  'wide',
  'dark',
  'scale',
  'lineRatio',
] as const

const FULL = 65520
const log = Math.log

/** How many marks of which strength lie where: in squares of `SIDE` pixels. */
const SIDE = 16
export class Crowd {
  readonly #cells = new Map<number, number>()
  constructor(marks: Marks) {
    const { x, y, contrast } = marks.columns
    for (let i = 0; i < marks.length; i++) {
      const cell = Crowd.#cell(x[i]!, y[i]!)
      this.#cells.set(cell, (this.#cells.get(cell) ?? 0) + contrast[i]!)
    }
  }
  static #cell(x: number, y: number, dx = 0, dy = 0): number {
    return (Math.floor(y / SIDE) + dy + 1) * 65536 + Math.floor(x / SIDE) + dx + 1
  }
  /** Sum of contrasts in the nine squares around. */
  around(x: number, y: number): number {
    let sum = 0
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) sum += this.#cells.get(Crowd.#cell(x, y, dx, dy)) ?? 0
    return sum
  }
}

export function curveFeatures(curve: Int32Array, marks: Marks, crowd: Crowd, scale: number): number[] {
  const m = marks.columns
  const n = curve.length
  const of = (value: (i: number) => number) => Float64Array.from(curve, value)
  const contrast = mean(of((i) => m.contrast[i]!))
  const ratios = of((i) => m.contrast[i]! / (m.texture[i]! + FULL / 255)).sort()
  const centre = of((i) => m.centre[i]!)
  const ground = of((i) => (m.left[i]! + m.right[i]!) / 2)
  const edges = mean(of((i) => Math.abs(m.left[i]! - m.right[i]!)))
  const sign = mean(of((i) => m.sign[i]!))
  const top =
    mean(
      of((i) =>
        sign > 0 ? Math.min(m.red[i]!, m.green[i]!, m.blue[i]!) : 4095 - Math.max(m.red[i]!, m.green[i]!, m.blue[i]!),
      ),
    ) / 4095
  const shifts = [
    mean(of((i) => m.red[i]! - m.redAround[i]!)),
    mean(of((i) => m.green[i]! - m.greenAround[i]!)),
    mean(of((i) => m.blue[i]! - m.blueAround[i]!)),
  ]
  const saturation = mean(
    of((i) => Math.max(m.red[i]!, m.green[i]!, m.blue[i]!) - Math.min(m.red[i]!, m.green[i]!, m.blue[i]!)),
  )
  const shift = (Math.max(...shifts) - Math.min(...shifts)) / (Math.max(...shifts.map(Math.abs)) + 16)
  // Its own share in the crowd around it is about what passes through 48 px.
  const all = mean(of((i) => crowd.around(m.x[i]!, m.y[i]!))) / contrast
  const { long, across } = extent(curve, marks)
  return [
    log(n * scale) - 3,
    log(mean(ratios)) - 1.5,
    log(contrast / FULL) + 3,
    log(ratios[Math.floor(n * 0.2)]! + 0.1) - 1.2,
    (deviation(of((i) => m.contrast[i]!)) / contrast) * 2 - 0.5,
    log((deviation(centre) + FULL / 400) / contrast) + 1,
    log((deviation(ground) + FULL / 400) / contrast) + 1,
    log((edges + FULL / 400) / contrast) + 1,
    2 * top - 1,
    saturation / 1024,
    2 * shift - 1,
    log((across + 0.5) / (long + 4)) + 2.5,
    log(all + 1) - 4,
    log(all / (n + 4) + 0.1) - 1,
    log(1 + mean(of((i) => m.half[i]!))) - 1,
    -sign,
    scale - 1,
    log(n / (long + 1)),
  ]
}

export function speckFeatures(i: number, marks: Marks, crowd: Crowd, lines: Crowd, scale: number): number[] {
  const m = marks.columns
  const contrast = m.contrast[i]!
  const top =
    (m.sign[i]! > 0
      ? Math.min(m.red[i]!, m.green[i]!, m.blue[i]!)
      : 4095 - Math.max(m.red[i]!, m.green[i]!, m.blue[i]!)) / 4095
  const shifts = [m.red[i]! - m.redAround[i]!, m.green[i]! - m.greenAround[i]!, m.blue[i]! - m.blueAround[i]!]
  const saturation = Math.max(m.red[i]!, m.green[i]!, m.blue[i]!) - Math.min(m.red[i]!, m.green[i]!, m.blue[i]!)
  const shift = (Math.max(...shifts) - Math.min(...shifts)) / (Math.max(...shifts.map(Math.abs)) + 16)
  return [
    log(contrast / (m.texture[i]! + FULL / 1000)) - 2.5,
    log(contrast / FULL) + 2,
    log((m.right[i]! - m.left[i]! + FULL / 400) / contrast),
    2 * top - 1,
    saturation / 1024,
    2 * shift - 1,
    log(crowd.around(m.x[i]!, m.y[i]!) / contrast) - 1,
    log(crowd.around(m.x[i]!, m.y[i]!) / FULL + 0.1),
    log(1 + m.half[i]!) - 2,
    -m.sign[i]!,
    scale - 1,
    log(lines.around(m.x[i]!, m.y[i]!) / contrast + 1) - 2.5,
  ]
}

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
  return {
    long: Math.sqrt(((xx + yy) / 2 + root) / curve.length) * Math.sqrt(12),
    across: Math.sqrt(Math.max(0, (xx + yy) / 2 - root) / curve.length) * Math.sqrt(12),
  }
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
function deviation(values: Float64Array): number {
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length)
}
void DIRECTIONS
