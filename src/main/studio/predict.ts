/** What an edit will take and what comes out of it, before it is started. */
import type { Prediction } from '../../shared/contract.js'
import type { Edit, UpscaleEdit } from '../../shared/edit.js'
import { LacunaError } from '../../shared/errors.js'
import { resultSize } from '../../shared/extend.js'
import { graphScales } from '../../shared/image-network.js'
import type { OutputSettings, PictureInfo } from '../../shared/picture.js'
import { upscaledSize } from '../../shared/upscale.js'
import { planPasses, workOfEdit } from '../../shared/upscale-passes.js'
import type { Settings } from '../../shared/settings.js'
import type { EngineClient, EngineStatus } from '../engine/protocol/client.js'
import type { Model } from './library/library.js'
import { runOptions } from './run-options.js'
import type { StudioPaths } from './paths.js'
import { evaluations, type Speeds, variationsOf } from './speeds.js'

export type Cost = Pick<Prediction, 'seconds' | 'memory' | 'provider' | 'device' | 'model'>

/** What engine and host take before the first tile: runtime, decoder, weights (measured). */
const BASE_MEMORY = 250 * 1024 ** 2
/** The tile taken for granted before the first report tells. */
const USUAL_TILE = 512

export function predict(
  edit: Edit,
  /** Of the result that will be computed, of an enlargement its {@link enlargingWork}; null: that cannot be said. */
  pixels: number | null,
  model: Model,
  context: { settings: Settings; paths: StudioPaths; speeds: Speeds; status: EngineStatus },
): Cost {
  const { settings, paths, speeds, status } = context
  const run = runOptions(settings, paths)
  const known = speeds.for(edit, run.provider)
  const tile = run.tile ?? known?.measured.tile ?? USUAL_TILE
  return {
    seconds:
      known === null || pixels === null
        ? null
        : ((pixels / 1e6) * evaluations(edit, variationsOf(edit, model.manifest.kind))) /
          known.measured.megapixelsPerSecond,
    memory: Math.min(run.memoryBudget, BASE_MEMORY + tileBytes(model, tile)),
    provider: known?.provider ?? status.provider ?? run.provider,
    device: known?.measured.device ?? status.device ?? '',
    model: edit.model,
  }
}

/** As `JobReport.work` has it; null where there can be no such enlargement. */
export function enlargingWork(
  edit: UpscaleEdit,
  size: { width: number; height: number },
  { manifest }: Model,
): number | null {
  if (manifest.kind !== 'image-to-image') return null
  try {
    const passes = planPasses(graphScales(manifest), size, upscaledSize(edit.target, size), manifest.id)
    return size.width * size.height * workOfEdit(edit, passes)
  } catch {
    // What is wrong with it is said elsewhere (`outcome`).
    return null
  }
}

/** What a tile of a network takes; a fill takes what its context crop does, which is not known before the mask is. */
function tileBytes({ manifest }: Model, tile: number): number {
  switch (manifest.kind) {
    case 'denoiser':
      return manifest.bytesPerPixel * (tile + 2 * manifest.margin.model) ** 2
    case 'image-to-image': {
      const { size, margin, bytesPerPixel } = manifest
      return bytesPerPixel * ('width' in size ? size.width * size.height : (tile + 2 * margin) ** 2)
    }
    default:
      return 0
  }
}

/** What comes out of an edit that changes the size, saved as `output`; of other edits that is known. */
export async function outcome(
  edit: Edit,
  { size, info, output }: { size: { width: number; height: number }; info: PictureInfo; output: OutputSettings },
  engine: EngineClient,
): Promise<Pick<Prediction, 'result' | 'obstacle'>> {
  if (edit.kind !== 'upscale' && edit.kind !== 'extend') return { result: null, obstacle: null }
  let result: Prediction['result'] = null
  try {
    const { width, height } = resultSize(edit, size)
    result = { width, height, bytes: null }
    const task = { kind: 'planOutput', info, width, height, output } as const
    const { estimatedBytes } = await engine.run(task, { priority: 0 })
    return { result: { width, height, bytes: estimatedBytes }, obstacle: null }
  } catch (thrown) {
    const error = LacunaError.from(thrown)
    const known = /^(upscale|extend)\.|^output\.formatLimit$/.test(error.code)
    if (!known) throw error
    return { result, obstacle: { code: error.code, params: error.params } }
  }
}
