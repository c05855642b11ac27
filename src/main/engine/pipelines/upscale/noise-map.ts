/** What the network is told of a picture's noise. */
import type { Note } from '../../../../shared/errors.js'
import { constantField, type Field, type FieldAlgebra } from '../field.js'
import { NoiseHistogram } from '../noise-histogram.js'
import { rowsSink, tilePass } from '../tile-pass.js'
import { imageTiles } from './tiles.js'
import type { UpscaleInput } from './upscale.js'

export interface Noise {
  as: 'clean' | 'photo'
  /** Null for a network that is told nothing. */
  map: Field | null
  /** Median in units of 255; null where it was not looked at. */
  sigma: number | null
  notes: Note[]
}

/** A median level below it, in units of 255, is taken for the texture of a clean picture. */
export const CLEAN_BELOW = 1.5

export async function noiseOf(
  picture: Field,
  { edit, manifest, network, tile, memoryBudget, signal, priority, buffers }: Omit<UpscaleInput, 'raster'>,
  scratch: FieldAlgebra,
  progress: (part: number, done: number, tiles: number) => void,
): Promise<Noise> {
  const { width, height } = picture
  if (manifest.inputs.sigma === undefined) {
    const notes: Note[] =
      edit.input === 'photo' ? [{ code: 'upscale.noNoiseMap', params: { model: manifest.name } }] : []
    return { as: 'clean', map: null, sigma: null, notes }
  }
  const clean = constantField(width, height, 0)
  if (edit.input === 'clean') return { as: 'clean', map: clean, sigma: null, notes: [] }
  if (manifest.files.noise === undefined) {
    const notes: Note[] =
      edit.input === 'photo' ? [{ code: 'upscale.noNoiseMap', params: { model: manifest.name } }] : []
    return { as: 'clean', map: clean, sigma: null, notes }
  }
  const map = await scratch.create({ width, height, channels: 1 })
  const histogram = new NoiseHistogram()
  await tilePass({
    ...imageTiles(manifest, { tile, width, scale: 1, memoryBudget }),
    inputs: [picture],
    outChannels: 1,
    run: ([window], shape) => network.estimate(window as Float32Array, shape, { signal, priority }),
    sink: rowsSink(1, width, async (rows) => {
      histogram.add(rows)
      await map.append(rows)
    }),
    buffers,
    signal,
    onTile: (done, tiles) => progress(done / tiles, done, tiles),
  })
  const sigma = histogram.median() * 255
  if (edit.input === 'auto' && sigma < CLEAN_BELOW) return { as: 'clean', map: clean, sigma, notes: [] }
  return { as: 'photo', map, sigma, notes: [] }
}
