/** sharp, set up once for the engine: no cache (files change under their names), few threads, and no loader that we don't want. */
import { availableParallelism } from 'node:os'
import sharp from 'sharp'
import type { SharpOptions } from 'sharp'

sharp.cache(false)
sharp.concurrency(Math.min(4, availableParallelism()))
// Only what signature.ts recognises may ever be opened; vector formats could read other files.
sharp.block({
  operation: [
    'VipsForeignLoadSvg',
    'VipsForeignLoadPdf',
    'VipsForeignLoadMagick',
    'VipsForeignLoadOpenslide',
    'VipsForeignLoadPpm',
    'VipsForeignLoadFits',
    'VipsForeignLoadRad',
  ],
})

/** One gigapixel: the largest picture that is opened. */
export const MAX_PIXELS = 1_000_000_000

/** Options for reading any file: size limits are our own (checked on the header, see header.ts). */
export const readOptions = (options: SharpOptions = {}): SharpOptions => ({
  limitInputPixels: MAX_PIXELS,
  failOn: 'error',
  sequentialRead: true,
  ...options,
})

/** Options for reading a raster: random access, so that nothing is copied to memory to turn or cut it. */
export const rasterOptions = (options: SharpOptions = {}): SharpOptions => ({
  limitInputPixels: MAX_PIXELS,
  failOn: 'error',
  sequentialRead: false,
  ...options,
})

export { sharp }

/** For `doctor`: the libraries that read and write pixels. */
export const imagingVersions = (): Record<string, string> => ({
  sharp: sharp.versions.sharp ?? '',
  libvips: sharp.versions.vips,
})
