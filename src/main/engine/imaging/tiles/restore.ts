/** A state's raster out of the tile store. */
import { constants, copyFile, open, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { LacunaError } from '../../../../shared/errors.js'
import type { RasterRef, Rect, StoredPixels, TaskInput, TaskResult } from '../../protocol/tasks.js'
import { checkpoint, type ImagingContext } from '../context.js'
import { requireSpace } from '../disk.js'
import { HEADER, pixelBytes, RasterReader, RasterWriter, rowBytes, writeFailure, type Samples } from '../raster.js'
import { bytesOf } from './codec.js'
import { around, gridOf, tileAt, tileCount } from './grid.js'
import { eachAtOnce } from './keep.js'
import { TileStore } from './store.js'

/**
 * Writes `out`. With a neighbour of the same shape it starts as a copy of that (where the file system can, one that shares
 * its blocks), and only the tiles that differ are read. Throws `history.damaged`, `output.diskFull`, `output.failed`,
 * `cancelled`; nothing is left at `out` then.
 */
export async function restoreState(
  { pixels, store: dir, near, out }: Omit<TaskInput<'restoreState'>, 'kind'>,
  context: ImagingContext,
): Promise<TaskResult<'restoreState'>> {
  if (pixels.tiles.length !== tileCount(pixels))
    throw new LacunaError('history.damaged', { name: basename(out) }, new Error(`${pixels.tiles.length} tiles`))
  const store = new TileStore(dir)
  await requireSpace(dirname(out), pixelBytes(pixels), { name: basename(out) })
  try {
    const changed =
      near !== null && alike(near.pixels, pixels)
        ? await change(pixels, near, store, out, context)
        : await build(pixels, store, out, context)
    const { width, height, bands, depth } = pixels
    return { raster: { path: out, width, height, bands, depth }, changed }
  } catch (thrown) {
    await rm(out, { force: true })
    throw thrown
  }
}

const alike = (a: StoredPixels, b: StoredPixels): boolean =>
  a.width === b.width && a.height === b.height && a.bands === b.bands && a.depth === b.depth && a.profile === b.profile

async function build(
  pixels: StoredPixels,
  store: TileStore,
  out: string,
  { signal, progress }: ImagingContext,
): Promise<Rect> {
  const { columns, rows } = gridOf(pixels)
  const profile = pixels.profile === null ? null : await store.bytesAt(pixels.profile)
  const writer = await RasterWriter.create(out, pixels, profile)
  try {
    for (let row = 0; row < rows; row++) {
      checkpoint(signal)
      const strip = stripOf(pixels, row)
      await eachAtOnce({ from: 0, to: columns }, (column) => place(pixels, store, strip, column, row))
      await writer.append(strip)
      progress((row + 1) / rows)
    }
    await writer.finish()
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
  return { left: 0, top: 0, width: pixels.width, height: pixels.height }
}

async function change(
  pixels: StoredPixels,
  near: { raster: RasterRef; pixels: StoredPixels },
  store: TileStore,
  out: string,
  { signal, progress }: ImagingContext,
): Promise<Rect | null> {
  const { columns, rows } = gridOf(pixels)
  await copyFile(near.raster.path, out, constants.COPYFILE_FICLONE).catch((thrown: unknown) => {
    throw writeFailure(out, thrown)
  })
  const reader = await RasterReader.open({ ...near.raster, path: out })
  const file = await open(out, 'r+')
  let changed: Rect | null = null
  try {
    for (let row = 0; row < rows; row++) {
      checkpoint(signal)
      const differing: number[] = []
      for (let column = 0; column < columns; column++) {
        const at = row * columns + column
        if (pixels.tiles[at] === near.pixels.tiles[at]) continue
        differing.push(column)
        changed = around(changed, tileAt(pixels, column, row))
      }
      if (differing.length > 0) {
        const { top, height } = tileAt(pixels, 0, row)
        const strip = differing.length === columns ? stripOf(pixels, row) : await reader.readRows(top, height)
        await eachAtOnce({ from: 0, to: differing.length }, (i) =>
          place(pixels, store, strip, differing[i] as number, row),
        )
        await writeAt(file, bytesOf(strip), HEADER + rowBytes(pixels) * top, out)
      }
      progress((row + 1) / rows)
    }
  } finally {
    await reader.close()
    await file.close()
  }
  return changed
}

function stripOf(pixels: StoredPixels, row: number): Samples {
  const count = pixels.width * pixels.bands * tileAt(pixels, 0, row).height
  return pixels.depth === 16 ? new Uint16Array(count) : new Uint8Array(count)
}

/** A tile into the rows that it lies in. */
async function place(
  pixels: StoredPixels,
  store: TileStore,
  strip: Samples,
  column: number,
  row: number,
): Promise<void> {
  const { bands, depth } = pixels
  const rect = tileAt(pixels, column, row)
  const hash = pixels.tiles[row * gridOf(pixels).columns + column] as string
  const samples = await store.tile(hash, { width: rect.width, height: rect.height, bands, depth })
  const length = rect.width * bands
  for (let y = 0; y < rect.height; y++)
    strip.set(samples.subarray(y * length, (y + 1) * length), (y * pixels.width + rect.left) * bands)
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number, path: string): Promise<void> {
  try {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
      done += bytesWritten
    }
  } catch (thrown) {
    throw writeFailure(path, thrown)
  }
}
