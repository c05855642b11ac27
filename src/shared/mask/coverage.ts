/**
 * A shape as what it covers of each pixel. Every pixel's number depends on its own place alone, never on where counting
 * began, so that a region has the same bytes however it is cut; and only + - * / and square roots are used, which all
 * machines round alike.
 */
import type { Area } from './area.js'

export interface Coverage {
  /** No pixel outside is touched. */
  readonly bounds: Area
  /** Whether all pixels of an area are covered by nothing, or fully; 'part' when in doubt. */
  classify(area: Area): 'none' | 'full' | 'part'
  /** Writes 0..255 for `width` pixels of row `y` from `x` on. */
  row(y: number, x: number, width: number, out: Uint8Array): void
}

/** From 0 to 1 without kinks, for t in 0..1. */
export const smooth = (t: number): number => t * t * (3 - 2 * t)
