/** A thin line around the hole that the next fill will have, and a fainter one where its soft border ends. */
import { useEffect, useState } from 'react'
import { Shape } from 'react-konva'
import { pictureOf } from '../fill/picture.js'
import { levelOf } from '../mask/board.js'
import { session } from '../mask/session.js'
import { Spread } from '../mask/spread.js'
import { useMask } from '../mask/store.js'
import { activeDocument, useStudio } from '../state/store.js'
import type { Pieces } from '../mask/contour.js'
import { drawnOf, LineSheet, type Place } from './line-sheet.js'
import type { Pane, Scene } from './scene.js'
import { pictureRect } from './viewport.js'

/** What of a frame may go into working it out, in ms. */
const SLICE = 3

interface Lines {
  readonly state: string
  /** left, top, right and bottom of the hole, in picture pixels. */
  readonly bounds: string
  readonly hole: readonly Pieces[]
  readonly limit: readonly Pieces[] | null
}

/** `tell`: the hole's bounds, for the canvas's attribute; null while none is shown. */
export function SpreadOutline({
  scene,
  ratio,
  tell,
}: {
  scene: Scene
  ratio: number
  tell: (bounds: string | null) => void
}) {
  const pane = paneOf(scene)
  const lines = useShown(useLines(pane === undefined ? null : levelOf(pane.viewport.zoom)))
  const bounds = lines?.bounds ?? null
  const [hole] = useState(() => new LineSheet(1))
  const [limit] = useState(() => new LineSheet(0.5))
  useEffect(() => {
    tell(bounds)
    return () => tell(null)
  }, [tell, bounds])
  if (pane === undefined || lines === null) return null
  return (
    <Shape
      sceneFunc={({ _context: context }) => {
        context.save()
        context.setTransform(1, 0, 0, 1, 0, 0)
        context.beginPath()
        context.rect(pane.clip.x, pane.clip.y, pane.clip.width, pane.clip.height)
        context.clip()
        const place = placeOf(pane, ratio)
        if (lines.limit !== null) limit.drawOn(context, lines.limit, place)
        hole.drawOn(context, lines.hole, place)
        context.restore()
      }}
    />
  )
}

/** Not while a fill is looked at, or the original. */
function useShown(lines: Lines | null): Lines | null {
  const visible = useMask((mask) => mask.overlay.visible)
  const state = useMask((mask) => mask.shown?.state)
  const shown = useStudio((studio) => {
    const document = activeDocument(studio)
    return studio.panel === 'fill' && !studio.original && document !== null && pictureOf(document, studio) === null
  })
  return visible && shown && lines?.state === state ? lines : null
}

/** The state that is painted on; before it, others show the original. */
const paneOf = (scene: Scene): Pane | undefined => (scene.sides === null ? scene.panes[0] : scene.panes[1])

function placeOf({ viewport, rect, clip, picture }: Pane, ratio: number): Place {
  const to = pictureRect(viewport, rect, picture)
  return { clip, to, scale: [to.width / picture.width, to.height / picture.height], line: ratio }
}

/** Worked out over some frames; what was there stays until then. Null while nothing is painted. */
function useLines(level: number | null): Lines | null {
  const state = useMask((mask) => mask.shown?.state ?? null)
  const revision = useMask((mask) => mask.shown?.revision ?? 0)
  const resting = useMask((mask) => mask.shown?.working === null)
  const empty = useMask((mask) => mask.shown?.empty ?? true)
  const grow = useMask((mask) => mask.grow)
  const feather = useMask((mask) => mask.feather)
  const wanted = useStudio((studio) => studio.panel === 'fill')
  const [spread] = useState(() => new Spread())
  const [lines, setLines] = useState<Lines | null>(null)
  useEffect(() => {
    const painted = session()
    if (!wanted || level === null || !resting || painted === null || painted.state !== state) return
    const steps = spread.lines(painted.boards.mask.live.settled, { grow, feather }, 2 ** level)
    let frame = 0
    const work = (): void => {
      const until = performance.now() + SLICE
      do {
        const step = steps.next()
        if (step.done !== true) continue
        setLines({ state, bounds: boundsOf(step.value.hole), ...step.value })
        return
      } while (performance.now() < until)
      frame = requestAnimationFrame(work)
    }
    frame = requestAnimationFrame(work)
    return () => cancelAnimationFrame(frame)
  }, [spread, state, revision, resting, grow, feather, level, wanted])
  return empty ? null : lines
}

function boundsOf(tiles: readonly Pieces[]): string {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const pieces of tiles) {
    if (pieces.length === 0) continue
    const each = drawnOf(pieces)
    ;[left, top] = [Math.min(left, each.left), Math.min(top, each.top)]
    ;[right, bottom] = [Math.max(right, each.right), Math.max(bottom, each.bottom)]
  }
  return [left, top, right, bottom].map(Math.round).join(' ')
}
