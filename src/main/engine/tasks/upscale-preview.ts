/** The `upscalePreview` task: a part of an enlarged picture, at once, exactly as the whole run has it. */
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { UpscaleEdit } from '../../../shared/edit.js'
import { LacunaError } from '../../../shared/errors.js'
import { graphScales, imageNetworkIdentity, type ImageNetworkManifest } from '../../../shared/image-network.js'
import { upscaledSize } from '../../../shared/upscale.js'
import { RasterReader, RasterWriter, readProfile, renderRegion, type RasterShape } from '../imaging/index.js'
import { loadImageNetwork } from '../models/load.js'
import { constantField, pictureField, type Field } from '../pipelines/field.js'
import { checkedImageNetwork } from '../pipelines/upscale/checked-image-network.js'
import { alphaField, transparencyOf, visibleField, type Transparency } from '../pipelines/upscale/hidden-colours.js'
import { CLEAN_BELOW, levelOf } from '../pipelines/upscale/noise-map.js'
import { planPasses } from '../../../shared/upscale-passes.js'
import { enlargeRegion, noiseIn } from '../pipelines/upscale/region.js'
import { ResultRows } from '../pipelines/upscale/result-rows.js'
import { imageTileSide } from '../pipelines/upscale/tiles.js'
import { colourRun, greyRun } from '../pipelines/upscale/windows.js'
import { detailedRegion } from '../pipelines/upscale/detail-region.js'
import type { RasterRef, Rect } from '../protocol/tasks.js'
import type { Handler } from './context.js'
import { detailPrior } from './detail-prior.js'

export const upscalePreview: Handler<'upscalePreview'> = async (input, { engine, signal, priority }) => {
  const { raster, edit, rect, run } = input
  const size = upscaledSize(edit.target, raster)
  if (rect.left + rect.width > size.width || rect.top + rect.height > size.height)
    throw new LacunaError('request.invalid', { reason: 'a patch outside the result' })
  const model = await loadImageNetwork(input.model)
  const { manifest } = model
  const passes = planPasses(graphScales(manifest), raster, size, model.ref.id)
  if (passes.length === 0) return { ...(await renderRegion({ raster, rect, type: 'png' })), sessionMs: 0 }
  const prior = (await detailPrior(engine, edit, passes, input))?.open({ smaller: false, cpu: false }) ?? null
  const { provider, device } = await engine.providers.choose(model, run)
  engine.provider = provider
  engine.device = device
  const network = checkedImageNetwork(engine.inference, model, provider)
  const { buffers } = engine.inference
  const tile = imageTileSide(manifest, run)

  const reader = await RasterReader.open(raster)
  const files: string[] = []
  const fileIn = (): string => {
    const file = join(dirname(raster.path), `preview-${randomUUID()}.v`)
    files.push(file)
    return file
  }
  try {
    const hidden =
      raster.bands % 2 === 0
        ? await remembered(transparencies, raster.path, () => transparencyOf(reader, signal))
        : null
    const picture = hidden === null ? pictureField(reader) : visibleField(reader, hidden)
    const shared = { manifest, buffers, tile, memoryBudget: run.memoryBudget, signal, passes, size, rect }
    const turns = !('width' in manifest.size) || manifest.size.width === manifest.size.height
    const window = { network, ensemble: edit.ensemble, turns, context: { signal, priority } }
    const part = { width: rect.width, height: rect.height, depth: raster.depth }
    const clean = (): Promise<Field> => Promise.resolve(constantField(raster.width, raster.height, 0))

    const noise = await noiseOf(edit, manifest, () =>
      remembered(levels, `${raster.path} ${imageNetworkIdentity(manifest)}`, () => {
        const alpha = hidden?.hidden === true ? alphaField(reader) : null
        return levelOf(picture, alpha, { ...shared, network, priority })
      }),
    )
    const estimated = (needs: Rect): Promise<Field> => noiseIn(needs, { ...shared, picture, network, priority })
    const sigma = noise === 'none' ? () => Promise.resolve(null) : noise === 'clean' ? clean : estimated

    let alpha: RasterRef | null = null
    if (hidden !== null && !hidden.opaque) {
      const rows = await enlargeRegion({
        ...{ ...shared, picture: alphaField(reader), run: greyRun(window) },
        sigma: noise === 'none' ? sigma : clean,
      })
      alpha = await written(fileIn(), { ...part, bands: 1 }, null, null, (to) => to.grey(rows, rect.height))
    }
    const colours = { ...shared, picture, sigma, run: colourRun(window) }
    const rows =
      prior === null
        ? await enlargeRegion(colours)
        : await detailedRegion(
            { ...colours, prior, priority, clean: noise !== 'estimated', dir: dirname(raster.path) },
            edit,
          )
    const shape = { ...part, bands: raster.bands }
    const made = await written(fileIn(), shape, await readProfile(raster), alpha, (to) => to.colours(rows, rect.height))
    const whole = { left: 0, top: 0, width: rect.width, height: rect.height }
    return {
      ...(await renderRegion({ raster: made, rect: whole, type: 'png' })),
      sessionMs: network.sessionMs + (prior?.denoiser.sessionMs ?? 0),
    }
  } finally {
    await reader.close()
    await Promise.all(files.map((file) => rm(file, { force: true })))
  }
}

async function written(
  file: string,
  shape: RasterShape,
  profile: Buffer | null,
  alpha: RasterRef | null,
  write: (rows: ResultRows) => Promise<void>,
): Promise<RasterRef> {
  const writer = await RasterWriter.create(file, shape, profile)
  const reader = alpha === null ? null : await RasterReader.open(alpha)
  try {
    await write(new ResultRows(writer, reader))
    return await writer.finish()
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  } finally {
    await reader?.close()
  }
}

/** As the whole run decides it. */
async function noiseOf(
  { input }: UpscaleEdit,
  { inputs, files }: ImageNetworkManifest,
  level: () => Promise<number>,
): Promise<'none' | 'clean' | 'estimated'> {
  if (inputs.sigma === undefined) return 'none'
  if (input === 'clean' || files.noise === undefined) return 'clean'
  if (input === 'auto' && (await level()) < CLEAN_BELOW) return 'clean'
  return 'estimated'
}

/** Of rasters, which never change under their name: a patch that is dragged asks again and again. */
const levels = new Map<string, Promise<number>>()
const transparencies = new Map<string, Promise<Transparency>>()
const REMEMBERED = 32

function remembered<T>(known: Map<string, Promise<T>>, key: string, look: () => Promise<T>): Promise<T> {
  const before = known.get(key)
  if (before !== undefined) return before
  const looked = look()
  looked.catch(() => known.delete(key))
  if (known.size >= REMEMBERED) known.clear()
  known.set(key, looked)
  return looked
}
