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

interface Shown {
  readonly scene: Scene | null
  readonly hidden: boolean
  /** All of it is to be drawn anew, not only what was painted. */
  readonly whole: boolean
}

export function MaskLayer({ scene, hidden }: { scene: Scene | null; hidden: boolean }) {
  const layer = useRef<Konva.Layer>(null)
  const shown = useRef<Shown>({ scene, hidden, whole: true })
  const overlay = useMask((mask) => mask.overlay)
  const mode = useMask((mask) => mask.shown?.sources.mode)
  const soon = useFrames(layer, shown)
  useEffect(() => {
    shown.current = { scene, hidden, whole: true }
    soon()
  }, [soon, scene, hidden, overlay, mode])
  return (
    // What is drawn stays, but for what a frame changed: handing a whole canvas on takes longer than all else in a frame.
    <Layer ref={layer} listening={false} clearBeforeDraw={false}>
      <Shape sceneFunc={({ _context }) => draw(_context, shown.current)} />
    </Layer>
  )
}

/** Gives what asks for a frame. */
function useFrames(layer: RefObject<Konva.Layer | null>, shown: RefObject<Shown>): () => void {
  const soon = useRef<() => void>(() => undefined)
  useEffect(() => {
    let asked: number | null = null
    const frame = (): void => {
      asked = null
      const { scene } = shown.current
      if (scene !== null && work(scene)) request()
      layer.current?.draw()
      shown.current = { ...shown.current, whole: false }
    }
    const request = (): void => void (asked ??= requestAnimationFrame(frame))
    soon.current = request
    const end = drawnBy((all) => {
      if (all) shown.current = { ...shown.current, whole: true }
      request()
    })
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

function draw(context: CanvasRenderingContext2D, { scene, hidden, whole }: Shown): void {
  const painted = session()
  const pane = scene === null ? undefined : paneOf(scene)
  const { visible, opacity } = getMask().overlay
  context.save()
  context.setTransform(1, 0, 0, 1, 0, 0)
  if (painted === null || pane === undefined || hidden || !visible || getStudio().original) {
    if (whole) context.clearRect(0, 0, context.canvas.width, context.canvas.height)
    return context.restore()
  }
  const boards =
    painted.layers.mode === 'anywhere' ? [painted.boards.mask] : [painted.boards.sources, painted.boards.mask]
  const fresh = boards.flatMap((board) => board.takeFresh())
  if (whole) context.clearRect(0, 0, context.canvas.width, context.canvas.height)
  const parts = whole ? [pane.clip] : fresh.map((area) => intersect(placeOf(pane, area, SOFT), pane.clip))
  if (parts.length > 0) {
    context.beginPath()
    for (const { x, y, width, height } of parts) context.rect(x, y, width, height)
    context.clip()
    const around = hull(parts)
    if (!whole) context.clearRect(around.x, around.y, around.width, around.height)
    context.globalAlpha = opacity
    context.imageSmoothingEnabled = pane.viewport.zoom <= PIXELATED_ABOVE
    for (const board of boards) drawBoard(context, pane, board, around)
  }
  context.restore()
}

/** Smoothing takes in the neighbours: device pixels around what changed. */
const SOFT = 2

function drawBoard(context: CanvasRenderingContext2D, pane: Pane, board: Board, part: Rect): void {
  for (const { canvas, width, height, area } of board.tiles()) {
    const to = placeOf(pane, area, 0)
    const { width: across, height: down } = intersect(to, part)
    if (across > 0 && down > 0) context.drawImage(canvas, 0, 0, width, height, to.x, to.y, to.width, to.height)
  }
}

/** Shared edges are rounded to the same device pixel, as the picture's own tiles are. */
function placeOf({ viewport, rect, picture }: Pane, area: Rect, around: number): Rect {
  const target = pictureRect(viewport, rect, picture)
  const across = (x: number): number => target.x + Math.round((x / picture.width) * target.width)
  const down = (y: number): number => target.y + Math.round((y / picture.height) * target.height)
  const [x, y] = [across(area.x) - around, down(area.y) - around]
  return {
    x,
    y,
    width: across(area.x + area.width) + around - x,
    height: down(area.y + area.height) + around - y,
  }
}

function hull(parts: readonly Rect[]): Rect {
  const x = Math.min(...parts.map((part) => part.x))
  const y = Math.min(...parts.map((part) => part.y))
  return {
    x,
    y,
    width: Math.max(...parts.map((part) => part.x + part.width)) - x,
    height: Math.max(...parts.map((part) => part.y + part.height)) - y,
  }
}
