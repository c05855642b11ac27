/**
 * What cleans a picture, whichever kind its network is of: a denoiser, or a restorer from elsewhere (a network from picture to
 * picture of scale 1), with how pictures are cut for it.
 */
import { LacunaError, type Note } from '../../../shared/errors.js'
import type { ImageNetworkManifest } from '../../../shared/image-network.js'
import { type Cleaning, cleaningOf, type DenoiserManifest } from '../../../shared/model.js'
import type { RunContext, WindowShape } from '../models/denoiser.js'
import { isOfKind, loadNetwork, type Model } from '../models/load.js'
import type { ModelRef, RunOptions } from '../protocol/tasks.js'
import type { Inference } from '../runtime/inference.js'
import { tileSide } from '../runtime/memory.js'
import { checkedDenoiser } from './checked-denoiser.js'
import type { TileGeometry } from './tile-pass.js'
import { checkedImageNetwork } from './upscale/checked-image-network.js'
import { halfImageTile, imageTiles, imageTileSide } from './upscale/tiles.js'

export interface Cleaner {
  readonly takes: Cleaning
  /** Tiles begin on multiples of it, pixels. */
  readonly step: number
  readonly sessionMs: number
  /** The clean picture of one window; `sigma` is null for a network that is told nothing of noise. */
  clean(
    sample: Float32Array,
    sigma: Float32Array | null,
    shape: WindowShape,
    context: RunContext,
  ): Promise<Float32Array>
  /** The local noise level of one window. Only where noise is `estimated`. */
  estimate(sample: Float32Array, shape: WindowShape, context: RunContext): Promise<Float32Array>
  /** How a picture `width` px wide is cut into tiles with cores of about `tile` px, for the network or its estimator. */
  geometry(
    of: 'graph' | 'noise',
    tile: number,
    width: number,
  ): Omit<TileGeometry, 'region' | 'margin'> & { margin: number }
  notes(): Note[]
}

export type CleaningModel = Model<DenoiserManifest> | Model<ImageNetworkManifest>

/** Throws what `loadNetwork` throws, and `model.invalid` for a network that cleans nothing. */
export async function loadCleaner(ref: ModelRef): Promise<CleaningModel> {
  const model = await loadNetwork(ref)
  if (isOfKind(model, 'denoiser')) return model
  if (isOfKind(model, 'image-to-image') && cleaningOf(model.manifest) !== null) return model
  const reason =
    model.manifest.kind === 'image-to-image'
      ? 'it has no graph of scale 1, which alone leaves a picture its size'
      : `it is of the kind ${model.manifest.kind}, and cleans no pictures`
  throw new LacunaError('model.invalid', { model: ref.id, reason })
}

/** Core sides of tiles, pixels: the one to begin with, and the one for less memory. */
export function cleanerTiles(model: CleaningModel, run: RunOptions): { tile: number; half: number } {
  if (isDenoiser(model)) {
    const tile = tileSide(model.manifest, run)
    const { multipleOf } = model.manifest
    return { tile, half: Math.max(multipleOf, Math.floor(tile / 2 / multipleOf) * multipleOf) }
  }
  const tile = imageTileSide(model.manifest, run)
  return { tile, half: halfImageTile(model.manifest, tile) }
}

/** The graphs that are run, for `Inference.keepWithin`. */
export function cleanerFiles(model: CleaningModel): string[] {
  const graph = isDenoiser(model) ? model.file('model') : model.file('x1')
  return model.manifest.files.noise === undefined ? [graph] : [graph, model.file('noise')]
}

export function cleanerOf(
  inference: Inference,
  model: CleaningModel,
  provider: string,
  { memoryBudget }: Pick<RunOptions, 'memoryBudget'>,
): Cleaner {
  return isDenoiser(model)
    ? denoiserCleaner(inference, model, provider)
    : restorer(inference, model, provider, memoryBudget)
}

function denoiserCleaner(inference: Inference, model: Model<DenoiserManifest>, provider: string): Cleaner {
  const { multipleOf, margin } = model.manifest
  const denoiser = checkedDenoiser(inference, model, provider)
  return {
    takes: takenBy(model),
    step: multipleOf,
    get sessionMs() {
      return denoiser.sessionMs
    },
    clean: (sample, sigma, { width, height }, context) =>
      denoiser.denoise(sample, sigma ?? new Float32Array(width * height), { width, height }, context),
    estimate: (sample, shape, context) => denoiser.estimate(sample, shape, context),
    geometry: (of, tile) => ({ tile, multipleOf, margin: of === 'graph' ? margin.model : margin.noise }),
    notes: () => denoiser.notes(),
  }
}

function restorer(
  inference: Inference,
  model: Model<ImageNetworkManifest>,
  provider: string,
  memoryBudget: number,
): Cleaner {
  const { manifest } = model
  const network = checkedImageNetwork(inference, model, provider)
  return {
    takes: takenBy(model),
    step: 'width' in manifest.size ? 1 : manifest.size.multipleOf,
    get sessionMs() {
      return network.sessionMs
    },
    clean: (sample, sigma, shape, context) => network.enlarge(1, sample, sigma, shape, context),
    estimate: (sample, shape, context) => network.estimate(sample, shape, context),
    geometry: (of, tile, width) => imageTiles(manifest, { tile, width, scale: 1, memoryBudget, of }),
    notes: () => network.notes(),
  }
}

const isDenoiser = (model: CleaningModel): model is Model<DenoiserManifest> => model.manifest.kind === 'denoiser'

/** Of one that was loaded as a cleaner it is never null. */
const takenBy = ({ manifest }: CleaningModel): Cleaning => cleaningOf(manifest) ?? { noise: 'none', detail: false }
