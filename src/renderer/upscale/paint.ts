/** Draws a patch over the scene. Everything is in device pixels; the caller has reset the context's transform. */
import type { PatchRect } from '../../shared/media.js'
import type { BitmapCache } from '../canvas/bitmapCache.js'
import { checkPattern, type Painter } from '../canvas/paint.js'
import { PIXELATED_ABOVE, type Rect } from '../canvas/viewport.js'
import type { Patch, PatchPart } from './patch.js'

/** A patch, and where its pixels are. */
export interface WantedPatch {
  readonly patch: Patch
  readonly url: string
  /** What it is a part of: pictures of the same can stand in for one another where they lie. */
  readonly whole: string
}

export class PatchPainter {
  private check: CanvasPattern | null = null
  /** What was there last: it stays in its place until its successor is there. */
  private last: { readonly url: string; readonly whole: string; readonly rect: PatchRect } | null = null

  constructor(private readonly previews: BitmapCache) {}

  paint(context: CanvasRenderingContext2D, { patch, url, whole }: WantedPatch, painter: Painter): void {
    if (this.previews.has(url)) this.last = { url, whole, rect: patch.rect }
    const shown = this.last?.whole === whole ? this.last : null
    const bitmap = shown === null ? undefined : this.previews.get(shown.url)
    for (const part of patch.parts) {
      painter.paint(context, { panes: [part.pane] })
      if (part.after && bitmap !== undefined && shown !== null)
        this.paintAfter(context, patch, part, bitmap, shown.rect)
    }
  }

  private paintAfter(
    context: CanvasRenderingContext2D,
    { rect, zoom }: Patch,
    { rect: place, clip, pane }: PatchPart,
    bitmap: ImageBitmap,
    from: PatchRect,
  ): void {
    const to: Rect = {
      x: place.x + (from.left - rect.left) * zoom,
      y: place.y + (from.top - rect.top) * zoom,
      width: from.width * zoom,
      height: from.height * zoom,
    }
    context.save()
    context.beginPath()
    context.rect(clip.x, clip.y, clip.width, clip.height)
    context.clip()
    if (pane.source.transparent) {
      // What is transparent after has to let the pattern be seen, and not what was before.
      this.check ??= checkPattern(context)
      context.fillStyle = this.check ?? '#808080'
      context.fillRect(to.x, to.y, to.width, to.height)
    }
    context.imageSmoothingEnabled = zoom <= PIXELATED_ABOVE
    context.imageSmoothingQuality = 'low'
    context.drawImage(bitmap, to.x, to.y, to.width, to.height)
    context.restore()
  }
}
