/** A model through the engine's own inference, tiles and checks, on float pictures that no file could hold. */
import { LacunaError } from '../../src/shared/errors.js'
import { loadModel } from '../../src/main/engine/models/load.js'
import { checkedDenoiser } from '../../src/main/engine/pipelines/checked-denoiser.js'
import { constantField, type Field } from '../../src/main/engine/pipelines/field.js'
import { rowsSink, tilePass } from '../../src/main/engine/pipelines/tile-pass.js'
import { Inference } from '../../src/main/engine/runtime/inference.js'
import type { PlanarPicture } from '../metrics/ssim.js'

const TILE = 512
const WORKER = new URL('../../out/main/inference-worker.js', import.meta.url)

export interface Network {
  /** The noise level at each pixel, in units of the 0..1 picture. */
  estimate(picture: PlanarPicture): Promise<PlanarPicture>
  /** The posterior mean, for a level of the whole picture (units of 0..1) or a map. Not clipped. */
  denoise(picture: PlanarPicture, sigma: number | PlanarPicture): Promise<PlanarPicture>
}

export async function openNetwork(id: string, folder: string): Promise<Network> {
  const model = await loadModel({ id, folder })
  const { margin, multipleOf } = model.manifest
  const denoiser = checkedDenoiser(new Inference(WORKER), model, 'cpu')

  const pass = async (
    inputs: PlanarPicture,
    channels: number,
    pixels: number,
    more: Field[],
    run: (windows: Float32Array[], shape: { height: number; width: number }) => Promise<Float32Array>,
  ): Promise<PlanarPicture> => {
    const { width, height } = inputs
    const out = new Float32Array(channels * width * height)
    await tilePass({
      tile: TILE,
      margin: pixels,
      multipleOf,
      inputs: [memoryField(inputs), ...more],
      outChannels: channels,
      run,
      sink: rowsSink(channels, width, (rows, top, count) =>
        placeRows(out, rows, { width, height, channels, top, count }),
      ),
    })
    return { width, height, channels, data: out }
  }

  return {
    estimate: (picture) =>
      pass(picture, 1, margin.noise, [], ([sample], shape) => denoiser.estimate(sample!, shape, {})),
    denoise(picture, sigma) {
      const level = typeof sigma === 'number' ? constantField(picture.width, picture.height, sigma) : memoryField(sigma)
      return pass(picture, 3, margin.model, [level], ([sample, map], shape) =>
        denoiser.denoise(sample!, map!, shape, {}),
      )
    },
  }
}

function memoryField({ width, height, channels, data }: PlanarPicture): Field {
  return {
    width,
    height,
    channels,
    readRows(top, count) {
      if (top < 0 || top + count > height) throw new LacunaError('internal', { reason: `no rows ${top} + ${count}` })
      const rows = new Float32Array(count * channels * width)
      for (let y = 0; y < count; y++)
        for (let c = 0; c < channels; c++) {
          const from = (c * height + top + y) * width
          rows.set(data.subarray(from, from + width), (y * channels + c) * width)
        }
      return Promise.resolve(rows)
    },
  }
}

function placeRows(
  out: Float32Array,
  rows: Float32Array,
  at: { width: number; height: number; channels: number; top: number; count: number },
): void {
  for (let y = 0; y < at.count; y++)
    for (let c = 0; c < at.channels; c++) {
      const from = (y * at.channels + c) * at.width
      out.set(rows.subarray(from, from + at.width), (c * at.height + at.top + y) * at.width)
    }
}
