/**
 * The tools that make a mask. Like the canvas's own they are small state machines without store or DOM, but they think in
 * picture pixels, and what comes out are operations.
 */
import type { MaskOperation } from '../../../shared/mask/index.js'
import type { Point } from '../../canvas/viewport.js'

export interface MaskPress {
  readonly type: 'down' | 'move' | 'up' | 'cancel'
  /** In picture pixels, perhaps beside the picture. */
  readonly at: Point
  readonly pressure: number | null
  readonly shift: boolean
  readonly alt: boolean
  readonly secondary: boolean
  /** Picture pixels for each pixel of the screen, for what the hand can aim at. */
  readonly pixel: number
}

/** A key as the action registry writes it, going down. */
export interface MaskKey {
  readonly type: 'key'
  readonly key: string
}

export type MaskEvent = MaskPress | MaskKey

/** What the person has set, read at each event. */
export interface MaskSettings {
  readonly brush: Brush
  /** See the wand's operation. */
  readonly tolerance: number
  readonly contiguous: boolean
  /** Hash of the state that is painted on. */
  readonly state: string
  readonly picture: { readonly width: number; readonly height: number }
}

export interface Brush {
  /** Picture pixels. */
  readonly diameter: number
  readonly hardness: number
  /** A pen's pressure makes it thinner. */
  readonly pressure: boolean
}

/**
 * draw: shown while it is being made, each time as a whole; line: the same for what has no inside yet; commit: one step of
 * the history; drop: forget what was drawn.
 */
export type MaskIntent =
  | { readonly kind: 'draw'; readonly operation: MaskOperation }
  | { readonly kind: 'line'; readonly points: readonly Point[] }
  | { readonly kind: 'commit'; readonly operation: MaskOperation }
  | { readonly kind: 'drop' }

export interface MaskStep<State> {
  readonly state: State
  readonly intents: readonly MaskIntent[]
}

export interface MaskTool<State> {
  readonly initial: State
  /** 'brush': the brush's outline is the cursor. */
  readonly cursor: 'brush' | 'crosshair'
  /** The same state and no intents: the event meant nothing to the tool. */
  readonly reduce: (state: State, event: MaskEvent, settings: MaskSettings) => MaskStep<State>
}

export const draw = (operation: MaskOperation): MaskIntent => ({ kind: 'draw', operation })
export const commit = (operation: MaskOperation): MaskIntent => ({ kind: 'commit', operation })
export const drop: MaskIntent = { kind: 'drop' }

/** Both keys and pointers can give up what is being drawn. */
export const givesUp = (event: MaskEvent): boolean =>
  event.type === 'cancel' || (event.type === 'key' && event.key === 'Esc')

/** Alt turns adding into taking away and back; the right button and a pen's other end always take away. */
export const takesAway = ({ alt, secondary }: MaskPress, normally = false): boolean => secondary || normally !== alt

export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)
