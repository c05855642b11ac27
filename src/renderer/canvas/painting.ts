/**
 * A mask tool on the canvas: pointer and keys go in as picture pixels, what comes out goes to the session of the state that
 * is shown. Where its cursor stands and what it outlines is a store of its own, because it changes with every move.
 */
import { create } from 'zustand'
import { keyOf } from '../actions/keys.js'
import { beforeStroke, strokeState } from '../fill/flow.js'
import { isFilling } from '../fill/selectors.js'
import { getMask, setMask } from '../mask/store.js'
import { paintTarget, session, tellProblem } from '../mask/session.js'
import { brushAfterWheel } from '../mask/tools/brush-size.js'
import { onPicture, startMaskTool, type MaskToolId, type RunningMaskTool } from '../mask/tools/index.js'
import type { MaskIntent, MaskSettings } from '../mask/tools/tool.js'
import type { MaskOperation } from '../../shared/mask/index.js'
import { viewportOf } from '../state/selectors.js'
import { getStudio, usePointer } from '../state/store.js'
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
    this.take(this.tool.send(onPicture(event, viewport, pane), settings))
    usePainting.setState({ keyboard: this.tool.at })
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
    const { taken, intents } = this.tool.key({ key, type, repeat: event.repeat, middle: viewport, pixel }, settings)
    this.take(intents)
    const at = this.tool.at
    usePainting.setState({ keyboard: at })
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
      if (intent.kind === 'line') usePainting.setState({ outline: intent })
      else if (intent.kind === 'draw' && intent.operation.kind !== 'stroke')
        usePainting.setState({ outline: intent.operation })
      else if (usePainting.getState().outline !== null) usePainting.setState({ outline: null })
      if (painted === null) continue
      if (intent.kind === 'draw' && intent.operation.kind === 'stroke') painted.draw(paintTarget(), intent.operation)
      if (intent.kind === 'drop') painted.drop()
      if (intent.kind === 'commit') commit(intent.operation).catch(tellProblem)
    }
  }
}

/** A stroke that began beside a fill that waited belongs to the state that the fill becomes. */
async function commit(operation: MaskOperation): Promise<void> {
  if (!(await strokeState())) return
  const painted = session()
  if (painted === null) return
  const { state } = painted
  await painted.commit(paintTarget(), 'state' in operation ? { ...operation, state } : operation)
}

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
