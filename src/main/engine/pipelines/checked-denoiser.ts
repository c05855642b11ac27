/**
 * A denoiser whose every tile is checked; what a GPU got wrong is done again on the CPU, and the person is told.
 */
import type { Note } from '../../../shared/errors.js'
import { denoiserModel, type DenoiserModel } from '../models/denoiser.js'
import type { Model } from '../models/load.js'
import type { Inference } from '../runtime/inference.js'
import { CheckedTiles } from './checked-tiles.js'
import { flatness, statistics } from './tile-check.js'

export interface CheckedDenoiser extends DenoiserModel {
  /** Remarks for the person so far: how many tiles were done again, and where. */
  notes(): Note[]
}

/** Throws `engine.badOutput` when the CPU's own result is not finite or flat. */
export function checkedDenoiser(inference: Inference, model: Model, provider: string): CheckedDenoiser {
  const chosen = denoiserModel(inference, model, provider)
  const cpu = provider === 'cpu' ? chosen : denoiserModel(inference, model, 'cpu')
  const tiles = new CheckedTiles(model.ref.id, provider)

  return {
    provider,
    get sessionMs() {
      return chosen.sessionMs + (cpu === chosen ? 0 : cpu.sessionMs)
    },
    denoise(sample, sigma, shape, context) {
      // Of the CPU, which is the reference, a shift of the mean is no fault.
      const input = (cpu === chosen ? flatness : statistics)(sample, shape)
      // The buffers go to the worker for good: what may be needed again is kept.
      const kept = cpu === chosen ? null : { sample: sample.slice(), sigma: sigma.slice() }
      return tiles.picture(
        input,
        () => chosen.denoise(sample, sigma, shape, context),
        kept && (() => cpu.denoise(kept.sample, kept.sigma, shape, context)),
      )
    },
    estimate(sample, shape, context) {
      const kept = cpu === chosen ? null : sample.slice()
      return tiles.finite(
        () => chosen.estimate(sample, shape, context),
        kept && (() => cpu.estimate(kept, shape, context)),
      )
    },
    notes: () => tiles.notes(),
  }
}
