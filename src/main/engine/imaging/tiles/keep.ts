/** A raster into the tile store. */
import { cancelled } from '../../../../shared/errors.js'
import type { RasterRef, StoredPixels, TaskInput, TaskResult } from '../../protocol/tasks.js'
import { checkpoint, type ImagingContext } from '../context.js'
import { RasterReader, readProfile, type Samples } from '../raster.js'
import { renderRegion } from '../view.js'
import { gridOf, tileAt, tilesUnder } from './grid.js'
import { TileStore } from './store.js'

/** Tiles that are packed at a time: zlib has four threads. */
const AT_ONCE = 4
/** Longest side of a stored thumbnail in pixels. */
const THUMB = 192

/**
 * Stores a state. With `before`, only what lies under its area is read: all else is as in the state before, which is stored
 * already. Throws `output.diskFull`, `output.failed`, `cancelled`; what was written by then is found again by the next try.
 */
export async function keepState(
  { raster, view, store: dir, before }: Omit<TaskInput<'keepState'>, 'kind'>,
  context: ImagingContext,
): Promise<TaskResult<'keepState'>> {
  const store = new TileStore(dir)
  const tiles = await keepTiles(raster, store, before, context)
  const profile = await readProfile(raster)
  const { width, height, bands, depth } = raster
  const pixels: StoredPixels = {
    ...{ width, height, bands, depth, tiles },
    profile: profile === null ? null : await store.putBytes(profile),
  }
  const whole = { left: 0, top: 0, width: view.width, height: view.height }
  const { data } = await renderRegion({ raster: view, rect: whole, type: 'webp', size: THUMB })
  const thumb = await store.putBytes(data)
  await store.sync()
  context.progress(1)
  return { pixels, thumb, written: store.written, bytes: store.bytes }
}

async function keepTiles(
  raster: RasterRef,
  store: TileStore,
  before: TaskInput<'keepState'>['before'],
  { signal, progress }: ImagingContext,
): Promise<string[]> {
  const grid = gridOf(raster)
  const tiles = before === null ? [] : [...before.pixels.tiles]
  const { columns, rows } =
    before === null
      ? { columns: { from: 0, to: grid.columns }, rows: { from: 0, to: grid.rows } }
      : tilesUnder(raster, before.area)
  const reader = await RasterReader.open(raster)
  try {
    for (let row = rows.from; row < rows.to; row++) {
      const { top, height } = tileAt(raster, 0, row)
      const strip = await reader.readRows(top, height)
      await eachAtOnce(columns, async (column) => {
        if (signal.aborted) throw cancelled()
        const rect = tileAt(raster, column, row)
        const shape = { width: rect.width, height: rect.height, bands: raster.bands, depth: raster.depth }
        tiles[row * grid.columns + column] = await store.putTile(cut(strip, raster, rect), shape)
      })
      progress((row + 1 - rows.from) / (rows.to - rows.from))
    }
  } finally {
    await reader.close()
  }
  checkpoint(signal)
  return tiles
}

/** The samples of a tile out of the rows that it lies in. */
function cut(
  strip: Samples,
  { width, bands }: RasterRef,
  rect: { left: number; width: number; height: number },
): Samples {
  const row = rect.width * bands
  const out = strip instanceof Uint16Array ? new Uint16Array(row * rect.height) : new Uint8Array(row * rect.height)
  for (let y = 0; y < rect.height; y++) {
    const from = (y * width + rect.left) * bands
    out.set(strip.subarray(from, from + row), y * row)
  }
  return out
}

/** Some of a range's numbers at a time; the first failure ends it, when those under way have ended. */
export async function eachAtOnce(
  { from, to }: { from: number; to: number },
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = from
  const lane = async (): Promise<void> => {
    while (next < to) await work(next++)
  }
  const ended = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, to - from) }, lane))
  const failed = ended.find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason as Error
}
