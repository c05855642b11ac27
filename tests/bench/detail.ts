/** What `detail` does to Gaussian noise of 25: squared error and finest texture of detail 1 against detail 0. */
import { join } from 'node:path'
import { DenoiseEdit } from '../../src/shared/edit.js'
import { RasterReader, RasterWriter } from '../../src/main/engine/imaging/index.js'
import type { RasterRef } from '../../src/main/engine/protocol/tasks.js'
import { meanSquaredError, mean } from '../metrics/error.js'
import { topOctave } from '../metrics/spectrum.js'
import type { PlanarPicture } from '../metrics/ssim.js'
import { openEngine } from './engine.js'
import { centreCrop, readPicture, withNoise } from './pictures.js'
import { table } from './table.js'
import type { Workspace } from './workspace.js'

const SIGMA = 25
/** A power of two that fits the pictures of CBSD68 (481 x 321). */
const SIDE = 256

export async function detailTable(workspace: Workspace, paths: readonly string[]): Promise<string> {
  await using engine = openEngine()
  const crops: { clean: PlanarPicture; texture: number; results: PlanarPicture[] }[] = []
  for (const [seed, path] of paths.entries()) {
    const clean = centreCrop(await readPicture(path), SIDE)
    // 16 bits keep the noise's precision; what is below black or above white is cut off, as in every file.
    const raster = await writeRaster(join(workspace.dir, `detail-${seed}.v`), withNoise(clean, SIGMA, seed))
    const results: PlanarPicture[] = []
    for (const detail of [0, 1]) {
      const edited = await engine.client.run({
        kind: 'edit',
        raster,
        edit: DenoiseEdit.parse({ kind: 'denoise', model: workspace.model.id, sigma: SIGMA, detail, seed }),
        model: workspace.model,
        out: join(workspace.dir, `detail-${seed}-${detail}.v`),
        dir: workspace.dir,
        run: { provider: 'cpu', tile: null, memoryBudget: 2e9, cacheDir: join(workspace.home, 'cache') },
      })
      results.push(await readRaster(edited.raster))
    }
    crops.push({ clean, texture: topOctave(clean), results })
  }
  const textured = [...crops].sort((a, b) => b.texture - a.texture).slice(0, Math.ceil(crops.length / 2))
  const error = (detail: number) =>
    mean(crops.map(({ clean, results }) => meanSquaredError(results[detail]!.data, clean.data)))
  const octave = (detail: number, some: typeof crops) =>
    Math.exp(mean(some.map(({ texture, results }) => Math.log(topOctave(results[detail]!) / texture)))).toFixed(2)
  return table(
    ['detail', 'squared error against detail 0', 'top octave of the clean: all crops', 'the textured half'],
    [0, 1].map((detail) => [
      String(detail),
      (error(detail) / error(0)).toFixed(2),
      octave(detail, crops),
      octave(detail, textured),
    ]),
  )
}

async function writeRaster(path: string, picture: PlanarPicture): Promise<RasterRef> {
  const { width, height, data } = picture
  const writer = await RasterWriter.create(path, { width, height, bands: 3, depth: 16 }, null)
  const samples = new Uint16Array(3 * width * height)
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < width * height; i++)
      samples[i * 3 + c] = Math.round(Math.min(1, Math.max(0, data[c * width * height + i]!)) * 65535)
  await writer.append(samples)
  return writer.finish()
}

async function readRaster(raster: RasterRef): Promise<PlanarPicture> {
  const { width, height } = raster
  const reader = await RasterReader.open(raster)
  const samples = await reader.readRows(0, height)
  await reader.close()
  const data = new Float32Array(3 * width * height)
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < width * height; i++) data[c * width * height + i] = samples[i * 3 + c]! / 65535
  return { width, height, channels: 3, data }
}
