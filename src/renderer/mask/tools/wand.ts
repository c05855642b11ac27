/** A press takes all that has about the colour under it; with Shift the other way of connected and everywhere. Has no states. */
import { commit, takesAway, type MaskTool } from './tool.js'

export const wand: MaskTool<null> = {
  initial: null,
  cursor: 'crosshair',
  reduce(state, event, { tolerance, contiguous, state: hash, picture }) {
    if (event.type !== 'down') return { state, intents: [] }
    const x = Math.floor(event.at.x)
    const y = Math.floor(event.at.y)
    if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return { state, intents: [] }
    const operation = {
      kind: 'wand',
      x,
      y,
      tolerance,
      contiguous: contiguous !== event.shift,
      state: hash,
      erase: takesAway(event),
    } as const
    return { state, intents: [commit(operation)] }
  },
}
