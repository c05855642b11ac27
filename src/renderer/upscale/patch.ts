/**
 * A part of the result at its own resolution, laid over the place that it shows: before beside after, as the canvas
 * compares. Pure; lengths on the canvas are device pixels. Drawing it is `paint.ts`.
 */
import { MAX_PATCH, type PatchRect } from '../../shared/media.js'
import type { Pane, Source } from '../canvas/scene.js'
import { sideRects } from '../canvas/scene.js'
import { toCanvas, type Point, type Rect, type Size, type Viewport } from '../canvas/viewport.js'
import type { CompareMode } from '../state/store.js'

export interface PatchPart {
  /** Where the whole patch lies. */
  readonly rect: Rect
  /** What of it is seen. */
  readonly clip: Rect
  readonly after: boolean
  /** The picture itself under it, smoothly enlarged: what is before, and what stands in for what is after. */
  readonly pane: Pane
}

export interface Patch {
  /** The part of the result, in its pixels. */
  readonly rect: PatchRect
  /** Of the result. */
  readonly size: Size
  /** Device pixels for each pixel of the result: more than 1 where the canvas itself is nearer than that. */
  readonly zoom: number
  /** Where the middle of the patch can be, in pixels of the picture shown. */
  readonly reach: Rect
  readonly parts: readonly PatchPart[]
}

export interface PatchInput {
  readonly source: Source
  readonly picture: Size
  /** Of the result, px. */
  readonly result: Size
  readonly canvas: Size
  readonly viewport: Viewport
  /** Of the patch, at most. */
  readonly side: number
  /** The picture's point in the middle of the patch. */
  readonly at: Point
  readonly compare: CompareMode
  /** The picture before is to be seen everywhere. */
  readonly original: boolean
}

const SIDE = 256

/** In device pixels: half of a small canvas, {@link SIDE} CSS pixels of a large one. */
export const patchSide = ({ width, height }: Size, ratio: number): number =>
  Math.max(1, Math.round(Math.min(SIDE * ratio, width / 2, height / 2, MAX_PATCH)))

export function buildPatch(input: PatchInput): Patch {
  const { picture, result, canvas, viewport, side, at, compare, original } = input
  const scale = { x: result.width / picture.width, y: result.height / picture.height }
  const zoom = Math.max(1, viewport.zoom / scale.x)
  const width = Math.min(Math.max(1, Math.round(side / zoom)), result.width)
  const height = Math.min(Math.max(1, Math.round(side / zoom)), result.height)
  const rect = {
    left: clamp(Math.round(at.x * scale.x - width / 2), 0, result.width - width),
    top: clamp(Math.round(at.y * scale.y - height / 2), 0, result.height - height),
    width,
    height,
  }
  const middle = { x: (rect.left + width / 2) / scale.x, y: (rect.top + height / 2) / scale.y }
  const half = { x: width / 2 / scale.x, y: height / 2 / scale.y }

  const part = (within: Rect, after: boolean, cut: (place: Rect) => Rect = (place) => place): PatchPart => {
    const size = { width: Math.round(width * zoom), height: Math.round(height * zoom) }
    const centre = toCanvas(viewport, within, middle)
    const place = {
      x: clamp(Math.round(centre.x - size.width / 2), within.x, within.x + within.width - size.width),
      y: clamp(Math.round(centre.y - size.height / 2), within.y, within.y + within.height - size.height),
      ...size,
    }
    const clip = cut(place)
    const near = { x: rect.left + width / 2, y: rect.top + height / 2, zoom }
    const pane: Pane = { rect: place, clip, viewport: near, picture: result, source: input.source, smooth: true }
    return { rect: place, clip, after, pane }
  }
  const whole: Rect = { x: 0, y: 0, ...canvas }
  const left = (place: Rect): Rect => ({ ...place, width: Math.round(place.width / 2) })
  const right = (place: Rect): Rect => {
    const from = Math.round(place.width / 2)
    return { ...place, x: place.x + from, width: place.width - from }
  }
  const parts =
    compare === 'side'
      ? sideRects(canvas).map((within, i) => part(within, i === 1 && !original))
      : original || compare === 'off'
        ? [part(whole, !original)]
        : [part(whole, false, left), part(whole, true, right)]
  return {
    ...{ rect, size: result, zoom, parts },
    reach: { x: half.x, y: half.y, width: picture.width - 2 * half.x, height: picture.height - 2 * half.y },
  }
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))
