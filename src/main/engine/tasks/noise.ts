/** The `noise` task: how noisy a picture is, from nine crops spread over it. */
import { RasterReader } from '../imaging/index.js'
import { loadModel } from '../models/load.js'
import { checkedDenoiser } from '../pipelines/checked-denoiser.js'
import { pictureField } from '../pipelines/field.js'
import { NoiseHistogram } from '../pipelines/noise-histogram.js'
import { rowsSink, tilePass } from '../pipelines/tile-pass.js'
import type { Handler } from './context.js'

/** Pixels that are looked at whole; above, crops stand for the picture. */
const WHOLE = 1e6
const CROP = 320
const GRID = 3

export const noise: Handler<'noise'> = async ({ raster, model: ref, run }, { engine, signal, priority }) => {
  const model = await loadModel(ref)
  const { manifest } = model
  const { provider } = await engine.providers.choose(model, run)
  const denoiser = checkedDenoiser(engine.inference, model, provider)
  const { width, height } = raster
  const step = manifest.multipleOf
  const regions =
    width * height <= WHOLE
      ? [{ left: 0, top: 0, width, height }]
      : spread(width, step).flatMap(([left, w]) =>
          spread(height, step).map(([top, h]) => ({ left, top, width: w, height: h })),
        )
  const histogram = new NoiseHistogram()
  const reader = await RasterReader.open(raster)
  try {
    for (const region of regions)
      await tilePass({
        tile: CROP,
        margin: manifest.margin.noise,
        multipleOf: step,
        region,
        inputs: [pictureField(reader)],
        outChannels: 1,
        run: ([sample], shape) => denoiser.estimate(sample as Float32Array, shape, { signal, priority }),
        sink: rowsSink(1, region.width, (rows) => histogram.add(rows)),
        signal,
      })
  } finally {
    await reader.close()
  }
  return { sigma: histogram.median() * 255 }
}

/** Up to three spans of `CROP` pixels along a side, on the network's grid. */
function spread(size: number, step: number): [start: number, length: number][] {
  const length = Math.min(CROP, size)
  const count = Math.max(1, Math.min(GRID, Math.floor(size / length)))
  return Array.from({ length: count }, (_, i) => {
    const centre = ((i + 0.5) * size) / count
    return [Math.max(0, Math.floor((centre - length / 2) / step) * step), length]
  })
}
