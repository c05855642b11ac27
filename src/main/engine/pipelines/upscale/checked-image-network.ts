/** A network from picture to picture whose every tile is checked; what a GPU got wrong is done again on the CPU. */
import type { Note } from '../../../../shared/errors.js'
import type { ImageNetworkManifest } from '../../../../shared/image-network.js'
import { imageNetwork, type ImageNetwork } from '../../models/image-to-image.js'
import type { Model } from '../../models/load.js'
import type { Inference } from '../../runtime/inference.js'
import { CheckedTiles } from '../checked-tiles.js'
import { statistics } from '../tile-check.js'

export interface CheckedImageNetwork extends ImageNetwork {
  /** Remarks for the person so far: how many tiles were done again, and where. */
  notes(): Note[]
}

/** Throws `engine.badOutput` when the CPU's own result is not finite or flat. */
export function checkedImageNetwork(
  inference: Inference,
  model: Model<ImageNetworkManifest>,
  provider: string,
): CheckedImageNetwork {
  const chosen = imageNetwork(inference, model, provider)
  const cpu = provider === 'cpu' ? chosen : imageNetwork(inference, model, 'cpu')
  const tiles = new CheckedTiles(model.ref.id, provider)

  return {
    provider,
    get sessionMs() {
      return chosen.sessionMs + (cpu === chosen ? 0 : cpu.sessionMs)
    },
    enlarge(scale, picture, sigma, shape, context) {
      const input = statistics(picture, shape)
      // The buffers go to the worker for good: what may be needed again is kept.
      const kept = cpu === chosen ? null : { picture: picture.slice(), sigma: sigma?.slice() ?? null }
      return tiles.picture(
        input,
        () => chosen.enlarge(scale, picture, sigma, shape, context),
        kept && (() => cpu.enlarge(scale, kept.picture, kept.sigma, shape, context)),
      )
    },
    estimate(picture, shape, context) {
      const kept = cpu === chosen ? null : picture.slice()
      return tiles.finite(
        () => chosen.estimate(picture, shape, context),
        kept && (() => cpu.estimate(kept, shape, context)),
      )
    },
    notes: () => tiles.notes(),
  }
}
