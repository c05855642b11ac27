/**
 * Where the picture lies on the canvas. All lengths on the canvas are device pixels (CSS pixels times
 * `devicePixelRatio`), so that zoom 1 is one picture pixel on one pixel of the screen.
 */
export interface Point {
  readonly x: number
  readonly y: number
}
export interface Size {
  readonly width: number
  readonly height: number
}
export interface Rect extends Point, Size {}

/** `x`, `y`: the picture's point at the middle of the pane; `zoom`: device pixels for each picture pixel. */
export interface Viewport extends Point {
  readonly zoom: number
}

export const MIN_ZOOM = 0.01
export const MAX_ZOOM = 32
/** Above this, pixels are drawn as squares. */
export const PIXELATED_ABOVE = 2
/** Stops of the zoom keys and of the menu. */
export const ZOOM_STOPS = [0.01, 0.02, 0.05, 0.1, 0.25, 1 / 3, 0.5, 2 / 3, 1, 2, 4, 8, 16, 32] as const

export const clampZoom = (zoom: number): number => Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom))

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/** The whole picture in the pane with `margin` around it, never enlarged: a small picture is shown at 100 %. */
export function fitViewport(picture: Size, pane: Size, margin = 24): Viewport {
  const room = (side: number) => Math.max(1, side - 2 * margin)
  const zoom = Math.min(1, room(pane.width) / picture.width, room(pane.height) / picture.height)
  return { x: picture.width / 2, y: picture.height / 2, zoom: clampZoom(zoom) }
}

export function toPicture(viewport: Viewport, pane: Rect, point: Point): Point {
  return {
    x: viewport.x + (point.x - pane.x - pane.width / 2) / viewport.zoom,
    y: viewport.y + (point.y - pane.y - pane.height / 2) / viewport.zoom,
  }
}

export function toCanvas(viewport: Viewport, pane: Rect, point: Point): Point {
  return {
    x: pane.x + pane.width / 2 + (point.x - viewport.x) * viewport.zoom,
    y: pane.y + pane.height / 2 + (point.y - viewport.y) * viewport.zoom,
  }
}

/** Keeps the middle of the pane on the picture, so that it can't be lost. */
export function keepInSight(viewport: Viewport, picture: Size): Viewport {
  return { ...viewport, x: clamp(viewport.x, 0, picture.width), y: clamp(viewport.y, 0, picture.height) }
}

/** Zooms so that the picture's point under `anchor` (on the canvas) stays under it. */
export function zoomAt(viewport: Viewport, pane: Rect, picture: Size, anchor: Point, zoom: number): Viewport {
  const target = clampZoom(zoom)
  const fixed = toPicture(viewport, pane, anchor)
  return keepInSight(
    {
      x: fixed.x - (anchor.x - pane.x - pane.width / 2) / target,
      y: fixed.y - (anchor.y - pane.y - pane.height / 2) / target,
      zoom: target,
    },
    picture,
  )
}

export function panBy(viewport: Viewport, picture: Size, dx: number, dy: number): Viewport {
  return keepInSight({ ...viewport, x: viewport.x - dx / viewport.zoom, y: viewport.y - dy / viewport.zoom }, picture)
}

/** Zooms so that `area` of the canvas fills the pane. */
export function zoomToArea(viewport: Viewport, pane: Rect, picture: Size, area: Rect): Viewport {
  const centre = toPicture(viewport, pane, { x: area.x + area.width / 2, y: area.y + area.height / 2 })
  const factor = Math.min(pane.width / Math.max(1, area.width), pane.height / Math.max(1, area.height))
  return keepInSight({ ...centre, zoom: clampZoom(viewport.zoom * factor) }, picture)
}

/** The next stop of {@link ZOOM_STOPS} above (`direction` 1) or below (-1) `zoom`. */
export function zoomStop(zoom: number, direction: 1 | -1): number {
  const slack = zoom * 1e-3
  if (direction > 0) return ZOOM_STOPS.find((stop) => stop > zoom + slack) ?? MAX_ZOOM
  return ZOOM_STOPS.findLast((stop) => stop < zoom - slack) ?? MIN_ZOOM
}

/** The factor of one wheel event; `delta` in CSS pixels as normalised by {@link wheelPixels}. */
export const wheelFactor = (delta: number, pinch: boolean): number =>
  Math.exp(-clamp(delta, -240, 240) * (pinch ? 0.01 : 0.002))

/** Wheel deltas come in pixels, lines or pages, by browser and device. */
export function wheelPixels(delta: number, mode: number): number {
  if (mode === 1) return delta * 16
  if (mode === 2) return delta * 400
  return delta
}

/** Where the picture is drawn, edges on whole device pixels: at 100 % nothing is resampled, and tiles meet without a seam. */
export function pictureRect(viewport: Viewport, pane: Rect, picture: Size): Rect {
  const corner = toCanvas(viewport, pane, { x: 0, y: 0 })
  return {
    x: Math.round(corner.x),
    y: Math.round(corner.y),
    width: Math.round(picture.width * viewport.zoom),
    height: Math.round(picture.height * viewport.zoom),
  }
}

export function intersect(a: Rect, b: Rect): Rect {
  const x = Math.max(a.x, b.x)
  const y = Math.max(a.y, b.y)
  return {
    x,
    y,
    width: Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x),
    height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y),
  }
}
