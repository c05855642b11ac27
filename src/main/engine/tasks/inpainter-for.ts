/** Which inpainter a model is run by: a new kind of model is a line here. */
import { readManifest } from '../models/load.js'
import { patchInpainter } from '../pipelines/inpaint/patch-inpainter.js'
import type { Inpainter } from '../pipelines/inpainter.js'
import { networkInpainter } from '../pipelines/network-inpainter/network-inpainter.js'
import type { ModelRef, RunOptions } from '../protocol/tasks.js'
import { LacunaError } from '../../../shared/errors.js'
import type { TaskContext } from './context.js'

/** Throws `model.*`, and `engine.providerUnavailable`. */
export async function inpainterFor(
  ref: ModelRef,
  run: RunOptions,
  { engine, priority }: TaskContext,
): Promise<Inpainter> {
  const manifest = await readManifest(ref)
  switch (manifest.kind) {
    case 'patches':
      return patchInpainter(run)
    case 'inpainter':
      return await networkInpainter(ref, run, { ...engine, priority })
    default:
      throw new LacunaError('model.invalid', { model: ref.id, reason: 'it does not fill holes' })
  }
}
