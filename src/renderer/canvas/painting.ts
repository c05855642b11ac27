/**
 * A mask tool on the canvas: pointer and keys go in as picture pixels, what comes out goes to the session of the state that
 * is shown. Where its cursor stands and what it outlines is a store of its own, because it changes with every move.
 */
import { create } from 'zustand'
import { keyOf } from '../actions/keys.js'
import { beforeStroke, strokeCanvas, strokeState } from '../fill/flow.js'
import { indexOf, originOf } from '../fill/origin.js'
import { isFilling } from '../fill/selectors.js'
import { moved } from '../mask/moved.js'
import { getMask, setMask } from '../mask/store.js'
import { paintTarget, session, tellProblem } from '../mask/session.js'
import { brushAfterWheel } from '../mask/tools/brush-size.js'
import { onPicture, startMaskTool, type MaskToolId, type RunningMaskTool } from '../mask/tools/index.js'
import type { MaskIntent, MaskSettings } from '../mask/tools/tool.js'
import type { MaskOperation } from '../../shared/mask/index.js'
import { viewportOf } from '../state/selectors.js'
import { activeDocument, getStudio, shownState, usePointer } from '../state/store.js'
import { setViewport } from '../state/view.js'
import type { ToolEvent } from './tools/tool.js'
import type { Point, Rect } from './viewport.js'

/** What is being made and has no bytes yet, in picture pixels. */
export type Outline =
  Exclude<MaskOperation, { kind: 'stroke' }> | { readonly kind: 'line'; readonly points: readonly Point[] }

interface Cursors {
  readonly outline: Outline | null
  /** The keyboard's cursor, in picture pixels. */
  readonly keyboard: Point | null
  /** What is being drawn takes away. */
  readonly erases: boolean
}

export const usePainting = create<Cursors>(() => ({ outline: null, keyboard: null, erases: false }))

export class Painting {
  private readonly tool: RunningMaskTool
  private drawing = false
  /**
   * What the tool's pixels are of: the canvas that the stroke began on. Beside a fill that waits another may come up before it
   * ends; see `strokeCanvas`.
   */
  private canvas: Rect | null = null

  constructor(readonly id: MaskToolId) {
    this.tool = startMaskTool(id)
    usePainting.setState({ outline: null, keyboard: null, erases: id === 'eraser' })
  }

  get cursor(): 'brush' | 'crosshair' {
    return this.tool.cursor
  }

  /** Gives up what is unfinished. */
  end(): void {
    if (this.drawing) session()?.drop()
    usePainting.setState({ outline: null, keyboard: null })
  }

  send(event: ToolEvent, pane: Rect): void {
    const viewport = viewportOf(getStudio())
    const settings = settingsNow()
    if (viewport === null || settings === null) return
    this.tools(event.alt, event.secondary)
    if (!this.drawing && (event.type === 'down' || this.tool.at === null)) this.canvas = strokeCanvas()
    const picture = this.canvas ?? settings.picture
    const press = onPicture(event, { ...viewport, ...added(viewport, this.fromShown()) }, pane)
    this.take(this.tool.send(press, { ...settings, picture }))
    this.place()
  }

  /** A key on the canvas. True when it was the tool's. */
  key(event: KeyboardEvent): boolean {
    const key = keyOf(event)
    const settings = settingsNow()
    const viewport = viewportOf(getStudio())
    this.tools(event.altKey, false)
    if (key === null || settings === null || viewport === null) return false
    const base = key.split('+').at(-1) ?? ''
    // Held Space moves the picture, until an arrow key has called the cursor.
    if (base === 'Space' && this.tool.at === null) return false
    // Among the variations of a fill that waits, arrow keys choose.
    if (!this.drawing && isFilling(getStudio()) && ['Left', 'Right'].includes(key)) return false
    const type = event.type === 'keyup' ? 'up' : 'down'
    const pixel = 1 / viewport.zoom
    // A cursor that is there stays where it is.
    if (!this.drawing && this.tool.at === null) this.canvas = strokeCanvas()
    const middle = added(viewport, this.fromShown())
    const picture = this.canvas ?? settings.picture
    const { taken, intents } = this.tool.key(
      { key, type, repeat: event.repeat, middle, pixel },
      { ...settings, picture },
    )
    this.take(intents)
    const at = this.place()
    if (taken && at !== null) {
      usePointer.setState({ at: { x: Math.floor(at.x), y: Math.floor(at.y) } })
      bringIntoSight(at)
    }
    return taken
  }

