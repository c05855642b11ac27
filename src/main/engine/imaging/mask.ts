/** Masks at the size of their picture, as bytes for the pipelines: 0 stays, 255 is replaced. */
import { mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import {
  asMaskError,
  checkMask,
  type ImageOperation,
  type Mask,
  type MaskBitmap,
  alphaBitmap,
  ColourSelection,
  checkSize,
  emptyMask,
  isSelecting,
  rasterOf,
  readMaskImage,
  MASK_TILE,
  type MaskRaster,
  type PixelSource,
  type Selections,
  selectionKey,
  type WandOperation,
  type AlphaOperation,
} from '../../../shared/mask/index.js'
import type { MaskSource, RasterRef } from '../protocol/tasks.js'
import { findScratches } from '../scratches/index.js'
import type { ImagingContext } from './context.js'
import { decode } from './decode.js'
import { RasterReader, RasterWriter } from './raster.js'

interface MaskFor {
  /** The picture: its size, and what wand and alpha operations look at. */
  raster: RasterRef
  /** Pixels by which the mask grows, and the width of its soft border, on top of what it says itself. */
  edit?: { grow: number; feather: number }
  /** For scratch. */
  dir: string
  imaging: ImagingContext
  /** What sentences call a mask that has no file. */
  name: string
  /** Nothing or everything may be marked, too. */
  unchecked?: boolean
}

/**
 * One byte a pixel, in tiles: 0 stays, 255 is replaced, between them the share of the replacement. Throws `mask.*` (nothing
 * or everything marked, another size, not a picture), what decoding throws, and `cancelled`.
 */
export async function readMask(source: MaskSource, options: MaskFor): Promise<MaskRaster> {
  const { edit } = options
  const { mask, selections, name } = await resolved(source, options)
  const operations = [...mask.operations]
  if (edit !== undefined && edit.grow !== 0) operations.push({ kind: 'grow', pixels: edit.grow })
  if (edit !== undefined && edit.feather > 0) operations.push({ kind: 'feather', pixels: edit.feather })
  const whole = { ...mask, operations }
  const tiles = rasterOf(whole, selections)
  if (options.unchecked !== true) checkMask(whole, tiles, name)
  return tiles
}

/** The mask as a one-band 8-bit raster. Throws like {@link readMask}. */
export async function writeMask(source: MaskSource, out: string, options: MaskFor): Promise<RasterRef> {
  const { width, height } = options.raster
  const mask = await readMask(source, options)
  const writer = await RasterWriter.create(out, { width, height, bands: 1, depth: 8 }, null)
  try {
    for (let y = 0; y < height; y += MASK_TILE)
      await writer.append(mask.read({ x: 0, y, width, height: Math.min(MASK_TILE, height - y) }))
    return await writer.finish()
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
}

/** What a wand or alpha operation selects, as a raster of its bounds, which is null where that is nothing. */
export async function selectPixels(
  raster: RasterRef,
  operation: WandOperation | AlphaOperation,
  out: string,
): Promise<{ area: MaskBitmap['area']; raster: RasterRef | null }> {
  const { area, data } = await bitmapOf(raster, operation)
  const nothing = area.width === 0 || area.height === 0
  return { area, raster: nothing ? null : await writeBytes(out, area.width, area.height, data) }
}

async function writeBytes(out: string, width: number, height: number, data: Uint8Array): Promise<RasterRef> {
  const writer = await RasterWriter.create(out, { width, height, bands: 1, depth: 8 }, null)
  await writer.append(data)
  return await writer.finish()
}

interface Resolved {
  mask: Mask
  selections: Selections
  name: string
}

async function resolved(source: MaskSource, options: MaskFor): Promise<Resolved> {
  const { raster, imaging } = options
  const selections = new Map<string, MaskBitmap>()
  switch (source.from) {
    case 'file': {
      const name = basename(source.path)
      const image = imageOperation(name, source.fit)
      selections.set(selectionKey(image), await imageBitmap(source.path, image, name, options))
      return { mask: { ...emptyMask(raster), operations: [image] }, selections, name }
    }
    case 'scratches': {
      const reader = await RasterReader.open(raster)
      try {
        const { signal, progress } = imaging
        const data = await findScratches(reader, { sensitivity: source.sensitivity, signal, progress })
        if (!data.includes(255)) throw new LacunaError('mask.noScratches')
        const image = imageOperation('scratches', false)
        selections.set(selectionKey(image), { area: { x: 0, y: 0, width: raster.width, height: raster.height }, data })
        return { mask: { ...emptyMask(raster), operations: [image] }, selections, name: options.name }
      } finally {
        await reader.close()
      }
    }
    case 'operations': {
      checkSize(source.mask, raster, options.name)
      for (const operation of source.mask.operations.filter(isSelecting)) {
        const key = selectionKey(operation)
        if (selections.has(key)) continue
        if (operation.kind !== 'image') selections.set(key, await bitmapOf(raster, operation))
        else {
          const path = source.images[operation.hash]
          if (path === undefined)
            throw new LacunaError('mask.damaged', { reason: `image ${operation.hash} is missing` })
          selections.set(key, await imageBitmap(path, operation, basename(path), options))
        }
      }
      return { mask: source.mask, selections, name: options.name }
    }
  }
}

const imageOperation = (hash: string, fit: boolean): ImageOperation => ({
  kind: 'image',
  hash,
  soft: false,
  fit,
  erase: false,
})

async function imageBitmap(path: string, image: ImageOperation, name: string, options: MaskFor): Promise<MaskBitmap> {
  const folder = join(options.dir, 'mask')
  await mkdir(folder, { recursive: true })
  try {
    const decoded = await decode({ path, dir: folder }, options.imaging).catch((thrown: unknown) => {
      throw asMaskError(thrown, name)
    })
    return readMaskImage(await pixelsOf(decoded.raster), options.raster, image, name)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function bitmapOf(raster: RasterRef, operation: WandOperation | AlphaOperation): Promise<MaskBitmap> {
  if (operation.kind === 'alpha') return alphaBitmap(operation, await pixelsOf(raster))
  if (operation.x >= raster.width || operation.y >= raster.height) throw new LacunaError('mask.outside')
  const reader = await RasterReader.open(raster)
  try {
    const { width, height, bands } = raster
    const row = await reader.readRows(operation.y, 1)
    const seed = row.slice(operation.x * bands, (operation.x + 1) * bands)
    const selection = new ColourSelection(operation, { width, bands, max: maxOf(raster) }, seed)
    for (let top = 0; top < height; top += SPAN) {
      const count = Math.min(SPAN, height - top)
      const rows = await reader.readRows(top, count)
      for (let y = 0; y < count; y++) selection.add(rows.subarray(y * width * bands, (y + 1) * width * bands))
    }
    return selection.finish()
  } finally {
    await reader.close()
  }
}

/** Rows read at a time. */
const SPAN = 64

const maxOf = ({ depth }: RasterRef): 255 | 65535 => (depth === 16 ? 65535 : 255)

async function pixelsOf(raster: RasterRef): Promise<PixelSource> {
  const reader = await RasterReader.open(raster)
  try {
    const samples = await reader.readRows(0, raster.height)
    const line = raster.width * raster.bands
    const { width, height, bands } = raster
    const row = (y: number): Uint8Array | Uint16Array => samples.subarray(y * line, (y + 1) * line)
    return { width, height, bands, max: maxOf(raster), row }
  } finally {
    await reader.close()
  }
}
