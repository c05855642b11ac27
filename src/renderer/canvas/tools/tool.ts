/**
 * A tool is a small state machine: pointer events go in, intents for the canvas come out. It knows neither the store
 * nor the DOM. Points are on the canvas, in device pixels.
 */
import type { Point, Rect } from '../viewport.js'

export interface ToolEvent {
  readonly type: 'down' | 'move' | 'up' | 'cancel'
  readonly point: Point
  readonly alt: boolean
  readonly shift: boolean
  /** How hard a pen presses, 0..1; null for what can't tell. */
  readonly pressure: number | null
  /** The right button, or a pen's eraser end. */
  readonly secondary: boolean
}

export type Intent =
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number }
  | { readonly kind: 'zoomStop'; readonly at: Point; readonly direction: 1 | -1 }
  | { readonly kind: 'zoomArea'; readonly area: Rect }
  | { readonly kind: 'marquee'; readonly area: Rect | null }

export interface Tool<State> {
  readonly initial: State
  readonly cursor: (state: State, alt: boolean) => string
  readonly reduce: (state: State, event: ToolEvent) => { readonly state: State; readonly intents: readonly Intent[] }
}
