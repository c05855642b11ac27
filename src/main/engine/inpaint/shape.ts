/** What a patch is: a square of (2 radius + 1)^2 pixels of four channels, its middle counting most. */

/** Red, green, blue, and the texture of pyramid.ts: four, so that a pixel is one aligned vector. */
export const CHANNELS = 4
/** The usual patch is 7 x 7; smaller ones serve pictures that hold no whole patch of known pixels. */
export const RADII = [3, 2, 1] as const
/** Pixels around each level's picture that weigh nothing, so that no patch has to look where the picture ends. */
export const PAD = 3

export interface Shape {
  radius: number
  /** Pixels in a patch. */
  count: number
  /** The weight of each pixel, row by row: a Gaussian of 2 px (radius 3) around the middle. */
  window: Float32Array
  /** Sum of `window`. */
  total: number
}

export function shapeOf(radius: number): Shape {
  const size = 2 * radius + 1
  const spread = (2 * radius) / 3
  const window = new Float32Array(size * size)
  for (let y = -radius; y <= radius; y++)
    for (let x = -radius; x <= radius; x++)
      window[(y + radius) * size + x + radius] = Math.exp(-(x * x + y * y) / (2 * spread * spread))
  return { radius, count: size * size, window, total: window.reduce((sum, value) => sum + value, 0) }
}

/** The eight ways to lay a square: quarter turns 0..3, then the same of its mirror image. */
export const TURNS = 8

export function turnsOf(options: { mirror?: boolean; rotate?: boolean }): Uint8Array {
  const turns = options.rotate ? [0, 1, 2, 3] : [0]
  return Uint8Array.from(options.mirror ? [...turns, ...turns.map((turn) => turn + 4)] : turns)
}

/** Where the step (x, y) of a patch leads in a source that is laid as `turn` says, in pixels. */
export function turned(turn: number, x: number, y: number): [number, number] {
  let across = turn >= 4 ? -x : x
  let down = y
  for (let quarter = turn & 3; quarter > 0; quarter--) [across, down] = [-down, across]
  return [across, down]
}

/** For each turn (`TURNS` x `count`) the steps from a source's middle to its pixels, as indices of rows of `stride`. */
export function stepsOf(shape: Shape, stride: number): Int32Array {
  const { radius, count } = shape
  const steps = new Int32Array(TURNS * count)
  for (let turn = 0; turn < TURNS; turn++) {
    let at = turn * count
    for (let y = -radius; y <= radius; y++) {
      for (let x = -radius; x <= radius; x++) {
        const [across, down] = turned(turn, x, y)
        steps[at++] = down * stride + across
      }
    }
  }
  return steps
}
