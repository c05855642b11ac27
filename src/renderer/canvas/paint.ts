/** Draws a scene. Everything is in device pixels; the caller has reset the context's transform. */
import { PREVIEW_TILE, TILE } from '../../shared/media.js'
import type { BitmapCache } from './bitmapCache.js'
import { inSource, overviewUrl, previewTilesOf, previewUrl, tileUrl } from './needs.js'
import { passes, type Part } from './preview/mix.js'
import type { Pane, Scene } from './scene.js'
import { levelFor, planDraw, tileArea, tilesIn, type TileId } from './tilePlan.js'
import { intersect, pictureRect, PIXELATED_ABOVE, type Rect } from './viewport.js'

export interface Caches {
  readonly tiles: BitmapCache
  readonly previews: BitmapCache
}

const CHECK = 8
const SHOWN_AT_MOST = 4096

export class Painter {
  private readonly scratch = document.createElement('canvas')
  private check: CanvasPattern | null = null
  /** What a preview tile showed last: it stays until its successor is there, so that nothing flickers back. */
  private readonly shown = new Map<string, { part: Part; url: string }[]>()

  constructor(private readonly caches: Caches) {
    this.scratch.width = PREVIEW_TILE
    this.scratch.height = PREVIEW_TILE
  }

  paint(context: CanvasRenderingContext2D, { panes }: Pick<Scene, 'panes'>): void {
    for (const pane of panes) {
      context.save()
      context.beginPath()
      context.rect(pane.clip.x, pane.clip.y, pane.clip.width, pane.clip.height)
      context.clip()
      this.paintPane(context, pane)
      context.restore()
    }
  }

  private paintPane(context: CanvasRenderingContext2D, pane: Pane): void {
    const { source } = pane
    const target = pictureRect(pane.viewport, pane.rect, pane.picture)
    const { viewport, visible, size } = inSource(pane)
    // Shared edges are rounded to the same device pixel, so that neighbours meet without a seam.
    const place = (area: Rect): Rect => {
      const x = target.x + Math.round((area.x / size.width) * target.width)
      const y = target.y + Math.round((area.y / size.height) * target.height)
      return {
        x,
        y,
        width: target.x + Math.round(((area.x + area.width) / size.width) * target.width) - x,
        height: target.y + Math.round(((area.y + area.height) / size.height) * target.height) - y,
      }
    }
    context.imageSmoothingEnabled = pane.smooth === true || viewport.zoom <= PIXELATED_ABOVE
    context.imageSmoothingQuality = pane.smooth === true ? 'high' : viewport.zoom < 1 ? 'medium' : 'low'
    if (source.transparent) this.paintCheck(context, intersect(target, pane.clip))

    if (source.state === null) {
      const overview = this.caches.tiles.get(overviewUrl(source.document))
      if (overview !== undefined) context.drawImage(overview, target.x, target.y, target.width, target.height)
      return
    }
    const targets = tilesIn(visible, size, levelFor(viewport.zoom, source.levels), TILE, viewport)
    for (const { tile, from, to } of planDraw(targets, size, source.levels, TILE, (id) =>
      this.caches.tiles.has(tileUrl(source, id)),
    )) {
      const bitmap = this.caches.tiles.get(tileUrl(source, tile))
      if (bitmap !== undefined) drawPart(context, bitmap, from, place(to))
    }
    for (const tile of previewTilesOf(pane, null))
      this.paintPreview(context, pane, tile, place(tileArea(tile, size, PREVIEW_TILE)))
  }

  private paintPreview(context: CanvasRenderingContext2D, pane: Pane, tile: TileId, to: Rect): void {
    const { source } = pane
    if (source.preview === null) return
    const here = (part: Part): ImageBitmap | undefined => {
      const url = previewUrl(source, tile, part)
      return url === null ? undefined : this.caches.previews.get(url)
    }
    const key = `${source.document}/${source.state}/${tile.column}/${tile.row}`
    const { blend } = source.preview
    // Until the sample is there the mean alone stands in for it, and the other way round.
    const detail = here('sample') === undefined ? 0 : here('mean') === undefined ? 1 : source.preview.detail
    let layers = passes({ detail, blend }, source.transparent).map((pass) => ({
      ...pass,
      bitmap: here(pass.part),
      url: previewUrl(source, tile, pass.part) ?? '',
    }))
    if (layers.every(({ bitmap }) => bitmap !== undefined)) {
      if (this.shown.size > SHOWN_AT_MOST) this.shown.clear()
      this.shown.set(
        key,
        layers.map(({ part, url }) => ({ part, url })),
      )
    } else {
      const urls = this.shown.get(key)
      if (urls === undefined) return
      const kept = passes(
        { detail: urls.some(({ part }) => part === 'sample') ? source.preview.detail : 0, blend },
        source.transparent,
      )
      layers = kept.map((pass) => {
        const url = urls.find(({ part }) => part === pass.part)?.url ?? ''
        return { ...pass, url, bitmap: this.caches.previews.get(url) }
      })
      if (!layers.every(({ bitmap }) => bitmap !== undefined)) return
    }
    const scratch = this.scratch.getContext('2d')
    const width = layers[0]?.bitmap?.width ?? 0
    const height = layers[0]?.bitmap?.height ?? 0
    if (scratch === null || width === 0) return
    for (const { bitmap, alpha, operation } of layers) {
      if (bitmap === undefined) continue
      scratch.globalAlpha = alpha
      scratch.globalCompositeOperation = operation
      scratch.drawImage(bitmap, 0, 0)
    }
    if (source.transparent) {
      context.clearRect(to.x, to.y, to.width, to.height)
      this.paintCheck(context, to)
    }
    drawPart(context, this.scratch, { x: 0, y: 0, width, height }, to)
  }

  private paintCheck(context: CanvasRenderingContext2D, area: Rect): void {
    this.check ??= checkPattern(context)
    if (this.check === null) return
    context.fillStyle = this.check
    context.fillRect(area.x, area.y, area.width, area.height)
  }
}

function drawPart(context: CanvasRenderingContext2D, image: CanvasImageSource, from: Rect, to: Rect): void {
  if (to.width > 0 && to.height > 0)
    context.drawImage(image, from.x, from.y, from.width, from.height, to.x, to.y, to.width, to.height)
}

/** What is seen through transparent parts. */
export function checkPattern(context: CanvasRenderingContext2D): CanvasPattern | null {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 2 * CHECK
  const check = canvas.getContext('2d')
  if (check === null) return null
  check.fillStyle = '#9a9a9a'
  check.fillRect(0, 0, 2 * CHECK, 2 * CHECK)
  check.fillStyle = '#686868'
  check.fillRect(0, 0, CHECK, CHECK)
  check.fillRect(CHECK, CHECK, CHECK, CHECK)
  return context.createPattern(canvas, 'repeat')
}
