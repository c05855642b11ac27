/** What a provider is tried with before it is trusted with a network: its golden tile, and a window to be timed on. */
import type { DenoiserManifest, InpainterManifest, NetworkManifest } from '../../../shared/model.js'
import type { Inference } from '../runtime/inference.js'
import { denoiserModel } from './denoiser.js'
import { goldenPlaces, goldenTile } from './golden.js'
import { inpainterModel, type MaskedPicture } from './inpainter.js'
import type { Model } from './load.js'

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
  return isDenoiser(model) ? denoiserProbe(inference, model) : inpainterProbe(inference, model as Model<InpainterManifest>)
}

const isDenoiser = (model: Model<NetworkManifest>): model is Model<DenoiserManifest> =>
  model.manifest.kind === 'denoiser'

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
  const byte = elements.output === 'uint8' ? 1 / 255 : 0
  const coarse = precision === 'fp32' && elements.output !== 'float16' ? 0 : 4 / 255
  return {
    golden: (provider) => fill(provider, goldenHole(width, height, golden.seed)),
    recorded: expect.map((value, k) => [placeOf(k, expect.length, width, height), value]),
    // A byte may be rounded the other way, and half floats are added up in another order.
    tolerance: GOLDEN_TOLERANCE + byte + coarse,
    pixels: width * height,
    async timed(provider, side) {
      const shape = shapeOf(size, side)
      await fill(provider, goldenHole(shape.width, shape.height, 1))
      return shape.width * shape.height
    },
  }
}

/** Evenly spaced over the rows, in the middle of them, so that half of the places lie in the hole. */
const placeOf = (k: number, count: number, width: number, height: number): number =>
  Math.floor(((2 * k + 1) * 3 * width * height) / (2 * count)) + 3 * (width >> 1)

function shapeOf(size: InpainterManifest['size'], side: number): { width: number; height: number } {
  if ('width' in size) return size
  const { multipleOf, least, most } = size
  const up = Math.ceil(Math.max(least, Math.min(side, most)) / multipleOf) * multipleOf
  const whole = up > most ? up - multipleOf : up
  return { width: whole, height: whole }
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
