/**
 * The smoothest continuation of given values: Laplace's equation, values fixed at some pixels, free at others, and no
 * flow over the outer border. Solved from coarse to fine (each grid starts from the one of half its size) with a few
 * sweeps of successive over-relaxation on each: what is smooth is found where it is cheap.
 */
export const FIXED = 0
export const FREE = 1
export const OUT = 2

const SWEEPS = 24
const OVER_RELAXATION = 1.5
/** Grids with fewer free pixels are solved outright. */
const SMALL = 64
const SMALL_SWEEPS = 400

/**
 * Writes into `values` (`channels` a pixel) at the FREE pixels. Those that no FIXED one is joined to become 0.
 *
 * With `force` it is Poisson's equation: each free pixel is the mean of its neighbours plus its force / their number.
 */
export function membrane(
  values: Float32Array,
  kind: Uint8Array,
  channels: number,
  width: number,
  height: number,
  force: Float32Array | null = null,
): void {
  let free = 0
  for (const k of kind) if (k === FREE) free++
  if (free === 0) return
  const small = free <= SMALL || width < 4 || height < 4
  if (small) clearFree(values, kind, channels)
  else startFromHalf(values, kind, channels, width, height, force)
  sweep(values, kind, channels, width, height, force, small ? SMALL_SWEEPS : SWEEPS)
}

function clearFree(values: Float32Array, kind: Uint8Array, channels: number): void {
  for (let k = 0; k < kind.length; k++) if (kind[k] === FREE) values.fill(0, k * channels, (k + 1) * channels)
}

function startFromHalf(
  values: Float32Array,
  kind: Uint8Array,
  channels: number,
  width: number,
  height: number,
  force: Float32Array | null,
): void {
  const half = halfSized(values, kind, channels, width, height)
  // Twice the step, four times the force: the sum of the four.
  const halfForce = force && new Float32Array(half.values.length)
  if (force && halfForce)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const h = (y >> 1) * half.width + (x >> 1)
        for (let c = 0; c < channels; c++)
          halfForce[h * channels + c] = halfForce[h * channels + c]! + force[(y * width + x) * channels + c]!
      }
  membrane(half.values, half.kind, channels, half.width, half.height, halfForce)
  half.spread(values)
}

/** The problem at half its size; `spread` writes its free pixels into those of the larger one. */
export function halfSized(values: Float32Array, kind: Uint8Array, channels: number, width: number, height: number) {
  const halfWidth = Math.ceil(width / 2)
  const halfHeight = Math.ceil(height / 2)
  const half = new Float32Array(halfWidth * halfHeight * channels)
  const halfKind = new Uint8Array(halfWidth * halfHeight).fill(OUT)
  const weights = new Uint8Array(halfWidth * halfHeight)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const k = y * width + x
      const h = (y >> 1) * halfWidth + (x >> 1)
      if (kind[k] === FREE && halfKind[h] === OUT) halfKind[h] = FREE
      if (kind[k] !== FIXED) continue
      halfKind[h] = FIXED
      weights[h]!++
      for (let c = 0; c < channels; c++) half[h * channels + c] = half[h * channels + c]! + values[k * channels + c]!
    }
  }
  for (let h = 0; h < weights.length; h++)
    if (weights[h]! > 1)
      for (let c = 0; c < channels; c++) half[h * channels + c] = half[h * channels + c]! / weights[h]!
  const spread = (into: Float32Array): void => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const k = y * width + x
        if (kind[k] !== FREE) continue
        const h = (y >> 1) * halfWidth + (x >> 1)
        for (let c = 0; c < channels; c++) into[k * channels + c] = half[h * channels + c]!
      }
    }
  }
  return { values: half, kind: halfKind, width: halfWidth, height: halfHeight, spread }
}

/** Which neighbours of a pixel count. */
const [LEFT, RIGHT, ABOVE, BELOW] = [1, 2, 4, 8]
const ALL = LEFT | RIGHT | ABOVE | BELOW

function sweep(
  values: Float32Array,
  kind: Uint8Array,
  channels: number,
  width: number,
  height: number,
  force: Float32Array | null,
  sweeps: number,
): void {
  const free: number[] = []
  for (let k = 0; k < kind.length; k++) if (kind[k] === FREE) free.push(k)
  const pixels = Int32Array.from(free)
  const around = Uint8Array.from(pixels, (k) => neighboursOf(kind, k, width))
  const row = width * channels
  for (let n = 0; n < sweeps; n++) {
    // The last sweeps are plain: what over-relaxation leaves rough is evened out.
    const factor = n < sweeps - 4 ? OVER_RELAXATION : 1
    for (let step = 0; step < pixels.length; step++) {
      const i = n % 2 === 0 ? step : pixels.length - 1 - step
      const near = around[i]!
      const end = (pixels[i]! + 1) * channels
      if (near === ALL) {
        for (let at = end - channels; at < end; at++) {
          const sum = force ? force[at]! + values[at - channels]! : values[at - channels]!
          const mean = (sum + values[at + channels]! + values[at - row]! + values[at + row]!) / 4
          values[at] = values[at]! + factor * (mean - values[at]!)
        }
        continue
      }
      if (near === 0) continue
      const count = (near & 1) + ((near >> 1) & 1) + ((near >> 2) & 1) + (near >> 3)
      for (let at = end - channels; at < end; at++) {
        let sum = force ? force[at]! : 0
        if (near & LEFT) sum += values[at - channels]!
        if (near & RIGHT) sum += values[at + channels]!
        if (near & ABOVE) sum += values[at - row]!
        if (near & BELOW) sum += values[at + row]!
        values[at] = values[at]! + factor * (sum / count - values[at]!)
      }
    }
  }
}

function neighboursOf(kind: Uint8Array, k: number, width: number): number {
  const x = k % width
  return (
    (x > 0 && kind[k - 1] !== OUT ? LEFT : 0) |
    (x < width - 1 && kind[k + 1] !== OUT ? RIGHT : 0) |
    (k >= width && kind[k - width] !== OUT ? ABOVE : 0) |
    (k + width < kind.length && kind[k + width] !== OUT ? BELOW : 0)
  )
}
