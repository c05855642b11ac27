/** What a provider is tried with before it is trusted with a network: its golden tile, and a window to be timed on. */
import { LacunaError } from '../../../shared/errors.js'
import { graphRole, graphScales, type GraphScale, type ImageNetworkManifest } from '../../../shared/image-network.js'
import type { DenoiserManifest, InpainterManifest, NetworkManifest } from '../../../shared/model.js'
import type { ElementType } from '../runtime/elements.js'
import type { Inference } from '../runtime/inference.js'
import { denoiserModel } from './denoiser.js'
import { goldenPlaces, goldenTile, placesIn } from './golden.js'
import { imageNetwork } from './image-to-image.js'
import { inpainterModel, type MaskedPicture } from './inpainter.js'
import { isOfKind, type Model } from './load.js'

export interface Probe {
  /** The golden tile's result, a picture in 0..1. */
  golden(provider: string): Promise<Float32Array>
  /** Numbers of the CPU's result that the manifest holds, by their place. */
  readonly recorded: readonly (readonly [place: number, value: number])[]
  /** Largest difference from the CPU that a provider may show. */
  readonly tolerance: number
  /** Pixels of the golden tile. */
  readonly pixels: number
  /** Runs once on a square of about `side` px, or of the one size that there is; how many pixels that were. */
  timed(provider: string, side: number): Promise<number>
}

/** Of a 0..1 picture. */
export const GOLDEN_TOLERANCE = 2e-3

export function probeOf(inference: Inference, model: Model<NetworkManifest>): Probe {
  if (isOfKind(model, 'denoiser')) return denoiserProbe(inference, model)
  if (isOfKind(model, 'inpainter')) return inpainterProbe(inference, model)
  if (isOfKind(model, 'image-to-image')) return imageProbe(inference, model)
  throw new LacunaError('internal', { reason: `there is no probe for ${model.ref.id}` })
}

function denoiserProbe(inference: Inference, model: Model<DenoiserManifest>): Probe {
  const { size, seed, sigma, expect } = model.manifest.golden
  const run = (provider: string, side: number, tile: Float32Array, level: number) =>
    denoiserModel(inference, model, provider).denoise(
      tile,
      new Float32Array(side * side).fill(level),
      { height: side, width: side },
      {},
    )
  return {
    golden: (provider) => run(provider, size, goldenTile(size, seed), sigma),
    recorded: goldenPlaces(size, expect.length).map((place, k) => [place, expect[k]!]),
    tolerance: GOLDEN_TOLERANCE,
    pixels: size * size,
    async timed(provider, side) {
      await run(provider, side, goldenTile(side, 1), 0.1)
      return side * side
    },
  }
}

function inpainterProbe(inference: Inference, model: Model<InpainterManifest>): Probe {
  const { golden, size, elements, precision } = model.manifest
  const { width, height } = shapeOf(size, golden.size)
  const fill = (provider: string, masked: MaskedPicture) => inpainterModel(inference, model, provider).fill(masked, {})
  const expect = golden.expect ?? []
  return {
    golden: (provider) => fill(provider, goldenHole(width, height, golden.seed)),
    recorded: expect.map((value, k) => [placeOf(k, expect.length, width, height), value]),
    tolerance: toleranceOf(elements.output, precision),
    pixels: width * height,
    async timed(provider, side) {
      const shape = shapeOf(size, side)
      await fill(provider, goldenHole(shape.width, shape.height, 1))
      return shape.width * shape.height
    },
  }
}

/**
 * All graphs of the model, one after the other, as one result: each has to agree. Numbers that are recorded stand at the
 * {@link goldenPlaces} of a graph's result in 0..1, flattened as [3, height, width].
 */
function imageProbe(inference: Inference, model: Model<ImageNetworkManifest>): Probe {
  const { golden, size, elements, precision, inputs } = model.manifest
  const scales = graphScales(model.manifest)
  const shape = shapeOf(size, golden.size)
  const enlarge = (provider: string, scale: GraphScale, seed: number, { width, height }: typeof shape) => {
    const sigma = inputs.sigma === undefined ? null : new Float32Array(width * height).fill(golden.sigma)
    const picture = goldenPicture(width, height, seed)
    return imageNetwork(inference, model, provider).enlarge(scale, picture, sigma, { width, height }, {})
  }
  const lengthOf = (scale: GraphScale) => 3 * shape.width * shape.height * scale * scale
  const startOf = (scale: GraphScale) =>
    scales.filter((other) => other < scale).reduce((sum, other) => sum + lengthOf(other), 0)
  const recorded = scales.flatMap((scale) => {
    const expect = golden.expect[graphRole(scale)] ?? []
    return placesIn(lengthOf(scale), expect.length).map((place, k) => [startOf(scale) + place, expect[k]!] as const)
  })
  return {
    async golden(provider) {
      const all = new Float32Array(scales.reduce((sum, scale) => sum + lengthOf(scale), 0))
      for (const scale of scales) all.set(await enlarge(provider, scale, golden.seed, shape), startOf(scale))
      return all
    },
    recorded,
    tolerance: toleranceOf(elements.output, precision),
    pixels: shape.width * shape.height * scales.length,
    async timed(provider, side) {
      const [scale] = scales
      const window = shapeOf(size, side)
      if (scale !== undefined) await enlarge(provider, scale, 1, window)
      return window.width * window.height
    },
  }
}

