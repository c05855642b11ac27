/** What the network is told of a picture's noise. */
import type { Note } from '../../../../shared/errors.js'
import { constantField, type Field, type FieldAlgebra } from '../field.js'
import { NoiseHistogram } from '../noise-histogram.js'
import { crop } from '../memory-field.js'
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

/**
 * A median level below it, in units of 255, is taken for the texture of a clean picture: fine texture reads as noise of 1 to 2.
 * What is mistaken is counted in docs/upscaling.md.
 */
export const CLEAN_BELOW = 3

export async function noiseOf(
  picture: Field,
  /** Alpha, where some pixels are not to be looked at. */
  alpha: Field | null,
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
  const input = { manifest, network, tile, memoryBudget, signal, priority, buffers }
  if (edit.input === 'auto') {
    const level = await levelOf(picture, alpha, input)
    if (level < CLEAN_BELOW) return { as: 'clean', map: clean, sigma: level, notes: [] }
  }
  const map = await scratch.create({ width, height, channels: 1 })
  const histogram = new NoiseHistogram()
  await tilePass({
    ...imageTiles(manifest, { tile, width, scale: 1, memoryBudget, of: 'noise' }),
    inputs: [picture],
    outChannels: 1,
    run: ([window], shape) => network.estimate(window as Float32Array, shape, { signal, priority }),
    sink: rowsSink(1, width, async (rows, top, count) => {
      const visible = await alpha?.readRows(top, count)
      histogram.add(visible === undefined ? rows : rows.filter((_, i) => visible[i]! > 0))
      await map.append(rows)
    }),
    buffers,
    signal,
    onTile: (done, tiles) => progress(done / tiles, done, tiles),
  })
  const sigma = histogram.median() * 255
  return { as: 'photo', map, sigma, notes: [] }
}

/** Pixels that are looked at whole; above, crops stand for the picture, so that a preview can ask the same. */
const WHOLE = 1e6
const CROP = 320
const GRID = 3

/** The median noise level in units of 255: it tells what is clean from what a camera made. Throws what the estimator throws. */
export async function levelOf(
  picture: Field,
  /** Of a picture some of whose pixels are hidden. */
  alpha: Field | null,
  {
    manifest,
    network,
    memoryBudget,
    signal,
    priority,
    buffers,
  }: Pick<UpscaleInput, 'manifest' | 'network' | 'memoryBudget' | 'signal' | 'priority' | 'buffers'>,
): Promise<number> {
  const { width, height } = picture
  const step = 'width' in manifest.size ? 1 : manifest.size.multipleOf
  const regions =
    width * height <= WHOLE
      ? [{ left: 0, top: 0, width, height }]
      : spread(width, step).flatMap(([left, w]) =>
          spread(height, step).map(([top, h]) => ({ left, top, width: w, height: h })),
        )
  const histogram = new NoiseHistogram()
  for (const region of regions)
    await tilePass({
      ...imageTiles(manifest, { tile: CROP, width: region.width, scale: 1, memoryBudget, of: 'noise' }),
      region,
      inputs: [picture],
      outChannels: 1,
      run: ([window], shape) => network.estimate(window!, shape, { signal, priority }),
      sink: rowsSink(1, region.width, async (rows, top, count) => {
        const all = await alpha?.readRows(top, count)
        const seen = all && crop(all, width, region.left, region.width, count)
        histogram.add(seen === undefined ? rows : rows.filter((_, i) => seen[i]! > 0))
      }),
      buffers,
      signal,
    })
  return histogram.median() * 255
}

/** Up to three spans along a side, on the network's grid. */
function spread(size: number, step: number): [start: number, length: number][] {
  const length = Math.min(CROP, size)
  const count = Math.max(1, Math.min(GRID, Math.floor(size / length)))
  return Array.from({ length: count }, (_, i) => {
    const centre = ((i + 0.5) * size) / count
    return [Math.max(0, Math.floor((centre - length / 2) / step) * step), length]
  })
}
