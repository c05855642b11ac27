/** A brush stroke: several coverages along its points, so that a stroke grows by its last part alone. */
import { pixelsOf, type Area } from './area.js'
import { smooth, type Coverage, type Covered, type Span } from './coverage.js'
import type { MaskPoint, StrokeOperation } from './mask.js'

/**
 * The parts of a stroke from point `from` on; all from 0 on are the stroke: a dot at its beginning, the ways from point to
 * point, and a dot where a pen pressed otherwise than just before, since a way's end is no wider than its middle allows.
 */
export function strokeCoverages({ points, diameter, hardness }: StrokeOperation, from = 0): Coverage[] {
  const way = (a: MaskPoint, b: MaskPoint): Coverage =>
    new Way(a[0], a[1], radius(diameter, a), b[0], b[1], radius(diameter, b), hardness)
  const [first] = points
  const parts = from === 0 && first !== undefined ? [way(first, first)] : []
  for (let i = from + 1; i < points.length; i++) {
    const [before, point] = [points[i - 1]!, points[i]!]
    parts.push(way(before, point))
    if (radius(diameter, point) !== radius(diameter, before)) parts.push(way(point, point))
  }
  return parts
}

const radius = (diameter: number, [, , pressure = 1]: MaskPoint): number => Math.max(1, diameter * pressure) / 2

/** The way of a round brush from a to b, its radius changing evenly. */
class Way implements Coverage {
  readonly bounds: Area
  private readonly dx: number
  private readonly dy: number
  private readonly squared: number
  private readonly largest: number
  private readonly smallest: number

  constructor(
    private readonly ax: number,
    private readonly ay: number,
    private readonly ar: number,
    bx: number,
    by: number,
    private readonly br: number,
    private readonly hardness: number,
  ) {
    this.dx = bx - ax
    this.dy = by - ay
    this.squared = this.dx * this.dx + this.dy * this.dy
    this.largest = Math.max(ar, br)
    this.smallest = Math.min(ar, br)
    const out = this.largest + 0.5
    this.bounds = pixelsOf(
      Math.min(ax, bx) - out - 0.5,
      Math.min(ay, by) - out - 0.5,
      Math.max(ax, bx) + out + 0.5,
      Math.max(ay, by) + out + 0.5,
    )
  }

  classify({ x, y, width, height }: Area): 'none' | 'full' | 'part' {
    const half = Math.sqrt(width * width + height * height) / 2
    if (this.distance(x + width / 2, y + height / 2) - half > this.largest + 1) return 'none'
    // The distance to a line is largest at a corner.
    const farthest = Math.max(
      this.distance(x, y),
      this.distance(x + width, y),
      this.distance(x, y + height),
      this.distance(x + width, y + height),
    )
    return farthest < this.hardness * this.smallest - 1 ? 'full' : 'part'
  }

  /** Within the brush's reach of both the way's box and the endless line, with a pixel to spare for rounding. */
  narrow(y: number, part: Span): void {
    const { ax, dx, dy } = this
    const reach = this.largest + 1
    const py = y + 0.5 - this.ay
    const beside = Math.max(0, Math.min(0, dy) - py, py - Math.max(0, dy))
    const chord = Math.sqrt(Math.max(0, reach * reach - beside * beside)) + 1
    let left = ax + Math.min(0, dx) - chord
    let right = ax + Math.max(0, dx) + chord
    if (Math.abs(dy) > 1e-3) {
      const middle = ax + (py * dx) / dy
      const across = (reach * Math.sqrt(this.squared)) / Math.abs(dy) + 1
      left = Math.max(left, middle - across)
      right = Math.min(right, middle + across)
    }
    part.from = Math.max(part.from, Math.floor(left))
    part.to = Math.min(part.to, Math.ceil(right))
  }

  row(y: number, x: number, width: number, out: Uint8Array, there?: Covered): void {
    out.fill(0, 0, width)
    const { ax, ay, ar, dx, dy, squared, hardness } = this
    const py = y + 0.5 - ay
    const slope = this.br - ar
    const far = (this.largest + 0.5) * (this.largest + 0.5)
    const bytes = there?.bytes ?? out
    const at = there?.at ?? 0
    const full = there?.full ?? -1
    for (let i = 0; i < width; i++) {
      if (bytes[at + i] === full) continue
      const px = x + i + 0.5 - ax
      let t = squared === 0 ? 0 : (px * dx + py * dy) / squared
      t = t < 0 ? 0 : t > 1 ? 1 : t
      const ex = px - t * dx
      const ey = py - t * dy
      const apart = ex * ex + ey * ey
      if (apart >= far) continue
      const r = ar + t * slope
      const outer = r + 0.5
      if (apart >= outer * outer) continue
      const inner = hardness * r - 0.5
      if (inner > 0 && apart <= inner * inner) out[i] = 255
      else {
        const share = (outer - Math.sqrt(apart)) / (outer - inner)
        out[i] = Math.round(255 * smooth(share > 1 ? 1 : share))
      }
    }
  }

  /** From a place to the nearest point of the way. */
  private distance(x: number, y: number): number {
    const px = x - this.ax
    const py = y - this.ay
    const t = this.squared === 0 ? 0 : Math.min(1, Math.max(0, (px * this.dx + py * this.dy) / this.squared))
    const ex = px - t * this.dx
    const ey = py - t * this.dy
    return Math.sqrt(ex * ex + ey * ey)
  }
}
