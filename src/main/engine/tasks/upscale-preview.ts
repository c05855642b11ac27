/** The `upscalePreview` task: a part of an enlarged picture, at once, exactly as the whole run has it. */
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { UpscaleEdit } from '../../../shared/edit.js'
import { LacunaError } from '../../../shared/errors.js'
import { graphScales, imageNetworkIdentity, type ImageNetworkManifest } from '../../../shared/image-network.js'
import { upscaledSize } from '../../../shared/upscale.js'
import { RasterReader, RasterWriter, readProfile, renderRegion } from '../imaging/index.js'
import { loadImageNetwork } from '../models/load.js'
import { pictureField } from '../pipelines/field.js'
import { checkedImageNetwork } from '../pipelines/upscale/checked-image-network.js'
import { CLEAN_BELOW, levelOf } from '../pipelines/upscale/noise-map.js'
import { planPasses } from '../pipelines/upscale/plan.js'
import { enlargeRegion, type RegionInput } from '../pipelines/upscale/region.js'
import { ResultRows } from '../pipelines/upscale/result-rows.js'
import { imageTileSide } from '../pipelines/upscale/tiles.js'
import type { Handler } from './context.js'

export const upscalePreview: Handler<'upscalePreview'> = async (input, { engine, signal, priority }) => {
  const { raster, edit, rect, run } = input
  const size = upscaledSize(edit.target, raster)
  if (rect.left + rect.width > size.width || rect.top + rect.height > size.height)
    throw new LacunaError('request.invalid', { reason: 'a patch outside the result' })
  const model = await loadImageNetwork(input.model)
  const { manifest } = model
  const passes = planPasses(graphScales(manifest), raster, size, model.ref.id)
  if (passes.length === 0) return { ...(await renderRegion({ raster, rect, type: 'png' })), sessionMs: 0 }
  const { provider, device } = await engine.providers.choose(model, run)
  engine.provider = provider
  engine.device = device
  const network = checkedImageNetwork(engine.inference, model, provider)
  const { buffers } = engine.inference
  const tile = imageTileSide(manifest, run)

  const reader = await RasterReader.open(raster)
  const file = join(dirname(raster.path), `preview-${randomUUID()}.v`)
  let writer: RasterWriter | null = null
  try {
    const picture = pictureField(reader)
    const shared = { manifest, network, buffers, tile, memoryBudget: run.memoryBudget, signal, priority }
    const noise = await noiseOf(edit, manifest, () =>
      remembered(`${raster.path} ${imageNetworkIdentity(manifest)}`, () => levelOf(picture, shared)),
    )
    const rows = await enlargeRegion({ ...shared, picture, edit, noise, size, rect, passes })
    const { bands, depth } = raster
    const shape = { width: rect.width, height: rect.height, bands, depth }
    writer = await RasterWriter.create(file, shape, await readProfile(raster))
    await new ResultRows(writer, null).colours(rows, rect.height)
    const part = await writer.finish()
    writer = null
    const whole = { left: 0, top: 0, width: rect.width, height: rect.height }
    const view = await renderRegion({ raster: part, rect: whole, type: 'png' })
    return { ...view, sessionMs: network.sessionMs }
  } finally {
    await writer?.abandon()
    await reader.close()
    await rm(file, { force: true })
  }
}

/** As the whole run decides it. */
async function noiseOf(
  { input }: UpscaleEdit,
  { inputs, files }: ImageNetworkManifest,
  level: () => Promise<number>,
): Promise<RegionInput['noise']> {
  if (inputs.sigma === undefined) return 'none'
  if (input === 'clean' || files.noise === undefined) return 'clean'
  if (input === 'auto' && (await level()) < CLEAN_BELOW) return 'clean'
  return 'estimated'
}

/** Levels of rasters, which never change under their name: a patch that is dragged asks again and again. */
const levels = new Map<string, Promise<number>>()
const LEVELS_AT_MOST = 64

function remembered(key: string, measure: () => Promise<number>): Promise<number> {
  const known = levels.get(key)
  if (known !== undefined) return known
  const measured = measure()
  measured.catch(() => levels.delete(key))
  if (levels.size >= LEVELS_AT_MOST) levels.clear()
  levels.set(key, measured)
  return measured
}
