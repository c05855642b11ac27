/**
 * Detail: what the mean of an enlarged picture leaves out, drawn by a denoiser as the prior.
 *
 *   level    how much the small picture leaves open, by its own texture
 *   start    mean + level * noise
 *   walk     DPM-Solver++(2M) SDE from the level down to none; after each step what the denoiser says is projected back,
 *            so that it shrinks to the small picture
 *   mix      (1 - detail) * mean + detail * sample, projected back until it shrinks to the small picture
 *
 * Each step is a pass over the whole picture in tiles, and noise belongs to its place, so tiles agree whatever their size.
 */
import { cancelled } from '../../../../shared/errors.js'
import type { DenoiserManifest } from '../../../../shared/model.js'
import { DETAIL_STEPS } from '../../../../shared/upscale-passes.js'
import { runSampler } from '../../diffusion/sampling.js'
import type { Buffers } from '../../runtime/buffers.js'
import type { CheckedDenoiser } from '../checked-denoiser.js'
import { detailWalk } from '../detail.js'
import { noiseField, rowsPerSpan, scaledField, type Field, type FieldAlgebra } from '../field.js'
import { rowsSink, tilePass } from '../tile-pass.js'
import { backProjected } from './back-projection.js'
import { enlargedLevel, textureField } from './texture.js'

/** The prior, and how it is run. */
export interface DetailPrior {
  manifest: DenoiserManifest
  denoiser: CheckedDenoiser
  /** Core tile side, pixels of the large picture. */
  tile: number
}

export interface DetailInput {
  prior: DetailPrior
  /** The enlarged picture, `scale` times as large as `small`. Stays the caller's. */
  mean: Field
  /** What the result shrinks to. */
  small: Field
  scale: number
  /** 0..1 */
  detail: number
  seed: number
  /** Where the mean lies in the whole picture: noise belongs to a place. */
  origin?: { left: number; top: number }
  scratch: FieldAlgebra
  buffers: Buffers
  signal: AbortSignal
  priority: 0 | 1
  /** From 0 to 1. */
  progress: (part: number, done: number, tiles: number) => void
}

/** Of the noise, as a multiple of the texture and of the scale: chosen by looking (docs/decisions/0012). */
const NOISE = 1.75
const MOST = 40 / 255
/** The noise of the start has a number that no step has. */
const START = 2 ** 16
/** The result shrinks to the small picture as closely as this, where black and white leave room for it. */
const CLOSE = 0.4 / 255
const MOST_CORRECTIONS = 40
const MOMENTUM = 0.8

/** Resolves to the picture with its detail, which is the caller's to release, and how many pixels the prior gave. */
export async function addDetail(input: DetailInput): Promise<{ picture: Field; pixelsInferred: number }> {
  const { prior, mean, small, scale, detail, seed, scratch, buffers, signal, priority } = input
  const { width, height } = mean
  const texture = await textureOf(small, scratch)
  const level = enlargedLevel(texture, scale, { factor: NOISE * scale, most: MOST })
  let pixelsInferred = 0
  let step = 0

  const projected = async (field: Field): Promise<Field> => {
    const once = backProjected(field, small, scale)
    return await scratch.combine([[1, backProjected(once, small, scale)]])
  }
  const denoise = async (x: Field, sigma: number): Promise<Field> => {
    const denoised = await scratch.create({ width, height, channels: 3 })
    const plan = await tilePass({
      ...{ tile: prior.tile, multipleOf: prior.manifest.multipleOf, margin: prior.manifest.margin.model },
      inputs: [x, scaledField(level, sigma)],
      outChannels: 3,
      run: ([sample, sigmas], shape) => prior.denoiser.denoise(sample!, sigmas!, shape, { signal, priority }),
      sink: rowsSink(3, width, (rows) => denoised.append(rows)),
      ...{ buffers, signal },
      onTile: (done, tiles) => input.progress((step + done / tiles) / DETAIL_STEPS, done, tiles),
    })
    step++
    pixelsInferred += plan.pixelsInferred
    const result = await projected(denoised)
    await scratch.release(denoised)
    return result
  }
  const noise = (number: number): Field => noiseField(seed, number, level, input.origin)

  const x = await scratch.combine([
    [1, mean],
    [1, noise(START)],
  ])
  const sample = await runSampler(
    detailWalk({ denoise, x, noise: (number) => Promise.resolve(noise(number)), algebra: scratch }, DETAIL_STEPS),
    () => {
      if (signal.aborted) throw cancelled()
    },
  )
  await scratch.release(x)
  await scratch.release(texture)
  const mixed = await scratch.combine([
    [1 - detail, mean],
    [detail, sample],
  ])
  await scratch.release(sample)
  return { picture: await closest(mixed, small, scale, scratch), pixelsInferred }
}

/** In spans that are small, for several planes of each are held. */
async function textureOf(small: Field, scratch: FieldAlgebra): Promise<Field> {
  const { width, height } = small
  const made = textureField(small)
  const out = await scratch.create({ width, height, channels: 1 })
  const span = rowsPerSpan(width * 16)
  for (let top = 0; top < height; top += span) await out.append(await made.readRows(top, Math.min(span, height - top)))
  return out
}

/**
 * Corrected again and again, for each time ends at black and white; with momentum (Polyak 1964), which comes there in a third
 * of the corrections. Takes `picture` for good.
 */
async function closest(picture: Field, small: Field, scale: number, scratch: FieldAlgebra): Promise<Field> {
  let now = picture
  let before: Field | null = null
  for (let i = 0; i < MOST_CORRECTIONS; i++) {
    const ahead: Field =
      before === null
        ? now
        : await scratch.combine([
            [1 + MOMENTUM, now],
            [-MOMENTUM, before],
          ])
    const corrected = backProjected(ahead, small, scale)
    const next = await scratch.combine([[1, corrected]])
    if (before !== null) {
      await scratch.release(ahead)
      await scratch.release(before)
    }
    before = now
    now = next
    if (corrected.missed() < CLOSE) break
  }
  if (before !== null) await scratch.release(before)
  return now
}
