/**
 * Pointer, wheel and touch on the canvas. Wheel and pinch zoom, middle button and held Space pan, two fingers do both;
 * everything else goes to the tool. Speaks device pixels; knows no store.
 */
import { isMac } from '../actions/keys.js'
import { isSecondary, toolEventOf } from './tools/event.js'
import type { Intent, ToolEvent } from './tools/tool.js'
import { wheelFactor, wheelPixels, type Point } from './viewport.js'

export interface GestureTarget {
  readonly wheel: () => 'zoom' | 'pan'
  /** Held Space: every drag pans. */
  readonly panning: () => boolean
  readonly tool: (event: ToolEvent) => readonly Intent[]
  /** The tool paints: it has a use for the right button and for every point that a pen reported since the last frame. */
  readonly painting?: () => boolean
  readonly intent: (intent: Intent) => void
  readonly zoomBy: (at: Point, factor: number) => void
  /** Mod and the wheel: false when the tool has no size, and the view is zoomed. */
  readonly resize?: (factor: number) => boolean
  readonly hover: (at: Point | null) => void
}

/** After a sideways wheel event the device is taken for a touchpad for this long, and its scrolling pans. */
const TOUCHPAD_MS = 400
/** A finger that was set down wavers by as much, in CSS pixels. */
const RESTS = 4

