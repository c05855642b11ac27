import type { Marks } from './marks.js'

/** A bar that is spread as some marks are: its middle, its direction, its sides in pixels. */
export interface Axis {
  x: number
  y: number
  dx: number
  dy: number
  long: number
  across: number
}

export function axisOf(curve: Int32Array, { columns: { x, y } }: Marks): Axis {
  let [mx, my] = [0, 0]
  for (const i of curve) {
    mx += x[i]! / curve.length
    my += y[i]! / curve.length
  }
  let [xx, xy, yy] = [0, 0, 0]
  for (const i of curve) {
    xx += (x[i]! - mx) ** 2
    xy += (x[i]! - mx) * (y[i]! - my)
    yy += (y[i]! - my) ** 2
  }
  const root = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy)
  const side = (square: number) => Math.sqrt((12 * Math.max(0, square)) / curve.length)
  const angle = Math.atan2(2 * xy, xx - yy) / 2
  return {
    ...{ x: mx, y: my, dx: Math.cos(angle), dy: Math.sin(angle) },
    ...{ long: side((xx + yy) / 2 + root), across: side((xx + yy) / 2 - root) },
  }
}
