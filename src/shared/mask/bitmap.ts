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

  /** Looks: a tile that is all the same needs no bytes of its own, and most of most selections is. */
  classify(area: Area): 'none' | 'full' | 'part' {
    const part = intersection(area, this.bounds)
    if (isEmpty(part)) return 'none'
    const { data } = this.bitmap
    const first = (part.y - this.bounds.y) * this.bounds.width + part.x - this.bounds.x
    const value = data[first]
    if (value !== 0 && value !== 255) return 'part'
    for (let y = 0, from = first; y < part.height; y++, from += this.bounds.width)
      for (let i = from; i < from + part.width; i++) if (data[i] !== value) return 'part'
    if (value === 0) return 'none'
    return part.width === area.width && part.height === area.height ? 'full' : 'part'
  }

  row(y: number, x: number, width: number, out: Uint8Array): void {
    out.fill(0, 0, width)
    const part = intersection({ x, y, width, height: 1 }, this.bounds)
    if (isEmpty(part)) return
    const from = (y - this.bounds.y) * this.bounds.width + part.x - this.bounds.x
    out.set(this.bitmap.data.subarray(from, from + part.width), part.x - x)
  }
}
