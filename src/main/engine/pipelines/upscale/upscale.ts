/**
 * Upscale: enlarge a whole picture to any size.
 *
 *   noise map    estimated by the model, or 0 everywhere for a picture that is clean
 *   passes       graphs of the model one after the other (planPasses), each in tiles over the whole picture
 *   detail       a few steps of diffusion, where they are asked for (detail.ts)
 *   resampling   to the very size where that is another, row by row as the last pass gives them
 *   alpha        the same way before that, as a picture in grey; colours that it hides are filled from beside
 *
 * Tiles agree whatever their size (DESIGN, 8.4); what lies between two passes is a scratch file of floats.
 */
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { UpscaleEdit } from '../../../../shared/edit.js'
import { cancelled, type Note } from '../../../../shared/errors.js'
import type { GraphScale, ImageNetworkManifest } from '../../../../shared/image-network.js'
import { RasterReader, RasterWriter, readProfile } from '../../imaging/index.js'
import { requireSpace } from '../../imaging/disk.js'
import { pixelBytes } from '../../imaging/raster.js'
import type { Phase, RasterRef } from '../../protocol/tasks.js'
import type { Buffers } from '../../runtime/buffers.js'
import { constantField, FieldAlgebra, pictureField, rowsPerSpan, type Field } from '../field.js'
import { shrunkField } from './back-projection.js'
import { addDetail, type DetailPrior } from './detail.js'
import { resampledRows, type TakeRows } from './rows.js'
import { colourRun, greyRun, type WindowRun } from './windows.js'
import type { CheckedImageNetwork } from './checked-image-network.js'
import { enlarge, type Enlargement } from './enlarge.js'
import { alphaField, transparencyOf, visibleField } from './hidden-colours.js'
import { noiseOf, type Noise } from './noise-map.js'
import { detailWorkOf, productOf, workOf } from '../../../../shared/upscale-passes.js'
import { ResultRows } from './result-rows.js'

export interface UpscaleInput {
  raster: RasterRef
  edit: Pick<UpscaleEdit, 'input' | 'ensemble' | 'detail' | 'seed'>
  /** Of the result. */
  size: { width: number; height: number }
  /** See `planPasses`; at least one. */
  passes: readonly GraphScale[]
  manifest: ImageNetworkManifest
  network: CheckedImageNetwork
  /** What draws detail; null for the mean alone. */
  prior: DetailPrior | null
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
  /** Pixels that networks gave, over all passes and steps. */
  pixelsInferred: number
  notes: Note[]
}

/** The mean, the walk's start, and of a step: what it begins with, two denoised pictures, one that becomes another. */
const WALK_FIELDS = 6

/** The estimator's work, in passes over the picture. */
const ESTIMATE = 0.1