/** Values of each graph's result on the CPU, for a manifest that has none yet. */
export async function recordGolden(
  inference: Inference,
  model: Model<ImageNetworkManifest>,
): Promise<ImageNetworkManifest['golden']['expect']> {
  const { golden, size, inputs } = model.manifest
  const { width, height } = shapeOf(size, golden.size)
  const network = imageNetwork(inference, model, 'cpu')
  const expect: ImageNetworkManifest['golden']['expect'] = {}
  for (const scale of graphScales(model.manifest)) {
    const sigma = inputs.sigma === undefined ? null : new Float32Array(width * height).fill(golden.sigma)
    const picture = goldenPicture(width, height, golden.seed)
    const result = await network.enlarge(scale, picture, sigma, { width, height }, {})
    expect[graphRole(scale)] = placesIn(result.length, RECORDED).map((place) => Number(result[place]!.toFixed(6)))
  }
  return expect
}

/** The same of a network that fills holes. */
export async function recordFill(inference: Inference, model: Model<InpainterManifest>): Promise<number[]> {
  const { golden, size } = model.manifest
  const { width, height } = shapeOf(size, golden.size)
  const result = await inpainterModel(inference, model, 'cpu').fill(goldenHole(width, height, golden.seed), {})
  return Array.from({ length: RECORDED }, (_, k) => Number(result[placeOf(k, RECORDED, width, height)]!.toFixed(6)))
}

/** Values for each graph. */
const RECORDED = 8

/** A byte may be rounded the other way, and half floats are added up in another order. */
function toleranceOf(output: ElementType, precision: InpainterManifest['precision']): number {
  const byte = output === 'uint8' ? 1 / 255 : 0
  const coarse = precision === 'fp32' && output !== 'float16' ? 0 : 4 / 255
  return GOLDEN_TOLERANCE + byte + coarse
}

/** Evenly spaced over the rows, in the middle of them, so that half of the places lie in the hole. */
const placeOf = (k: number, count: number, width: number, height: number): number =>
  Math.floor(((2 * k + 1) * 3 * width * height) / (2 * count)) + 3 * (width >> 1)

function shapeOf(
  size: InpainterManifest['size'] | ImageNetworkManifest['size'],
  side: number,
): { width: number; height: number } {
  if ('width' in size) return size
  const { multipleOf, least, most } = size
  const up = Math.ceil(Math.max(least, Math.min(side, most)) / multipleOf) * multipleOf
  const whole = up > most ? up - multipleOf : up
  return { width: whole, height: whole }
}

/** The golden tile's picture as planes [3, height, width]; of a square of the longer side where they differ. */
export function goldenPicture(width: number, height: number, seed: number): Float32Array {
  const side = Math.max(width, height)
  const planes = goldenTile(side, seed)
  if (width === height) return planes
  const picture = new Float32Array(3 * width * height)
  for (let row = 0; row < 3 * height; row++) {
    const from = (Math.floor(row / height) * side + (row % height)) * side
    picture.set(planes.subarray(from, from + width), row * width)
  }
  return picture
}

/** The golden tile's picture with a hole in its middle, of a quarter of its area. */
export function goldenHole(width: number, height: number, seed: number): MaskedPicture {
  const side = Math.max(width, height)
  const planes = goldenTile(side, seed)
  const picture = new Float32Array(3 * width * height)
  const hole = new Uint8Array(width * height)
  const inside = (at: number, length: number) => at >= length >> 2 && at < length - (length >> 2)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      for (let c = 0; c < 3; c++) picture[3 * at + c] = planes[(c * side + y) * side + x]!
      hole[at] = inside(x, width) && inside(y, height) ? 1 : 0
    }
  return { picture, hole, width, height }
}
