/** The median of a noise map that never lies in memory as a whole. */
export class NoiseHistogram {
  /** Bins of 1/32 of an 8-bit level, up to 128 levels. */
  #bins = new Uint32Array(4096)
  #count = 0

  /** Values in units of the 0..1 picture. */
  add(values: Float32Array): void {
    const bins = this.#bins
    for (let i = 0; i < values.length; i++) {
      // A float times 255 is exact in a double: cutting off is rounding down.
      const level = (values[i] as number) * (255 * 32)
      const bin = level < 4095 ? (level > 0 ? level | 0 : 0) : 4095
      bins[bin] = (bins[bin] as number) + 1
    }
    this.#count += values.length
  }

  /** In units of the 0..1 picture, to a thirty-second of an 8-bit level; 0 when nothing was added. */
  median(): number {
    let below = 0
    for (let bin = 0; bin < this.#bins.length; bin++) {
      below += this.#bins[bin] as number
      if (this.#count > 0 && below * 2 >= this.#count) return (bin + 0.5) / 32 / 255
    }
    return 0
  }
}
