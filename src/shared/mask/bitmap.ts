/** A selection that came out as pixels: of a wand, of transparency, of a loaded mask. */
import { intersection, isEmpty, type Area } from './area.js'
import type { Coverage } from './coverage.js'

export interface MaskBitmap {
  /** Where in the picture it lies; nothing is selected outside. */
  readonly area: Area
  /** One byte a pixel, rows one after the other. */
  readonly data: Uint8Array
}

export class BitmapCoverage implements Coverage {
  readonly bounds: Area

  constructor(private readonly bitmap: MaskBitmap) {
    this.bounds = bitmap.area
  }

  classify(area: Area): 'none' | 'part' {
    return isEmpty(intersection(area, this.bounds)) ? 'none' : 'part'
  }

  row(y: number, x: number, width: number, out: Uint8Array): void {
    out.fill(0, 0, width)
    const part = intersection({ x, y, width, height: 1 }, this.bounds)
    if (isEmpty(part)) return
    const from = (y - this.bounds.y) * this.bounds.width + part.x - this.bounds.x
    out.set(this.bitmap.data.subarray(from, from + part.width), part.x - x)
  }
}
