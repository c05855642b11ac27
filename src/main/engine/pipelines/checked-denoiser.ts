/**
 * A denoiser whose every tile is checked; what a GPU got wrong is done again on the CPU, and the person is told.
 */
import { LacunaError, type Note } from '../../../shared/errors.js'
import { denoiserModel, type DenoiserModel } from '../models/denoiser.js'
import type { Model } from '../models/load.js'
import { deviceName } from '../runtime/device.js'
import type { Inference } from '../runtime/inference.js'
import { allFinite, statistics, tileFault } from './tile-check.js'

export interface CheckedDenoiser extends DenoiserModel {
  /** Remarks for the person so far: how many tiles were done again, and where. */
  notes(): Note[]
}

/** Throws `engine.badOutput` when the CPU's own result is not finite or flat. */
export function checkedDenoiser(inference: Inference, model: Model, provider: string): CheckedDenoiser {
  const chosen = denoiserModel(inference, model, provider)
  const cpu = provider === 'cpu' ? chosen : denoiserModel(inference, model, 'cpu')
  let redone = 0

  return {
    provider,
    get sessionMs() {
      return chosen.sessionMs + (cpu === chosen ? 0 : cpu.sessionMs)
    },
    async denoise(sample, sigma, shape, context) {
      const input = statistics(sample, shape)
      // The buffers go to the worker for good: what may be needed again is kept.
      const kept = cpu === chosen ? null : { sample: sample.slice(), sigma: sigma.slice() }
      const result = await chosen.denoise(sample, sigma, shape, context)
      const fault = tileFault(result, input)
      if (!fault) return result
      if (!kept) {
        // Noise cut off at black or white moves the mean rightly; the CPU is the reference and is believed there.
        if (fault === 'shifted') return result
        throw new LacunaError('engine.badOutput', { model: model.ref.id, device: deviceName(provider), fault })
      }
      const again = await cpu.denoise(kept.sample, kept.sigma, shape, context)
      const still = tileFault(again, input)
      if (still && still !== 'shifted')
        throw new LacunaError('engine.badOutput', { model: model.ref.id, device: deviceName('cpu'), fault: still })
      if (!still || differs(again, result)) redone++
      return again
    },
    async estimate(sample, shape, context) {
      const kept = cpu === chosen ? null : sample.slice()
      const result = await chosen.estimate(sample, shape, context)
      if (allFinite(result)) return result
      if (!kept)
        throw new LacunaError('engine.badOutput', {
          model: model.ref.id,
          device: deviceName(provider),
          fault: 'notFinite',
        })
      redone++
      return cpu.estimate(kept, shape, context)
    },
    notes: () =>
      redone === 0
        ? []
        : [{ code: 'engine.tileRedoneOnCpu', params: { count: redone, device: deviceName(provider), provider } }],
  }
}

const differs = (a: Float32Array, b: Float32Array): boolean =>
  a.some((value, i) => !(Math.abs(value - (b[i] as number)) < 2e-3))
