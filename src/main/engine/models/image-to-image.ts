/**
 * Adapter for networks of kind `image-to-image`: windows of a picture into the tensors that model.json describes, and
 * what comes out back into pictures.
 *
 * Pictures are planar: [3, height, width] in 0..1; noise maps [1, height, width] in units of that picture.
 */
import { LacunaError } from '../../../shared/errors.js'
import { graphRole, graphScales, type GraphScale, type ImageNetworkManifest, rimOf } from '../../../shared/image-network.js'
import { enlargePlanes } from '../imaging/resample.js'
import type { Inference } from '../runtime/inference.js'
import type { SessionSpec, TensorData } from '../runtime/worker-protocol.js'
import type { RunContext, WindowShape } from './denoiser.js'
import type { Model } from './load.js'
import { givenOf, withRim } from './rim.js'

export interface ImageNetwork {
  readonly provider: string
  readonly sessionMs: number
  /**
   * A picture `scale` times as wide and high, not clipped. What the network crops is filled up with the pixels that went in, each
   * repeated: it lies within {@link marginOf}, and is not to be kept. `sigma`: null for a network without a noise map. Throws
   * `model.invalid` when there is no such graph, or its result has another form than model.json says.
   */
  enlarge(
    scale: GraphScale,
    picture: Float32Array,
    sigma: Float32Array | null,
    shape: WindowShape,
    context: RunContext,
  ): Promise<Float32Array>
  /** The local noise level of a window. Throws `model.invalid` where the model has no estimator. */
  estimate(picture: Float32Array, shape: WindowShape, context: RunContext): Promise<Float32Array>
}

/** How far a colour reaches in the enlargement of what a network of luma alone leaves out, pixels going in. */
const CHROMA_REACH = 3

/** Pixels of context for every window of a graph, or of the noise estimator. */
export function marginOf(manifest: ImageNetworkManifest, of: 'graph' | 'noise' = 'graph'): number {
  const { margin, noiseMargin, channels } = manifest
  if (of === 'noise') return noiseMargin ?? margin
  return Math.max(margin, rimOf(manifest), channels === 'y' ? CHROMA_REACH : 0)
}

export function imageNetwork(
  inference: Inference,
  model: Model<ImageNetworkManifest>,
  provider: string,
): ImageNetwork {
  const { manifest } = model
  let sessionMs = 0
  const wrong = (reason: string): never => {
    throw new LacunaError('model.invalid', { model: model.ref.id, reason })
  }
  const run = async (spec: SessionSpec, feeds: Record<string, TensorData>, context: RunContext) => {
    const result = await inference.run(spec, feeds, context)
    sessionMs += result.ms
    return result.outputs
  }

  return {
    provider,
    get sessionMs() {
      return sessionMs
    },
    async enlarge(scale, picture, sigma, shape, context) {
      if (!graphScales(manifest).includes(scale)) wrong(`it has no graph of scale ${scale}`)
      const feeds: Record<string, TensorData> = {}
      const { sigma: sigmaName, image } = manifest.inputs
      // A network of luma alone: the colours are needed again.
      const colours = manifest.channels === 'y' ? enlargePlanes(picture, 3, shape, scale) : null
      if (sigmaName !== undefined)
        feeds[sigmaName] = {
          data: sigma ?? new Float32Array(shape.width * shape.height),
          dims: [1, ...planesDims(manifest, 1, shape)],
        }
      const crop = manifest.crop[graphRole(scale)] ?? null
      // What goes into the worker is gone: of it the rim is made that the network leaves out.
      const kept = crop === null ? null : manifest.channels === 'y' ? lumaOf(picture) : picture.slice()
      feeds[image] = tensorOf(manifest, picture, shape)
      const outputs = await run(specOf(model, graphRole(scale), provider, shape), feeds, context)
      const large = { width: shape.width * scale, height: shape.height * scale }
      const given = crop === null ? large : givenOf(large, crop)
      const inner = pictureOf(manifest, outputs[manifest.output], given, scale, wrong)
      const result = crop === null || kept === null ? inner : withRim(inner, given, crop, { planes: kept, shape, scale })
      return colours === null ? result : withLuma(colours, result)
    },
    async estimate(picture, shape, context) {
      // The estimator is always planar, whatever the graphs are; its one input may have any name.
      const feeds = { '': { data: picture, dims: [1, 3, shape.height, shape.width] } }
      const [map] = Object.values(await run(specOf(model, 'noise', provider, shape), feeds, context))
      if (map?.data.length !== shape.width * shape.height)
        return wrong(`its noise estimate has the shape ${map?.dims.join('x') ?? 'none'}`)
      return map.data
    },
  }
}

