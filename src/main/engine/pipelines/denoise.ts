/**
 * Denoise: clean a whole picture.
 *
 *   noise map    estimated by the model (or given), times strength; none for a restorer, which is told nothing of noise
 *   mean         D(picture; map): one step, the posterior mean
 *   sample       when detail > 0: from the picture's own noise level down to none in ancestral steps, the map scaled
 *   compose      blend * original + (1 - blend) * ((1 - detail) * mean + detail * sample)
 *
 * Each step is a pass over the whole picture in tiles, so tiles agree whatever their size (DESIGN, 8.4).
 */
import { cancelled, LacunaError, type Note } from '../../../shared/errors.js'
import type { DenoiseEdit } from '../../../shared/edit.js'
import type { Cleaning } from '../../../shared/model.js'
import { runSampler } from '../diffusion/sampling.js'
import { RasterReader, RasterWriter, readProfile } from '../imaging/index.js'
import type { Phase, RasterRef } from '../protocol/tasks.js'
import type { Buffers } from '../runtime/buffers.js'
import type { Cleaner } from './cleaner.js'
import { detailWalk } from './detail.js'
import { constantField, FieldAlgebra, noiseField, pictureField, rowsPerSpan, scaledField, type Field } from './field.js'
import { NoiseHistogram } from './noise-histogram.js'
import { rowsSink, tilePass, type StripSink } from './tile-pass.js'
import { compose, ComposingSink, makeSamples, planesOfRows } from './compose.js'

export interface DenoiseInput {
  raster: RasterRef
  edit: DenoiseEdit
  /** What errors and remarks call the model. */
  model: string
  cleaner: Cleaner
  buffers: Buffers
  /** Core tile side, pixels. */
  tile: number
  /** The result's file and a folder for scratch. */
  out: string
  dir: string
  signal: AbortSignal
  priority: 0 | 1
  progress: (phase: Phase, fraction: number, tile?: number, tiles?: number) => void
}

export interface DenoiseResult {
  raster: RasterRef
  /** Median noise level of the picture in units of 255, before strength; null where nothing asked for it. */
  sigma: number | null
  pixelsInferred: number
  notes: Note[]
}

