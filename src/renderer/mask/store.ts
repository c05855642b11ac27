/**
 * What the interface knows of masks: the tools' settings, and a summary of what is painted on the state that is shown.
 * Who fills reads `shown`, is told of finished strokes by `onStroke`, and awaits `flushMasks` before it asks for a fill.
 * The masks themselves are in `session.ts`; here nothing changes while a stroke is drawn.
 */
import { create } from 'zustand'
import type { ErrorWire } from '../../shared/errors.js'
import type { Sources } from '../../shared/fill.js'
import type { Area } from '../../shared/mask/index.js'
import type { Brush } from './tools/tool.js'

/** What is painted: the hole to be filled, or where the fill is taken from. */
export type PaintTarget = 'mask' | 'sources'
/** `anywhere`: nothing is to be painted, the fill looks all around the hole. */
export type SourcesMode = 'anywhere' | Sources['mode']

/** What is painted on the state shown. */
export interface ShownMask {
  readonly document: string
  readonly state: string
  /** Another number after each change of what is to be filled. */
  readonly revision: number
  /** Nothing is to be filled. */
  readonly empty: boolean
  /** The smallest rectangle around all that is to be filled, in picture pixels; null when nothing is. */
  readonly area: Area | null
  readonly sources: { readonly mode: SourcesMode; readonly empty: boolean }
  readonly canUndo: boolean
  readonly canRedo: boolean
  /** What takes longer than a frame: its bytes are being looked for, or worked out. */
  readonly working: 'loading' | 'selecting' | 'drawing' | null
}

export interface MaskStore {
  brush: Brush
  /** The wand's, 0..255. */
  tolerance: number
  contiguous: boolean
  /** Of the next fill, in pixels: `InpaintEdit.grow` and `.feather` are taken from here. */
  grow: number
  feather: number
  paintTarget: PaintTarget
  overlay: {
    readonly visible: boolean
    /** #rrggbb; sources are painted in another one. */
    readonly colour: string
    readonly opacity: number
  }
  /** Null while no picture is shown, or its masks are not read yet. */
  shown: ShownMask | null
  problem: MaskProblem | null
  /** What the mask's menu has opened. */
  form: MaskForm | null
}

export type MaskForm = 'spread' | 'scratches' | 'overlay' | 'save'

/** What could not be done with a mask; `fit` tries again with the mask stretched over the picture. */
export interface MaskProblem {
  readonly error: ErrorWire
  readonly fit: (() => void) | null
}

export const DEFAULT_BRUSH: Brush = { diameter: 64, hardness: 0.8, pressure: true }
export const DEFAULT_TOLERANCE = 24
export const DEFAULT_GROW = 4
export const DEFAULT_FEATHER = 6
export const overlayColours = ['#ff3c46', '#3ddc68', '#3c9dff', '#ffd23c', '#ff4fd8'] as const
/** Where to take from is another colour than where not to. */
export const sourcesColour = (mode: SourcesMode): string => (mode === 'never' ? '#f0a020' : '#20c0c0')

export const useMask = create<MaskStore>()(() => ({
  brush: DEFAULT_BRUSH,
  tolerance: DEFAULT_TOLERANCE,
  contiguous: true,
  grow: DEFAULT_GROW,
  feather: DEFAULT_FEATHER,
  paintTarget: 'mask',
  overlay: { visible: true, colour: overlayColours[0], opacity: 0.5 },
  shown: null,
  problem: null,
  form: null,
}))

export const getMask = useMask.getState
export const setMask = (change: Partial<MaskStore>): void => useMask.setState(change)

/** A stroke, a shape or a selection that a tool finished; not what menus do. */
export interface StrokeEnded {
  readonly document: string
  readonly state: string
  readonly target: PaintTarget
  /** It took away. */
  readonly erase: boolean
}

const strokeListeners = new Set<(ended: StrokeEnded) => void>()

/** Calls `listener` when the pointer (or Space) was lifted and `shown` is up to date. Gives what ends the listening. */
export function onStroke(listener: (ended: StrokeEnded) => void): () => void {
  strokeListeners.add(listener)
  return () => strokeListeners.delete(listener)
}

export const tellStroke = (ended: StrokeEnded): void => strokeListeners.forEach((listener) => listener(ended))
