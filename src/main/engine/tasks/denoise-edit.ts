/**
 * A denoise edit on a whole raster, on the best provider, with a way down when memory runs out: smaller tiles first,
 * then the CPU. The person is told.
 */
import { LacunaError, type Note } from '../../../shared/errors.js'
import { loadModel } from '../models/load.js'
import { checkedDenoiser } from '../pipelines/checked-denoiser.js'
import { denoise } from '../pipelines/denoise.js'
import { deviceName } from '../runtime/device.js'
import { InferenceError } from '../runtime/inference.js'
import { tileSide } from '../runtime/memory.js'
import type { EditHandler } from './edit.js'

export const denoiseEdit: EditHandler<'denoise'> = async (input, edit, context) => {
  const { engine, signal, priority, progress } = context
  const began = performance.now()
  const model = await loadModel(input.model)
  const { manifest } = model
  const choice = await engine.providers.choose(model, input.run)
  const largest = tileSide(manifest, input.run)
  const notes: Note[] = [...choice.notes]
  engine.inference.keepWithin(input.run.memoryBudget, [model.file('model'), model.file('noise')])

  for (const attempt of waysDown(choice.provider, largest, manifest.multipleOf)) {
    const device = attempt.provider === choice.provider ? choice.device : deviceName(attempt.provider)
    engine.provider = attempt.provider
    engine.device = device
    const denoiser = checkedDenoiser(engine.inference, model, attempt.provider)
    try {
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
      return {
        raster: result.raster,
        report: {
          provider: attempt.provider,
          device,
          model: model.ref.id,
          tile: attempt.tile,
          sigma: result.sigma,
          wallMs: performance.now() - began,
          sessionMs: denoiser.sessionMs,
          pixelsOut: input.raster.width * input.raster.height,
          pixelsInferred: result.pixelsInferred,
          notes: [...notes, ...result.notes],
        },
      }
    } catch (error) {
      if (!(error instanceof InferenceError)) throw error
      if (error.stage === 'load' && attempt.provider === 'cpu')
        throw new LacunaError('model.invalid', { model: model.ref.id, reason: error.message }, error)
      engine.inference.release(attempt.provider)
      if (attempt.last) {
        const code = error.outOfMemory ? 'engine.outOfMemory' : 'engine.badOutput'
        throw new LacunaError(code, { model: model.ref.id, device, fault: error.message }, error)
      }
      notes.push(
        attempt.next === 'smaller'
          ? { code: 'engine.retriedSmaller', params: { device, reason: error.message } }
          : { code: 'engine.retriedOnCpu', params: { device, reason: error.message } },
      )
    }
  }
  throw new LacunaError('internal', { reason: 'no way to run was left' })
}

interface Attempt {
  provider: string
  tile: number
  last: boolean
  next: 'smaller' | 'cpu' | null
}

/** The tile, half of it, a quarter, then the CPU (and half on the CPU). */
function waysDown(provider: string, tile: number, multipleOf: number): Attempt[] {
  const smaller = (part: number) => Math.max(multipleOf, Math.floor(tile / part / multipleOf) * multipleOf)
  if (provider === 'cpu')
    return [
      { provider, tile, last: false, next: 'smaller' },
      { provider, tile: smaller(2), last: true, next: null },
    ]
  return [
    { provider, tile, last: false, next: 'smaller' },
    { provider, tile: smaller(2), last: false, next: 'cpu' },
    { provider: 'cpu', tile: smaller(2), last: true, next: null },
  ]
}
