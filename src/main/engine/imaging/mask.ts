/** A mask's file at the size of its picture, as bytes for the pipelines. */
import { mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { InpaintEdit } from '../../../shared/edit.js'
import { LacunaError } from '../../../shared/errors.js'
import {
  asMaskError,
  type Mask,
  MASKED_FROM,
  rasterise,
  readMaskImage,
  selectionKey,
} from '../../../shared/mask/index.js'
import type { PixelSource } from '../../../shared/mask/index.js'
import type { RasterRef } from '../protocol/tasks.js'
import type { ImagingContext } from './context.js'
import { decode } from './decode.js'
import { RasterReader } from './raster.js'

/** A mask's file, and whether one of another size is stretched over the picture. */
export interface MaskFile {
  path: string
  fit: boolean
}

interface MaskFor {
  raster: { width: number; height: number }
  edit: Pick<InpaintEdit, 'grow' | 'feather'>
  /** For scratch. */
  dir: string
  imaging: ImagingContext
}

/**
 * One byte a pixel: 0 stays, 255 is replaced, between them the share of the replacement. Throws `mask.*`, what
 * decoding throws, and `cancelled`.
 */
export async function readMask(
  { path, fit }: MaskFile,
  { raster: { width, height }, edit, dir, imaging }: MaskFor,
): Promise<Uint8Array> {
  const name = basename(path)
  const folder = join(dir, 'mask')
  await mkdir(folder, { recursive: true })
  try {
    const decoded = await decode({ path, dir: folder }, imaging).catch((thrown: unknown) => {
      throw asMaskError(thrown, name)
    })
    const image = { kind: 'image', hash: name, soft: false, fit, erase: false } as const
    const bitmap = readMaskImage(await pixelsOf(decoded.raster), { width, height }, image, name)
    const mask: Mask = { version: 1, width, height, operations: [image] }
    if (edit.grow !== 0) mask.operations.push({ kind: 'grow', pixels: edit.grow })
    if (edit.feather > 0) mask.operations.push({ kind: 'feather', pixels: edit.feather })
    const bytes = rasterise(mask, { selections: new Map([[selectionKey(image), bitmap]]) })
    if (!bytes.some((value) => value > 0)) throw new LacunaError('mask.empty', { name })
    if (!bytes.some((value) => value < MASKED_FROM)) throw new LacunaError('mask.full', { name })
    return bytes
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function pixelsOf(raster: RasterRef): Promise<PixelSource> {
  const reader = await RasterReader.open(raster)
  try {
    const samples = await reader.readRows(0, raster.height)
    const line = raster.width * raster.bands
    const { width, height, bands } = raster
    const row = (y: number): Uint8Array | Uint16Array => samples.subarray(y * line, (y + 1) * line)
    return { width, height, bands, max: raster.depth === 16 ? 65535 : 255, row }
  } finally {
    await reader.close()
  }
}
