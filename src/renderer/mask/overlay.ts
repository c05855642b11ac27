/**
 * The mask as colour over the picture: in tiles of the level that is shown, each painted again only where the mask
 * changed, and only as many at once as a frame has time for. Opacity is for whoever draws the tiles; it repaints nothing.
 */
import { intersection, isEmpty, shrunk, type Area, type MaskTiles } from '../../shared/mask/index.js'
import { merged } from './live.js'

/** Side of an overlay tile in its own pixels; in the picture's, 2^level times that. */
export const OVERLAY_TILE = 256

export type Colour = readonly [red: number, green: number, blue: number]

export interface OverlayTile {
  readonly column: number
  readonly row: number
}

/** Where the pixels of a tile are kept: a canvas in the browser. */
export interface Surface {
  /** Rows of RGBA, not premultiplied. */
  put(pixels: Uint8ClampedArray<ArrayBuffer>, x: number, y: number, width: number, height: number): void
}

/** The overlay tiles that areas of the picture lie on, each once. */
export function tilesUnder(areas: readonly Area[], level: number): OverlayTile[] {
  const side = OVERLAY_TILE * 2 ** level
  const found = new Map<string, OverlayTile>()
  for (const { x, y, width, height } of areas)
    for (let row = Math.floor(y / side); row * side < y + height; row++)
      for (let column = Math.floor(x / side); column * side < x + width; column++)
        found.set(keyOf({ column, row }), { column, row })
  return [...found.values()]
}

/** An area grown to whole steps of a level, cut at the picture's border. */
export function onSteps(
  { x, y, width, height }: Area,
  level: number,
  picture: { width: number; height: number },
): Area {
  const step = 2 ** level
  const down = (value: number): number => Math.floor(value / step) * step
  const up = (value: number): number => Math.ceil(value / step) * step
  const left = down(x)
  const top = down(y)
  return intersection(
    { x: left, y: top, width: up(x + width) - left, height: up(y + height) - top },
    { x: 0, y: 0, ...picture },
  )
}

/** The colour of an area of the mask: its bytes are the alpha. */
export function colourOf(
  tiles: MaskTiles,
  area: Area,
  level: number,
  [r, g, b]: Colour,
): Uint8ClampedArray<ArrayBuffer> {
  const bytes = shrunk(tiles, area, level)
  const pixels = new Uint32Array(bytes.length)
  const paint = little ? r | (g << 8) | (b << 16) : (r << 24) | (g << 16) | (b << 8)
  const shift = little ? 24 : 0
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) pixels[i] = paint | (bytes[i]! << shift)
  return new Uint8ClampedArray(pixels.buffer)
}

/** Whether the first byte of a number in memory is its lowest. */
const little = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

const keyOf = ({ column, row }: OverlayTile): string => `${column},${row}`

export class Overlay<S extends Surface> {
  private readonly surfaces = new Map<string, S>()
  private waiting = new Map<string, { tile: OverlayTile; areas: Area[] }>()
  private fresh: Area[] = []
  /** The tiles that are kept up to date; null: all of them. */
  private seen: Set<string> | null = null

  constructor(
    private readonly picture: { readonly width: number; readonly height: number },
    readonly level: number,
    private readonly colour: Colour,
    private readonly makeSurface: () => S,
  ) {}

  /** Null for a tile that was never painted: nothing is masked there, or it waits. */
  surface(tile: OverlayTile): S | null {
    return this.surfaces.get(keyOf(tile)) ?? null
  }

  get pending(): number {
    return this.waiting.size
  }

  /** Parts of the picture where the mask changed, or that came into view. */
  changed(areas: readonly Area[]): void {
    const whole = { x: 0, y: 0, ...this.picture }
    for (const area of areas.map((each) => intersection(each, whole)))
      for (const tile of isEmpty(area) ? [] : tilesUnder([area], this.level)) {
        const key = keyOf(tile)
        if (this.seen?.has(key) === false) continue
        const known = this.waiting.get(key) ?? { tile, areas: [] }
        known.areas.push(intersection(area, this.areaOf(tile)))
        this.waiting.set(key, known)
      }
  }

  /** Everything of an area, as when a view is opened. Tiles of no mask need no surface. */
  show(area: Area): void {
    this.changed([area])
  }

  /**
   * The part of the picture that is in sight: what comes into it is painted, and from now on changes count only where
   * something was in sight once. Of more than `most` tiles with a surface those out of sight are let go.
   */
  see(area: Area, most = 384): void {
    const known = (this.seen ??= new Set())
    const sight = tilesUnder([intersection(area, { x: 0, y: 0, ...this.picture })], this.level)
    for (const tile of sight) {
      if (known.has(keyOf(tile))) continue
      known.add(keyOf(tile))
      this.changed([this.areaOf(tile)])
    }
    if (this.surfaces.size <= most) return
    const kept = new Set(sight.map(keyOf))
    for (const key of this.surfaces.keys()) {
      if (kept.has(key)) continue
      this.surfaces.delete(key)
      this.waiting.delete(key)
      known.delete(key)
    }
  }

  /**
   * Paints what waits, nearest to `first` first, until `now()` reaches `until`; at least one tile, so that it goes on.
   * Gives the tiles that were painted.
   */
  paint(tiles: MaskTiles, first: Area, until: number, now: () => number): OverlayTile[] {
    const painted: OverlayTile[] = []
    const middle = { x: first.x + first.width / 2, y: first.y + first.height / 2 }
    const far = ({ tile }: { tile: OverlayTile }): number => {
      const { x, y, width, height } = this.areaOf(tile)
      return Math.max(Math.abs(x + width / 2 - middle.x), Math.abs(y + height / 2 - middle.y))
    }
    const order = [...this.waiting].sort(([, a], [, b]) => far(a) - far(b))
    for (const [key, { tile, areas }] of order) {
      if (painted.length > 0 && now() >= until) break
      this.waiting.delete(key)
      if (this.paintTile(tiles, tile, areas)) painted.push(tile)
    }
    return painted
  }

  /** The parts of the picture that were painted since this was asked last. */
  takeFresh(): Area[] {
    const fresh = this.fresh
    this.fresh = []
    return fresh
  }

  private paintTile(tiles: MaskTiles, tile: OverlayTile, areas: readonly Area[]): boolean {
    const key = keyOf(tile)
    const origin = this.areaOf(tile)
    let surface = this.surfaces.get(key)
    if (surface === undefined && isBlank(tiles, origin)) return false
    if (surface === undefined) {
      surface = this.makeSurface()
      this.surfaces.set(key, surface)
    }
    for (const area of merged(areas)) {
      const part = onSteps(area, this.level, this.picture)
      const step = 2 ** this.level
      const width = Math.ceil(part.width / step)
      const height = Math.ceil(part.height / step)
      const pixels = colourOf(tiles, part, this.level, this.colour)
      this.fresh.push(part)
      surface.put(pixels, (part.x - origin.x) / step, (part.y - origin.y) / step, width, height)
    }
    return true
  }

  /** A tile's pixels of the picture. */
  areaOf({ column, row }: OverlayTile): Area {
    const side = OVERLAY_TILE * 2 ** this.level
    return intersection({ x: column * side, y: row * side, width: side, height: side }, { x: 0, y: 0, ...this.picture })
  }
}

const isBlank = (tiles: MaskTiles, area: Area): boolean =>
  tiles.grid.touched(area).every((index) => tiles.tile(index) === 0)
