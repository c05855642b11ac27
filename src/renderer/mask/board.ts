/**
 * A mask on the screen: what is painted, and its colour in tiles of the level that fits the zoom. When the level or the
 * colour changes, the old tiles stay until the new ones are there.
 */
import { type Area, type PictureSize } from '../../shared/mask/index.js'
import { LiveMask } from './live.js'
import { Overlay, tilesUnder, type Colour } from './overlay.js'
import { CanvasSurface } from './surface.js'

/** A part of the picture, and what is to be drawn there. */
export interface BoardTile {
  readonly canvas: OffscreenCanvas
  /** Of the canvas, from its corner; with fractions at the picture's border. */
  readonly width: number
  readonly height: number
  readonly area: Area
}

const NOWHERE: Area = { x: 0, y: 0, width: 0, height: 0 }

export class Board {
  readonly live: LiveMask
  private shown: Overlay<CanvasSurface> | null = null
  private coming: Overlay<CanvasSurface> | null = null
  private fresh: Area[] = []
  private look: { level: number; colour: string; sight: Area } = { level: 0, colour: '', sight: NOWHERE }

  constructor(private readonly size: PictureSize) {
    this.live = new LiveMask(size)
  }

  /** `sight`: the part of the picture in sight, whole pixels; `level`: see `levelOf`. */
  see(level: number, colour: string, sight: Area): void {
    const other = level !== this.look.level || colour !== this.look.colour
    this.look = { level, colour, sight }
    if (other || (this.shown === null && this.coming === null))
      this.coming = new Overlay(this.size, level, colourOf(colour), () => new CanvasSurface())
    for (const overlay of [this.shown, this.coming]) if (overlay?.level === level) overlay.see(sight)
  }

  changed(areas: readonly Area[]): void {
    if (areas.length === 0) return
    this.shown?.changed(areas)
    this.coming?.changed(areas)
  }

  /** Paints what waits until `now()` reaches `until`. */
  paint(until: number, now: () => number): void {
    const { sight } = this.look
    const overlay = this.coming ?? this.shown
    overlay?.paint(this.live.tiles, sight, until, now)
    if (this.coming !== null && this.coming.pending === 0) {
      this.shown = this.coming
      this.coming = null
      this.fresh = [sight]
    }
    this.fresh.push(...(this.shown?.takeFresh() ?? []))
  }

  /** The parts of the picture that look different since this was asked last. */
  takeFresh(): Area[] {
    const fresh = this.fresh
    this.fresh = []
    return fresh
  }

  get pending(): boolean {
    return (this.coming ?? this.shown)?.pending !== 0
  }

  /** What is to be drawn of the part in sight. */
  *tiles(): Generator<BoardTile> {
    const overlay = this.shown
    if (overlay === null) return
    const step = 2 ** overlay.level
    for (const tile of tilesUnder([this.look.sight], overlay.level)) {
      const surface = overlay.surface(tile)
      if (surface === null) continue
      const area = overlay.areaOf(tile)
      if (area.width < 1 || area.height < 1) continue
      yield { canvas: surface.canvas, width: area.width / step, height: area.height / step, area }
    }
  }
}

/** The level that is drawn at a zoom, never enlarged while there is a finer one. */
export const levelOf = (zoom: number): number => Math.min(7, Math.max(0, Math.floor(Math.log2(1 / zoom) + 1e-6)))

const colourOf = (hex: string): Colour => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as never
