/** A small picture of what may change, as far as it is filled: what the person sees while a fill is drawn. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { byteAt, type MaskTiles } from '../../../../shared/mask/index.js'
import { RasterReader, RasterWriter, readProfile, renderRegion } from '../../imaging/index.js'
import type { Samples } from '../../imaging/raster.js'
import type { LevelPreview } from '../../inpaint/task.js'
import type { RasterRef } from '../../protocol/tasks.js'
import type { Box } from '../inpainter.js'

/** Larger side of the picture, px. */
const SIDE = 768
/** Pixels of the area that are read at a time. */
const PART = 1 << 18

export class PreviewCanvas {
  /** Interleaved RGB, the file's own numbers as 0..255. */
  readonly #pixels: Uint8Array
  readonly #width: number
  readonly #height: number
  #count = 0
  #writing = Promise.resolve()
  #stale = false

  private constructor(
    private readonly raster: RasterRef,
    private readonly profile: Buffer | null,
    private readonly area: Box,
    private readonly dir: string,
    private readonly onPicture: (path: string) => void,
  ) {
    const shrink = Math.min(1, SIDE / Math.max(area.width, area.height))
    this.#width = Math.max(1, Math.round(area.width * shrink))
    this.#height = Math.max(1, Math.round(area.height * shrink))
    this.#pixels = new Uint8Array(3 * this.#width * this.#height)
  }

  /** Starts as the picture is; each new one is a PNG in `dir`, told by its path. */
  static async over(
    raster: RasterRef,
    area: Box,
    dir: string,
    onPicture: (path: string) => void,
  ): Promise<PreviewCanvas> {
    const canvas = new PreviewCanvas(raster, await readProfile(raster), area, dir, onPicture)
    const reader = await RasterReader.open(raster)
    try {
      // Where rows are far apart, each is read by itself.
      const rows = area.height <= 2 * canvas.#height ? Math.max(1, Math.floor(PART / area.width)) : 1
      for (let y = 0; y < canvas.#height;) {
        const top = place(y, canvas.#height, area.height)
        const part = { ...area, top: area.top + top, height: Math.min(rows, area.height - top) }
        const samples = await reader.readRegion(part)
        for (; y < canvas.#height; y++) {
          const row = place(y, canvas.#height, area.height) - top
          if (row >= part.height) break
          canvas.#begin(y, samples.subarray(row * area.width * raster.bands))
        }
      }
    } finally {
      await reader.close()
    }
    return canvas
  }

  /** One of its rows out of one of the area. */
  #begin(y: number, samples: Samples): void {
    const { bands, depth } = this.raster
    for (let x = 0; x < this.#width; x++) {
      const from = place(x, this.#width, this.area.width) * bands
      for (let c = 0; c < 3; c++)
        this.#pixels[3 * (y * this.#width + x) + c] = samples[from + (bands < 3 ? 0 : c)]! >> (depth - 8)
    }
  }

  /** The same picture for a raster that lies at `left`, `top` of the one that it was made for. */
  at({ left, top }: { left: number; top: number }): Pick<PreviewCanvas, 'update'> {
    return {
      update: (level, crop, box, mask) => this.#update(level, crop, box, mask, { left, top }),
    }
  }

  /** Takes the hole in `box` from a level of its crop. */
  update(level: LevelPreview, crop: Box, box: Box, mask: MaskTiles): void {
    this.#update(level, crop, box, mask, { left: 0, top: 0 })
  }

  #update(level: LevelPreview, crop: Box, box: Box, mask: MaskTiles, origin: { left: number; top: number }): void {
    const { area } = this
    const across = placesIn(level.width, {
      ...{ count: this.#width, start: area.left - origin.left, length: area.width },
      ...{ from: box.left, to: box.left + box.width, cropStart: crop.left, cropLength: crop.width },
    })
    const down = placesIn(level.height, {
      ...{ count: this.#height, start: area.top - origin.top, length: area.height },
      ...{ from: box.top, to: box.top + box.height, cropStart: crop.top, cropLength: crop.height },
    })
    const { picture } = level
    for (const row of down) {
      const [above, below] = [3 * row.low * level.width, 3 * row.high * level.width]
      for (const column of across) {
        if (byteAt(mask, column.whole, row.whole) === 0) continue
        const to = 3 * (row.at * this.#width + column.at)
        for (let c = 0; c < 3; c++) {
          const [left, right] = [3 * column.low + c, 3 * column.high + c]
          const upper = picture[above + left]! + column.share * (picture[above + right]! - picture[above + left]!)
          const lower = picture[below + left]! + column.share * (picture[below + right]! - picture[below + left]!)
          const value = upper + row.share * (lower - upper)
          this.#pixels[to + c] = Math.round(255 * Math.min(1, Math.max(0, value)))
        }
      }
    }
    this.#write()
  }

  /** Resolves when what was told is written. */
  async settled(): Promise<void> {
    await this.#writing
  }

  /** One at a time; of those that come meanwhile only the newest. */
  #write(): void {
    if (this.#stale) return
    this.#stale = true
    this.#writing = this.#writing.then(async () => {
      this.#stale = false
      const path = join(this.dir, `preview${++this.#count}.png`)
      await writeFile(path, await this.#encode())
      this.onPicture(path)
    })
    // A preview that cannot be written is no reason to fail the fill; a full disk will say so where it matters.
    this.#writing = this.#writing.catch(() => undefined)
  }

  async #encode(): Promise<Uint8Array> {
    const grey = this.raster.bands < 3
    const shape = { width: this.#width, height: this.#height, bands: grey ? 1 : 3, depth: 8 } as const
    const writer = await RasterWriter.create(join(this.dir, `preview.v`), shape, this.profile)
    await writer.append(grey ? this.#pixels.filter((_, at) => at % 3 === 0) : this.#pixels)
    const raster = await writer.finish()
    const rect = { left: 0, top: 0, width: shape.width, height: shape.height }
    return (await renderRegion({ raster, rect, type: 'png' })).data
  }
}

/** The middle of a preview pixel in the area. */
const place = (at: number, side: number, of: number): number => Math.min(of - 1, Math.floor(((at + 0.5) * of) / side))

/** A column (or row) of the preview, and the two of a level's picture that it lies between. */
interface Place {
  at: number
  /** In the picture. */
  whole: number
  low: number
  high: number
  /** How far it is from `low` to `high`, 0..1. */
  share: number
}

interface Axis {
  /** Pixels of the preview, over `length` of the picture from `start` on. */
  count: number
  start: number
  length: number
  /** Only what lies here in the picture. */
  from: number
  to: number
  cropStart: number
  cropLength: number
}

/** Once for each column and row, not for each pixel: a preview is made between the passes of a search that wants all cores. */
function placesIn(size: number, { count, start, length, from, to, cropStart, cropLength }: Axis): Place[] {
  const places: Place[] = []
  for (let at = 0; at < count; at++) {
    const whole = start + place(at, count, length)
    if (whole < from || whole >= to) continue
    const exact = Math.min(size - 1, Math.max(0, ((whole + 0.5 - cropStart) * size) / cropLength - 0.5))
    const low = Math.floor(exact)
    places.push({ at, whole, low, high: Math.min(size - 1, low + 1), share: exact - low })
  }
  return places
}
