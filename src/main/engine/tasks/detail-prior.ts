/** The denoiser that draws an enlarged picture's detail, on the best provider. */
import type { UpscaleEdit } from '../../../shared/edit.js'
import { LacunaError, type Note } from '../../../shared/errors.js'
import { drawsDetail } from '../../../shared/upscale-passes.js'
import { loadModel } from '../models/load.js'
import { checkedDenoiser, type CheckedDenoiser } from '../pipelines/checked-denoiser.js'
import type { DetailPrior } from '../pipelines/upscale/detail.js'
import type { ModelRef, RunOptions } from '../protocol/tasks.js'
import { tileSide } from '../runtime/memory.js'
import type { Engine } from './context.js'

export interface ChosenPrior {
  /** Absolute path of the network. */
  file: string
  notes: Note[]
  /** `smaller`: after memory ran out, by which the tiles are halved; `cpu`: after the provider failed. */
  open(way: { smaller: boolean; cpu: boolean }): DetailPrior & { denoiser: CheckedDenoiser }
}

/** Null where nothing is drawn. Throws what loading a model throws, and `internal` when no prior was given. */
export async function detailPrior(
  engine: Engine,
  edit: UpscaleEdit,
  passes: readonly number[],
  { prior, run }: { prior?: ModelRef | undefined; run: RunOptions },
): Promise<ChosenPrior | null> {
  if (!drawsDetail(edit, passes)) return null
  if (prior === undefined) throw new LacunaError('internal', { reason: 'detail without a model to draw it' })
  const model = await loadModel(prior)
  const { manifest } = model
  const { provider, notes } = await engine.providers.choose(model, run)
  const tile = tileSide(manifest, run)
  const half = Math.max(manifest.multipleOf, Math.floor(tile / 2 / manifest.multipleOf) * manifest.multipleOf)
  return {
    file: model.file('model'),
    notes,
    open: ({ smaller, cpu }) => ({
      manifest,
      denoiser: checkedDenoiser(engine.inference, model, cpu ? 'cpu' : provider),
      tile: smaller ? half : tile,
    }),
  }
}
