/** Shapes drawn into a mask of 0 and 1: a pixel belongs to a shape when its middle does. Units are pixels. */
import type { Dice } from './dice.js'

export interface Mask {
  width: number
  height: number
  data: Uint8Array
}

export type Point = readonly [x: number, y: number]

export const emptyMask = (width: number, height: number): Mask => ({
  width,
  height,
  data: new Uint8Array(width * height),
})

export const area = (mask: Mask): number => mask.data.reduce((sum, value) => sum + value, 0)

export function polygon({ width, height, data }: Mask, points: readonly Point[]): void {
  for (let row = 0; row < height; row++) {
    const y = row + 0.5
    const crossings: number[] = []
    for (const [i, [x0, y0]] of points.entries()) {
      const [x1, y1] = points[(i + 1) % points.length]!
      if (y0 <= y !== y1 <= y) crossings.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0))
    }
    crossings.sort((a, b) => a - b)
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const left = Math.max(0, Math.ceil(crossings[i]! - 0.5))
      const right = Math.min(width, Math.ceil(crossings[i + 1]! - 0.5))
      if (left < right) data.fill(1, row * width + left, row * width + right)
    }
  }
}

/** A line of round ends through the points. */
export function stroke({ width, height, data }: Mask, points: readonly Point[], thickness: number): void {
  const radius = thickness / 2
  for (const [i, [x0, y0]] of points.entries()) {
    const [x1, y1] = points[i + 1] ?? [x0, y0]
    const [dx, dy] = [x1 - x0, y1 - y0]
    const length = dx * dx + dy * dy
    const [top, bottom] = [Math.min(y0, y1) - radius, Math.max(y0, y1) + radius]
    const [left, right] = [Math.min(x0, x1) - radius, Math.max(x0, x1) + radius]
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(height, Math.ceil(bottom)); y++)
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(width, Math.ceil(right)); x++) {
        const [px, py] = [x + 0.5 - x0, y + 0.5 - y0]
        const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length))
        if (Math.hypot(px - along * dx, py - along * dy) <= radius) data[y * width + x] = 1
      }
  }
}

export interface Outline {
  centre: Point
  /** Half axes. */
  radii: Point
  /** Radians. */
  angle: number
  /** 0 is an ellipse; at 0.3 the radius swings by about a third. */
  roughness: number
}

/** A closed outline around a centre whose radius swings in waves of two to nine a turn, the finer the weaker. */
export function outline(dice: Dice, { centre, radii, angle, roughness }: Outline): Point[] {
  const waves = Array.from({ length: 8 }, (_, k) => ({
    cycles: k + 2,
    height: (roughness * dice.between(-1, 1)) / Math.sqrt(k + 1),
    phase: dice.between(0, 2 * Math.PI),
  }))
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return Array.from({ length: 180 }, (_, i) => {
    const turn = (2 * Math.PI * i) / 180
    const swing = waves.reduce((sum, wave) => sum + wave.height * Math.cos(wave.cycles * turn + wave.phase), 1)
    const [x, y] = [radii[0] * swing * Math.cos(turn), radii[1] * swing * Math.sin(turn)]
    return [centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos]
  })
}

/** A cubic Bézier curve as a line of 24 parts. */
export function curve(a: Point, b: Point, c: Point, d: Point): Point[] {
  return Array.from({ length: 25 }, (_, i) => {
    const t = i / 24
    const s = 1 - t
    const at = (k: 0 | 1) => s ** 3 * a[k] + 3 * s * s * t * b[k] + 3 * s * t * t * c[k] + t ** 3 * d[k]
    return [at(0), at(1)]
  })
}
