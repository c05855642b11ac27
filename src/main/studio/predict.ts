/** Seconds, memory and device that an edit will take, before it is started. */
import type { Edit } from '../../shared/edit.js'
import type { Settings } from '../../shared/settings.js'
import type { EngineStatus } from '../engine/protocol/client.js'
import type { Model } from './library/library.js'
import { runOptions } from './run-options.js'
import type { StudioPaths } from './paths.js'
import { evaluations, type Speeds } from './speeds.js'

export interface Prediction {
  /** Null before the first measurement of this model on this machine. */
  seconds: number | null
  /** Bytes, host and engine together. */
  memory: number
  provider: string
  device: string
  model: string
}

/** What engine and host take before the first tile: runtime, decoder, weights (measured). */
const BASE_MEMORY = 250 * 1024 ** 2
/** The tile taken for granted before the first report tells. */
const USUAL_TILE = 512

export function predict(
  edit: Edit,
  /** Of the result that will be computed; null: that cannot be said. */
  pixels: number | null,
  model: Model,
  context: { settings: Settings; paths: StudioPaths; speeds: Speeds; status: EngineStatus },
): Prediction {
  const { settings, paths, speeds, status } = context
  const run = runOptions(settings, paths)
  const known = speeds.for(edit.model, run.provider)
  const tile = run.tile ?? known?.measured.tile ?? USUAL_TILE
  return {
    seconds:
      known === null || pixels === null
        ? null
        : ((pixels / 1e6) * evaluations(edit)) / known.measured.megapixelsPerSecond,
    memory: Math.min(run.memoryBudget, BASE_MEMORY + tileBytes(model, tile)),
    provider: known?.provider ?? status.provider ?? run.provider,
    device: known?.measured.device ?? status.device ?? '',
    model: edit.model,
  }
}

/** What a tile of a network takes; a fill takes what its context crop does, which is not known before the mask is. */
function tileBytes({ manifest }: Model, tile: number): number {
  return manifest.kind === 'denoiser' ? manifest.bytesPerPixel * (tile + 2 * manifest.margin.model) ** 2 : 0
}
