/** An upscale edit on a whole raster, on the best provider. */
import { copyFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import { graphRole, graphScales } from '../../../shared/image-network.js'
import type { JobReport } from '../../../shared/picture.js'
import { upscaledSize } from '../../../shared/upscale.js'
import { isDiskFull } from '../imaging/disk.js'
import { loadImageNetwork } from '../models/load.js'
import { checkedImageNetwork } from '../pipelines/upscale/checked-image-network.js'
import { planPasses, workOfEdit } from '../../../shared/upscale-passes.js'
import { halfImageTile, imageTileSide } from '../pipelines/upscale/tiles.js'
import { upscale } from '../pipelines/upscale/upscale.js'
import { deviceName } from '../runtime/device.js'
import type { RasterRef } from '../protocol/tasks.js'
import type { EditHandler } from './edit.js'
import { detailPrior } from './detail-prior.js'
import { withWaysDown } from './ways-down.js'

export const upscaleEdit: EditHandler<'upscale'> = async (input, edit, context) => {
  const { engine, signal, priority, progress } = context
  const { raster, run, out, dir } = input
  const began = performance.now()
  const size = upscaledSize(edit.target, raster)
  const model = await loadImageNetwork(input.model)
  const { manifest } = model
  const passes = planPasses(graphScales(manifest), raster, size, model.ref.id)
  if (passes.length === 0) {
    const { provider, device } = engine
    const ran = { provider: provider ?? 'cpu', device: device ?? deviceName('cpu'), model: model.ref.id }
    return { raster: await copied(raster, out), report: unchanged(ran, performance.now() - began) }
  }
  const prior = await detailPrior(engine, edit, passes, input)
  const choice = await engine.providers.choose(model, run)
  const tile = imageTileSide(manifest, run)
  const roles = [...new Set(passes)].map(graphRole)
  engine.inference.keepWithin(run.memoryBudget, [
    ...roles.map((role) => model.file(role)),
    ...(prior === null ? [] : [prior.file]),
  ])

  const half = halfImageTile(manifest, tile)
  const { value, attempt, notes } = await withWaysDown(engine, model, choice, { tile, half }, async (attempt) => {
    const network = checkedImageNetwork(engine.inference, model, attempt.provider)
    const drawing = prior?.open({ smaller: attempt.tile < tile, cpu: attempt.provider === 'cpu' }) ?? null
    const result = await upscale({
      ...{ raster, edit, size, passes, manifest, network, prior: drawing, out, dir, signal, priority, progress },
      ...{ buffers: engine.inference.buffers, tile: attempt.tile, memoryBudget: run.memoryBudget },
    })
    return { ...result, sessionMs: network.sessionMs + (drawing?.denoiser.sessionMs ?? 0) }
  })
  return {
    raster: value.raster,
    report: {
      ...attempt,
      model: model.ref.id,
      sigma: value.sigma,
      input: value.as,
      wallMs: performance.now() - began,
      sessionMs: value.sessionMs,
      pixelsOut: size.width * size.height,
      pixelsInferred: value.pixelsInferred,
      work: raster.width * raster.height * workOfEdit(edit, passes),
      notes: [...notes, ...(prior?.notes ?? []), ...value.notes],
    },
  }
}

async function copied(raster: RasterRef, out: string): Promise<RasterRef> {
  await copyFile(raster.path, out).catch((thrown: unknown) => {
    throw isDiskFull(thrown) ? new LacunaError('output.diskFull', { name: basename(out) }, thrown) : thrown
  })
  return { ...raster, path: out }
}

/** The picture has the size that was asked for: there is nothing to enlarge. */
const unchanged = (ran: Pick<JobReport, 'provider' | 'device' | 'model'>, wallMs: number): JobReport => ({
  ...ran,
  ...{ tile: 0, sigma: null, wallMs, sessionMs: 0, pixelsOut: 0, pixelsInferred: 0 },
  notes: [{ code: 'upscale.sameSize', params: {} }],
})
