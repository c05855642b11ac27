/**
 * Masks without a mouse: arrow keys move a cursor over the picture (a pixel, with Shift ten), Space is the button: pressed
 * and released it sets a dot or a corner, held while the cursor moves it draws. Works for every tool, as a pointer would.
 */
import type { Point } from '../../canvas/viewport.js'
import type { MaskEvent, MaskPress, MaskSettings } from './tool.js'

export interface KeyboardState {
  /** In picture pixels; null until a key moves it. */
  readonly cursor: Point | null
  readonly pressed: boolean
}

/** A key going down or up; `middle`: the picture's point in the middle of the view, where the cursor begins. */
export interface CursorKey {
  readonly key: string
  readonly type: 'down' | 'up'
  readonly repeat: boolean
  readonly middle: Point
  readonly pixel: number
}

export interface KeyboardStep {
  readonly state: KeyboardState
  /** For the tool, in this order. */
  readonly events: readonly MaskEvent[]
  /** Whether the key was the cursor's. */
  readonly taken: boolean
}

export const noCursor: KeyboardState = { cursor: null, pressed: false }

const STEP = 1
const BIG_STEP = 10
const ways: Record<string, readonly [number, number]> = { Left: [-1, 0], Right: [1, 0], Up: [0, -1], Down: [0, 1] }

export function cursorKey(state: KeyboardState, event: CursorKey, { picture }: MaskSettings): KeyboardStep {
  const { shift, alt, key } = modifiers(event.key)
  const cursor = state.cursor ?? inside(event.middle, picture)
  const press = (type: MaskPress['type'], at: Point): MaskPress => ({
    type,
    at,
    pressure: null,
    // Shift is the large step; it constrains what Space begins, not each step.
    shift: shift && type === 'down',
    alt,
    secondary: false,
    pixel: event.pixel,
  })
  const way = ways[key]
  if (way !== undefined) {
    if (event.type === 'up') return { state, events: [], taken: true }
    const step = shift ? BIG_STEP : STEP
    const to = inside({ x: cursor.x + way[0] * step, y: cursor.y + way[1] * step }, picture)
    return { state: { ...state, cursor: to }, events: [press('move', to)], taken: true }
  }
  if (key === 'Space') {
    if (event.type === 'up') {
      const events = state.pressed ? [press('up', cursor)] : []
      return { state: { ...state, pressed: false }, events, taken: state.pressed }
    }
    if (event.repeat || state.pressed) return { state, events: [], taken: true }
    return { state: { cursor, pressed: true }, events: [press('down', cursor)], taken: true }
  }
  if (event.type === 'down' && key === 'Esc' && state.pressed)
    return { state: { ...state, pressed: false }, events: [{ type: 'key', key }], taken: true }
  return { state, events: [], taken: false }
}

/** Pixel centres, so that a dot is round about a pixel. */
function inside({ x, y }: Point, { width, height }: MaskSettings['picture']): Point {
  const within = (value: number, side: number): number => Math.min(side - 1, Math.max(0, Math.floor(value))) + 0.5
  return { x: within(x, width), y: within(y, height) }
}

function modifiers(text: string): { shift: boolean; alt: boolean; key: string } {
  const parts = text.split('+')
  const key = parts.at(-1) ?? ''
  // Other modifiers make it another key.
  const known = parts.slice(0, -1).every((part) => part === 'Shift' || part === 'Alt')
  return { shift: parts.includes('Shift'), alt: parts.includes('Alt'), key: known ? key : text }
}
