/** The rows of the result, from floats to the file's own depth, grey and alpha. */
import type { RasterReader, RasterWriter, Samples } from '../../imaging/index.js'
import { compose, makeSamples, planesOfRows } from '../compose.js'
import type { Core, StripSink } from '../tile-pass.js'

export class ResultRows {
  #top = 0

  constructor(
    private readonly writer: RasterWriter,
    /** One band of the writer's size and depth. Without it, alpha is opaque. */
    private readonly alpha: RasterReader | null,
  ) {}

  /** The next rows [row][3][x] in 0..1: rounded to nearest, clipped. */
  async colours(rows: Float32Array, count: number): Promise<void> {
    const { shape } = this.writer
    const { width, bands, depth } = shape
    const out = makeSamples(depth, count * width * bands)
    const composition = { mean: planesOfRows(rows, width), sample: null, detail: 0, blend: 0 }
    compose(composition, { out, original: null, shape, left: 0, top: 0, width, height: count })
    await this.samples(out, count)
  }

  /** The next rows of samples, whose alpha is not set yet. */
  async samples(out: Samples, count: number): Promise<void> {
    const { bands, depth } = this.writer.shape
    if (bands % 2 === 0) {
      const alpha = await this.alpha?.readRows(this.#top, count)
      const opaque = depth === 16 ? 65535 : 255
      for (let i = 0, at = bands - 1; at < out.length; i++, at += bands) out[at] = alpha?.[i] ?? opaque
    }
    this.#top += count
    await this.writer.append(out)
  }

  /** The next rows [row][x] of a picture of one band. */
  async grey(rows: Float32Array, count: number): Promise<void> {
    const { width, depth } = this.writer.shape
    const full = depth === 16 ? 65535 : 255
    const out = makeSamples(depth, count * width)
    for (let i = 0; i < out.length; i++) out[i] = Math.round(Math.min(1, Math.max(0, rows[i]!)) * full)
    await this.writer.append(out)
  }

  /**
   * Tiles of a pass whose result has the very size already: samples are made of them as they come, so that a strip lies in memory
   * as bytes, not as floats four times as large.
   */
  tiles(): StripSink {
    const { shape } = this.writer
    let all = makeSamples(shape.depth, 0)
    let out = all
    return {
      begin(_top, count) {
        const length = count * shape.width * shape.bands
        if (all.length < length) all = makeSamples(shape.depth, length)
        out = all.subarray(0, length)
      },
      put({ result: data, from, row, channel, left, top, width, height }: Core) {
        const composition = { mean: { data, from, row, channel }, sample: null, detail: 0, blend: 0 }
        compose(composition, { out, original: null, shape, left, top, width, height })
      },
      end: () => this.samples(out, out.length / (shape.width * shape.bands)),
    }
  }
}
