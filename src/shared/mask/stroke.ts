/** A brush stroke: one coverage for each pair of neighbouring points, so that a stroke grows by its last piece alone. */
import { pixelsOf, type Area } from './area.js'
import { smooth, type Coverage } from './coverage.js'
import type { MaskPoint, StrokeOperation } from './mask.js'

/** The pieces of a stroke from point `from` on; together they are the stroke. */
export function strokeCoverages(stroke: StrokeOperation, from = 0): Coverage[] {
  const { points, diameter, hardness } = stroke
  const piece = (a: MaskPoint, b: MaskPoint): Coverage =>
    new Piece(a[0], a[1], radius(diameter, a), b[0], b[1], radius(diameter, b), hardness)
  const first = points[from]
  if (first === undefined) return []
  if (points.length === from + 1) return [piece(first, points[from - 1] ?? first)]
  return points.slice(from, -1).map((point, i) => piece(point, points[from + i + 1] ?? point))
}

const radius = (diameter: number, [, , pressure = 1]: MaskPoint): number => Math.max(1, diameter * pressure) / 2

/** The way of a round brush from a to b, its radius changing evenly. */
class Piece implements Coverage {
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

  row(y: number, x: number, width: number, out: Uint8Array): void {
    out.fill(0, 0, width)
    const { ax, ay, ar, dx, dy, squared, hardness } = this
    const py = y + 0.5 - ay
    // A pixel farther from the endless line than the brush reaches is not touched: only this part of the row is.
    let from = 0
    let to = width
    if (Math.abs(dy) > 1e-3) {
      const middle = ax + (py * dx) / dy - x
      const reach = ((this.largest + 1) * Math.sqrt(squared)) / Math.abs(dy) + 1
      from = Math.max(0, Math.floor(middle - reach))
      to = Math.min(width, Math.ceil(middle + reach))
    }
    const slope = this.br - ar
    const far = (this.largest + 0.5) * (this.largest + 0.5)
    for (let i = from; i < to; i++) {
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
