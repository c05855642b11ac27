/** How keys and wheel change the brush. */
import type { Brush } from './tool.js'

export const MIN_DIAMETER = 1
export const MAX_DIAMETER = 2000
const HARDNESS_STEP = 0.25
/** Share of the size that one step of a key changes; a pixel at least. */
const SIZE_STEP = 0.15

/** What a key makes of the brush; null for a key that is not the brush's. */
export function brushAfterKey(brush: Brush, key: string): Brush | null {
  switch (key) {
    case '[':
      return resized(brush, brush.diameter - Math.max(1, Math.round((brush.diameter * SIZE_STEP) / (1 + SIZE_STEP))))
    case ']':
      return resized(brush, brush.diameter + Math.max(1, Math.round(brush.diameter * SIZE_STEP)))
    case 'Shift+[':
      return hardened(brush, -HARDNESS_STEP)
    case 'Shift+]':
      return hardened(brush, HARDNESS_STEP)
    default:
      return null
  }
}

/** Mod and wheel: `factor` as for the zoom, so that the wheel feels the same. */
export function brushAfterWheel(brush: Brush, factor: number): Brush {
  const to = brush.diameter * factor
  // Small brushes change too, by a pixel for each notch.
  const moved = Math.round(to) === brush.diameter ? brush.diameter + Math.sign(factor - 1) : Math.round(to)
  return resized(brush, moved)
}

const resized = (brush: Brush, diameter: number): Brush => ({
  ...brush,
  diameter: Math.min(MAX_DIAMETER, Math.max(MIN_DIAMETER, diameter)),
})

const hardened = (brush: Brush, by: number): Brush => ({
  ...brush,
  hardness: Math.min(1, Math.max(0, Math.round((brush.hardness + by) / HARDNESS_STEP) * HARDNESS_STEP)),
})
