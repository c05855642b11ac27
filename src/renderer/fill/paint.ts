/** Draws a fill's picture over the scene. Everything is in device pixels; the caller has reset the context's transform. */
import { checkPattern } from '../canvas/paint.js'
import type { Pane, Scene } from '../canvas/scene.js'
import { pictureRect, PIXELATED_ABOVE, type Point, type Rect } from '../canvas/viewport.js'
import type { FillArea } from '../../shared/fill.js'

/** The pane that shows the state itself, and which part of it: the original is on the other side of the divider. */
export function afterPane({ panes, sides, divider }: Scene): { pane: Pane; clip: Rect } | null {
  const pane = sides === null ? panes[0] : panes[1]
  if (pane === undefined) return null
  if (divider === null) return { pane, clip: pane.clip }
  const right = pane.clip.x + pane.clip.width
  return { pane, clip: { ...pane.clip, x: divider.x, width: right - divider.x } }
}

/** Where a part of the picture lies on the canvas, its edges on the same device pixels as the tiles' are. */
export function placeOf({ viewport, rect, picture }: Pane, area: FillArea): Rect {
  const target = pictureRect(viewport, rect, picture)
  const x = target.x + Math.round((area.left / picture.width) * target.width)
  const y = target.y + Math.round((area.top / picture.height) * target.height)
  return {
    x,
    y,
    width: target.x + Math.round(((area.left + area.width) / picture.width) * target.width) - x,
    height: target.y + Math.round(((area.top + area.height) / picture.height) * target.height) - y,
  }
}

export interface FillToPaint {
  readonly bitmap: ImageBitmap
  readonly area: FillArea
  /** How far the picture has moved since: see `shift`. */
  readonly moved: Point
}

export function paintFill(context: CanvasRenderingContext2D, scene: Scene, { bitmap, area, moved }: FillToPaint): void {
  const after = afterPane(scene)
  if (after === null) return
  const { pane, clip } = after
  const to = placeOf(pane, { ...area, left: area.left + moved.x, top: area.top + moved.y })
  if (to.width <= 0 || to.height <= 0) return
  context.save()
  context.beginPath()
  context.rect(clip.x, clip.y, clip.width, clip.height)
  context.clip()
  // A preview has fewer pixels than its place and is no picture of them: it is smoothed however near one looks.
  const coarse = bitmap.width < area.width
  context.imageSmoothingEnabled = coarse || pane.viewport.zoom <= PIXELATED_ABOVE
  context.imageSmoothingQuality = coarse ? 'high' : pane.viewport.zoom < 1 ? 'medium' : 'low'
  // Opaque: also where the picture below it is transparent and shows a pattern.
  if (!pane.source.transparent) context.drawImage(bitmap, to.x, to.y, to.width, to.height)
  else paintOverTransparent(context, bitmap, to)
  context.restore()
}

/** What is transparent in the fill has to let the pattern be seen, and not the old picture. */
function paintOverTransparent(context: CanvasRenderingContext2D, bitmap: ImageBitmap, to: Rect): void {
  context.fillStyle = checkPattern(context) ?? '#808080'
  context.fillRect(to.x, to.y, to.width, to.height)
  context.drawImage(bitmap, to.x, to.y, to.width, to.height)
}
