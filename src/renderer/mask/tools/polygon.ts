/**
 * Corner by corner: each press sets one; a press on the first, a second press on the last, or Enter closes it. Shift turns
 * the line in steps of 45 degrees, Backspace takes the last corner back. idle -> setting -> idle
 */
import type { Point } from '../../canvas/viewport.js'
import { around } from './lasso.js'
import {
  commit,
  distance,
  draw,
  drop,
  givesUp,
  takesAway,
  type MaskPress,
  type MaskStep,
  type MaskTool,
} from './tool.js'

export interface PolygonState {
  readonly corners: readonly Point[]
  /** The free end of the line, under the pointer. */
  readonly free: Point | null
  readonly erase: boolean
}

/** Screen pixels around a corner in which it is hit. */
const HIT = 8
const initial: PolygonState = { corners: [], free: null, erase: false }

export const polygon: MaskTool<PolygonState> = {
  initial,
  cursor: 'crosshair',
  reduce(state, event) {
    const { corners } = state
    if (event.type === 'down') return press(state, event)
    if (corners.length === 0) return { state, intents: [] }
    // A pointer that is taken for panning has set no corner that it should take along.
    if (event.type === 'cancel') return { state, intents: [] }
    if (givesUp(event)) return { state: initial, intents: [drop] }
    if (event.type === 'move') return shown({ ...state, free: turned(corners.at(-1), event) })
    if (event.type === 'key' && event.key === 'Enter') return close(state)
    if (event.type === 'key' && event.key === 'Backspace') {
      const fewer = corners.slice(0, -1)
      return fewer.length === 0 ? { state: initial, intents: [drop] } : shown({ ...state, corners: fewer })
    }
    return { state, intents: [] }
  },
}

function press(state: PolygonState, event: MaskPress): MaskStep<PolygonState> {
  const { corners } = state
  const [first] = corners
  const last = corners.at(-1)
  if (first === undefined || last === undefined)
    return shown({ corners: [event.at], free: null, erase: takesAway(event) })
  const hits = (corner: Point): boolean => distance(corner, event.at) <= HIT * event.pixel
  if (corners.length > 2 && (hits(first) || hits(last))) return close(state)
  if (hits(last)) return { state, intents: [] }
  return shown({ ...state, corners: [...corners, turned(last, event)], free: null })
}

function close({ corners, erase }: PolygonState): MaskStep<PolygonState> {
  const operation = around(corners, erase)
  return { state: initial, intents: [operation === null ? drop : commit(operation)] }
}

function shown(state: PolygonState): MaskStep<PolygonState> {
  const points = state.free === null ? state.corners : [...state.corners, state.free]
  const operation = around(points, state.erase)
  return { state, intents: [operation === null ? { kind: 'line', points } : draw(operation)] }
}

function turned(from: Point | undefined, { at, shift }: MaskPress): Point {
  if (from === undefined || !shift) return at
  const dx = at.x - from.x
  const dy = at.y - from.y
  const step = Math.PI / 4
  const angle = Math.round(Math.atan2(dy, dx) / step) * step
  // The foot of the perpendicular, so that the corner stays under the hand along the line.
  const along = dx * Math.cos(angle) + dy * Math.sin(angle)
  return { x: from.x + along * Math.cos(angle), y: from.y + along * Math.sin(angle) }
}
