/** Rectangles and ellipses. */
import { pixelsOf, type Area } from './area.js'
import type { Coverage } from './coverage.js'
import type { EllipseOperation, RectangleOperation } from './mask.js'

/** Each pixel's exact covered area. */
export class RectangleCoverage implements Coverage {
  readonly bounds: Area
  private readonly right: number
  private readonly bottom: number

  constructor(private readonly shape: RectangleOperation) {
    this.right = shape.x + shape.width
    this.bottom = shape.y + shape.height
    this.bounds = pixelsOf(shape.x, shape.y, this.right, this.bottom)
  }

  classify({ x, y, width, height }: Area): 'none' | 'full' | 'part' {
    if (x >= this.right || y >= this.bottom || x + width <= this.shape.x || y + height <= this.shape.y) return 'none'
    const inside = x >= this.shape.x && y >= this.shape.y && x + width <= this.right && y + height <= this.bottom
    return inside ? 'full' : 'part'
  }

  row(y: number, x: number, width: number, out: Uint8Array): void {
    const high = overlap(y, this.shape.y, this.bottom)
    for (let i = 0; i < width; i++) out[i] = Math.round(255 * high * overlap(x + i, this.shape.x, this.right))
  }
}

/** How much of the pixel from `at` to `at + 1` lies between two places. */
const overlap = (at: number, from: number, to: number): number => Math.max(0, Math.min(at + 1, to) - Math.max(at, from))

/** By each pixel's distance from the rim, along the steepest way: within a few hundredths of the covered area. */
export class EllipseCoverage implements Coverage {
  readonly bounds: Area
  private readonly x: number
  private readonly y: number
  private readonly rx: number
  private readonly ry: number

  constructor(shape: EllipseOperation) {
    this.rx = shape.width / 2
    this.ry = shape.height / 2
    this.x = shape.x + this.rx
    this.y = shape.y + this.ry
    this.bounds = pixelsOf(shape.x - 1, shape.y - 1, shape.x + shape.width + 1, shape.y + shape.height + 1)
  }

  classify({ x, y, width, height }: Area): 'none' | 'full' | 'part' {
    const nearX = Math.min(x + width, Math.max(x, this.x))
    const nearY = Math.min(y + height, Math.max(y, this.y))
    if (this.outside(nearX, nearY) > 1) return 'none'
    const farX = this.x < x + width / 2 ? x + width : x
    const farY = this.y < y + height / 2 ? y + height : y
    return this.outside(farX, farY) < -1 ? 'full' : 'part'
  }

  row(y: number, x: number, width: number, out: Uint8Array): void {
    for (let i = 0; i < width; i++) {
      const covered = 0.5 - this.outside(x + i + 0.5, y + 0.5)
      out[i] = covered <= 0 ? 0 : covered >= 1 ? 255 : Math.round(255 * covered)
    }
  }

  /** About how far a place lies outside the rim; negative inside. */
  private outside(x: number, y: number): number {
    const u = (x - this.x) / this.rx
    const v = (y - this.y) / this.ry
    const along = Math.sqrt(u * u + v * v)
    const steepness = Math.sqrt((u / this.rx) * (u / this.rx) + (v / this.ry) * (v / this.ry))
    // The very middle has no steepest way; it lies the smaller radius inside.
    return steepness < 1e-12 ? -Math.min(this.rx, this.ry) : (along * (along - 1)) / steepness
  }
}
