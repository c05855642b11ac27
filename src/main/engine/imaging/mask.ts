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
  AlphaSelection,
  ColourSelection,
  checkSize,
  emptyMask,
  isSelecting,
  rasterOf,
  MaskImage,
  type ReadImage,
  hasAlpha,
  MASK_TILE,
  type MaskRaster,
  type Selections,
  selectionKey,
  type WandOperation,
  type AlphaOperation,
} from '../../../shared/mask/index.js'
import type { MaskSource, RasterRef, Rect } from '../protocol/tasks.js'
import { findScratches } from '../scratches/index.js'
import type { ImagingContext } from './context.js'
import { decode } from './decode.js'
import { RasterReader, RasterWriter, type Samples } from './raster.js'

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
      const how = { soft: 'rim', fit: source.fit } as const
      selections.set(selectionKey(image), await imageBitmap(source.path, how, name, options))
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

async function imageBitmap(path: string, how: ReadImage, name: string, options: MaskFor): Promise<MaskBitmap> {
  const folder = join(options.dir, 'mask')
  await mkdir(folder, { recursive: true })
  try {
    const { raster } = await decode({ path, dir: folder }, options.imaging).catch((thrown: unknown) => {
      throw asMaskError(thrown, name)
    })
    const image = new MaskImage(shapeOf(raster), options.raster, how, name)
    await eachRow(raster, (row) => image.add(row))
    return image.finish()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function bitmapOf(raster: RasterRef, operation: WandOperation | AlphaOperation): Promise<MaskBitmap> {
  const shape = shapeOf(raster)
  if (operation.kind === 'alpha') {
    const selection = new AlphaSelection(shape)
    if (hasAlpha(shape)) await eachRow(raster, (row) => selection.add(row))
    return selection.finish()
  }
  if (operation.x >= raster.width || operation.y >= raster.height) throw new LacunaError('mask.outside')
  const { x: left, y: top } = operation
  const selection = new ColourSelection(operation, shape, await seedOf(raster, { left, top, width: 1, height: 1 }))
  await eachRow(raster, (row) => selection.add(row))
  return selection.finish()
}

async function seedOf(raster: RasterRef, pixel: Rect): Promise<Samples> {
  const reader = await RasterReader.open(raster)
  try {
    return await reader.readRegion(pixel)
  } finally {
    await reader.close()
  }
}

/** From top to bottom. */
async function eachRow(raster: RasterRef, take: (row: Samples) => void): Promise<void> {
  const reader = await RasterReader.open(raster)
  try {
    const { height } = raster
    const line = raster.width * raster.bands
    for (let top = 0; top < height; top += SPAN) {
      const count = Math.min(SPAN, height - top)
      const rows = await reader.readRows(top, count)
      for (let y = 0; y < count; y++) take(rows.subarray(y * line, (y + 1) * line))
    }
  } finally {
    await reader.close()
  }
}

/** Rows read at a time. */
const SPAN = 64

const shapeOf = ({ width, height, bands, depth }: RasterRef) => ({
  ...{ width, height, bands },
  max: depth === 16 ? (65535 as const) : (255 as const),
})
