/** The brush's rim under the pointer, and the keyboard's cursor. Moved without React, because it moves with every event. */
import { useEffect, useRef } from 'react'
import { useMask } from '../mask/store.js'
import { usePainting } from './painting.js'
import type { Scene } from './scene.js'
import { toCanvas, type Point } from './viewport.js'
import classes from './Canvas.module.css'

/** A smaller rim, in CSS pixels, cannot be seen: the pointer's own cross is better. */
export const SMALLEST_RIM = 6

interface Props {
  readonly scene: Scene
  readonly ratio: number
  /** Whether the tool has a size. */
  readonly round: boolean
  /** Follows the pointer: is given what moves the rim to a point of the canvas in CSS pixels, or hides it. */
  readonly follow: (move: ((at: Point | null) => void) | null) => void
}

export function BrushCursor({ scene, ratio, round, follow }: Props) {
  const rim = useRef<HTMLDivElement>(null)
  const zoom = scene.panes[0]?.viewport.zoom ?? 1
  const diameter = useMask(({ brush }) => (brush.diameter * zoom) / ratio)
  const erases = usePainting((state) => state.erases)
  const keyboard = usePainting((state) => state.keyboard)
  const shown = round && diameter >= SMALLEST_RIM
  const hidden = !shown || keyboard !== null
  useEffect(() => {
    if (hidden) return
    follow((at) => {
      const node = rim.current
      if (node === null) return
      node.style.visibility = at === null ? 'hidden' : 'visible'
      if (at !== null) node.style.translate = `${at.x}px ${at.y}px`
    })
    return () => follow(null)
  }, [follow, hidden])
  const size = { width: diameter, height: diameter, margin: `${-diameter / 2}px 0 0 ${-diameter / 2}px` }
  return (
    <>
      {!hidden && (
        <div
          ref={rim}
          className={classes.rim}
          data-erases={erases || undefined}
          style={{ ...size, visibility: 'hidden' }}
        />
      )}
      {keyboard !== null && (
        <KeyboardCursor at={keyboard} scene={scene} ratio={ratio} diameter={shown ? diameter : 0} />
      )}
    </>
  )
}

function KeyboardCursor({ at, scene, ratio, diameter }: { at: Point; scene: Scene; ratio: number; diameter: number }) {
  const pane = scene.panes.at(scene.sides === null ? 0 : 1)
  if (pane === undefined) return null
  const place = toCanvas(pane.viewport, pane.rect, at)
  return (
    <div
      className={classes.keyboardCursor}
      data-testid="keyboard-cursor"
      style={{ translate: `${place.x / ratio}px ${place.y / ratio}px` }}
    >
      {diameter > 0 && (
        <div className={classes.rim} style={{ width: diameter, height: diameter, margin: -diameter / 2 }} />
      )}
    </div>
  )
}