/** Throws `denoise.noLevel`, `output.diskFull`, `engine.badOutput`, `model.invalid`, `cancelled`. */
export async function denoise(input: DenoiseInput): Promise<DenoiseResult> {
  const { raster, cleaner, signal, priority } = input
  const { edit, notes } = meant(input.edit, cleaner.takes, input.model)
  const { width, height } = raster
  const context = { signal, priority }
  const passes = edit.detail > 0 ? edit.steps : 1
  const toEstimate = edit.sigma === 'auto' && cleaner.takes.noise === 'estimated'
  // The estimator costs about a tenth of a pass of the network.
  const estimating = toEstimate ? 0.1 / (0.1 + passes) : 0
  const progress = (phase: Phase, part: number, done?: number, total?: number) =>
    input.progress(phase, phase === 'estimate' ? estimating * part : estimating + (1 - estimating) * part, done, total)
  const shared = { signal, buffers: input.buffers }
  let pixelsInferred = 0
  progress(toEstimate ? 'estimate' : 'denoise', 0)

  const reader = await RasterReader.open(raster)
  const algebra = new FieldAlgebra(input.dir, signal)
  let writer: RasterWriter | null = null
  try {
    const picture = pictureField(reader)
    const { map, sigma } = await noiseMap()
    const level = map === null || edit.strength === 1 ? map : scaledField(map, edit.strength)

    /** D(x; scale * level), in one pass over the picture. */
    const pass = async (x: Field, scale: number, index: number): Promise<Field> => {
      const mean = await algebra.create({ width, height, channels: 3 })
      await denoisePass(
        x,
        scale,
        index,
        rowsSink(3, width, (rows) => mean.append(rows)),
      )
      return mean
    }
    const denoisePass = async (x: Field, scale: number, index: number, sink: StripSink) => {
      progress(index === 0 ? 'denoise' : 'sample', index / passes)
      const plan = await tilePass({
        ...shared,
        ...cleaner.geometry('graph', input.tile, width),
        inputs: level === null ? [x] : [x, scale === 1 ? level : scaledField(level, scale)],
        outChannels: 3,
        run: ([sample, sigmas], shape) => cleaner.clean(sample as Float32Array, sigmas ?? null, shape, context),
        sink,
        onTile: (done, total) =>
          progress(index === 0 ? 'denoise' : 'sample', (index + done / total) / passes, done, total),
      })
      pixelsInferred += plan.pixelsInferred
    }

    writer = await RasterWriter.create(input.out, raster, await readProfile(raster))
    if (edit.detail === 0 || level === null) {
      await denoisePass(picture, 1, 0, new ComposingSink(reader, writer, edit.blend))
    } else {
      let mean: Field | null = null
      let index = 0
      const sample = await runSampler(
        detailWalk(
          {
            // The first step asks for D(picture; level), which is the mean: kept for the mix.
            denoise: async (x, scale) => {
              const denoised = await pass(x, scale, index++)
              if (!mean) mean = await algebra.combine([[1, denoised]])
              return denoised
            },
            x: picture,
            noise: (step) => Promise.resolve(noiseField(edit.seed, step, level)),
            algebra,
          },
          edit.steps,
        ),
        () => {
          if (signal.aborted) throw cancelled()
        },
      )
      if (!mean) throw new LacunaError('internal', { reason: 'the sampler asked for no denoised picture' })
      const span = rowsPerSpan(width * 3)
      for (let top = 0; top < height; top += span) {
        if (signal.aborted) throw cancelled()
        const count = Math.min(span, height - top)
        const out = makeSamples(raster.depth, count * width * raster.bands)
        const mix = {
          mean: planesOfRows(await (mean as Field).readRows(top, count), width),
          sample: planesOfRows(await sample.readRows(top, count), width),
          detail: edit.detail,
          blend: edit.blend,
        }
        const original = await reader.readRows(top, count)
        compose(mix, { out, original, shape: raster, left: 0, top: 0, width, height: count })
        await writer.append(out)
      }
    }
    const result = await writer.finish()
    writer = null
    return { raster: result, sigma, pixelsInferred, notes: [...notes, ...cleaner.notes()] }

    /** The given level, or the estimator's map of the whole picture and its median; null for a network that takes none. */
    async function noiseMap(): Promise<{ map: Field | null; sigma: number | null }> {
      if (cleaner.takes.noise === 'none') return { map: null, sigma: null }
      if (edit.sigma !== 'auto') return { map: constantField(width, height, edit.sigma / 255), sigma: edit.sigma }
      const map = await algebra.create({ width, height, channels: 1 })
      const histogram = new NoiseHistogram()
      await tilePass({
        ...shared,
        ...cleaner.geometry('noise', input.tile, width),
        inputs: [picture],
        outChannels: 1,
        run: ([sample], shape) => cleaner.estimate(sample as Float32Array, shape, context),
        sink: rowsSink(1, width, async (rows) => {
          histogram.add(rows)
          await map.append(rows)
        }),
        onTile: (done, total) => progress('estimate', done / total, done, total),
      })
      return { map, sigma: histogram.median() * 255 }
    }
  } finally {
    await writer?.abandon()
    await algebra.close()
    await reader.close()
  }
}

/**
 * The edit as the network can be asked for it; what has no meaning for it is left out, and said. Throws `denoise.noLevel`.
 */
export function meant(
  edit: DenoiseEdit,
  { noise, detail }: Cleaning,
  model: string,
): { edit: DenoiseEdit; notes: Note[] } {
  if (noise === 'given' && edit.sigma === 'auto') throw new LacunaError('denoise.noLevel', { model })
  const notes: Note[] = []
  let left = edit
  if (noise === 'none') {
    if (edit.sigma !== 'auto' || edit.strength !== 1) notes.push({ code: 'denoise.noNoiseInput', params: { model } })
    left = { ...left, sigma: 'auto', strength: 1 }
  }
  if (!detail) {
    if (edit.detail !== 0) notes.push({ code: 'denoise.noDetail', params: { model } })
    left = { ...left, detail: 0 }
  }
  return { edit: left, notes }
}
