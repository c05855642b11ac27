/**
 * A part of an enlarged picture alone, for the live preview: the very pixels that the whole run has there. Backwards from
 * the part: which pixels resampling reaches, which of the pass before they come from, and so on to the picture.
 */
import type { GraphScale, ImageNetworkManifest } from '../../../../shared/image-network.js'
import { planTiles, sourceOf } from '../../diffusion/tiling.js'
import { neededBy, RowResampler } from '../../imaging/resample.js'
import type { Rect } from '../../protocol/tasks.js'
import { constantField, type Field } from '../field.js'
import { MemoryField } from '../memory-field.js'
import { rowsSink, tilePass, type TileGeometry } from '../tile-pass.js'
import type { CheckedImageNetwork } from './checked-image-network.js'
import type { Enlargement } from './enlarge.js'
import { productOf } from '../../../../shared/upscale-passes.js'
import { imageTiles } from './tiles.js'

/** As for the whole: `tile` is the one of that run. */
export interface RegionInput extends Omit<Enlargement, 'sigma' | 'scratch' | 'give' | 'progress'> {
  /** Of the result. */
  rect: Rect
  /** What the network is told of the noise where it looks; null for one that is told nothing. */
  sigma: (part: Rect) => Promise<Field | null>
}

/** Rows [row][channel][x] of the part, not clipped. */
export async function enlargeRegion(input: RegionInput): Promise<Float32Array> {
  const { picture, size, rect, passes, manifest, buffers, signal } = input
  const { channels } = picture
  const sizes = passes.map((_, i) => scaled(picture, productOf(passes.slice(0, i))))
  const large = scaled(picture, productOf(passes))
  const wanted = neededBy(large, size, rect)

  // What each pass has to give, and from which part of what goes in.
  const steps: { scale: GraphScale; from: { width: number; height: number }; region: Rect; needs: Rect }[] = []
  let after = wanted
  for (let i = passes.length - 1; i >= 0; i--) {
    const scale = passes[i]!
    const from = sizes[i]!
    const tiles = wholeTiles(manifest, input, from, scale)
    const region = tiles === null ? shrunk(after, scale) : onTiles(tiles, from, shrunk(after, scale))
    const needs = reachOf(tiles ?? oneTile(manifest, input, region, scale), from, region)
    steps.unshift({ scale, from, region, needs })
    after = needs
  }

  let field = picture
  let map = await input.sigma(steps[0]!.needs)
  for (const [i, { scale, from, region }] of steps.entries()) {
    const part = scaledRect(region, scale)
    const to = scaled(from, scale)
    const result = new MemoryField(to.width, to.height, channels, part)
    await tilePass({
      ...(wholeTiles(manifest, input, from, scale) ?? oneTile(manifest, input, region, scale)),
      region,
      inputs: map === null ? [field] : [field, map],
      outChannels: channels,
      scale,
      run: ([window, level], shape) => input.run(scale, window!, level ?? null, shape),
      sink: rowsSink(channels, part.width, (rows, top) => result.put(rows, top)),
      buffers,
      signal,
    })
    if (i < steps.length - 1) {
      const { rows } = result
      for (let at = 0; at < rows.length; at++) rows[at] = Math.min(1, Math.max(0, rows[at]!))
    }
    field = result
    map = map === null ? null : constantField(to.width, to.height, 0)
  }
  return await resampled(field, large, size, wanted, rect)
}

/** What the network estimates of the noise in a part of a picture. */
export async function noiseIn(
  part: Rect,
  input: Pick<RegionInput, 'picture' | 'manifest' | 'tile' | 'memoryBudget' | 'buffers' | 'signal'> & {
    network: CheckedImageNetwork
    priority: 0 | 1
  },
): Promise<Field> {
  const { picture, manifest, network, signal, priority, buffers } = input
  const map = new MemoryField(picture.width, picture.height, 1, part)
  await tilePass({
    ...(wholeTiles(manifest, input, picture, 1, 'noise') ?? oneTile(manifest, input, part, 1, 'noise')),
    region: part,
    inputs: [picture],
    outChannels: 1,
    run: ([window], shape) => network.estimate(window!, shape, { signal, priority }),
    sink: rowsSink(1, part.width, (rows, top) => map.put(rows, top)),
    buffers,
    signal,
  })
  return map
}

