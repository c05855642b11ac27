/**
 * What the canvas shows, as data: panes (one, two side by side, the two sides of the divider, the 1:1 patch), each with
 * its viewport, its source and where it is cut. A pure function of the state; drawing it is `paint.ts`.
 */
import type { DocumentView, StateView } from '../../shared/contract.js'
import type { DenoiseEdit } from '../../shared/edit.js'
import { originalIn } from '../fill/origin.js'
import type { CompareMode } from '../state/store.js'
import { intersect, pictureRect, type Point, type Rect, type Size, type Viewport } from './viewport.js'

export interface Source {
  readonly document: string
  /** Null while only the overview is there. */
  readonly state: string | null
  readonly size: Size
  readonly levels: number
  readonly transparent: boolean
  readonly preview: DenoiseEdit | null
}

export interface Pane {
  readonly rect: Rect
  readonly clip: Rect
  readonly viewport: Viewport
  /** The picture that the viewport is about; a source of another size is scaled onto it. */
  readonly picture: Size
  readonly source: Source
  /** Never as squares, however near: what is between the pixels is guessed smoothly. */
  readonly smooth?: true
}

export interface Scene {
  readonly panes: readonly Pane[]
  /** The divider: where it stands and the part of the picture it may move over. */
  readonly divider: { readonly x: number; readonly range: Rect } | null
  readonly loupe: Rect | null
  readonly sides: readonly [Rect, Rect] | null
}

export interface SceneInput {
  readonly document: DocumentView
  readonly shown: StateView | null
  readonly picture: Size
  readonly canvas: Size
  readonly viewport: Viewport
  readonly compare: CompareMode
  readonly split: number
  readonly original: boolean
  /** The edit being previewed, or null. */
  readonly preview: DenoiseEdit | null
  /** Side of the 1:1 patch in device pixels, and the picture's point in its middle. */
  readonly loupe: { readonly side: number; readonly at: Point } | null
}

export function buildScene(input: SceneInput): Scene {
  const { canvas, viewport, picture, compare, preview, original } = input
  const whole: Rect = { x: 0, y: 0, ...canvas }
  const before = sourceOf(input, input.document.states[0] ?? null, null)
  const live = preview !== null && viewport.zoom >= 1 ? preview : null
  const after = original ? before : sourceOf(input, input.shown, live)
  const pane = (rect: Rect, clip: Rect, source: Source): Pane => ({
    rect,
    clip,
    source,
    // A canvas that was extended lies around the original, and one that was enlarged shows it as large as itself.
    ...(source === before ? originalPlace(input) : { viewport, picture }),
  })
  const differs = after.state !== before.state || live !== null

  if (compare === 'side') {
    const sides = sideRects(canvas)
    return {
      panes: [pane(sides[0], sides[0], before), pane(sides[1], sides[1], after)],
      divider: null,
      loupe: null,
      sides,
    }
  }
  const loupe = original || live !== null ? null : loupePanes(input, before)
  const panes = [pane(whole, whole, after)]
  const divider = compare === 'slider' && differs && !original ? dividerOf(input, whole) : null
  if (divider !== null) panes.push(pane(whole, { ...whole, width: divider.x }, before))
  return { panes: [...panes, ...(loupe?.panes ?? [])], divider, loupe: loupe?.rect ?? null, sides: null }
}

/** The original in its place in the state shown, at the size that it has there. */
function originalPlace({ document, viewport, picture }: SceneInput): Pick<Pane, 'viewport' | 'picture'> {
  const { x, y, width, height } = originalIn(document, document.current)
  // Not known before it was opened.
  if (width === 0) return { viewport, picture }
  return { viewport: { ...viewport, x: viewport.x - x, y: viewport.y - y }, picture: { width, height } }
}

/** Left and right with a 1-pixel line between them. */
export function sideRects({ width, height }: Size): [Rect, Rect] {
  const half = Math.floor((width - 1) / 2)
  return [
    { x: 0, y: 0, width: half, height },
    { x: half + 1, y: 0, width: width - half - 1, height },
  ]
}

function sourceOf({ document, picture }: SceneInput, state: StateView | null, preview: DenoiseEdit | null): Source {
  const ready = state !== null && state.levels > 0
  return {
    document: document.id,
    state: ready ? state.id : null,
    size: ready ? { width: state.width, height: state.height } : picture,
    levels: ready ? state.levels : 0,
    transparent: document.info?.alpha ?? false,
    preview: ready ? preview : null,
  }
}

function dividerOf({ viewport, picture, split }: SceneInput, whole: Rect): Scene['divider'] {
  const range = intersect(pictureRect(viewport, whole, picture), whole)
  return range.width <= 0 || range.height <= 0 ? null : { x: Math.round(range.x + range.width * split), range }
}

/** Below 100 % the preview is a patch at 100 %, before on its left half and after on its right. */
function loupePanes(input: SceneInput, before: Source): { rect: Rect; panes: Pane[] } | null {
  const { loupe, viewport, picture, canvas, preview } = input
  if (loupe === null || preview === null || viewport.zoom >= 1) return null
  const middle = {
    x: canvas.width / 2 + (loupe.at.x - viewport.x) * viewport.zoom,
    y: canvas.height / 2 + (loupe.at.y - viewport.y) * viewport.zoom,
  }
  const side = Math.min(loupe.side, canvas.width, canvas.height)
  const inside = (value: number, room: number): number => Math.round(Math.min(Math.max(0, value), room - side))
  const rect = {
    x: inside(middle.x - side / 2, canvas.width),
    y: inside(middle.y - side / 2, canvas.height),
    width: side,
    height: side,
  }
  const half = Math.round(side / 2)
  const near = { ...loupe.at, zoom: 1 }
  const pane = (clip: Rect, source: Source): Pane => ({
    rect,
    clip,
    source,
    ...(source === before ? originalPlace({ ...input, viewport: near }) : { viewport: near, picture }),
  })
  return {
    rect,
    panes: [
      pane({ ...rect, width: half }, before),
      pane({ ...rect, x: rect.x + half, width: side - half }, sourceOf(input, input.shown, preview)),
    ],
  }
}
