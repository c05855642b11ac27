/**
 * A shape as what it covers of each pixel. Every pixel's number depends on its own place alone, never on where counting
 * began, so that a region has the same bytes however it is cut; and only + - * / and square roots are used, which all
 * machines round alike.
 */
import type { Area } from './area.js'

export interface Coverage {
  /** No pixel outside is touched. */
  readonly bounds: Area
  /** Narrows a part of row `y` to what can be touched at all; left out where nothing better than the bounds is known. */
  narrow?(y: number, part: Span): void
  /** Whether all pixels of an area are covered by nothing, or fully; 'part' when in doubt. */
  classify(area: Area): 'none' | 'full' | 'part'
  /** Writes 0..255 for `width` pixels of row `y` from `x` on; where `there` is full already, 0 will do. */
  row(y: number, x: number, width: number, out: Uint8Array, there?: Covered): void
}

/** Pixels of a row: `from` included, `to` not; none when `to` is not more. */
export interface Span {
  from: number
  to: number
}

/** What the row's pixels hold so far: a brush passes over each of them many times. */
export interface Covered {
  readonly bytes: Uint8Array
  /** Of the row's first pixel. */
  at: number
  /** The value that nothing can be added to. */
  readonly full: number
}

/** From 0 to 1 without kinks, for t in 0..1. */
export const smooth = (t: number): number => t * t * (3 - 2 * t)
