/** How large an enlarged picture becomes. */
import type { UpscaleTarget } from './edit.js'
import { LacunaError } from './errors.js'

interface PixelSize {
  readonly width: number
  readonly height: number
}

export const MAX_SCALE = 8
/** Lengths on paper, in inches. */
export const inches = { cm: 1 / 2.54, mm: 1 / 25.4, in: 1 } as const
export type Length = keyof typeof inches

/** A length on paper in pixels, `dpi` to the inch. */
export const pixelsOnPaper = (length: number, unit: Length, dpi: number): number =>
  Math.round(length * inches[unit] * dpi)

/** One gigapixel: the largest picture that can be read again. */
const MAX_PIXELS = 1_000_000_000

/**
 * Both sides of the result, pixels, rounded from one factor for both. Throws `upscale.smaller` when that is less than the
 * picture has, `upscale.tooLarge` when it is more than {@link MAX_SCALE} times as wide, `upscale.tooManyPixels`
 * when no program could be expected to open it.
 */
export function upscaledSize(target: UpscaleTarget, { width, height }: PixelSize): PixelSize {
  const factor = factorOf(target, { width, height })
  const result = {
    width: target.by === 'width' ? target.width : Math.max(1, Math.round(width * factor)),
    height: target.by === 'height' ? target.height : Math.max(1, Math.round(height * factor)),
  }
  const params = { width: result.width, height: result.height, fromWidth: width, fromHeight: height }
  if (factor < 1) throw new LacunaError('upscale.smaller', params)
  if (factor > MAX_SCALE) throw new LacunaError('upscale.tooLarge', { ...params, scale: MAX_SCALE })
  if (result.width * result.height > MAX_PIXELS) throw new LacunaError('upscale.tooManyPixels', params)
  return result
}

function factorOf(target: UpscaleTarget, { width, height }: PixelSize): number {
  switch (target.by) {
    case 'scale':
      return target.scale
    case 'width':
      return target.width / width
    case 'height':
      return target.height / height
    case 'fit':
      return Math.min(target.width / width, target.height / height)
  }
}