/** On the CPU one session serves all shapes; GPU providers get one for each, where the graph's free dimensions are named. */
function specOf(
  { manifest, file }: Model<ImageNetworkManifest>,
  role: ReturnType<typeof graphRole> | 'noise',
  provider: string,
  shape: WindowShape,
): SessionSpec {
  const { batch, height, width } = manifest.dimensions
  const named: [string | undefined, number][] = [
    [batch, 1],
    [height, shape.height],
    [width, shape.width],
  ]
  const freeDimensions = Object.fromEntries(named.filter(([name]) => name !== undefined))
  const fixed = provider !== 'cpu' && Object.keys(freeDimensions).length > 0
  return { file: file(role), provider, ...(fixed ? { freeDimensions } : {}) }
}

const planesDims = (
  { layout }: Pick<ImageNetworkManifest, 'layout'>,
  channels: number,
  { width, height }: WindowShape,
): number[] => (layout === 'nchw' ? [channels, height, width] : [height, width, channels])

/** What the graph is fed. Where nothing has to be changed it is the picture's own array. */
export function tensorOf(manifest: ImageNetworkManifest, picture: Float32Array, shape: WindowShape): TensorData {
  const { layout, channels, elements, range } = manifest
  const pixels = shape.width * shape.height
  const planes = channels === 'y' ? lumaOf(picture) : picture
  const count = planes.length / pixels
  const dims = [1, ...planesDims(manifest, count, shape)]
  const [low, high] = range.image
  const type = elements.image
  if (layout === 'nchw' && channels !== 'bgr' && low === 0 && high === 1) return { type, dims, data: planes }
  const data = new Float32Array(planes.length)
  for (let c = 0; c < count; c++) {
    const from = (channels === 'bgr' ? count - 1 - c : c) * pixels
    for (let at = 0; at < pixels; at++) {
      const value = low + planes[from + at]! * (high - low)
      data[layout === 'nchw' ? c * pixels + at : at * count + c] = value
    }
  }
  return { type, dims, data }
}

/** What came out, as planes in 0..1 (one of luma alone); `wrong` throws when it has not the form that the manifest says. */
export function pictureOf(
  manifest: ImageNetworkManifest,
  tensor: TensorData | undefined,
  shape: WindowShape,
  scale: number,
  wrong: (reason: string) => never,
): Float32Array {
  const { layout, channels, range, elements, output } = manifest
  if (tensor === undefined) return wrong(`the graph has no output ${output}`)
  const { dims, data, type = 'float32' } = tensor
  const count = channels === 'y' ? 1 : 3
  const expected = [1, ...planesDims(manifest, count, shape)]
  // Without the batch it is the same numbers.
  const got = dims.length === 3 ? [1, ...dims] : dims
  if (type !== elements.output) return wrong(`the graph's output ${output} is ${type}, not ${elements.output}`)
  if (got.length !== 4 || expected.some((side, i) => side !== got[i]))
    return wrong(
      `the graph's output ${output} has the shape ${dims.join('x')}, not ${expected.join('x')} as at scale ${scale}`,
    )
  const [low, high] = range.output
  if (layout === 'nchw' && channels !== 'bgr' && low === 0 && high === 1) return data
  const pixels = shape.width * shape.height
  const picture = new Float32Array(count * pixels)
  for (let c = 0; c < count; c++) {
    const to = (channels === 'bgr' ? count - 1 - c : c) * pixels
    for (let at = 0; at < pixels; at++) {
      const value = data[layout === 'nchw' ? c * pixels + at : at * count + c]!
      picture[to + at] = (value - low) / (high - low)
    }
  }
  return picture
}

/** BT.601, full range. */
const LUMA = [0.299, 0.587, 0.114] as const

function lumaOf(picture: Float32Array): Float32Array {
  const pixels = picture.length / 3
  const luma = new Float32Array(pixels)
  for (let at = 0; at < pixels; at++) luma[at] = lumaAt(picture, at, pixels)
  return luma
}

const lumaAt = (picture: Float32Array, at: number, pixels: number): number =>
  LUMA[0] * picture[at]! + LUMA[1] * picture[pixels + at]! + LUMA[2] * picture[2 * pixels + at]!

/** The colours with another luma: what makes up chroma stays, so each channel changes by as much as the luma does. */
function withLuma(colours: Float32Array, luma: Float32Array): Float32Array {
  const pixels = luma.length
  for (let at = 0; at < pixels; at++) {
    const change = luma[at]! - lumaAt(colours, at, pixels)
    for (let c = 0; c < 3; c++) colours[c * pixels + at] = colours[c * pixels + at]! + change
  }
  return colours
}
