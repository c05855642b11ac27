/** The URLs that a scene needs, most urgent first. */
import { mediaPath, PREVIEW_TILE, TILE } from '../../shared/media.js'
import { mediaUrl } from '../client.js'
import { partEdit, partsNeeded, type Part } from './preview/mix.js'
import type { Pane, Scene, Source } from './scene.js'
import { tilesIn, wantedTiles, type TileId } from './tilePlan.js'
import { intersect, toPicture, type Point, type Rect, type Size, type Viewport } from './viewport.js'

export const overviewUrl = (document: string): string => mediaUrl(mediaPath.overview(document))
export const tileUrl = (source: Source, { level, column, row }: TileId): string =>
  mediaUrl(mediaPath.tile(source.document, source.state ?? '', level, column, row))
export const previewUrl = (source: Source, { column, row }: TileId, part: Part): string | null =>
  source.preview === null || source.state === null
    ? null
    : mediaUrl(mediaPath.preview(source.document, source.state, column, row, part, partEdit(source.preview, part)))

/** A pane's viewport and visible area in the pixels of its source, which may have another size than the picture shown. */
export function inSource({ viewport, rect, picture, source, clip }: Pane): {
  viewport: Viewport
  visible: Rect
  size: Size
  scale: Point
} {
  const scale = { x: source.size.width / picture.width, y: source.size.height / picture.height }
  const from = toPicture(viewport, rect, clip)
  const to = toPicture(viewport, rect, { x: clip.x + clip.width, y: clip.y + clip.height })
  const seen = intersect({ ...from, width: to.x - from.x, height: to.y - from.y }, { x: 0, y: 0, ...picture })
  return {
    viewport: { x: viewport.x * scale.x, y: viewport.y * scale.y, zoom: viewport.zoom / scale.x },
    visible: { x: seen.x * scale.x, y: seen.y * scale.y, width: seen.width * scale.x, height: seen.height * scale.y },
    size: source.size,
    scale,
  }
}

export function previewTilesOf(pane: Pane, pointer: Point | null): TileId[] {
  if (pane.source.preview === null) return []
  const { viewport, visible, size, scale } = inSource(pane)
  const centre = pointer === null ? viewport : { x: pointer.x * scale.x, y: pointer.y * scale.y }
  return tilesIn(visible, size, 0, PREVIEW_TILE, centre)
}

export function needs(scene: Pick<Scene, 'panes'>, pointer: Point | null): { tiles: string[]; previews: string[] } {
  const tiles: string[] = []
  const previews: string[] = []
  // The patch lies on top of the rest and is asked for first.
  for (const pane of [...scene.panes].reverse()) {
    const { source } = pane
    const { viewport, visible, size } = inSource(pane)
    if (source.state === null) {
      tiles.push(overviewUrl(source.document))
      continue
    }
    for (const tile of wantedTiles(visible, size, viewport, source.levels, TILE, viewport))
      tiles.push(tileUrl(source, tile))
    if (source.preview === null) continue
    for (const tile of previewTilesOf(pane, pointer)) {
      for (const part of partsNeeded(source.preview)) previews.push(previewUrl(source, tile, part) ?? '')
    }
  }
  return { tiles: [...new Set(tiles)], previews: [...new Set(previews)] }
}
