/** Drawn around something by hand; closes by itself. While Shift is held the line is straight. idle -> drawing -> idle */
import type { PolygonOperation } from '../../../shared/mask/index.js'
import type { Point } from '../../canvas/viewport.js'
import { commit, distance, draw, drop, givesUp, takesAway, type MaskTool } from './tool.js'

export interface LassoState {
  readonly points: readonly Point[]
  readonly erase: boolean
  /** The last point is the free end of a straight line. */
  readonly straight: boolean
}

const NEAR = 1
const initial: LassoState = { points: [], erase: false, straight: false }

export const lasso: MaskTool<LassoState> = {
  initial,
  cursor: 'crosshair',
  reduce(state, event) {
    if (state.points.length === 0)
      return event.type === 'down'
        ? { state: { points: [event.at], erase: takesAway(event), straight: false }, intents: [] }
        : { state, intents: [] }
    if (givesUp(event)) return { state: initial, intents: [drop] }
    if (event.type === 'up') {
      const operation = around(state.points, state.erase)
      return { state: initial, intents: [operation === null ? drop : commit(operation)] }
    }
    const last = state.points.at(-1)
    if (event.type !== 'move' || last === undefined || distance(event.at, last) < NEAR * event.pixel)
      return { state, intents: [] }
    const kept = state.straight && event.shift ? state.points.slice(0, -1) : state.points
    const next = { ...state, points: [...kept, event.at], straight: event.shift }
    const operation = around(next.points, next.erase)
    return { state: next, intents: operation === null ? [] : [draw(operation)] }
  },
}

/** Null for what has no inside. */
export function around(points: readonly Point[], erase: boolean): PolygonOperation | null {
  if (points.length < 3) return null
  return { kind: 'polygon', points: points.map(({ x, y }): [number, number] => [x, y]), erase }
}
