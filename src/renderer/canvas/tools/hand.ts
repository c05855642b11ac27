/** Drags the picture. idle -> dragging -> idle */
import type { Point } from '../viewport.js'
import type { Tool } from './tool.js'

export type HandState = { readonly name: 'idle' } | { readonly name: 'dragging'; readonly last: Point }

const idle: HandState = { name: 'idle' }

export const hand: Tool<HandState> = {
  initial: idle,
  cursor: (state) => (state.name === 'dragging' ? 'grabbing' : 'grab'),
  reduce(state, { type, point }) {
    if (type === 'down') return { state: { name: 'dragging', last: point }, intents: [] }
    if (state.name === 'idle') return { state, intents: [] }
    if (type !== 'move') return { state: idle, intents: [] }
    return {
      state: { name: 'dragging', last: point },
      intents: [{ kind: 'pan', dx: point.x - state.last.x, dy: point.y - state.last.y }],
    }
  },
}
