/** Rectangle and ellipse: dragged from corner to corner, on whole pixels. Shift makes both sides equal. */
import type { EllipseOperation, RectangleOperation } from '../../../shared/mask/index.js'
import type { Point } from '../../canvas/viewport.js'
import { commit, distance, draw, drop, givesUp, takesAway, type MaskPress, type MaskTool } from './tool.js'

export interface BoxState {
  readonly start: Point | null
  readonly erase: boolean
}

type BoxOperation = RectangleOperation | EllipseOperation

/** A drag over fewer screen pixels is a click, which means nothing. */
const CLICK = 3
const initial: BoxState = { start: null, erase: false }

export const boxes = (kind: BoxOperation['kind']): MaskTool<BoxState> => ({
  initial,
  cursor: 'crosshair',
  reduce(state, event) {
    if (state.start === null)
      return event.type === 'down'
        ? { state: { start: event.at, erase: takesAway(event) }, intents: [] }
        : { state, intents: [] }
    if (givesUp(event)) return { state: initial, intents: [drop] }
    if (event.type !== 'move' && event.type !== 'up') return { state, intents: [] }
    const operation = boxOf(kind, state.start, event, state.erase)
    if (event.type === 'move') return { state, intents: operation === null ? [drop] : [draw(operation)] }
    return { state: initial, intents: [operation === null ? drop : commit(operation)] }
  },
})

function boxOf(kind: BoxOperation['kind'], start: Point, event: MaskPress, erase: boolean): BoxOperation | null {
  if (distance(start, event.at) < CLICK * event.pixel) return null
  const end = event.shift ? squared(start, event.at) : event.at
  const x = Math.round(Math.min(start.x, end.x))
  const y = Math.round(Math.min(start.y, end.y))
  const width = Math.round(Math.max(start.x, end.x)) - x
  const height = Math.round(Math.max(start.y, end.y)) - y
  return width < 1 || height < 1 ? null : { kind, x, y, width, height, erase }
}

function squared(start: Point, at: Point): Point {
  const side = Math.max(Math.abs(at.x - start.x), Math.abs(at.y - start.y))
  return { x: start.x + (at.x < start.x ? -side : side), y: start.y + (at.y < start.y ? -side : side) }
}
