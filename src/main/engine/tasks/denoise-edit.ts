/** A denoise edit on a whole raster, on the best provider. */
import { loadModel } from '../models/load.js'
import { checkedDenoiser } from '../pipelines/checked-denoiser.js'
import { denoise } from '../pipelines/denoise.js'
import { tileSide } from '../runtime/memory.js'
import type { EditHandler } from './edit.js'
import { withWaysDown } from './ways-down.js'

export const denoiseEdit: EditHandler<'denoise'> = async (input, edit, context) => {
  const { engine, signal, priority, progress } = context
  const began = performance.now()
  const model = await loadModel(input.model)
  const { manifest } = model
  const choice = await engine.providers.choose(model, input.run)
  const tile = tileSide(manifest, input.run)
  const half = Math.max(manifest.multipleOf, Math.floor(tile / 2 / manifest.multipleOf) * manifest.multipleOf)
  engine.inference.keepWithin(input.run.memoryBudget, [model.file('model'), model.file('noise')])

  const { value, attempt, notes } = await withWaysDown(engine, model, choice, { tile, half }, async (attempt) => {
    const denoiser = checkedDenoiser(engine.inference, model, attempt.provider)
    const result = await denoise({
      raster: input.raster,
      edit,
      manifest,
      denoiser,
      buffers: engine.inference.buffers,
      tile: attempt.tile,
      out: input.out,
      dir: input.dir,
      signal,
      priority,
      progress,
    })
    return { ...result, sessionMs: denoiser.sessionMs }
  })
  const { raster, sigma, pixelsInferred, sessionMs } = value
  return {
    raster,
    report: {
      ...attempt,
      model: model.ref.id,
      sigma,
      wallMs: performance.now() - began,
      sessionMs,
      pixelsOut: input.raster.width * input.raster.height,
      pixelsInferred,
      notes: [...notes, ...value.notes],
    },
  }
}
