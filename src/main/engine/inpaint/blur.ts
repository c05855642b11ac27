/** Gaussian means of small deviation. */

export interface BlurOptions {
  /** Values of a pixel, one after another. */
  channels: number
  width: number
  height: number
  /** px */
  deviation: number
}

/** Beyond the borders is nothing: there it falls off. */
export function blurred(values: Float32Array, { channels, width, height, deviation }: BlurOptions): Float32Array {
  const reach = Math.ceil(2.5 * deviation)
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2)))
  const total = weights.reduce((a, b) => a + b)
  const across = new Float32Array(values.length)
  const out = new Float32Array(values.length)
  for (let i = -reach; i <= reach; i++) {
    const weight = weights[i + reach]! / total
    for (let y = 0; y < height; y++) {
      const [from, to] = [Math.max(0, -i), Math.min(width, width - i)]
      for (let at = (y * width + from) * channels; at < (y * width + to) * channels; at++)
        across[at] = across[at]! + weight * values[at + i * channels]!
    }
  }
  const line = width * channels
  for (let i = -reach; i <= reach; i++) {
    const weight = weights[i + reach]! / total
    const [from, to] = [Math.max(0, -i), Math.min(height, height - i)]
    for (let at = from * line; at < to * line; at++) out[at] = out[at]! + weight * across[at + i * line]!
  }
  return out
}
