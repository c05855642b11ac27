/** How far an extension goes on each side, in pixels. */
import type { Edit, ExtendEdit, Extent } from './edit.js'
import { LacunaError } from './errors.js'
import { upscaledSize } from './upscale.js'

interface PixelSize {
  readonly width: number
  readonly height: number
}

export interface Extension {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Sides are added first; then the shorter side grows until the aspect is met. Throws `extend.nothing` when nothing is added. */
export function extensionOf(edit: ExtendEdit, { width, height }: PixelSize): Extension {
  const sides = {
    left: pixelsOf(edit.left, width),
    top: pixelsOf(edit.top, height),
    right: pixelsOf(edit.right, width),
    bottom: pixelsOf(edit.bottom, height),
  }
  const wide = sides.left + width + sides.right
  const high = sides.top + height + sides.bottom
  const wanted = edit.aspect === null ? wide / high : edit.aspect[0] / edit.aspect[1]
  const addWidth = Math.max(0, Math.round(high * wanted) - wide)
  const addHeight = addWidth > 0 ? 0 : Math.max(0, Math.round(wide / wanted) - high)
  const left = sides.left + Math.round(addWidth * edit.anchor)
  const top = sides.top + Math.round(addHeight * edit.anchor)
  const right = sides.right + addWidth - (left - sides.left)
  const bottom = sides.bottom + addHeight - (top - sides.top)
  if (left + top + right + bottom === 0) throw new LacunaError('extend.nothing')
  return { left, top, right, bottom }
}

/** Whatever the picture is: no side is wider, and no aspect is asked for. */
export const addsNothing = ({ left, top, right, bottom, aspect }: ExtendEdit): boolean =>
  aspect === null && [left, top, right, bottom].every((extent) => pixelsOf(extent, 1000) === 0)

/** The size of what an edit makes of a picture. Throws `extend.nothing`, `upscale.*`. */
export function resultSize(edit: Edit, { width, height }: PixelSize): PixelSize {
  if (edit.kind === 'upscale') return upscaledSize(edit.target, { width, height })
  if (edit.kind !== 'extend') return { width, height }
  const { left, top, right, bottom } = extensionOf(edit, { width, height })
  return { width: left + width + right, height: top + height + bottom }
}

const pixelsOf = (extent: Extent, side: number): number =>
  typeof extent === 'number' ? extent : Math.round((side * Number.parseFloat(extent)) / 100)
