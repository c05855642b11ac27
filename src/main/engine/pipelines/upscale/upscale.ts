/**
 * Upscale: enlarge a whole picture to any size.
 *
 *   noise map    estimated by the model, or 0 everywhere for a picture that is clean
 *   passes       graphs of the model one after the other (planPasses), each in tiles over the whole picture
 *   resampling   to the very size, row by row as the last pass gives them
 *   alpha        the same way, as a picture in grey
 *
 * Tiles agree whatever their size (DESIGN, 8.4); what lies between two passes is a scratch file of floats.
 */
import { dirname } from 'node:path'
import type { UpscaleEdit } from '../../../../shared/edit.js'
import type { Note } from '../../../../shared/errors.js'
import type { GraphScale, ImageNetworkManifest } from '../../../../shared/image-network.js'
import { RasterReader, RasterWriter, readProfile } from '../../imaging/index.js'
import { requireSpace } from '../../imaging/disk.js'
import { pixelBytes } from '../../imaging/raster.js'
import type { Phase, RasterRef } from '../../protocol/tasks.js'
import type { Buffers } from '../../runtime/buffers.js'
import { constantField, FieldAlgebra, pictureField, type Field } from '../field.js'
import { rowsSink, tilePass } from '../tile-pass.js'
import type { CheckedImageNetwork } from './checked-image-network.js'
import { enlargeEnsemble } from './ensemble.js'
import { noiseOf, type Noise } from './noise-map.js'
import { productOf, worksOf } from './plan.js'
import { ResultRows } from './result-rows.js'
import { resampledRows, type TakeRows } from './rows.js'
import { imageTiles } from './tiles.js'

export interface UpscaleInput {
  raster: RasterRef
  edit: Pick<UpscaleEdit, 'input' | 'ensemble'>
  /** Of the result. */
  size: { width: number; height: number }
  /** See `planPasses`; at least one. */
  passes: readonly GraphScale[]
  manifest: ImageNetworkManifest
  network: CheckedImageNetwork
  buffers: Buffers
  /** Core tile side, pixels going in. */
  tile: number
  memoryBudget: number
  /** The result's file and a folder for scratch. */
  out: string
  dir: string
  signal: AbortSignal
  priority: 0 | 1
  progress: (phase: Phase, fraction: number, tile?: number, tiles?: number) => void
}

export interface UpscaleResult {
  raster: RasterRef
  /** What the picture was taken for. */
  as: Noise['as']
  /** Median noise level in units of 255; null where it was not looked at. */
  sigma: number | null
  /** Pixels that the network gave, over all passes. */
  pixelsInferred: number
  notes: Note[]
}

/** The estimator's work, in passes over the picture. */
const ESTIMATE = 0.1

/** Throws `output.diskFull` before it begins, `engine.badOutput`, `model.invalid`, `cancelled`. */
export async function upscale(input: UpscaleInput): Promise<UpscaleResult> {
  const { raster, size, passes, manifest, network, signal, priority, buffers } = input
  const context = { signal, priority }
  await requireSpace(dirname(input.out), scratchBytes(input), { name: '' })
  let pixelsInferred = 0
  const works = worksOf(passes)
  const total = ESTIMATE + works.reduce((sum, work) => sum + work, 0)
  let spent = 0

  const reader = await RasterReader.open(raster)
  const scratch = new FieldAlgebra(input.dir, signal)
  let writer: RasterWriter | null = null
  try {
    const picture = pictureField(reader)
    input.progress('estimate', 0)
    const noise = await noiseOf(picture, input, scratch, (part, done, tiles) =>
      input.progress('estimate', (part * ESTIMATE) / total, done, tiles),
    )
    spent = ESTIMATE
    writer = await RasterWriter.create(input.out, { ...raster, ...size }, await readProfile(raster))
    const rows = new ResultRows(writer)
    await enlarge(picture, noise.map, (values, count) => rows.colours(values, count))
    const result = await writer.finish()
    writer = null
    const { as, sigma } = noise
    return { raster: result, as, sigma, pixelsInferred, notes: [...noise.notes, ...network.notes()] }
  } finally {
    await writer?.abandon()
    await scratch.close()
    await reader.close()
  }

  /** All passes over a picture, and its rows at the size of the result. */
  async function enlarge(picture: Field, sigma: Field | null, give: TakeRows): Promise<void> {
    const turns = !('width' in manifest.size) || manifest.size.width === manifest.size.height
    let from = picture
    let map = sigma
    for (const [i, scale] of passes.entries()) {
      const large = { width: from.width * scale, height: from.height * scale }
      const last = i === passes.length - 1
      const between = last ? null : await scratch.create({ ...large, channels: 3 })
      const take = between === null ? resampledRows(large, size, 3, give) : clipped((rows) => between.append(rows))
      const began = spent
      const work = works[i] ?? 0
      const plan = await tilePass({
        ...imageTiles(manifest, { tile: input.tile, width: from.width, scale, memoryBudget: input.memoryBudget }),
        inputs: map === null ? [from] : [from, map],
        outChannels: 3,
        scale,
        run: ([window, level], shape) => {
          const given = [window as Float32Array, level ?? null, shape, context] as const
          return input.edit.ensemble
            ? enlargeEnsemble(network, scale, ...given, turns)
            : network.enlarge(scale, ...given)
        },
        sink: rowsSink(3, large.width, (rows, _top, count) => take(rows, count)),
        buffers,
        signal,
        onTile: (done, tiles) => {
          spent = began + (work * done) / tiles
          input.progress('upscale', spent / total, done, tiles)
        },
      })
      pixelsInferred += plan.pixelsInferred * scale * scale
      if (between === null) return
      await scratch.release(from)
      from = between
      // The first pass has taken the noise away.
      map = map === null ? null : constantField(large.width, large.height, 0)
    }
  }
}

/** What a network takes is a picture: what lies between two passes ends at black and white. */
const clipped =
  (append: (rows: Float32Array) => Promise<void>): TakeRows =>
  (rows) => {
    for (let i = 0; i < rows.length; i++) rows[i] = Math.min(1, Math.max(0, rows[i]!))
    return append(rows)
  }

/** Bytes of files: the result, the noise map, and the two largest pictures between passes. */
function scratchBytes({ raster, size, passes }: UpscaleInput): number {
  const between = passes.slice(0, -1).map((_, i) => productOf(passes.slice(0, i + 1)) ** 2 * 12)
  const fields = between.slice(-2).reduce((sum, bytes) => sum + bytes, 0)
  return raster.width * raster.height * (fields + 4) + pixelBytes({ ...raster, ...size })
}
