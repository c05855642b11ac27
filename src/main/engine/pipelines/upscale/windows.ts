/** One window through a network: of colours, or of alpha as a picture in grey. */
import type { GraphScale } from '../../../../shared/image-network.js'
import type { RunContext, WindowShape } from '../../models/denoiser.js'
import type { ImageNetwork } from '../../models/image-to-image.js'
import { enlargeEnsemble } from './ensemble.js'

export interface WindowRun {
  network: ImageNetwork
  ensemble: boolean
  /** Whether the network takes windows with rows and columns changed. */
  turns: boolean
  context: RunContext
}

/** Planar in, planar out, `scale` times as wide and high. */
export type RunWindow = (
  scale: GraphScale,
  window: Float32Array,
  sigma: Float32Array | null,
  shape: WindowShape,
) => Promise<Float32Array>

export const colourRun =
  ({ network, ensemble, turns, context }: WindowRun): RunWindow =>
  (scale, window, sigma, shape) =>
    ensemble
      ? enlargeEnsemble(network, scale, window, sigma, shape, context, turns)
      : network.enlarge(scale, window, sigma, shape, context)

/**
 * One channel. Where all pixels around are black, or all are white, the result is exactly that: what is transparent stays so, and
 * windows of nothing else, by far the most of an alpha, need no network.
 */
export function greyRun(options: WindowRun): RunWindow {
  const run = colourRun(options)
  return async (scale, window, sigma, shape) => {
    const { width, height } = shape
    const out = new Float32Array(window.length * scale * scale)
    const [first] = window
    if ((first === 0 || first === 1) && window.every((value) => value === first)) return out.fill(first)
    const planes = new Float32Array(3 * window.length)
    for (let c = 0; c < 3; c++) planes.set(window, c * window.length)
    const large = await run(scale, planes, sigma, shape)
    for (let i = 0; i < out.length; i++) out[i] = (large[i]! + large[out.length + i]! + large[2 * out.length + i]!) / 3
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const value = window[y * width + x]!
        if ((value !== 0 && value !== 1) || !isEven(window, shape, x, y, value)) continue
        for (let row = y * scale; row < (y + 1) * scale; row++)
          out.fill(value, (row * width + x) * scale, (row * width + x + 1) * scale)
      }
    return out
  }
}

function isEven(window: Float32Array, { width, height }: WindowShape, x: number, y: number, value: number): boolean {
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++)
      if (window[v * width + u] !== value) return false
  return true
}
