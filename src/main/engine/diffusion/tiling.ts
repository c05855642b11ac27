/**
 * Cutting a picture into tiles for a network of finite receptive field whose stride is `multipleOf` pixels: planning
 * only. The picture is thought of as padded by mirroring at its right and bottom to multiples of `multipleOf`; a window is
 * cut from that padded picture, with its origin on the network's grid, and only its core is kept. A core lies at
 * least `margin` inside its window wherever the window ends inside the padded picture, so a tile's result is the
 * whole picture's when `margin` covers the receptive field.
 */
import { LacunaError } from '../../../shared/errors.js'

/** Pixels; `left + width` and `top + height` lie just outside. */
export interface Rect {
  left: number
  top: number
  width: number
  height: number
}

export interface TilingInput {
  /** Size of the picture, pixels. */
  width: number
  height: number
  /** Core side of a tile inside the picture, pixels; rounded up to `multipleOf`. Windows are at most this + 2 margins. */
  tile: number
  /** Core height where it is another than the width. */
  tileHeight?: number
  /** Context on each side, pixels; rounded up to `multipleOf`. */
  margin: number
  multipleOf: number
  /** Only this part of the picture is wanted (a preview); the whole picture unless given. */
  region?: Rect
  /**
   * Whether tiles may be made smaller than `tile` so that they fill the picture evenly, which saves work. Off where a
   * session was made for one window shape. On unless given.
   */
  even?: boolean
  /**
   * The least that a window may have, pixels, multiples of `multipleOf`: a smaller picture is mirrored further. With it, `even`
   * off, and `tile` that much without its margins, every window has exactly this size. None unless given.
   */
  least?: { width: number; height: number }
  /**
   * For a network that gives back less than it is given: so many pixels are mirrored beyond every edge of the picture, rounded up
   * to `multipleOf`, so that what it leaves out is none of the picture. Part of `margin`, not added to it. None unless given.
   */
  outside?: number
}

export interface Tile {
  /** Place in strip order. */
  index: number
  row: number
  column: number
  /** What is kept: part of the picture. The cores of a plan partition the picture (or its region). */
  core: Rect
  /** What the network is fed: part of the padded picture. All windows of a plan have the same shape. */
  window: Rect
}

/** A row of tiles, left to right: they share the rows that they need and the rows that they give. */
export interface Strip {
  row: number
  /** Rows of the picture that its cores fill. */
  core: Span
  /** Rows of the padded picture that its windows cover. */
  window: Span
  /** Rows of the picture itself that those windows need, mirrored rows included. */
  source: Span
  tiles: readonly Tile[]
}

export interface Span {
  start: number
  length: number
}

export interface TilePlan {
  /** Size of the padded picture. */
  padded: { width: number; height: number }
  /** Shape of every window. */
  window: { width: number; height: number }
  strips: readonly Strip[]
  /** All tiles in strip order. */
  tiles: readonly Tile[]
  /** Pixels fed to the network in all. */
  pixelsInferred: number
}

/** Throws `internal` for sizes that are no whole positive numbers, or a region outside the picture. */
export function planTiles(input: TilingInput): TilePlan {
  check(input)
  const { width, height, multipleOf, region = { left: 0, top: 0, width, height } } = input
  const { least = { width: 0, height: 0 }, tile, tileHeight = tile } = input
  const padded = {
    width: Math.max(least.width, roundUp(width, multipleOf)),
    height: Math.max(least.height, roundUp(height, multipleOf)),
  }
  const across = { ...input, size: padded.width, tile, least: least.width }
  const down = { ...input, size: padded.height, tile: tileHeight, least: least.height }
  const columns = planAxis(region.left, region.left + region.width, across)
  const rows = planAxis(region.top, region.top + region.height, down)

  const strips = rows.map((y, row): Strip => {
    const tiles = columns.map((x, column): Tile => ({
      index: row * columns.length + column,
      row,
      column,
      core: { left: x.core.start, top: y.core.start, width: x.core.length, height: y.core.length },
      window: { left: x.window.start, top: y.window.start, width: x.window.length, height: y.window.length },
    }))
    return { row, core: y.core, window: y.window, source: sourceOf(y.window, height), tiles }
  })
  const tiles = strips.flatMap((strip) => strip.tiles)
  const window = { width: columns[0]!.window.length, height: rows[0]!.window.length }
  return { padded, window, strips, tiles, pixelsInferred: tiles.length * window.width * window.height }
}

