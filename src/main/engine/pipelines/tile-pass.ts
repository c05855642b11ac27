/**
 * One pass of a network over a picture, tile by tile in strips from the top: windows are cut from fields, run, and
 * their cores put where the result belongs. While one tile runs, the next is cut, also across strips.
 */
import { cancelled, LacunaError } from '../../../shared/errors.js'
import { planTiles, reflectIndex, type Strip, type Tile, type TilePlan, type TilingInput } from '../diffusion/tiling.js'
import type { Rect } from '../protocol/tasks.js'
import { Buffers } from '../runtime/buffers.js'
import { stripOf, type Field, type StripRows } from './field.js'

export interface TileGeometry extends Pick<
  TilingInput,
  'tile' | 'tileHeight' | 'margin' | 'multipleOf' | 'even' | 'least' | 'outside'
> {
  /** Only this part; the whole picture unless given. */
  region?: Rect
}

/** A part of a tile's result [channels, height, width], and where it belongs. */
export interface Core {
  result: Float32Array
  /** Of the first value that is kept; values of a row lie side by side. */
  from: number
  /** Values from a row, or a channel, to the next. */
  row: number
  channel: number
  /** Place in the strip, pixels. */
  left: number
  top: number
  width: number
  height: number
}

/** Where the cores of a strip go. Called in order, the next after the one before has resolved. */
export interface StripSink {
  begin(top: number, count: number): void | Promise<void>
  /** `core.result` is used again afterwards. */
  put(core: Core): void
  end(): void | Promise<void>
}

export interface TilePass extends TileGeometry {
  /** Same size all; cut as planar windows [channels, height, width], in this order. */
  inputs: readonly Field[]
  outChannels: number
  /** How many times as wide and high the result is; 1 unless given. Sinks count in its pixels. */
  scale?: number
  /** One window through the network: planar in, planar [outChannels, scale * height, scale * width] out. Takes the windows for good. */
  run: (windows: Float32Array[], shape: { height: number; width: number }, tile: Tile) => Promise<Float32Array>
  sink: StripSink
  /** The engine's, whose worker gives windows back to it. */
  buffers?: Buffers
  signal?: AbortSignal
  onTile?: (done: number, total: number) => void
}

/** Throws `cancelled` between tiles when the signal is aborted, and whatever `run` or the sink throws. */
export async function tilePass(pass: TilePass): Promise<TilePlan> {
  const [first] = pass.inputs
  if (!first) throw new LacunaError('internal', { reason: 'a tile pass without an input' })
  const { width, height } = first
  const region = pass.region ?? { left: 0, top: 0, width, height }
  const { tile, tileHeight, margin, multipleOf, even, least, outside, scale = 1 } = pass
  const plan = planTiles({ width, height, tile, tileHeight, margin, multipleOf, even, least, outside, region })
  const buffers = pass.buffers ?? new Buffers()
  let done = 0
  let failed = false

  /** In the order of the tiles. After a failure nothing more is put anywhere. */
  const place = async (result: Float32Array, strip: Strip, tile: Tile): Promise<void> => {
    if (failed) return
    // Cores reach into the padding of the padded picture; the picture ends before.
    const top = strip.core.start
    const count = Math.min(top + strip.core.length, region.top + region.height) - top
    if (tile === strip.tiles[0]) await pass.sink.begin(top * scale, count * scale)
    pass.sink.put(coreOf(result, tile, region, count, scale))
    buffers.give(result)
    if (tile === strip.tiles.at(-1)) await pass.sink.end()
    pass.onTile?.(++done, plan.tiles.length)
  }

  // One for all strips: they differ by a few rows, and arrays of every length would crowd one another out.
  const most = Math.max(...plan.strips.map(({ source }) => source.length))
  const rooms = pass.inputs.map((field) => (field.readStrip ? null : buffers.take(most * field.channels * field.width)))

  let placed = Promise.resolve()
  try {
    for (const strip of plan.strips) {
      const { start, length } = strip.source
      const rows = await Promise.all(
        pass.inputs.map((field, i) =>
          rooms[i] ? stripOf(field, start, length, rooms[i]) : field.readStrip!(start, length),
        ),
      )
      for (const tile of strip.tiles) {
        if (pass.signal?.aborted) throw cancelled()
        const windows = pass.inputs.map((field, i) => cutWindow(rows[i]!, field, strip, tile, buffers))
        const shape = { height: tile.window.height, width: tile.window.width }
        const before = placed
        placed = pass.run(windows, shape, tile).then(async (result) => {
          await before
          await place(result, strip, tile)
        })
        placed.catch(() => undefined) // awaited below; until then it must not count as unhandled
        await before
      }
      for (const part of rows) part.release()
    }
    await placed
    for (const room of rooms) if (room !== null) buffers.give(room)
  } catch (error) {
    failed = true
    throw error
  }
  return plan
}

/** Collects the rows of a strip as a field has them, [row][channel][x] of the region; the array is used again. */
export function rowsSink(
  channels: number,
  width: number,
  append: (rows: Float32Array, top: number, count: number) => void | Promise<void>,
): StripSink {
  let all = new Float32Array(0)
  let rows = all
  let first = 0
  return {
    begin(top, count) {
      const length = count * channels * width
      if (all.length < length) all = new Float32Array(length)
      rows = all.subarray(0, length)
      first = top
    },
    put({ result, from, row, channel, ...place }) {
      for (let c = 0; c < channels; c++)
        for (let y = 0; y < place.height; y++) {
          const start = from + c * channel + y * row
          const to = ((place.top + y) * channels + c) * width + place.left
          rows.set(result.subarray(start, start + place.width), to)
        }
    },
    end: () => append(rows, first, rows.length / (channels * width)),
  }
}

/** A window of the padded picture from the rows that its strip read, as planes. */
function cutWindow(rows: StripRows, field: Field, strip: Strip, tile: Tile, buffers: Buffers): Float32Array {
  const { left, top, width, height } = tile.window
  const out = buffers.take(field.channels * height * width)
  const plane = height * width
  const before = Math.min(width, Math.max(0, -left))
  const inside = Math.max(before, Math.min(width, field.width - left))
  for (let y = 0; y < height; y++) {
    const row = reflectIndex(top + y, field.height) - strip.source.start
    const to = y * width
    if (inside > before) rows.copy(row, left + before, inside - before, out, to + before, plane)
    const mirrored = (x: number) => rows.copy(row, reflectIndex(left + x, field.width), 1, out, to + x, plane)
    for (let x = 0; x < before; x++) mirrored(x)
    for (let x = inside; x < width; x++) mirrored(x)
  }
  return out
}

function coreOf(result: Float32Array, { core, window }: Tile, region: Rect, count: number, scale: number): Core {
  const row = window.width * scale
  return {
    result,
    from: (core.top - window.top) * scale * row + (core.left - window.left) * scale,
    row,
    channel: row * window.height * scale,
    left: (core.left - region.left) * scale,
    top: 0,
    width: Math.min(core.width, region.left + region.width - core.left) * scale,
    height: Math.min(core.height, count) * scale,
  }
}
