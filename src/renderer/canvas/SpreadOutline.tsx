/** A thin line around the hole that the next fill will have, and a fainter one where its soft border ends. */
import { useEffect, useState } from 'react'
import { Shape } from 'react-konva'
import { pictureOf } from '../fill/picture.js'
import { levelOf } from '../mask/board.js'
import { session } from '../mask/session.js'
import { spreadLines } from '../mask/spread.js'
import { useMask } from '../mask/store.js'
import { activeDocument, useStudio } from '../state/store.js'
import type { Pieces } from '../mask/contour.js'
import type { Pane, Scene } from './scene.js'
import { pictureRect } from './viewport.js'

/** What of a frame may go into working it out, in ms. */
const SLICE = 3

export interface Lines {
  readonly state: string
  /** left, top, right and bottom of the hole, in picture pixels. */
  readonly bounds: string
  readonly hole: Path2D
  readonly limit: Path2D | null
}

/** What is to be drawn of the picture shown; null while there is nothing. */
export function useSpread(scene: Scene | null): Lines | null {
  const pane = scene === null ? undefined : paneOf(scene)
  const lines = useLines(pane === undefined ? null : levelOf(pane.viewport.zoom))
  const visible = useMask((mask) => mask.overlay.visible)
  const state = useMask((mask) => mask.shown?.state)
  const shown = useStudio((studio) => {
    const document = activeDocument(studio)
    return studio.panel === 'fill' && !studio.original && document !== null && pictureOf(document, studio) === null
  })
  return visible && shown && lines?.state === state ? lines : null
}

export function SpreadOutline({ lines, scene, ratio }: { lines: Lines; scene: Scene; ratio: number }) {
  const pane = paneOf(scene)
  if (pane === undefined) return null
  return (
    <Shape
      sceneFunc={({ _context: context }) => {
        context.save()
        context.setTransform(1, 0, 0, 1, 0, 0)
        context.beginPath()
        context.rect(pane.clip.x, pane.clip.y, pane.clip.width, pane.clip.height)
        context.clip()
        if (lines.limit !== null) stroke(context, pane, lines.limit, 0.5, ratio)
        stroke(context, pane, lines.hole, 1, ratio)
        context.restore()
      }}
    />
  )
}

/** The state that is painted on; before it, others show the original. */
const paneOf = (scene: Scene): Pane | undefined => (scene.sides === null ? scene.panes[0] : scene.panes[1])

/** White, with a dark rim on both sides: it shows on any picture, and on the mask's colour. */
function stroke(context: CanvasRenderingContext2D, pane: Pane, path: Path2D, alpha: number, ratio: number): void {
  const { viewport, rect, picture } = pane
  const to = pictureRect(viewport, rect, picture)
  context.save()
  context.translate(to.x, to.y)
  context.scale(to.width / picture.width, to.height / picture.height)
  const pixel = ratio / viewport.zoom
  context.lineCap = 'round'
  context.globalAlpha = 0.35 * alpha
  context.strokeStyle = '#000'
  context.lineWidth = 3 * pixel
  context.stroke(path)
  context.globalAlpha = 0.9 * alpha
  context.strokeStyle = '#fff'
  context.lineWidth = pixel
  context.stroke(path)
  context.restore()
}

/** Worked out over some frames; what was there stays until then. Null while nothing is painted. */
function useLines(level: number | null): Lines | null {
  const shown = useMask((mask) => mask.shown)
  const grow = useMask((mask) => mask.grow)
  const feather = useMask((mask) => mask.feather)
  const wanted = useStudio((studio) => studio.panel === 'fill')
  const [lines, setLines] = useState<Lines | null>(null)
  useEffect(() => {
    const painted = session()
    if (!wanted || level === null || shown === null || shown.working !== null || painted?.state !== shown.state) return
    const { state } = painted
    const steps = spreadLines(painted.boards.mask.live.settled, { grow, feather }, 2 ** level)
    let frame = 0
    const work = (): void => {
      const until = performance.now() + SLICE
      do {
        const step = steps.next()
        if (step.done !== true) continue
        const { hole, limit } = step.value
        setLines({ state, bounds: boundsOf(hole), hole: pathOf(hole), limit: limit === null ? null : pathOf(limit) })
        return
      } while (performance.now() < until)
      frame = requestAnimationFrame(work)
    }
    frame = requestAnimationFrame(work)
    return () => cancelAnimationFrame(frame)
  }, [shown, grow, feather, level, wanted])
  return shown === null || shown.empty ? null : lines
}

function pathOf(pieces: Pieces): Path2D {
  const path = new Path2D()
  for (let i = 0; i < pieces.length; i += 4) {
    path.moveTo(pieces[i] ?? 0, pieces[i + 1] ?? 0)
    path.lineTo(pieces[i + 2] ?? 0, pieces[i + 3] ?? 0)
  }
  return path
}

function boundsOf(pieces: Pieces): string {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = 0; i < pieces.length; i += 2) {
    const [x, y] = [pieces[i] ?? 0, pieces[i + 1] ?? 0]
    ;[left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)]
  }
  return [left, top, right, bottom].map(Math.round).join(' ')
}
