/** The frame of the 1:1 patch that shows the preview below 100 %: drag it or move it with the arrow keys. */
import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { useText } from '../i18n/index.js'
import { pictureSize, viewportOf } from '../state/selectors.js'
import { activeDocument, getStudio } from '../state/store.js'
import { moveLoupe } from '../state/view.js'
import type { Point, Rect, Size } from './viewport.js'
import overlay from './overlay.module.css'

const SIDE = 280
const STEP = 32

/** In device pixels: a third of a small canvas, {@link SIDE} CSS pixels of a large one. */
export const loupeSide = ({ width, height }: Size, ratio: number): number =>
  Math.round(Math.min(SIDE * ratio, Math.min(width, height) / 2))

export function Loupe({ rect, ratio }: { rect: Rect; ratio: number }) {
  const text = useText()
  const last = useRef<Point | null>(null)

  /** Distances in device pixels of the canvas. */
  const moveBy = (dx: number, dy: number): void => {
    const studio = getStudio()
    const size = pictureSize(activeDocument(studio))
    const viewport = viewportOf(studio)
    if (size === null || viewport === null || studio.active === null) return
    const at = studio.loupes[studio.active] ?? { x: size.width / 2, y: size.height / 2 }
    moveLoupe({
      x: Math.round(Math.min(size.width, Math.max(0, at.x + dx / viewport.zoom))),
      y: Math.round(Math.min(size.height, Math.max(0, at.y + dy / viewport.zoom))),
    })
  }
  const move = (event: PointerEvent): void => {
    if (last.current === null) return
    moveBy((event.clientX - last.current.x) * ratio, (event.clientY - last.current.y) * ratio)
    last.current = { x: event.clientX, y: event.clientY }
  }
  const keys = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key]
    if (by === undefined) return
    event.preventDefault()
    event.stopPropagation()
    moveBy(by[0] ?? 0, by[1] ?? 0)
  }
  return (
    <div
      data-overlay
      className={overlay.window}
      data-divided
      role="application"
      tabIndex={0}
      aria-label={text('preview.loupe')}
      style={{ left: rect.x / ratio, top: rect.y / ratio, width: rect.width / ratio, height: rect.height / ratio }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        last.current = { x: event.clientX, y: event.clientY }
      }}
      onPointerMove={move}
      onPointerUp={() => (last.current = null)}
      onPointerCancel={() => (last.current = null)}
      onKeyDown={keys}
    >
      <span className={overlay.tag} style={{ left: 8 }}>
        {text('compare.before')}
      </span>
      <span className={overlay.tag} style={{ right: 8 }}>
        {text('preview.tag')}
      </span>
    </div>
  )
}
