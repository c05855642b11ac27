/** Rasters at another depth. The scale is exact: 255 and 65535 are both white, so 8 -> 16 -> 8 bits gives the same numbers. */
import type { RasterRef } from '../protocol/tasks.js'
import { checkpoint } from './context.js'
import { RasterReader, RasterWriter, readProfile, rowBytes, type Samples } from './raster.js'

/** Rows are handled in strips of about this many bytes. */
const STRIP = 8 * 1024 * 1024

export const stripRows = (ref: RasterRef) => Math.max(1, Math.floor(STRIP / rowBytes(ref)))

/** n * 257 one way, n / 257 rounded the other. */
export function convertSamples(samples: Samples, depth: RasterRef['depth']): Samples {
  if (depth === 16) {
    if (samples instanceof Uint16Array) return samples
    const wide = new Uint16Array(samples.length)
    for (let i = 0; i < samples.length; i++) wide[i] = samples[i]! * 257
    return wide
  }
  if (samples instanceof Uint8Array) return samples
  const narrow = new Uint8Array(samples.length)
  for (let i = 0; i < samples.length; i++) narrow[i] = Math.round(samples[i]! / 257)
  return narrow
}

/** Writes `raster` to `path` at `depth`. Throws `output.diskFull`, `cancelled`. */
export async function convertDepth(
  raster: RasterRef,
  depth: RasterRef['depth'],
  path: string,
  signal: AbortSignal,
): Promise<RasterRef> {
  const reader = await RasterReader.open(raster)
  const writer = await RasterWriter.create(path, { ...raster, depth }, await readProfile(raster))
  try {
    const rows = stripRows(raster)
    for (let top = 0; top < raster.height; top += rows) {
      checkpoint(signal)
      await writer.append(convertSamples(await reader.readRows(top, Math.min(rows, raster.height - top)), depth))
    }
    return await writer.finish()
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  } finally {
    await reader.close()
  }
}
