/**
 * A network as an inpainter: it is shown a hole with its surroundings, and the hole's pixels of its picture are taken.
 *
 *   views     what it is shown, one after the other (`views.ts`)
 *   run       on the best provider, each result checked; out of memory: a smaller view, and the CPU
 *   tone      its picture meets the known pixels at the rim (`tone.ts`)
 *
 * There is no noise in these networks, so the seed means nothing and there is one variation.
 */
import { cancelled, LacunaError, type Note } from '../../../../shared/errors.js'
import type { InpainterManifest } from '../../../../shared/model.js'
import { contextsOf } from '../../inpaint/context.js'
import { loadInpainter, type Model } from '../../models/load.js'
import type { ModelRef, RunOptions } from '../../protocol/tasks.js'
import { deviceName } from '../../runtime/device.js'
import { type Inference, InferenceError } from '../../runtime/inference.js'
import type { Providers } from '../../runtime/providers.js'
import type { Crop, Inpainter } from '../inpainter.js'
import { checkedInpainter } from './checked-inpainter.js'
import { sightOf, smaller } from './sight.js'
import { Canvas } from './canvas.js'
import { marginOf, type Sight, viewsOf } from './views.js'

export interface NetworkRuntime {
  inference: Inference
  providers: Providers
  priority: 0 | 1
}

/** Of the memory budget: the rest is for the rasters' rows, the mask, the network and the host. */
const CROP_SHARE = 0.25

/** Throws `model.*`, and `engine.providerUnavailable` when a provider that was asked for by name does not pass its test. */
export async function networkInpainter(ref: ModelRef, run: RunOptions, runtime: NetworkRuntime): Promise<Inpainter> {
  const model = await loadInpainter(ref)
  const { inference, priority } = runtime
  const choice = await runtime.providers.choose(model, run)
  const notes = new Notes(choice.notes)
  let network = checkedInpainter(inference, model, choice.provider)
  let sight = sightOf(model.manifest, run)

  /** Another way to go on after a failure; throws when there is none. */
  const comeDown = (error: unknown): void => {
    if (!(error instanceof InferenceError)) throw error
    const { provider } = network
    inference.release(provider)
    if (provider !== 'cpu') {
      notes.add({ code: 'engine.retriedOnCpu', params: { device: deviceName(provider), reason: error.message } })
      notes.add(...network.notes())
      network = checkedInpainter(inference, model, 'cpu')
      return
    }
    const less = error.outOfMemory ? smaller(sight) : null
    if (less === null) throw failure(model, error)
    notes.add({ code: 'engine.retriedSmaller', params: { device: deviceName('cpu'), reason: error.message } })
    sight = less
  }

  return {
    deterministic: true,
    get provider() {
      return network.provider
    },
    get device() {
      return network.provider === choice.provider ? choice.device : deviceName(network.provider)
    },
    contexts: (picture, holes) =>
      contextsOf(picture, holes, run.memoryBudget * CROP_SHARE, (hole) => marginOf(hole, sight)),
    async fill(crop) {
      if (crop.only !== null && crop.only > 0)
        notes.add({ code: 'inpaint.oneVariation', params: { model: model.manifest.name } })
      for (;;) {
        try {
          return [{ picture: await fillCrop(crop, sight), distance: null, seed: crop.seed }]
        } catch (error) {
          comeDown(error)
        }
      }
    },
    notes: () => [...notes.all, ...network.notes()],
  }

  async function fillCrop(crop: Crop, sight: Sight): Promise<Float32Array> {
    const { width, height } = crop
    const canvas = new Canvas(crop)
    const views = viewsOf({ width, height, unknown: canvas.unknown }, crop.hole, sight)
    for (const [index, view] of views.entries()) {
      if (crop.signal.aborted) throw cancelled()
      const masked = canvas.shownIn(view)
      if (masked.hole.every((open) => open === 1))
        throw new LacunaError('edit.invalid', { reason: 'everything is masked, so nothing is left to fill it from' })
      canvas.take(view, await network.fill(masked, { signal: crop.signal, priority }))
      if (view.scale > 1)
        notes.add({
          code: 'inpaint.enlarged',
          params: { model: model.manifest.name, percent: Math.round(100 / view.scale) },
        })
      const level = views.length - 1 - index
      crop.onLevel?.({ level, levels: views.length, variation: 0, width, height, picture: canvas.picture })
    }
    crop.onFill?.(0, { picture: canvas.picture, distance: null, seed: crop.seed })
    return canvas.picture
  }
}

function failure({ ref }: Model<InpainterManifest>, error: InferenceError): LacunaError {
  if (error.outOfMemory)
    return new LacunaError(
      'engine.outOfMemory',
      { model: ref.id, device: deviceName('cpu'), fault: error.message },
      error,
    )
  // A graph that loads and does not run is most often one that was described wrongly.
  return new LacunaError('model.invalid', { model: ref.id, reason: error.message }, error)
}

/** Each remark once, however often it is made; of those that say how much, the first. */
class Notes {
  readonly all: Note[]

  constructor(first: readonly Note[]) {
    this.all = [...first]
  }

  add(...notes: Note[]): void {
    for (const note of notes) if (!this.all.some(({ code }) => code === note.code)) this.all.push(note)
  }
}
