/** A click zooms to the next stop (Alt: back), a drag zooms to the marked area. idle -> pressing -> marking -> idle */
import type { Point, Rect } from '../viewport.js'
import type { Tool } from './tool.js'

export type ZoomState =
  | { readonly name: 'idle' }
  | { readonly name: 'pressing'; readonly start: Point }
  | { readonly name: 'marking'; readonly start: Point; readonly area: Rect }

/** A press that moved less is a click. */
const CLICK = 6
const idle: ZoomState = { name: 'idle' }

export const zoom: Tool<ZoomState> = {
  initial: idle,
  cursor: (_state, alt) => (alt ? 'zoom-out' : 'zoom-in'),
  reduce(state, { type, point, alt }) {
    if (type === 'down') return { state: { name: 'pressing', start: point }, intents: [] }
    if (state.name === 'idle') return { state, intents: [] }
    if (type === 'move') {
      if (state.name === 'pressing' && distance(state.start, point) < CLICK) return { state, intents: [] }
      const area = between(state.start, point)
      return { state: { name: 'marking', start: state.start, area }, intents: [{ kind: 'marquee', area }] }
    }
    if (type === 'cancel') return { state: idle, intents: [{ kind: 'marquee', area: null }] }
    if (state.name === 'pressing')
      return { state: idle, intents: [{ kind: 'zoomStop', at: state.start, direction: alt ? -1 : 1 }] }
    return {
      state: idle,
      intents: [
        { kind: 'marquee', area: null },
        { kind: 'zoomArea', area: state.area },
      ],
    }
  },
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)

const between = (a: Point, b: Point): Rect => ({
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  width: Math.abs(a.x - b.x),
  height: Math.abs(a.y - b.y),
})
