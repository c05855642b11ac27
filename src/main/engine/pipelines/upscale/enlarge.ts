/** All passes over a picture, and its rows at the size of the result. */
import { constantField, type Field, type FieldAlgebra } from '../field.js'
import { rowsSink, tilePass, type StripSink } from '../tile-pass.js'
import { worksOf } from '../../../../shared/upscale-passes.js'
import { resampledRows, type TakeRows } from './rows.js'
import { imageTiles } from './tiles.js'
import type { UpscaleInput } from './upscale.js'
import type { RunWindow } from './windows.js'

export interface Enlargement extends Pick<
  UpscaleInput,
  'size' | 'passes' | 'manifest' | 'tile' | 'memoryBudget' | 'buffers' | 'signal'
> {
  picture: Field
  /** Its noise; null for a network that is told nothing. */
  sigma: Field | null
  run: RunWindow
  scratch: FieldAlgebra
  give: TakeRows
  /** Takes the tiles of the last pass instead, where nothing is to be resampled after it. */
  tiles?: StripSink
  /** Work done so far, in passes over the picture. */
  progress: (work: number, done: number, tiles: number) => void
}

/** Resolves to how many pixels the network gave. */
export async function enlarge(input: Enlargement): Promise<number> {
  const { passes, size, manifest, tile, memoryBudget, scratch, buffers, signal } = input
  const { channels } = input.picture
  const works = worksOf(passes)
  let from = input.picture
  let sigma = input.sigma
  let spent = 0
  let pixels = 0
  for (const [i, scale] of passes.entries()) {
    const large = { width: from.width * scale, height: from.height * scale }
    const between = i === passes.length - 1 ? null : await scratch.create({ ...large, channels })
    const exact = large.width === size.width && large.height === size.height
    const take =
      between === null ? resampledRows(large, size, channels, input.give) : clipped((rows) => between.append(rows))
    const direct = between === null && exact ? input.tiles : undefined
    const plan = await tilePass({
      ...imageTiles(manifest, { tile, width: from.width, scale, memoryBudget }),
      inputs: sigma === null ? [from] : [from, sigma],
      outChannels: channels,
      scale,
      run: ([window, level], shape) => input.run(scale, window as Float32Array, level ?? null, shape),
      sink: direct ?? rowsSink(channels, large.width, (rows, _top, count) => take(rows, count)),
      buffers,
      signal,
      onTile: (done, tiles) => input.progress(spent + ((works[i] ?? 0) * done) / tiles, done, tiles),
    })
    spent += works[i] ?? 0
    pixels += plan.pixelsInferred * scale * scale
    if (between === null) break
    await scratch.release(from)
    from = between
    // The first pass has taken the noise away.
    sigma = sigma === null ? null : constantField(large.width, large.height, 0)
  }
  return pixels
}

/** What a network takes is a picture: what lies between two passes ends at black and white. */
const clipped =
  (append: (rows: Float32Array) => Promise<void>): TakeRows =>
  (rows) => {
    for (let i = 0; i < rows.length; i++) rows[i] = Math.min(1, Math.max(0, rows[i]!))
    return append(rows)
  }
