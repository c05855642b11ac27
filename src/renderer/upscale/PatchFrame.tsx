/** The frame of the patch that shows the result: drag it, or move it with the arrow keys. */
import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { enlargesBicubically } from '../canvas/smoothing.js'
import type { Point, Rect } from '../canvas/viewport.js'
import { useText } from '../i18n/index.js'
import { viewportOf } from '../state/selectors.js'
import { getStudio } from '../state/store.js'
import { moveLoupe } from '../state/view.js'
import type { Patch, PatchPart } from './patch.js'
import type { WantedPatch } from './paint.js'
import overlay from '../canvas/overlay.module.css'

/** Device pixels for a key; with Shift one at a time. */
const STEP = 32

interface Props {
  readonly wanted: WantedPatch
  /** Whether its pixels are there. */
  readonly ready: boolean
  readonly ratio: number
}

export function PatchFrame({ wanted: { patch }, ready, ratio }: Props) {
  // The halves of a divided patch have one frame; side by side there are two.
  const [first, second] = patch.parts
  if (first === undefined) return null
  const divided = second !== undefined && second.rect.x === first.rect.x && second.rect.y === first.rect.y
  if (second === undefined || divided)
    return <Frame patch={patch} part={first} after={second} ready={ready} ratio={ratio} />
  return (
    <>
      <Frame patch={patch} part={first} ready={ready} ratio={ratio} aside />
      <Frame patch={patch} part={second} ready={ready} ratio={ratio} />
    </>
  )
}

interface FrameProps {
  readonly patch: Patch
  readonly part: PatchPart
  /** The other half, where it is divided. */
  readonly after?: PatchPart | undefined
  readonly ready: boolean
  readonly ratio: number
  /** Another frame is moved by keys, and told of. */
  readonly aside?: boolean
}

function Frame({ patch, part, after, ready, ratio, aside = false }: FrameProps) {
  const text = useText()
  const last = useRef<Point | null>(null)
  const { rect } = part
  const move = (event: PointerEvent): void => {
    if (last.current === null) return
    moveBy((event.clientX - last.current.x) * ratio, (event.clientY - last.current.y) * ratio, patch.reach)
    last.current = { x: event.clientX, y: event.clientY }
  }
  const keys = (event: KeyboardEvent): void => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
    if (way === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const step = event.shiftKey ? 1 : STEP
    moveBy((way[0] ?? 0) * step, (way[1] ?? 0) * step, patch.reach)
  }
  const { left, top, width, height } = patch.rect
  return (
    <div
      data-overlay
      data-testid={aside ? undefined : 'patch'}
      data-rect={[left, top, width, height].join()}
      data-ready={ready || undefined}
      className={overlay.window}
      data-divided={after !== undefined || undefined}
      {...(aside ? { 'aria-hidden': true } : { role: 'application', tabIndex: 0, 'aria-label': text('upscale.patch') })}
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
      <Tags part={part} after={after} ready={ready} whole={patch.zoom === 1} room={rect.width / ratio} />
    </div>
  )
}

/** A narrower patch says nothing: the canvas does. */
const ROOM = 150

interface TagsProps extends Pick<FrameProps, 'part' | 'after' | 'ready'> {
  /** A pixel of the result is one of the screen. */
  readonly whole: boolean
  readonly room: number
}

function Tags({ part, after, ready, whole, room }: TagsProps) {
  const text = useText()
  const name = (is: boolean): string => {
    if (!is) return text(enlargesBicubically() ? 'upscale.before' : 'compare.before')
    return text(ready ? (whole ? 'upscale.after' : 'compare.after') : 'upscale.computing')
  }
  if (room < ROOM) return null
  return (
    <>
      <span className={overlay.tag} style={{ left: 8 }}>
        {name(part.after)}
      </span>
      {after !== undefined && (
        <span className={overlay.tag} style={{ right: 8 }}>
          {name(after.after)}
        </span>
      )}
    </>
  )
}

/** Distances in device pixels of the canvas. */
function moveBy(dx: number, dy: number, reach: Rect): void {
  const studio = getStudio()
  const viewport = viewportOf(studio)
  if (viewport === null || studio.active === null) return
  const inside = (value: number, from: number, room: number): number => Math.max(from, Math.min(from + room, value))
  // From where it really is: at the picture's edge it does not follow further out.
  const at = studio.loupes[studio.active] ?? { x: reach.x + reach.width / 2, y: reach.y + reach.height / 2 }
  moveLoupe({
    x: inside(inside(at.x, reach.x, reach.width) + dx / viewport.zoom, reach.x, reach.width),
    y: inside(inside(at.y, reach.y, reach.height) + dy / viewport.zoom, reach.y, reach.height),
  })
}