/** Rows of the part `rect` of a picture of `size`, out of what of the large one it needs (`neededBy`). */
export async function resampled(
  field: Field,
  large: { width: number; height: number },
  size: { width: number; height: number },
  wanted: Rect,
  rect: Rect,
): Promise<Float32Array> {
  const { channels } = field
  const out = new Float32Array(rect.height * channels * rect.width)
  const resampler = new RowResampler(large, size, channels, rect)
  let at = 0
  for (let y = 0; y < wanted.height; y++) {
    const row = await field.readRows(wanted.top + y, 1)
    const part = new Float32Array(channels * wanted.width)
    for (let c = 0; c < channels; c++)
      part.set(
        row.subarray(c * field.width + wanted.left, c * field.width + wanted.left + wanted.width),
        c * wanted.width,
      )
    resampler.push(part, (made) => {
      out.set(made, at)
      at += made.length
    })
  }
  return out
}

/** Of a network of one size, whose tiles have to lie as in the whole run; null for one that takes any. */
const wholeTiles = (
  manifest: ImageNetworkManifest,
  { tile, memoryBudget }: Pick<RegionInput, 'tile' | 'memoryBudget'>,
  { width }: { width: number },
  scale: number,
  of: 'graph' | 'noise' = 'graph',
): TileGeometry | null =>
  'width' in manifest.size ? imageTiles(manifest, { tile, width, scale, memoryBudget, of }) : null

/** The part in one window, where the network takes such a one. */
function oneTile(
  manifest: ImageNetworkManifest,
  { memoryBudget }: Pick<RegionInput, 'memoryBudget'>,
  { width, height }: Rect,
  scale: number,
  of: 'graph' | 'noise' = 'graph',
): TileGeometry {
  const tile = Math.max(width, height)
  return imageTiles(manifest, { tile, width: tile, scale, memoryBudget, of })
}

/** All of the tiles of the whole picture that a region touches. */
function onTiles(geometry: TileGeometry, { width, height }: { width: number; height: number }, region: Rect): Rect {
  const { tiles } = planTiles({ ...geometry, width, height })
  const touched = tiles
    .map(({ core }) => core)
    .filter(
      ({ left, top, width: w, height: h }) =>
        left < region.left + region.width &&
        left + w > region.left &&
        top < region.top + region.height &&
        top + h > region.top,
    )
  const left = Math.min(...touched.map((core) => core.left))
  const top = Math.min(...touched.map((core) => core.top))
  const right = Math.max(...touched.map((core) => core.left + core.width))
  const bottom = Math.max(...touched.map((core) => core.top + core.height))
  return { left, top, width: Math.min(width, right) - left, height: Math.min(height, bottom) - top }
}

/** All pixels that the windows over a region show, mirrored ones too. */
function reachOf(geometry: TileGeometry, { width, height }: { width: number; height: number }, region: Rect): Rect {
  const { tiles, window } = planTiles({ ...geometry, width, height, region })
  const across = tiles.map((tile) => sourceOf({ start: tile.window.left, length: window.width }, width))
  const down = tiles.map((tile) => sourceOf({ start: tile.window.top, length: window.height }, height))
  const left = Math.min(...across.map(({ start }) => start))
  const top = Math.min(...down.map(({ start }) => start))
  return {
    left,
    top,
    width: Math.max(...across.map(({ start, length }) => start + length)) - left,
    height: Math.max(...down.map(({ start, length }) => start + length)) - top,
  }
}

const scaled = ({ width, height }: { width: number; height: number }, scale: number) => ({
  width: width * scale,
  height: height * scale,
})

const scaledRect = ({ left, top, width, height }: Rect, scale: number): Rect => ({
  left: left * scale,
  top: top * scale,
  width: width * scale,
  height: height * scale,
})

/** The pixels going in that a part of what comes out lies on. */
function shrunk({ left, top, width, height }: Rect, scale: number): Rect {
  const from = { left: Math.floor(left / scale), top: Math.floor(top / scale) }
  return {
    ...from,
    width: Math.ceil((left + width) / scale) - from.left,
    height: Math.ceil((top + height) / scale) - from.top,
  }
}
