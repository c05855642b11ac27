/**
 * The `preview` task: an edit on one small region, at once. The mean is exactly what the full run gives there; the
 * sample walks on a region with less context, which shows in about a level of an 8-bit picture.
 */
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cancelled } from '../../../shared/errors.js'
import { arrays } from '../diffusion/algebra.js'
import { fillNormal } from '../diffusion/noise.js'
import { runSampler } from '../diffusion/sampling.js'
import { RasterReader, RasterWriter, readProfile, renderRegion } from '../imaging/index.js'
import { cleanerOf, loadCleaner } from '../pipelines/cleaner.js'
import { compose, makeSamples, planesOfRows } from '../pipelines/compose.js'
import { meant } from '../pipelines/denoise.js'
import { detailWalk } from '../pipelines/detail.js'
import { constantField, pictureField, scaledField, type Field } from '../pipelines/field.js'
import { crop, MemoryField, padded, toPlanes } from '../pipelines/memory-field.js'
import { rowsSink, tilePass } from '../pipelines/tile-pass.js'
import type { Rect } from '../protocol/tasks.js'
import type { Handler } from './context.js'

/** Context of the sample walk, pixels: it would take steps * margin to be exact. */
const SAMPLE_CONTEXT = 96

export const preview: Handler<'preview'> = async (input, { engine, signal, priority }) => {
  const { raster, rect } = input
  const model = await loadCleaner(input.model)
  const { provider, device } = await engine.providers.choose(model, input.run)
  engine.provider = provider
  engine.device = device
  const cleaner = cleanerOf(engine.inference, model, provider, input.run)
  const { edit } = meant(input.edit, cleaner.takes, model.manifest.name)
  const context = { signal, priority }
  const { step } = cleaner

  /** Planar [channels, rect] of a network's pass over a part of a field, in one window where it takes any size. */
  const passOver = async (
    region: Rect,
    of: 'graph' | 'noise',
    inputs: Field[],
    outChannels: number,
    run: (windows: Float32Array[], shape: { height: number; width: number }) => Promise<Float32Array>,
  ): Promise<MemoryField> => {
    const out = new MemoryField(raster.width, raster.height, outChannels, region)
    await tilePass({
      ...cleaner.geometry(of, Math.max(region.width, region.height) + step, raster.width),
      region,
      inputs,
      outChannels,
      run,
      sink: rowsSink(outChannels, region.width, (rows, top) => out.put(rows, top)),
      signal,
    })
    return out
  }

  const reader = await RasterReader.open(raster)
  const file = join(dirname(raster.path), `preview-${randomUUID()}.v`)
  try {
    const picture = pictureField(reader)
    const wide = input.part === 'sample' ? SAMPLE_CONTEXT : 0
    const area = grown(rect, wide, step, raster)
    const map = cleaner.takes.noise === 'none' ? null : await noiseMap(area)
    const level = map && scaledField(map, edit.strength)
    let rows: Float32Array
    if (input.part === 'mean' || level === null || !cleaner.takes.detail) {
      const mean = await passOver(rect, 'graph', level === null ? [picture] : [picture, level], 3, ([x, s], shape) =>
        cleaner.clean(x as Float32Array, s ?? null, shape, context),
      )
      rows = mean.rows
    } else {
      rows = await sampleRows(picture, level, area)
    }
    const originalRows = await reader.readRows(rect.top, rect.height)
    const { bands, depth } = raster
    const original = crop(originalRows, raster.width * bands, rect.left * bands, rect.width * bands, rect.height)
    const small = { width: rect.width, height: rect.height, bands, depth }
    const writer = await RasterWriter.create(file, small, await readProfile(raster))
    const out = makeSamples(depth, original.length)
    const { width, height } = rect
    const mean = { mean: planesOfRows(rows, width), sample: null, detail: 0, blend: 0 }
    compose(mean, { out, original, shape: small, left: 0, top: 0, width, height })
    await writer.append(out)
    const view = await renderRegion({
      raster: await writer.finish(),
      rect: { left: 0, top: 0, width: rect.width, height: rect.height },
      type: 'png',
    })
    return { ...view, sessionMs: cleaner.sessionMs }
  } finally {
    await reader.close()
    await rm(file, { force: true })
  }

  /** For `area` and what the network looks at around it. */
  async function noiseMap(area: Rect): Promise<Field> {
    if (edit.sigma !== 'auto') return constantField(raster.width, raster.height, edit.sigma / 255)
    const around = grown(area, cleaner.geometry('graph', step, raster.width).margin, step, raster)
    return await passOver(around, 'noise', [pictureField(reader)], 1, ([x], shape) =>
      cleaner.estimate(x as Float32Array, shape, context),
    )
  }

  /** The ancestral walk on `area`, in memory; rows [row][3][x] of `rect`. */
  async function sampleRows(picture: Field, level: Field, area: Rect): Promise<Float32Array> {
    const { width, height } = area
    const paddedWidth = Math.ceil(width / step) * step
    const paddedHeight = Math.ceil(height / step) * step
    const planes = async (field: Field) =>
      padded(
        toPlanes(await readArea(field, area), field.channels, width, height),
        field.channels,
        width,
        height,
        paddedWidth,
        paddedHeight,
      )
    const x = await planes(picture)
    const levels = await planes(level)
    const size = paddedWidth * paddedHeight
    const shape = { height: paddedHeight, width: paddedWidth }
    const sample = await runSampler(
      detailWalk(
        {
          denoise: (noisy, scale) =>
            cleaner.clean(
              noisy.slice(),
              levels.map((v) => v * scale),
              shape,
              context,
            ),
          x,
          noise: (index) => {
            const out = new Float32Array(3 * size)
            for (let channel = 0; channel < 3; channel++) {
              const plane = out.subarray(channel * size, (channel + 1) * size)
              fillNormal(plane, {
                seed: edit.seed,
                step: index,
                channel,
                left: area.left,
                top: area.top,
                width: paddedWidth,
                height: paddedHeight,
              })
              for (let i = 0; i < size; i++) plane[i] = (plane[i] as number) * (levels[i] as number)
            }
            return Promise.resolve(out)
          },
          algebra: arrays,
        },
        edit.steps,
      ),
      () => {
        if (signal.aborted) throw cancelled()
      },
    )
    const out = new Float32Array(rect.height * 3 * rect.width)
    for (let y = 0; y < rect.height; y++)
      for (let c = 0; c < 3; c++) {
        const from = (c * paddedHeight + rect.top - area.top + y) * paddedWidth + rect.left - area.left
        out.set(sample.subarray(from, from + rect.width), (y * 3 + c) * rect.width)
      }
    return out
  }
}

/** `rect` with `by` pixels of context, on the grid, inside the picture. */
function grown(rect: Rect, by: number, step: number, { width, height }: { width: number; height: number }): Rect {
  const left = Math.max(0, Math.floor((rect.left - by) / step) * step)
  const top = Math.max(0, Math.floor((rect.top - by) / step) * step)
  const right = Math.min(width, Math.ceil((rect.left + rect.width + by) / step) * step)
  const bottom = Math.min(height, Math.ceil((rect.top + rect.height + by) / step) * step)
  return { left, top, width: right - left, height: bottom - top }
}

async function readArea(field: Field, area: Rect): Promise<Float32Array> {
  const rows = await field.readRows(area.top, area.height)
  return crop(rows, field.width, area.left, area.width, area.height * field.channels) as Float32Array
}
