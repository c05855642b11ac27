/**
 * Adapter for networks of kind `inpainter`: a picture and its hole into the tensors that model.json describes, and what
 * comes out back into a picture.
 */
import { LacunaError } from '../../../shared/errors.js'
import type { InpainterManifest } from '../../../shared/model.js'
import type { Inference } from '../runtime/inference.js'
import type { SessionSpec, TensorData } from '../runtime/worker-protocol.js'
import type { RunContext, WindowShape } from './denoiser.js'
import type { Model } from './load.js'

export interface MaskedPicture extends WindowShape {
  /** Interleaved RGB, 0..1. */
  picture: Float32Array
  /** 1 = to be filled. */
  hole: Uint8Array
}

export interface InpainterModel {
  readonly provider: string
  readonly sessionMs: number
  /** Interleaved RGB in 0..1 (not clipped), of the same size. Throws `model.invalid` when the result has another form. */
  fill(masked: MaskedPicture, context: RunContext): Promise<Float32Array>
}

export function inpainterModel(inference: Pick<Inference, 'run'>, model: Model<InpainterManifest>, provider: string): InpainterModel {
  const { manifest } = model
  let sessionMs = 0
  return {
    provider,
    get sessionMs() {
      return sessionMs
    },
    async fill(masked, context) {
      const result = await inference.run(specOf(model, provider, masked), tensorsOf(manifest, masked), context)
      sessionMs += result.ms
      return pictureOf(manifest, result.outputs[manifest.output], masked, (reason) => {
        throw new LacunaError('model.invalid', { model: model.ref.id, reason })
      })
    },
  }
}

/** On the CPU one session serves all shapes; GPU providers get one for each, where the graph's free dimensions are named. */
function specOf({ manifest, file }: Model<InpainterManifest>, provider: string, shape: WindowShape): SessionSpec {
  const { batch, height, width } = manifest.dimensions
  const named: [string | undefined, number][] = [
    [batch, 1],
    [height, shape.height],
    [width, shape.width],
  ]
  const freeDimensions = Object.fromEntries(named.filter(([name]) => name !== undefined))
  const fixed = provider !== 'cpu' && Object.keys(freeDimensions).length > 0
  return { file: file('model'), provider, ...(fixed ? { freeDimensions } : {}) }
}

/** The tensors that a network is fed, by the names of its inputs. */
export function tensorsOf(manifest: InpainterManifest, masked: MaskedPicture): Record<string, TensorData> {
  const { inputs, elements } = manifest
  const image = imagePlanes(manifest, masked)
  const mask = maskPlane(manifest, masked)
  if ('stacked' in inputs) {
    const planes = inputs.order[0] === 'mask' ? [mask, ...image] : [...image, mask]
    return { [inputs.stacked]: tensorOf(manifest, planes, elements.image, masked) }
  }
  return {
    [inputs.image]: tensorOf(manifest, image, elements.image, masked),
    [inputs.mask]: tensorOf(manifest, [mask], elements.mask, masked),
  }
}

function imagePlanes({ channels, range, holeValue }: InpainterManifest, { picture, hole }: MaskedPicture): Float32Array[] {
  const [low, high] = range.image
  return channelsOf(channels).map((channel) => {
    const plane = new Float32Array(hole.length)
    for (let at = 0; at < plane.length; at++)
      plane[at] =
        holeValue !== null && hole[at] === 1 ? holeValue : low + Math.min(1, Math.max(0, picture[3 * at + channel]!)) * (high - low)
    return plane
  })
}

function maskPlane({ mask }: InpainterManifest, { hole }: MaskedPicture): Float32Array {
  const plane = new Float32Array(hole.length)
  for (let at = 0; at < plane.length; at++) plane[at] = hole[at] === 1 ? mask.hole : mask.known
  return plane
}

const channelsOf = (channels: 'rgb' | 'bgr'): number[] => (channels === 'rgb' ? [0, 1, 2] : [2, 1, 0])

function tensorOf(
  { layout }: InpainterManifest,
  planes: Float32Array[],
  type: NonNullable<TensorData['type']>,
  { width, height }: WindowShape,
): TensorData {
  const count = planes.length
  const data = new Float32Array(count * width * height)
  for (const [c, plane] of planes.entries()) {
    if (layout === 'nchw') data.set(plane, c * plane.length)
    else for (let at = 0; at < plane.length; at++) data[at * count + c] = plane[at]!
  }
  return { type, data, dims: layout === 'nchw' ? [1, count, height, width] : [1, height, width, count] }
}

/** What came out, as a picture in 0..1; `wrong` throws when it has not the form that the manifest says. */
export function pictureOf(
  { layout, channels, range, elements, output }: InpainterManifest,
  tensor: TensorData | undefined,
  { width, height }: WindowShape,
  wrong: (reason: string) => never,
): Float32Array {
  if (tensor === undefined) return wrong(`the graph has no output ${output}`)
  const { dims, data, type = 'float32' } = tensor
  const expected = layout === 'nchw' ? [1, 3, height, width] : [1, height, width, 3]
  // Without the batch it is the same numbers.
  const got = dims.length === 3 ? [1, ...dims] : dims
  if (type !== elements.output) return wrong(`the graph's output ${output} is ${type}, not ${elements.output}`)
  if (got.length !== 4 || expected.some((side, i) => side !== got[i]))
    return wrong(`the graph's output ${output} has the shape ${dims.join('x')}, not ${expected.join('x')}`)
  const [low, high] = range.output
  const pixels = width * height
  const picture = new Float32Array(3 * pixels)
  for (const [c, channel] of channelsOf(channels).entries())
    for (let at = 0; at < pixels; at++) {
      const value = layout === 'nchw' ? data[c * pixels + at]! : data[3 * at + c]!
      picture[3 * at + channel] = (value - low) / (high - low)
    }
  return picture
}
