/**
 * Lines drawn once and kept as pixels. Around a thousand strokes they take a tenth of a second to draw, and of all of them
 * a stroke changes a few tiles: only around these they are drawn again.
 */
import type { Pieces } from '../mask/contour.js'
import type { Rect } from './viewport.js'

export interface Drawn {
  readonly path: Path2D
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A tile's lines, for as long as they are the same. */
const drawn = new WeakMap<Pieces, Drawn>()

export function drawnOf(pieces: Pieces): Drawn {
  const known = drawn.get(pieces)
  if (known !== undefined) return known
  const path = new Path2D()
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const line of joined(pieces))
    for (let i = 0; i < line.length; i += 2) {
      const x = line[i] ?? 0
      const y = line[i + 1] ?? 0
      if (i === 0) path.moveTo(x, y)
      else path.lineTo(x, y)
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      if (y > bottom) bottom = y
    }
  const made = { path, left, top, right, bottom }
  drawn.set(pieces, made)
  return made
}

/** Pieces that end where others begin, as lines of points x, y: they are drawn three times as fast, and without caps in between. */
export function joined(pieces: Pieces): number[][] {
  const keyAt = (i: number): string => `${pieces[i]} ${pieces[i + 1]}`
  const ends = new Map<string, number[]>()
  for (let i = 0; i < pieces.length; i += 2) {
    const key = keyAt(i)
    const there = ends.get(key)
    if (there === undefined) ends.set(key, [i])
    else there.push(i)
  }
  const used = new Set<number>()
  /** Onwards from one end of a piece, as long as there is an unused one. */
  const follow = (end: number): number[] => {
    const points: number[] = []
    for (let at: number | undefined = end; at !== undefined;) {
      points.push(pieces[at] ?? 0, pieces[at + 1] ?? 0)
      const next: number | undefined = ends.get(keyAt(at))?.find((other) => !used.has(other >> 2))
      if (next === undefined) break
      used.add(next >> 2)
      at = next % 4 === 0 ? next + 2 : next - 2
    }
    return points
  }
  const lines: number[][] = []
  for (let piece = 0; piece < pieces.length / 4; piece++) {
    if (used.has(piece)) continue
    used.add(piece)
    const back = follow(4 * piece)
    const on = follow(4 * piece + 2)
    const line: number[] = []
    for (let i = back.length - 2; i >= 0; i -= 2) line.push(back[i] ?? 0, back[i + 1] ?? 0)
    lines.push([...line, ...on])
  }
  return lines
}

/** Where the lines' picture lies and what is seen of it, in canvas pixels. */
export interface Place {
  readonly clip: Rect
  readonly to: Rect
  /** Canvas pixels of a picture pixel, across and down. */
  readonly scale: readonly [number, number]
  /** The width of the thin line, in canvas pixels. */
  readonly line: number
}

export class LineSheet {
  private readonly canvas = document.createElement('canvas')
  private place = ''
  private tiles: readonly Pieces[] = []

  constructor(private readonly alpha: number) {}

  /** White, with a dark rim on both sides: it shows on any picture, and on the mask's colour. */
  drawOn(target: CanvasRenderingContext2D, tiles: readonly Pieces[], place: Place): void {
    const { clip } = place
    const context = this.canvas.getContext('2d')
    if (context === null || clip.width < 1 || clip.height < 1) return
    const key = JSON.stringify(place)
    if (this.place !== key) {
      this.canvas.width = Math.ceil(clip.width)
      this.canvas.height = Math.ceil(clip.height)
      this.draw(context, tiles, place, null)
    } else if (this.tiles !== tiles) {
      const changed = this.changedIn(tiles, place)
      if (changed.length > 0) this.draw(context, tiles, place, changed)
    }
    this.place = key
    this.tiles = tiles
    target.drawImage(this.canvas, Math.round(clip.x), Math.round(clip.y))
  }

  /** On the sheet, with room for a line's width, in whole pixels: a clip between them would leave a soft edge. */
  private changedIn(tiles: readonly Pieces[], place: Place): Rect[] {
    const areas: Rect[] = []
    for (let index = 0; index < Math.max(tiles.length, this.tiles.length); index++) {
      const [before, after] = [this.tiles[index] ?? [], tiles[index] ?? []]
      if (before === after) continue
      for (const pieces of [before, after]) if (pieces.length > 0) areas.push(onSheet(drawnOf(pieces), place))
    }
    return areas
  }

  private draw(
    context: CanvasRenderingContext2D,
    tiles: readonly Pieces[],
    place: Place,
    areas: readonly Rect[] | null,
  ): void {
    const { clip, to, scale, line } = place
    const seen = areas ?? [{ x: 0, y: 0, width: this.canvas.width, height: this.canvas.height }]
    context.save()
    if (areas !== null) {
      context.beginPath()
      for (const { x, y, width, height } of areas) context.rect(x, y, width, height)
      context.clip()
    }
    context.clearRect(0, 0, this.canvas.width, this.canvas.height)
    context.translate(to.x - Math.round(clip.x), to.y - Math.round(clip.y))
    context.scale(...scale)
    context.lineJoin = 'round'
    const paths = tiles.flatMap((pieces) => {
      if (pieces.length === 0) return []
      const each = drawnOf(pieces)
      const at = onSheet(each, place)
      return seen.some((area) => meet(area, at)) ? [each.path] : []
    })
    const across = line / scale[0]
    for (const [colour, alpha, width] of [
      ['#000', 0.35, 3 * across],
      ['#fff', 0.9, across],
    ] as const) {
      context.globalAlpha = alpha * this.alpha
      context.strokeStyle = colour
      context.lineWidth = width
      for (const path of paths) context.stroke(path)
    }
    context.restore()
  }
}

function onSheet({ left, top, right, bottom }: Drawn, { clip, to, scale, line }: Place): Rect {
  const rim = 2 * line
  const [x, y] = [to.x - Math.round(clip.x), to.y - Math.round(clip.y)]
  const from = { x: Math.floor(x + left * scale[0] - rim), y: Math.floor(y + top * scale[1] - rim) }
  const end = { x: Math.ceil(x + right * scale[0] + rim), y: Math.ceil(y + bottom * scale[1] + rim) }
  return { ...from, width: end.x - from.x, height: end.y - from.y }
}

const meet = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
