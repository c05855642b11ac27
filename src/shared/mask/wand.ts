/**
 * Magic wand and select similar. A pixel belongs when no channel differs from the seed's by more than the tolerance, in
 * the file's own encoded numbers (the largest difference, not their sum: so a tolerance of 10 means ten levels at most in
 * any channel, in grey and in colour, at 8 and 16 bits). Alpha is a channel too; where both are fully transparent,
 * colour is not looked at. Connected means over edges, not over corners. Pixels belong or don't: no soft rim.
 *
 * The picture is read once, from top to bottom: each row becomes runs, and runs that touch are united, so that a selection
 * of any form needs no row twice, and always comes out the same.
 */
import { LacunaError } from '../errors.js'
import type { Area } from './area.js'
import type { MaskBitmap } from './bitmap.js'
import type { WandOperation } from './mask.js'
import { hasAlpha, type PixelSource } from './pixels.js'

type Row = Uint8Array | Uint16Array
export type Wand = Pick<WandOperation, 'x' | 'y' | 'tolerance' | 'contiguous'>

/** Of a source in memory; one that is read from elsewhere feeds a {@link ColourSelection} row by row. */
export function wandBitmap(wand: Wand, pixels: PixelSource): MaskBitmap {
  if (wand.x >= pixels.width || wand.y >= pixels.height) throw new LacunaError('mask.outside')
  const seed = pixels.row(wand.y).slice(wand.x * pixels.bands, (wand.x + 1) * pixels.bands)
  const selection = new ColourSelection(wand, pixels, seed)
  for (let y = 0; y < pixels.height; y++) selection.add(pixels.row(y))
  return selection.finish()
}

export class ColourSelection {
  private readonly width: number
  private readonly bands: number
  private readonly alphaAt: number
  private readonly most: number
  private y = 0
  private starts = new Int32Array(1024)
  private ends = new Int32Array(1024)
  /** Of each run one that it is connected with, itself at the root. */
  private parents = new Int32Array(1024)
  private readonly firstOfRow: number[] = []
  private count = 0
  private seedRun = -1

  /** `seed`: the numbers of the pixel at the wand. */
  constructor(
    private readonly wand: Wand,
    pixels: Pick<PixelSource, 'width' | 'bands' | 'max'>,
    private readonly seed: Row,
  ) {
    this.width = pixels.width
    this.bands = pixels.bands
    this.alphaAt = hasAlpha(pixels) ? pixels.bands - 1 : -1
    this.most = (wand.tolerance * pixels.max) / 255
  }

  /** The next row of the picture, from the top. */
  add(row: Row): void {
    const above = this.firstOfRow.at(-1) ?? 0
    const first = this.count
    this.firstOfRow.push(first)
    for (let x = 0; x < this.width; x++) {
      if (!this.belongs(row, x * this.bands)) continue
      const start = x
      while (x + 1 < this.width && this.belongs(row, (x + 1) * this.bands)) x++
      if (this.y === this.wand.y && start <= this.wand.x && this.wand.x <= x) this.seedRun = this.count
      this.push(start, x + 1)
    }
    if (this.wand.contiguous) this.unite(above, first)
    this.y++
  }

  finish(): MaskBitmap {
    const root = this.wand.contiguous && this.seedRun >= 0 ? this.root(this.seedRun) : -1
    const chosen = (run: number): boolean => !this.wand.contiguous || (root >= 0 && this.root(run) === root)
    const area = this.boundsOf(chosen)
    const data = new Uint8Array(area.width * area.height)
    this.forEachRun((run, y) => {
      if (!chosen(run)) return
      const at = (y - area.y) * area.width - area.x
      data.fill(255, at + this.starts[run]!, at + this.ends[run]!)
    })
    return { area, data }
  }

  private belongs(row: Row, at: number): boolean {
    if (this.alphaAt >= 0 && row[at + this.alphaAt] === 0 && this.seed[this.alphaAt] === 0) return true
    for (let band = 0; band < this.bands; band++)
      if (Math.abs(row[at + band]! - this.seed[band]!) > this.most) return false
    return true
  }

  private push(start: number, end: number): void {
    if (this.count === this.starts.length) {
      this.starts = grown(this.starts)
      this.ends = grown(this.ends)
      this.parents = grown(this.parents)
    }
    this.starts[this.count] = start
    this.ends[this.count] = end
    this.parents[this.count] = this.count
    this.count++
  }

  /** Connects the runs of the newest row, from `first` on, with those of the row above, from `above` on. */
  private unite(above: number, first: number): void {
    let upper = above
    let lower = first
    while (upper < first && lower < this.count) {
      if (this.starts[upper]! < this.ends[lower]! && this.starts[lower]! < this.ends[upper]!) {
        const a = this.root(upper)
        const b = this.root(lower)
        if (a < b) this.parents[b] = a
        else this.parents[a] = b
      }
      if (this.ends[upper]! < this.ends[lower]!) upper++
      else lower++
    }
  }

  private root(run: number): number {
    let at = run
    while (this.parents[at] !== at) {
      this.parents[at] = this.parents[this.parents[at]!]!
      at = this.parents[at]!
    }
    return at
  }

  private forEachRun(visit: (run: number, y: number) => void): void {
    this.firstOfRow.forEach((first, y) => {
      const end = this.firstOfRow[y + 1] ?? this.count
      for (let run = first; run < end; run++) visit(run, y)
    })
  }

  private boundsOf(chosen: (run: number) => boolean): Area {
    let left = Infinity
    let right = 0
    let top = Infinity
    let bottom = 0
    this.forEachRun((run, y) => {
      if (!chosen(run)) return
      left = Math.min(left, this.starts[run]!)
      right = Math.max(right, this.ends[run]!)
      top = Math.min(top, y)
      bottom = y + 1
    })
    return right === 0
      ? { x: 0, y: 0, width: 0, height: 0 }
      : { x: left, y: top, width: right - left, height: bottom - top }
  }
}

function grown(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(2 * from.length)
  to.set(from)
  return to
}