/**
 * Where pixel `i` of a picture mirrored at both ends without repeating its border pixels comes from, for any whole `i`
 * and any `size` of at least 1 (`… 2 1 | 0 1 2 | 1 0 …`; a single pixel is repeated).
 */
export function reflectIndex(i: number, size: number): number {
  if (size === 1) return 0
  const period = 2 * (size - 1)
  const phase = ((i % period) + period) % period
  return phase < size ? phase : period - phase
}

/** The rows of the picture (of `size` rows) that a span of the padded picture shows. */
export function sourceOf(span: Span, size: number): Span {
  let first = size
  let last = -1
  for (let i = span.start; i < span.start + span.length; i++) {
    const at = reflectIndex(i, size)
    if (at < first) first = at
    if (at > last) last = at
  }
  return { start: first, length: last - first + 1 }
}

/**
 * One axis: windows over `from … to` and its context. Neighbouring windows overlap by two margins and share the
 * border of their cores in the middle of that; the first and the last keep what lies beyond it, so a picture's edge costs
 * no margin. The last is moved back inside where the length is no multiple.
 */
function planAxis(from: number, to: number, axis: Axis): { core: Span; window: Span }[] {
  const outside = roundUp(axis.outside ?? 0, axis.multipleOf)
  if (outside > 0) {
    // The same plan of a picture that is larger at both ends.
    const larger = { ...axis, size: axis.size + 2 * outside, outside: 0 }
    const back = ({ start, length }: Span): Span => ({ start: start - outside, length })
    return planAxis(from + outside, to + outside, larger).map(({ core, window }) => ({
      core: back(core),
      window: back(window),
    }))
  }
  const { multipleOf, size, least } = axis
  const margin = roundUp(axis.margin, multipleOf)
  const tile = roundUp(axis.tile, multipleOf)
  const start = Math.max(0, roundDown(from - margin, multipleOf))
  const end = Math.min(size, roundUp(to + margin, multipleOf))
  const inner = end - start - 2 * margin
  if (inner <= tile) {
    const length = Math.max(least, end - start)
    return [{ core: { start: from, length: to - from }, window: { start: Math.min(start, size - length), length } }]
  }

  const count = Math.ceil(inner / tile)
  const pitch = axis.even === false ? tile : roundUp(inner / count, multipleOf)
  const length = Math.max(least, pitch + 2 * margin)
  return Array.from({ length: count }, (_, i) => {
    const first = i === 0 ? from : start + i * pitch + margin
    const next = i === count - 1 ? to : start + (i + 1) * pitch + margin
    return {
      core: { start: first, length: next - first },
      window: { start: Math.min(start + i * pitch, end - length), length },
    }
  })
}

interface Axis {
  /** Of the padded picture. */
  size: number
  tile: number
  margin: number
  multipleOf: number
  even?: boolean
  least: number
  outside?: number
}

function check(input: TilingInput): void {
  const { width, height, tile, tileHeight = tile, margin, multipleOf, region, outside = 0 } = input
  const positive = [width, height, tile, tileHeight, multipleOf].every((value) => Number.isInteger(value) && value > 0)
  const inside =
    !region ||
    (Object.values(region).every(Number.isInteger) &&
      region.left >= 0 &&
      region.top >= 0 &&
      region.width > 0 &&
      region.height > 0 &&
      region.left + region.width <= width &&
      region.top + region.height <= height)
  if (!positive || !Number.isInteger(margin) || margin < 0 || !inside || !Number.isInteger(outside)) {
    throw new LacunaError('internal', { reason: `no tiles for ${JSON.stringify(input)}` })
  }
}

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple
const roundDown = (value: number, multiple: number): number => Math.floor(value / multiple) * multiple
