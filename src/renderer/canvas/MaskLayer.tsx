/**
 * What is painted, over the picture: a layer of its own, so that a stroke redraws nothing else. Works in frames: what the
 * pointer did since the last one is drawn, and what takes longer goes on a little.
 */
import type Konva from 'konva'
import { useCallback, useEffect, useRef, type RefObject } from 'react'
import { Layer, Shape } from 'react-konva'
import { levelOf, type Board } from '../mask/board.js'
import { drawnBy, session } from '../mask/session.js'
import { getMask, sourcesColour, useMask } from '../mask/store.js'
import { getStudio } from '../state/store.js'
import type { Pane, Scene } from './scene.js'
import { intersect, pictureRect, PIXELATED_ABOVE, toPicture, type Rect } from './viewport.js'

/** What of a frame may go into masks, in ms. */
const BUDGET = 6

export function MaskLayer({ scene, hidden }: { scene: Scene | null; hidden: boolean }) {
  const layer = useRef<Konva.Layer>(null)
  const shown = useRef({ scene, hidden })
  const overlay = useMask((mask) => mask.overlay)
  const mode = useMask((mask) => mask.shown?.sources.mode)
  const soon = useFrames(layer, shown)
  useEffect(() => {
    shown.current = { scene, hidden }
    soon()
  }, [soon, scene, hidden, overlay, mode])
  return (
    <Layer ref={layer} listening={false}>
      <Shape
        sceneFunc={(context) => {
          const { scene: now, hidden: away } = shown.current
          if (now !== null && !away) paint(context._context, now)
        }}
      />
    </Layer>
  )
}

/** Gives what asks for a frame. */
function useFrames(
  layer: RefObject<Konva.Layer | null>,
  shown: RefObject<{ scene: Scene | null; hidden: boolean }>,
): () => void {
  const soon = useRef<() => void>(() => undefined)
  useEffect(() => {
    let asked: number | null = null
    const frame = (): void => {
      asked = null
      const { scene } = shown.current
      if (scene !== null && work(scene)) request()
      layer.current?.draw()
    }
    const request = (): void => void (asked ??= requestAnimationFrame(frame))
    soon.current = request
    const end = drawnBy(request)
    request()
    return () => {
      end()
      if (asked !== null) cancelAnimationFrame(asked)
    }
  }, [layer, shown])
  return useCallback(() => soon.current(), [])
}

/** The pane of the state that is painted on; before it, others show the original. */
const paneOf = (scene: Scene): Pane | undefined => (scene.sides === null ? scene.panes[0] : scene.panes[1])

/** True while more is to be done. */
function work(scene: Scene): boolean {
  const painted = session()
  const pane = paneOf(scene)
  if (painted === null || pane === undefined) return false
  const now = (): number => performance.now()
  const until = now() + BUDGET
  const { colour } = getMask().overlay
  const level = levelOf(pane.viewport.zoom)
  const sight = sightOf(pane)
  painted.boards.mask.see(level, colour, sight)
  painted.boards.sources.see(level, sourcesColour(painted.layers.mode), sight)
  return painted.work(until, now)
}

/** Whole pixels of the picture. */
function sightOf({ viewport, rect, clip, picture }: Pane): Rect {
  const from = toPicture(viewport, rect, clip)
  const to = toPicture(viewport, rect, { x: clip.x + clip.width, y: clip.y + clip.height })
  const x = Math.floor(from.x)
  const y = Math.floor(from.y)
  return intersect(
    { x, y, width: Math.ceil(to.x) - x, height: Math.ceil(to.y) - y },
    { x: 0, y: 0, width: picture.width, height: picture.height },
  )
}

function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const painted = session()
  const pane = paneOf(scene)
  const { visible, opacity } = getMask().overlay
  if (painted === null || pane === undefined || !visible || getStudio().original) return
  context.save()
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.beginPath()
  context.rect(pane.clip.x, pane.clip.y, pane.clip.width, pane.clip.height)
  context.clip()
  context.globalAlpha = opacity
  context.imageSmoothingEnabled = pane.viewport.zoom <= PIXELATED_ABOVE
  if (painted.layers.mode !== 'anywhere') paintBoard(context, pane, painted.boards.sources)
  paintBoard(context, pane, painted.boards.mask)
  context.restore()
}

function paintBoard(context: CanvasRenderingContext2D, pane: Pane, board: Board): void {
  const target = pictureRect(pane.viewport, pane.rect, pane.picture)
  // Shared edges are rounded to the same device pixel, as the picture's own tiles are.
  const across = (x: number): number => target.x + Math.round((x / pane.picture.width) * target.width)
  const down = (y: number): number => target.y + Math.round((y / pane.picture.height) * target.height)
  for (const { canvas, width, height, area } of board.tiles()) {
    const [x, y] = [across(area.x), down(area.y)]
    const [right, bottom] = [across(area.x + area.width), down(area.y + area.height)]
    if (right > x && bottom > y) context.drawImage(canvas, 0, 0, width, height, x, y, right - x, bottom - y)
  }
}
