/** The rows of the result, from floats to the file's own depth, grey and alpha. */
import type { RasterReader, RasterWriter } from '../../imaging/index.js'
import { compose, makeSamples, planesOfRows } from '../compose.js'

export class ResultRows {
  #top = 0

  constructor(
    private readonly writer: RasterWriter,
    /** One band of the writer's size and depth, for a picture with alpha. */
    private readonly alpha: RasterReader | null = null,
  ) {}

  /** The next rows [row][3][x] in 0..1: rounded to nearest, clipped. */
  async colours(rows: Float32Array, count: number): Promise<void> {
    const { shape } = this.writer
    const { width, bands, depth } = shape
    const out = makeSamples(depth, count * width * bands)
    const mean = planesOfRows(rows, width)
    compose(
      { mean, sample: null, detail: 0, blend: 0 },
      { out, original: null, shape, left: 0, top: 0, width, height: count },
    )
    if (this.alpha !== null) {
      const alpha = await this.alpha.readRows(this.#top, count)
      for (let i = 0, at = bands - 1; i < alpha.length; i++, at += bands) out[at] = alpha[i]!
    }
    this.#top += count
    await this.writer.append(out)
  }
}
