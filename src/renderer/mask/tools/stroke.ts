/**
 * Brush and eraser. idle -> drawing -> idle. Shift while drawing keeps to one axis; Shift on going down draws a straight
 * line from where the last stroke ended.
 */
import type { MaskPoint, StrokeOperation } from '../../../shared/mask/index.js'
import type { Point } from '../../canvas/viewport.js'
import {
  commit,
  distance,
  draw,
  drop,
  givesUp,
  takesAway,
  type MaskPress,
  type MaskSettings,
  type MaskTool,
} from './tool.js'

export interface StrokeState {
  readonly stroke: StrokeOperation | null
  /** Since Shift is held: where from, and the way once it is known. */
  readonly rail: { readonly from: Point; readonly along: 'x' | 'y' | null } | null
  /** Shift was held from the beginning, for a line from the last stroke's end. */
  readonly joined: boolean
  readonly end: Point | null
}

/** Screen pixels that tell in which direction a hand moves. */
const TELLS = 4
/** Points that lie nearer, in screen pixels, say nothing new. */
const NEAR = 0.5

const initial: StrokeState = { stroke: null, rail: null, joined: false, end: null }

export const strokes = (erases: boolean): MaskTool<StrokeState> => ({
  initial,
  cursor: 'brush',
  reduce(state, event, settings) {
    const { stroke } = state
    if (stroke === null) {
      if (event.type !== 'down') return { state, intents: [] }
      const begun = begin(state.end, event, settings, takesAway(event, erases))
      return { state: { ...state, stroke: begun, rail: null, joined: event.shift }, intents: [draw(begun)] }
    }
    if (givesUp(event)) return { state: { ...initial, end: state.end }, intents: [drop] }
    if (event.type === 'move') return move(state, stroke, event, settings)
    if (event.type !== 'up') return { state, intents: [] }
    const [x, y] = stroke.points.at(-1) ?? [event.at.x, event.at.y]
    return { state: { ...initial, end: { x, y } }, intents: [commit(stroke)] }
  },
})

function begin(end: Point | null, event: MaskPress, settings: MaskSettings, erase: boolean): StrokeOperation {
  const from: MaskPoint[] = event.shift && end !== null ? [pointOf(end, event, settings)] : []
  const { diameter, hardness } = settings.brush
  return { kind: 'stroke', points: [...from, pointOf(event.at, event, settings)], diameter, hardness, erase }
}

function move(state: StrokeState, stroke: StrokeOperation, event: MaskPress, settings: MaskSettings) {
  const last = stroke.points.at(-1)
  const here = last === undefined ? event.at : { x: last[0], y: last[1] }
  const rail = event.shift && !state.joined ? railOf(state.rail ?? { from: here, along: null }, event) : null
  const next = { ...state, rail, joined: state.joined && event.shift }
  if (rail?.along === null) return { state: next, intents: [] }
  const at = rail === null ? event.at : onRail(rail.from, rail.along, event.at)
  if (distance(at, here) < NEAR * event.pixel) return { state: next, intents: [] }
  const longer = { ...stroke, points: [...stroke.points, pointOf(at, event, settings)] }
  return { state: { ...next, stroke: longer }, intents: [draw(longer)] }
}

function railOf(rail: NonNullable<StrokeState['rail']>, { at, pixel }: MaskPress): NonNullable<StrokeState['rail']> {
  if (rail.along !== null || distance(rail.from, at) < TELLS * pixel) return rail
  return { ...rail, along: Math.abs(at.x - rail.from.x) >= Math.abs(at.y - rail.from.y) ? 'x' : 'y' }
}

const onRail = (from: Point, along: 'x' | 'y', at: Point): Point =>
  along === 'x' ? { x: at.x, y: from.y } : { x: from.x, y: at.y }

const pointOf = ({ x, y }: Point, { pressure }: MaskPress, { brush }: MaskSettings): MaskPoint =>
  pressure !== null && brush.pressure ? [x, y, pressure] : [x, y]
