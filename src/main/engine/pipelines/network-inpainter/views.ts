/**
 * What a network is shown of a hole. It sees a certain size at a time, so there are two ways:
 *
 *   as it is   the hole in squares of at most half of what the network sees, one after the other, each with its surroundings;
 *              what is filled is known to the next. For holes that are small, or thin: enough is known around each square.
 *   smaller    the whole hole with its surroundings, scaled down to what the network sees. Fine detail is lost.
 */
import type { Box } from '../../inpaint/context.js'

/** What a network can be shown: its size, or the limits of it. */
export interface Sight {
  width: number
  height: number
  /** Null where the size is the one above and no other. */
  free: { multipleOf: number; least: number } | null
}

export interface View {
  /** Of the hole, what is taken from this view; in pixels of the crop. */
  part: Box
  /** Pixels of the crop for one of the network's. */
  scale: number
  /** Where the network's first pixel begins in the crop; beyond the crop's border it is mirrored. */
  left: number
  top: number
  /** In the network's pixels. */
  width: number
  height: number
}

/** With more than this of a view to be filled too little is known around it. */
const MOST_OPEN = 0.45
/** A view that is scaled down shows this much more than the hole. */
const AROUND = 1.5
/** The least to see on each side of a hole where the network's size is free, px. */
const LEAST_MARGIN = 64

interface Open {
  /** 1 = unknown to the network. */
  unknown: Uint8Array
  width: number
  height: number
}

/** The views of a crop's hole (1 = to be filled) in the order in which they are filled. */
export function viewsOf(crop: Open, hole: Uint8Array, sight: Sight): View[] {
  const bounds = boundsOf(hole, crop.width, { left: 0, top: 0, width: crop.width, height: crop.height })
  if (bounds === null) return []
  const native = squaresOf(bounds, sight)
    .map((square) => boundsOf(hole, crop.width, square))
    .filter((part) => part !== null)
    .map((part) => viewAround(part, crop, sight, 1))
  if (native.every((view) => openShare(crop, view) <= MOST_OPEN)) return native
  const scale = Math.max(1, (bounds.width * AROUND) / sight.width, (bounds.height * AROUND) / sight.height)
  return [viewAround(bounds, crop, sight, scale)]
}

/** How much context `viewsOf` may make use of, on each side of a hole in px of the picture. */
export function marginOf(hole: Box, sight: Sight): number {
  const side = Math.max(hole.width, hole.height)
  const native = Math.ceil(Math.max(sight.width, sight.height) * 0.75)
  return Math.max(LEAST_MARGIN, sight.free === null ? native : Math.min(native, side), Math.ceil(side * (AROUND - 1)))
}

function squaresOf(bounds: Box, sight: Sight): Box[] {
  const cuts = (from: number, length: number, most: number): [number, number][] => {
    const count = Math.ceil(length / Math.floor(most / 2))
    return Array.from({ length: count }, (_, i) => [
      from + Math.round((i * length) / count),
      Math.round(((i + 1) * length) / count) - Math.round((i * length) / count),
    ])
  }
  return cuts(bounds.top, bounds.height, sight.height).flatMap(([top, height]) =>
    cuts(bounds.left, bounds.width, sight.width).map(([left, width]) => ({ left, top, width, height })),
  )
}

function viewAround(part: Box, crop: Open, sight: Sight, scale: number): View {
  const { free } = sight
  const sideOf = (length: number, available: number, most: number): number => {
    if (free === null) return most
    const margin = Math.max(LEAST_MARGIN, Math.ceil(Math.max(part.width, part.height) / scale / 2))
    const wanted = Math.min(Math.ceil(available / scale), Math.ceil(length / scale) + 2 * margin)
    const whole = Math.ceil(Math.max(free.least, wanted) / free.multipleOf) * free.multipleOf
    return Math.min(whole, Math.floor(most / free.multipleOf) * free.multipleOf)
  }
  const width = sideOf(part.width, crop.width, sight.width)
  const height = sideOf(part.height, crop.height, sight.height)
  return {
    ...{ part, scale, width, height },
    left: placed(part.left, part.width, width * scale, crop.width),
    top: placed(part.top, part.height, height * scale, crop.height),
  }
}

/** The part in the middle, but inside the crop where that is wide enough; else the crop begins the view. */
function placed(from: number, length: number, shown: number, available: number): number {
  const middle = Math.round(from + length / 2 - shown / 2)
  return Math.max(0, Math.min(Math.floor(available - shown), middle))
}

/** Share of what a view shows of the crop that is to be filled. */
function openShare({ unknown, width, height }: Open, view: View): number {
  const right = Math.min(width, view.left + view.width)
  const bottom = Math.min(height, view.top + view.height)
  let open = 0
  for (let y = view.top; y < bottom; y++)
    for (let x = view.left; x < right; x++) if (unknown[y * width + x] === 1) open++
  return open / ((right - view.left) * (bottom - view.top))
}

function boundsOf(hole: Uint8Array, width: number, within: Box): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1]
  for (let y = within.top; y < within.top + within.height; y++)
    for (let x = within.left; x < within.left + within.width; x++) {
      if (hole[y * width + x] !== 1) continue
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = y + 1
    }
  return right < 0 ? null : { left, top, width: right - left, height: bottom - top }
}