  /** Mod and the wheel. False for tools without a size. */
  resize(factor: number): boolean {
    if (this.tool.cursor !== 'brush') return false
    setMask({ brush: brushAfterWheel(getMask().brush, factor) })
    return true
  }

  private tools(alt: boolean, secondary: boolean): void {
    if (this.drawing) return
    const erases = secondary || (this.id === 'eraser') !== alt
    if (usePainting.getState().erases !== erases) usePainting.setState({ erases })
  }

  private take(intents: readonly MaskIntent[]): void {
    const painted = session()
    for (const intent of intents) {
      if (!this.drawing && intent.kind !== 'drop') beforeStroke()
      this.drawing = intent.kind === 'draw' || intent.kind === 'line'
      const toShown = negative(this.fromShown())
      if (intent.kind === 'line')
        usePainting.setState({ outline: { ...intent, points: intent.points.map((point) => added(point, toShown)) } })
      else if (intent.kind === 'draw' && intent.operation.kind !== 'stroke')
        usePainting.setState({ outline: moved(intent.operation, toShown) })
      else if (usePainting.getState().outline !== null) usePainting.setState({ outline: null })
      if (painted === null) continue
      if (intent.kind === 'draw' && intent.operation.kind === 'stroke')
        painted.draw(paintTarget(), moved(intent.operation, between(this.canvas, painted.state)))
      if (intent.kind === 'drop') painted.drop()
      if (intent.kind === 'commit') commit(intent.operation, this.canvas).catch(tellProblem)
    }
  }

  /** From the state shown to the tool's canvas. */
  private fromShown(): Point {
    return negative(between(this.canvas, shownState(activeDocument(getStudio()))?.id ?? ''))
  }

  /** The keyboard's cursor, on the state shown. */
  private place(): Point | null {
    const { at } = this.tool
    const keyboard = at === null ? null : added(at, negative(this.fromShown()))
    usePainting.setState({ keyboard })
    return keyboard
  }
}

/** A stroke that began beside a fill that waited belongs to the state that the fill becomes. */
async function commit(operation: MaskOperation, canvas: Rect | null): Promise<void> {
  if (!(await strokeState())) return
  const painted = session()
  if (painted === null) return
  const { state } = painted
  const there = moved(operation, between(canvas, state))
  await painted.commit(paintTarget(), 'state' in there ? { ...there, state } : there)
}

/** From a stroke's canvas to a state of the document shown. */
function between(canvas: Rect | null, state: string): Point {
  const document = activeDocument(getStudio())
  if (canvas === null || document === null) return { x: 0, y: 0 }
  const { x, y } = originOf(document, indexOf(document, state))
  return { x: x - canvas.x, y: y - canvas.y }
}

const added = (a: Point, b: Point): Point => ({ x: a.x + b.x, y: a.y + b.y })
const negative = ({ x, y }: Point): Point => ({ x: 0 - x, y: 0 - y })

/** Null while there is nothing to paint on. */
function settingsNow(): MaskSettings | null {
  const painted = session()
  if (painted === null) return null
  const { brush, tolerance, contiguous } = getMask()
  return { brush, tolerance, contiguous, state: painted.state, picture: painted.size }
}

/** The view follows the keyboard's cursor. */
function bringIntoSight(at: Point): void {
  const studio = getStudio()
  const viewport = viewportOf(studio)
  if (viewport === null) return
  const inside = (value: number, middle: number, side: number): number => {
    const room = (0.5 * side) / viewport.zoom - EDGE / viewport.zoom
    return Math.min(Math.max(middle, value - room), value + room)
  }
  const x = inside(at.x, viewport.x, studio.pane.width)
  const y = inside(at.y, viewport.y, studio.pane.height)
  if (x !== viewport.x || y !== viewport.y) setViewport({ ...viewport, x, y })
}

/** The cursor keeps so far from the canvas's edge, in device pixels. */
const EDGE = 24
