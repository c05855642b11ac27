/** The divider between before and after, and the words that say which is which. */
import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { useText } from '../i18n/index.js'
import { setStudio, useStudio } from '../state/store.js'
import type { Scene } from './scene.js'
import overlay from './overlay.module.css'
import classes from './Canvas.module.css'

const STEP = 0.01
const BIG_STEP = 0.1

const setSplit = (split: number): void => setStudio((studio) => void (studio.split = Math.min(1, Math.max(0, split))))

export function CompareDivider({ divider, ratio }: { divider: NonNullable<Scene['divider']>; ratio: number }) {
  const text = useText()
  const split = useStudio((studio) => studio.split)
  const dragging = useRef(false)
  const { x, range } = divider

  const move = (event: PointerEvent<HTMLElement>): void => {
    const canvas = event.currentTarget.closest('[data-canvas]')
    if (!dragging.current || canvas === null) return
    setSplit(((event.clientX - canvas.getBoundingClientRect().left) * ratio - range.x) / range.width)
  }
  const keys = (event: KeyboardEvent): void => {
    const step = event.shiftKey ? BIG_STEP : STEP
    const next = { ArrowLeft: split - step, ArrowRight: split + step, Home: 0, End: 1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    setSplit(next)
  }
  return (
    <div
      data-overlay
      className={classes.divider}
      role="slider"
      tabIndex={0}
      aria-label={text('compare.divider')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(split * 100)}
      aria-valuetext={text('compare.dividerAt', { value: text.format.percent(split) })}
      style={{ left: x / ratio, top: range.y / ratio, height: range.height / ratio }}
      onPointerDown={(event) => {
        dragging.current = true
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={move}
      onPointerUp={() => (dragging.current = false)}
      onPointerCancel={() => (dragging.current = false)}
      onDoubleClick={() => setSplit(0.5)}
      onKeyDown={keys}
    />
  )
}

/** Before and after, at the upper corners of what they name. */
export function Tags({ scene, ratio }: { scene: Scene; ratio: number }) {
  const text = useText()
  const original = useStudio((studio) => studio.original)
  const first = scene.panes[0]?.clip
  if (original && scene.sides === null && first !== undefined)
    return <Tag name={text('compare.original')} left={8} top={8} />
  if (scene.sides !== null) {
    const [left, right] = scene.sides
    return (
      <>
        <div className={classes.sideLine} style={{ left: left.width / ratio }} />
        <Tag name={text('compare.before')} left={8} top={8} />
        <Tag name={text(original ? 'compare.original' : 'compare.after')} left={right.x / ratio + 8} top={8} />
      </>
    )
  }
  if (scene.divider === null) return null
  const { range, x } = scene.divider
  const top = range.y / ratio + 8
  return (
    <>
      <Tag name={text('compare.before')} left={range.x / ratio + 8} top={top} room={(x - range.x) / ratio} />
      <Tag
        name={text('compare.after')}
        right={(range.x + range.width) / ratio - 8}
        top={top}
        room={(range.x + range.width - x) / ratio}
      />
    </>
  )
}

interface TagProps {
  readonly name: string
  readonly top: number
  readonly left?: number
  /** The tag's right edge, from the canvas's left. */
  readonly right?: number
  /** Width of what it names: a tag without room for itself is left out. */
  readonly room?: number
}

function Tag({ name, top, left, right, room = Infinity }: TagProps) {
  const place = left === undefined ? { left: right, transform: 'translateX(-100%)' } : { left }
  return (
    <span className={overlay.tag} style={{ top, ...place, visibility: room < 72 ? 'hidden' : undefined }}>
      {name}
    </span>
  )
}
