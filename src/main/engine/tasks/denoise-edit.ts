/** A denoise edit on a whole raster, on the best provider. */
import { cleanerFiles, cleanerOf, cleanerTiles, loadCleaner } from '../pipelines/cleaner.js'
import { denoise } from '../pipelines/denoise.js'
import type { EditHandler } from './edit.js'
import { withWaysDown } from './ways-down.js'

export const denoiseEdit: EditHandler<'denoise'> = async (input, edit, context) => {
  const { engine, signal, priority, progress } = context
  const began = performance.now()
  const model = await loadCleaner(input.model)
  const choice = await engine.providers.choose(model, input.run)
  engine.inference.keepWithin(input.run.memoryBudget, cleanerFiles(model))

  const tiles = cleanerTiles(model, input.run)
  const { value, attempt, notes } = await withWaysDown(engine, model, choice, tiles, async (attempt) => {
    const cleaner = cleanerOf(engine.inference, model, attempt.provider, input.run)
    const result = await denoise({
      raster: input.raster,
      edit,
      model: model.manifest.name,
      cleaner,
      buffers: engine.inference.buffers,
      tile: attempt.tile,
      out: input.out,
      dir: input.dir,
      signal,
      priority,
      progress,
    })
    return { ...result, sessionMs: cleaner.sessionMs }
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
