/**
 * One pass of a network over a picture, tile by tile in strips from the top: windows are cut from fields, run, and
 * their cores written on as rows. While one tile runs, the next is cut.
 */
import { cancelled, LacunaError } from '../../../shared/errors.js'
import { planTiles, reflectIndex, type Strip, type Tile, type TilePlan } from '../diffusion/tiling.js'
import type { Rect } from '../protocol/tasks.js'
import type { Field } from './field.js'

export interface TileGeometry {
  tile: number
  margin: number
  multipleOf: number
  /** Only this part; the whole picture unless given. */
  region?: Rect
}

export interface TilePass extends TileGeometry {
  /** Same size all; cut as planar windows [channels, height, width], in this order. */
  inputs: readonly Field[]
  outChannels: number
  /** One window through the network: planar in, planar [outChannels, height, width] out. */
  run: (windows: Float32Array[], shape: { height: number; width: number }, tile: Tile) => Promise<Float32Array>
  /** Rows [row][channel][x] of the region, in order. */
  append: (rows: Float32Array, top: number, count: number) => Promise<void>
  signal?: AbortSignal
  onTile?: (done: number, total: number) => void
}

/** Throws `cancelled` between tiles when the signal is aborted, and whatever `run` throws. */
export async function tilePass(pass: TilePass): Promise<TilePlan> {
  const [first] = pass.inputs
  if (!first) throw new LacunaError('internal', { reason: 'a tile pass without an input' })
  const { width, height } = first
  const region = pass.region ?? { left: 0, top: 0, width, height }
  const plan = planTiles({ width, height, tile: pass.tile, margin: pass.margin, multipleOf: pass.multipleOf, region })
  let done = 0

  for (const strip of plan.strips) {
    if (pass.signal?.aborted) throw cancelled()
    const rows = await Promise.all(pass.inputs.map((field) => field.readRows(strip.source.start, strip.source.length)))
    // Cores reach into the padding of the padded picture; the picture ends before.
    const top = strip.core.start
    const count = Math.min(strip.core.start + strip.core.length, region.top + region.height) - top
    const out = new Float32Array(count * pass.outChannels * region.width)

    let running: Promise<void> | null = null
    for (const tile of strip.tiles) {
      if (pass.signal?.aborted) throw cancelled()
      const windows = pass.inputs.map((field, i) => cutWindow(rows[i] as Float32Array, field, strip, tile))
      const shape = { height: tile.window.height, width: tile.window.width }
      const before: Promise<void> | null = running
      running = pass.run(windows, shape, tile).then(async (result) => {
        await before
        placeCore(result, tile, out, { region, top, count, channels: pass.outChannels })
        pass.onTile?.(++done, plan.tiles.length)
      })
      running.catch(() => undefined) // awaited below; until then it must not count as unhandled
      await before
    }
    await running
    await pass.append(out, top, count)
  }
  return plan
}

/** A window of the padded picture from the rows that its strip read, as planes. */
function cutWindow(rows: Float32Array, field: Field, strip: Strip, tile: Tile): Float32Array {
  const { left, top, width, height } = tile.window
  const { channels } = field
  const out = new Float32Array(channels * height * width)
  const inside = Math.max(0, Math.min(width, field.width - left))
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++) {
      const row = reflectIndex(top + y, field.height) - strip.source.start
      const from = (row * channels + c) * field.width
      const to = (c * height + y) * width
      out.set(rows.subarray(from + left, from + left + inside), to)
      for (let x = inside; x < width; x++) out[to + x] = rows[from + reflectIndex(left + x, field.width)] as number
    }
  return out
}

function placeCore(
  result: Float32Array,
  { core, window }: Tile,
  out: Float32Array,
  to: { region: Rect; top: number; count: number; channels: number },
): void {
  const width = Math.min(core.width, to.region.left + to.region.width - core.left)
  const height = Math.min(core.height, to.count)
  for (let c = 0; c < to.channels; c++)
    for (let y = 0; y < height; y++) {
      const from = (c * window.height + core.top - window.top + y) * window.width + core.left - window.left
      out.set(result.subarray(from, from + width), (y * to.channels + c) * to.region.width + core.left - to.region.left)
    }
}
