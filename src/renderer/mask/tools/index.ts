/** The mask's tools. A tool runs with its state and the keyboard's cursor, so that who drives it needs to know neither. */
import type { ToolEvent } from '../../canvas/tools/tool.js'
import { toPicture, type Point, type Rect, type Viewport } from '../../canvas/viewport.js'
import { brush } from './brush.js'
import { ellipse } from './ellipse.js'
import { eraser } from './eraser.js'
import { cursorKey, noCursor, type CursorKey } from './keyboard.js'
import { lasso } from './lasso.js'
import { polygon } from './polygon.js'
import { rectangle } from './rectangle.js'
import type { MaskEvent, MaskIntent, MaskPress, MaskSettings, MaskTool } from './tool.js'
import { wand } from './wand.js'

export const maskTools = { brush, eraser, rectangle, ellipse, lasso, polygon, wand } as const
export type MaskToolId = keyof typeof maskTools

export interface RunningMaskTool {
  readonly cursor: MaskTool<unknown>['cursor']
  /** Where the keyboard's cursor stands, in picture pixels. */
  readonly at: Point | null
  send(event: MaskEvent, settings: MaskSettings): readonly MaskIntent[]
  /** A key pressed or released on the canvas; `taken`: it was the tool's, and nobody else's. */
  key(event: CursorKey, settings: MaskSettings): { taken: boolean; intents: readonly MaskIntent[] }
}

export function startMaskTool(id: MaskToolId): RunningMaskTool {
  switch (id) {
    case 'brush':
    case 'eraser':
      return start(maskTools[id])
    case 'rectangle':
    case 'ellipse':
      return start(maskTools[id])
    case 'lasso':
      return start(lasso)
    case 'polygon':
      return start(polygon)
    case 'wand':
      return start(wand)
  }
}

function start<State>(tool: MaskTool<State>): RunningMaskTool {
  let state = tool.initial
  let keyboard = noCursor
  const reduce = (event: MaskEvent, settings: MaskSettings) => {
    const before = state
    const next = tool.reduce(state, event, settings)
    state = next.state
    return { intents: next.intents, taken: next.intents.length > 0 || state !== before }
  }
  return {
    cursor: tool.cursor,
    get at() {
      return keyboard.cursor
    },
    send(event, settings) {
      // A pointer that comes takes over from the keys.
      if (event.type === 'down') keyboard = noCursor
      return reduce(event, settings).intents
    },
    key(event, settings) {
      const step = cursorKey(keyboard, event, settings)
      keyboard = step.state
      if (step.taken) return { taken: true, intents: step.events.flatMap((each) => reduce(each, settings).intents) }
      return event.type === 'up' ? { taken: false, intents: [] } : reduce({ type: 'key', key: event.key }, settings)
    },
  }
}

/** A press on the canvas as one on the picture. */
export function onPicture(event: ToolEvent, viewport: Viewport, pane: Rect): MaskPress {
  const { type, pressure, shift, alt, secondary } = event
  return { type, at: toPicture(viewport, pane, event.point), pressure, shift, alt, secondary, pixel: 1 / viewport.zoom }
}