export function listenForGestures(element: HTMLElement, target: GestureTarget): () => void {
  const pointers = new Map<number, Point>()
  let drag: { id: number; kind: 'tool' | 'pan'; last: Point; pen: boolean } | null = null
  /** A finger that has not moved yet: it may be the first of two, which is no stroke. */
  let resting: { point: Point; event: PointerEvent } | null = null
  let touchpadUntil = 0
  /** Browsers tell a pinch on a touchpad as a wheel with Control, which then nobody holds. */
  let controlHeld = false

  const at = (event: MouseEvent, box = element.getBoundingClientRect()): Point => {
    return { x: (event.clientX - box.left) * devicePixelRatio, y: (event.clientY - box.top) * devicePixelRatio }
  }
  const send = (type: ToolEvent['type'], point: Point, event: PointerEvent): void =>
    target.tool(toolEventOf(type, point, event)).forEach(target.intent)
  const painting = (): boolean => target.painting?.() ?? false
  const fingers = (): { middle: Point; spread: number } => {
    const [a = { x: 0, y: 0 }, b = a] = [...pointers.values()]
    return { middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, spread: Math.hypot(a.x - b.x, a.y - b.y) }
  }

  const down = (event: PointerEvent): void => {
    if (event.target instanceof Element && event.target.closest('[data-overlay]') !== null) return
    const point = at(event)
    const pen = event.pointerType === 'pen'
    // The hand that holds a pen rests on the screen.
    if (event.pointerType === 'touch' && drag?.pen === true) return
    element.setPointerCapture(event.pointerId)
    if (event.pointerType === 'touch') {
      pointers.set(event.pointerId, point)
      if (pointers.size === 2 && drag !== null) {
        if (drag.kind === 'tool' && resting === null) send('cancel', point, event)
        drag = null
        resting = null
      }
      if (pointers.size > 1) return
    }
    if (event.button === 1 || (event.button === 0 && target.panning()))
      drag = { id: event.pointerId, kind: 'pan', last: point, pen }
    else if (event.button === 0 || (painting() && isSecondary(event))) {
      drag = { id: event.pointerId, kind: 'tool', last: point, pen }
      if (event.pointerType === 'touch') resting = { point, event }
      else send('down', point, event)
    }
    if (event.button === 1) event.preventDefault()
  }
  const begin = (): void => {
    if (resting === null) return
    const { point, event } = resting
    resting = null
    send('down', point, event)
  }
  const finely = (event: PointerEvent): PointerEvent[] => {
    const all = painting() ? event.getCoalescedEvents() : []
    return all.length > 0 ? all : [event]
  }
  const move = (event: PointerEvent): void => {
    // Asked for before the rim under the pointer is moved: after that the page would be laid out for it.
    const box = element.getBoundingClientRect()
    const point = at(event, box)
    target.hover(point)
    // Nobody above has a use for what a tool does: the panels would measure themselves with each move.
    if (drag?.id === event.pointerId) event.stopPropagation()
    if (pointers.size === 2 && pointers.has(event.pointerId)) {
      const before = fingers()
      pointers.set(event.pointerId, point)
      const after = fingers()
      target.intent({ kind: 'pan', dx: after.middle.x - before.middle.x, dy: after.middle.y - before.middle.y })
      if (before.spread > 0) target.zoomBy(after.middle, after.spread / before.spread)
      return
    }
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, point)
    // A polygon's line follows the pointer between its corners.
    if (drag === null && painting() && event.pointerType !== 'touch') send('move', point, event)
    if (drag?.id !== event.pointerId) return
    if (drag.kind === 'pan') target.intent({ kind: 'pan', dx: point.x - drag.last.x, dy: point.y - drag.last.y })
    else {
      if (
        resting !== null &&
        Math.hypot(point.x - resting.point.x, point.y - resting.point.y) < RESTS * devicePixelRatio
      )
        return
      begin()
      for (const each of finely(event)) send('move', at(each, box), each)
    }
    drag = { ...drag, last: point }
  }
  const end =
    (type: 'up' | 'cancel') =>
    (event: PointerEvent): void => {
      pointers.delete(event.pointerId)
      if (drag?.id !== event.pointerId) return
      if (drag.kind === 'tool') {
        if (type === 'up') begin()
        if (resting === null) send(type, at(event), event)
      }
      resting = null
      drag = null
    }
  const up = end('up')
  const cancel = end('cancel')
  const leave = (): void => target.hover(null)
  const menu = (event: MouseEvent): void => {
    if (painting()) event.preventDefault()
  }
  const wheel = (event: WheelEvent): void => {
    event.preventDefault()
    const dx = wheelPixels(event.deltaX, event.deltaMode) * devicePixelRatio
    const dy = wheelPixels(event.deltaY, event.deltaMode) * devicePixelRatio
    const mod = isMac() ? event.metaKey : event.ctrlKey && controlHeld
    if (mod && target.resize?.(wheelFactor(dy / devicePixelRatio, false)) === true) return
    if (event.ctrlKey)
      return target.zoomBy(
        at(event),
        wheelFactor(dy / devicePixelRatio, event.deltaMode === 0 && Math.abs(event.deltaY) < 50),
      )
    if (dx !== 0 && !event.shiftKey) touchpadUntil = event.timeStamp + TOUCHPAD_MS
    if (target.wheel() === 'pan' || event.shiftKey || event.timeStamp < touchpadUntil) {
      const sideways = event.shiftKey && dx === 0
      return target.intent({ kind: 'pan', dx: sideways ? -dy : -dx, dy: sideways ? 0 : -dy })
    }
    target.zoomBy(at(event), wheelFactor(dy / devicePixelRatio, false))
  }
  const keys = (event: KeyboardEvent): void => {
    if (event.key === 'Control') controlHeld = event.type === 'keydown'
  }
  const blur = (): void => void (controlHeld = false)

  window.addEventListener('keydown', keys)
  window.addEventListener('keyup', keys)
  window.addEventListener('blur', blur)
  element.addEventListener('pointerdown', down)
  element.addEventListener('pointermove', move)
  element.addEventListener('pointerup', up)
  element.addEventListener('pointercancel', cancel)
  element.addEventListener('pointerleave', leave)
  element.addEventListener('contextmenu', menu)
  element.addEventListener('wheel', wheel, { passive: false })
  return () => {
    window.removeEventListener('keydown', keys)
    window.removeEventListener('keyup', keys)
    window.removeEventListener('blur', blur)
    element.removeEventListener('pointerdown', down)
    element.removeEventListener('pointermove', move)
    element.removeEventListener('pointerup', up)
    element.removeEventListener('pointercancel', cancel)
    element.removeEventListener('pointerleave', leave)
    element.removeEventListener('contextmenu', menu)
    element.removeEventListener('wheel', wheel)
  }
}
