/** What of a browser's pointer event a tool is told. */
import type { Point } from '../viewport.js'
import type { ToolEvent } from './tool.js'

export type PointerFacts = Pick<PointerEvent, 'pointerType' | 'pressure' | 'button' | 'buttons' | 'altKey' | 'shiftKey'>

/** `buttons` of a pen that is turned around, and `button` when it touches down. */
const ERASER_BUTTONS = 32
const ERASER_BUTTON = 5
const RIGHT_BUTTONS = 2
const RIGHT_BUTTON = 2

/** Whether a press is meant to take away: the right button, or a pen's other end. */
export const isSecondary = ({ button, buttons }: Pick<PointerFacts, 'button' | 'buttons'>): boolean =>
  button === RIGHT_BUTTON || button === ERASER_BUTTON || (buttons & (RIGHT_BUTTONS | ERASER_BUTTONS)) !== 0

export function toolEventOf(type: ToolEvent['type'], point: Point, event: PointerFacts): ToolEvent {
  return {
    type,
    point,
    alt: event.altKey,
    shift: event.shiftKey,
    // A mouse says 0.5 for any button, and a finger's area is no wish.
    pressure: event.pointerType === 'pen' ? event.pressure : null,
    secondary: isSecondary(event),
  }
}
