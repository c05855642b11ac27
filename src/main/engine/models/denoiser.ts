/**
 * Adapter for networks of kind `denoiser`: D(sample; sigma map) and the noise estimator beside it, on windows.
 *
 * Tensors are planar: sample [3, height, width] in 0..1, sigma [1, height, width] in units of that picture.
 * Sides are multiples of the manifest's `multipleOf`.
 */
import { LacunaError } from '../../../shared/errors.js'
import type { Inference } from '../runtime/inference.js'
import type { SessionSpec, TensorData } from '../runtime/worker-protocol.js'
import type { Model } from './load.js'

export interface WindowShape {
  height: number
  width: number
}

export interface RunContext {
  signal?: AbortSignal
  priority?: 0 | 1
}

export interface DenoiserModel {
  readonly provider: string
  readonly sessionMs: number
  /** The posterior mean of one window. */
  denoise(sample: Float32Array, sigma: Float32Array, shape: WindowShape, context: RunContext): Promise<Float32Array>
  /** The local noise level of one window. */
  estimate(sample: Float32Array, shape: WindowShape, context: RunContext): Promise<Float32Array>
}

export function denoiserModel(inference: Inference, model: Model, provider: string): DenoiserModel {
  const { inputs, output } = model.manifest
  let sessionMs = 0

  const run = async (
    role: 'model' | 'noise',
    feeds: Record<string, TensorData>,
    shape: WindowShape,
    context: RunContext,
    name: string | null,
  ): Promise<Float32Array> => {
    const result = await inference.run(sessionSpec(model.file(role), provider, shape), feeds, context)
    sessionMs += result.ms
    const tensor = name === null ? Object.values(result.outputs)[0] : result.outputs[name]
    const channels = role === 'model' ? 3 : 1
    if (!tensor || tensor.data.length !== channels * shape.height * shape.width)
      throw new LacunaError('model.invalid', {
        model: model.ref.id,
        reason: `its output has the shape ${tensor?.dims.join('x') ?? 'none'}`,
      })
    return tensor.data
  }

  const tensor = (data: Float32Array, channels: number, { height, width }: WindowShape): TensorData => ({
    dims: [1, channels, height, width],
    data,
  })

  return {
    provider,
    get sessionMs() {
      return sessionMs
    },
    denoise: (sample, sigma, shape, context) =>
      run(
        'model',
        { [inputs.sample]: tensor(sample, 3, shape), [inputs.sigma]: tensor(sigma, 1, shape) },
        shape,
        context,
        output,
      ),
    estimate: (sample, shape, context) =>
      run('noise', { [inputs.sample]: tensor(sample, 3, shape) }, shape, context, null),
  }
}

/** On the CPU one session serves all shapes; GPU providers get a session for the one shape of all windows. */
export function sessionSpec(file: string, provider: string, shape: WindowShape): SessionSpec {
  if (provider === 'cpu') return { file, provider }
  return { file, provider, freeDimensions: { n: 1, height: shape.height, width: shape.width } }
}
