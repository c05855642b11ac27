/** The mask of an extension's side. */
import type { Extension } from '../../../../shared/extend.js'
import {
  coverSteps,
  intersection,
  isEmpty,
  MaskRaster,
  type Area,
  type Coverage,
  type PictureSize,
} from '../../../../shared/mask/index.js'

type Side = keyof Extension

/** What is filled: 255 in the new part, falling over the feather into the picture. */
export function sideMask(canvas: PictureSize, side: Side, size: number, feather: number): MaskRaster {
  const draft = MaskRaster.blank(canvas).draft()
  const shape = new SideCoverage(canvas, side, size, feather)
  for (const _ of coverSteps(draft, shape, false, () => undefined));
  return draft.finish()
}

class SideCoverage implements Coverage {
  readonly bounds: Area
  /** By the distance from the canvas's edge, px. */
  private readonly values: Uint8Array

  constructor(
    private readonly canvas: PictureSize,
    private readonly side: Side,
    private readonly size: number,
    feather: number,
  ) {
    const { width, height } = canvas
    const across = side === 'left' || side === 'right' ? width : height
    this.values = Uint8Array.from({ length: Math.min(across, size + feather) }, (_, at) =>
      at < size ? 255 : Math.round(255 * (1 - (at - size + 0.5) / feather)),
    )
    const wide = this.values.length
    this.bounds = {
      left: { x: 0, y: 0, width: wide, height },
      right: { x: width - wide, y: 0, width: wide, height },
      top: { x: 0, y: 0, width, height: wide },
      bottom: { x: 0, y: height - wide, width, height: wide },
    }[side]
  }

  classify(area: Area): 'none' | 'full' | 'part' {
    const part = intersection(area, this.bounds)
    if (isEmpty(part)) return 'none'
    const [right, bottom] = [area.x + area.width - 1, area.y + area.height - 1]
    return Math.max(this.from(area.x, area.y), this.from(right, bottom)) < this.size ? 'full' : 'part'
  }

  row(y: number, x: number, width: number, out: Uint8Array): void {
    for (let i = 0; i < width; i++) out[i] = this.values[this.from(x + i, y)] ?? 0
  }

  /** How far a pixel lies from the canvas's edge on this side, px. */
  private from(x: number, y: number): number {
    const { width, height } = this.canvas
    return { left: x, right: width - 1 - x, top: y, bottom: height - 1 - y }[this.side]
  }
}