/** Throws `output.diskFull` before it begins, `engine.badOutput`, `model.invalid`, `cancelled`. */
export async function upscale(input: UpscaleInput): Promise<UpscaleResult> {
  const { raster, size, passes, network, prior, signal } = input
  const { edit, manifest, priority } = input
  await requireSpace(dirname(input.out), scratchBytes(input), { name: basename(input.out) })
  const reader = await RasterReader.open(raster)
  const scratch = new FieldAlgebra(input.dir, signal)
  const alphaFile = join(input.dir, `${basename(input.out)}.alpha.v`)
  let writer: RasterWriter | null = null
  let alphaReader: RasterReader | null = null
  let pixelsInferred = 0
  try {
    const alpha = raster.bands % 2 === 0 ? await transparencyOf(reader, signal) : null
    const alphaWork = alpha === null || alpha.opaque ? 0 : workOf(passes)
    const total = ESTIMATE + alphaWork + workOf(passes) + (prior === null ? 0 : detailWorkOf(passes))
    input.progress('estimate', 0)
    const picture = alpha === null ? pictureField(reader) : visibleField(reader, alpha)
    const noise = await noiseOf(
      picture,
      alpha?.hidden === true ? alphaField(reader) : null,
      input,
      scratch,
      (part, done, tiles) => input.progress('estimate', (part * ESTIMATE) / total, done, tiles),
    )

    const turns = !('width' in manifest.size) || manifest.size.width === manifest.size.height
    const window: WindowRun = { network, ensemble: edit.ensemble, turns, context: { signal, priority } }
    const through = async (
      from: number,
      part: Pick<Enlargement, 'picture' | 'sigma' | 'run' | 'give' | 'tiles'> & Partial<Pick<Enlargement, 'size'>>,
    ) => {
      const progress = (work: number, done: number, tiles: number) =>
        input.progress('upscale', (from + work) / total, done, tiles)
      pixelsInferred += await enlarge({ ...input, ...part, scratch, progress })
    }
    if (alpha !== null && !alpha.opaque) {
      const shape = { ...size, bands: 1, depth: raster.depth } as const
      writer = await RasterWriter.create(alphaFile, shape, null)
      const rows = new ResultRows(writer, null)
      const level = noise.map === null ? null : constantField(raster.width, raster.height, 0)
      await through(ESTIMATE, {
        picture: alphaField(reader),
        sigma: level,
        run: greyRun(window),
        give: (values, count) => rows.grey(values, count),
      })
      alphaReader = await RasterReader.open(await writer.finish())
      writer = null
    }
    writer = await RasterWriter.create(input.out, { ...raster, ...size }, await readProfile(raster))
    const rows = new ResultRows(writer, alphaReader)
    const colours = { picture, sigma: noise.map, run: colourRun(window) }
    const give: TakeRows = (values, count) => rows.colours(values, count)
    if (prior === null) {
      await through(ESTIMATE + alphaWork, { ...colours, give, tiles: rows.tiles() })
    } else {
      const scale = productOf(passes)
      const large = { width: raster.width * scale, height: raster.height * scale }
      const mean = await scratch.create({ ...large, channels: 3 })
      await through(ESTIMATE + alphaWork, { ...colours, size: large, give: (values) => mean.append(values) })
      const before = total - detailWorkOf(passes)
      const small = noise.as === 'clean' ? picture : await scratch.combine([[1, shrunkField(mean, scale)]])
      const drawn = await addDetail({
        ...{ prior, mean, small, scale, scratch, signal, priority, buffers: input.buffers },
        ...{ detail: edit.detail, seed: edit.seed },
        progress: (part, done, tiles) =>
          input.progress('sample', (before + part * detailWorkOf(passes)) / total, done, tiles),
      })
      pixelsInferred += drawn.pixelsInferred
      await scratch.release(mean)
      await resampledField(drawn.picture, size, give, signal)
    }
    const result = await writer.finish()
    writer = null
    const { as, sigma } = noise
    return {
      raster: result,
      as,
      sigma,
      pixelsInferred,
      notes: [...noise.notes, ...network.notes(), ...(prior?.denoiser.notes() ?? [])],
    }
  } finally {
    await writer?.abandon()
    await alphaReader?.close()
    await rm(alphaFile, { force: true })
    await scratch.close()
    await reader.close()
  }
}

/** Bytes of files: the result, its alpha, the noise map, the two largest pictures between passes, what a walk for detail holds. */
function scratchBytes({ raster, size, passes, prior }: UpscaleInput): number {
  const between = passes.slice(0, -1).map((_, i) => productOf(passes.slice(0, i + 1)) ** 2 * 12)
  const fields = between.slice(-2).reduce((sum, bytes) => sum + bytes, 0)
  const alpha = raster.bands % 2 === 0 ? pixelBytes({ ...size, bands: 1, depth: raster.depth }) : 0
  const walk = prior === null ? 0 : WALK_FIELDS * productOf(passes) ** 2 * 12
  return raster.width * raster.height * (fields + walk + 4) + pixelBytes({ ...raster, ...size }) + alpha
}

async function resampledField(
  field: Field,
  size: UpscaleInput['size'],
  give: TakeRows,
  signal: AbortSignal,
): Promise<void> {
  const take = resampledRows(field, size, field.channels, give)
  const span = rowsPerSpan(field.width * field.channels)
  for (let top = 0; top < field.height; top += span) {
    if (signal.aborted) throw cancelled()
    const count = Math.min(span, field.height - top)
    await take(await field.readRows(top, count), count)
  }
}
