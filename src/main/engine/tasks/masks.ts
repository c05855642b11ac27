/** What masks need of a raster's pixels. */
import { pasteRaster, selectPixels, writeMask } from '../imaging/index.js'
import type { Handler } from './context.js'

export const select: Handler<'select'> = ({ raster, operation, out }) => selectPixels(raster, operation, out)

export const mask: Handler<'mask'> = async ({ raster, mask, out, dir }, { signal, progress }) => {
  const imaging = { signal, progress: (fraction: number) => progress('decode', fraction) }
  return { raster: await writeMask(mask, out, { raster, dir, imaging, name: '' }) }
}

export const paste: Handler<'paste'> = async ({ raster, patch, area, out }) => ({
  raster: await pasteRaster(raster, patch, area, out),
})
