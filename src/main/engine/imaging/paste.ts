/** Rasters put into rasters: a fill back into its picture, a picture onto a larger canvas. */
import { constants } from 'node:fs'
import { copyFile, open, rm } from 'node:fs/promises'
import { LacunaError } from '../../../shared/errors.js'
import type { Extension } from '../../../shared/extend.js'
import type { FillArea } from '../../../shared/fill.js'
import type { RasterRef } from '../protocol/tasks.js'
import { HEADER, RasterReader, RasterWriter, readProfile, rowBytes, writeFailure } from './raster.js'

/**
 * `out` is the raster with the patch over it. Where the area goes beyond the raster it must go around it on all sides, and
 * the patch is the result. Throws `request.invalid` for any other area, `output.diskFull`.
 */
export async function pasteRaster(
  raster: RasterRef,
  patch: RasterRef,
  area: FillArea,
  out: string,
): Promise<RasterRef> {
  const { left, top, width, height } = area
  if (patch.width !== width || patch.height !== height || patch.bands !== raster.bands || patch.depth !== raster.depth)
    throw new LacunaError('request.invalid', { reason: 'the patch has not the form of its area' })
  const inside = left >= 0 && top >= 0 && left + width <= raster.width && top + height <= raster.height
  const around = left <= 0 && top <= 0 && left + width >= raster.width && top + height >= raster.height
  if (!inside && !around) throw new LacunaError('request.invalid', { reason: 'the area crosses the border' })
  const whole = inside ? raster : patch
  try {
    await copyFile(whole.path, out, constants.COPYFILE_FICLONE)
    if (inside) await overwrite(raster, patch, area, out)
    return { ...whole, path: out }
  } catch (thrown) {
    await rm(out, { force: true })
    throw writeFailure(out, thrown)
  }
}

async function overwrite(raster: RasterRef, patch: RasterRef, { left, top }: FillArea, out: string): Promise<void> {
  const file = await open(out, 'r+')
  const reader = await RasterReader.open(patch)
  const offset = rowBytes({ ...raster, width: left })
  try {
    for (let y = 0; y < patch.height; y++) {
      const row = await reader.readRows(y, 1)
      const bytes = new Uint8Array(row.buffer, row.byteOffset, row.byteLength)
      await file.write(bytes, 0, bytes.length, HEADER + rowBytes(raster) * (top + y) + offset)
    }
  } finally {
    await reader.close()
    await file.close()
  }
}

/** The picture on a larger canvas; what is new is black, and opaque. Throws `output.diskFull`. */
export async function extendRaster(raster: RasterRef, extension: Extension, out: string): Promise<RasterRef> {
  const { left, top, right, bottom } = extension
  const { bands, depth } = raster
  const width = left + raster.width + right
  const height = top + raster.height + bottom
  const reader = await RasterReader.open(raster)
  const writer = await RasterWriter.create(out, { width, height, bands, depth }, await readProfile(raster))
  try {
    const blank = depth === 16 ? new Uint16Array(width * bands) : new Uint8Array(width * bands)
    if (bands % 2 === 0) for (let x = 1; x <= width; x++) blank[x * bands - 1] = depth === 16 ? 65535 : 255
    for (let y = 0; y < height; y++) {
      const row = blank.slice()
      if (y >= top && y < top + raster.height) row.set(await reader.readRows(y - top, 1), left * bands)
      await writer.append(row)
    }
    return await writer.finish()
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  } finally {
    await reader.close()
  }
}
