/**
 * The known pixels carried on over a hole, edges along their own direction.
 *
 * The direction comes from the structure tensor of the known pixels (Bigün and Granlund 1987), which is itself carried
 * smoothly into the hole; there each pixel is a mean of those around it, by a window that is long along the edge and
 * narrow across it: edge-enhancing diffusion (Weickert 1996, "Theoretical foundations of anisotropic diffusion in image
 * processing") as a walk on the grid, with the tensor held fixed, so that it is linear and edges from two sides meet.
 * Where nothing has a direction it is the smoothest continuation (membrane.ts).
 *
 * From coarse to fine, each grid from the one of half its size: far inside the broad edges count.
 */
import { blurred } from './blur.js'
import { FIXED, FREE, halfSized, membrane, OUT } from './membrane.js'

/** Half the window's side, px. */
const REACH = 3
const SIDE = 2 * REACH + 1
/** The window's deviation along an edge and across it, px, where the direction is certain; 1 where there is none. */
const ALONG = 2.5
const ACROSS = 0.33
/** The tensor is a Gaussian mean of this deviation, px. */
const TENSOR_SPREAD = 1.4
/** Squared steps that say nothing of a direction, summed over three colours. */
const FAINT = 2e-4
/** A tensor of less than this share of known pixels is carried over from its neighbours. */
const LEAST_KNOWN = 0.05
/** Directions and certainties that windows are made for. */
const ANGLES = 32
const CERTAINTIES = 12
/** Weights of a window that count for nothing. */
const FAINTEST = 1e-3
const SWEEPS = 10
/** Grids with fewer free pixels are begun from the membrane. */
const SMALL = 40
const SMALL_SWEEPS = 60

/** Pixels around the hole that say where its edges go. */
const RIM = 24

/** Writes into `values` (three `channels` a pixel, the colours, or a fourth with them) at the FREE pixels, as `membrane` does. */
export function continueEdges(
  values: Float32Array,
  kind: Uint8Array,
  channels: number,
  width: number,
  height: number,
): void {
  let [left, right, top, bottom] = [width, 0, height, 0]
  for (let k = 0; k < kind.length; k++) {
    if (kind[k] !== FREE) continue
    const [x, y] = [k % width, Math.floor(k / width)]
    left = Math.min(left, Math.max(0, x - RIM))
    right = Math.max(right, Math.min(width, x + RIM + 1))
    top = Math.min(top, Math.max(0, y - RIM))
    bottom = Math.max(bottom, Math.min(height, y + RIM + 1))
  }
  if (right === 0) return
  const across = right - left
  const near = new Float32Array(across * (bottom - top) * channels)
  const nearKind = new Uint8Array(across * (bottom - top))
  const rows = (copy: (inner: number, outer: number) => void) => {
    for (let y = top; y < bottom; y++) copy((y - top) * across, y * width + left)
  }
  rows((inner, outer) => {
    near.set(values.subarray(outer * channels, (outer + across) * channels), inner * channels)
    nearKind.set(kind.subarray(outer, outer + across), inner)
  })
  solve(near, nearKind, channels, across, bottom - top)
  rows((inner, outer) => {
    values.set(near.subarray(inner * channels, (inner + across) * channels), outer * channels)
  })
}

function solve(values: Float32Array, kind: Uint8Array, channels: number, width: number, height: number): void {
  let free = 0
  for (const k of kind) if (k === FREE) free++
  const small = free <= SMALL || Math.min(width, height) < 4 * SIDE
  if (small) membrane(values, kind, channels, width, height)
  else {
    const half = halfSized(values, kind, channels, width, height)
    solve(half.values, half.kind, channels, half.width, half.height)
    half.spread(values)
  }
  const windows = windowsOf(values, kind, channels, width, height)
  sweep(values, kind, channels, width, height, windows, small ? SMALL_SWEEPS : SWEEPS)
}

/** A window for each direction and certainty: `SIDE` x `SIDE` weights each, the middle's 0. */
const WINDOWS = (() => {
  const out = new Float32Array(ANGLES * CERTAINTIES * SIDE * SIDE)
  let at = 0
  for (let angle = 0; angle < ANGLES; angle++) {
    const [c, s] = [Math.cos((Math.PI * angle) / ANGLES), Math.sin((Math.PI * angle) / ANGLES)]
    for (let step = 0; step < CERTAINTIES; step++) {
      const certainty = step / (CERTAINTIES - 1)
      const across = 1 + (ACROSS - 1) * certainty
      const along = 1 + (ALONG - 1) * certainty
      for (let y = -REACH; y <= REACH; y++)
        for (let x = -REACH; x <= REACH; x++, at++) {
          const u = (x * c + y * s) / across
          const v = (y * c - x * s) / along
          out[at] = x === 0 && y === 0 ? 0 : Math.exp(-(u * u + v * v) / 2)
        }
    }
  }
  return out
})()

/** For each free pixel where its window starts in `WINDOWS`. */
function windowsOf(
  values: Float32Array,
  kind: Uint8Array,
  channels: number,
  width: number,
  height: number,
): Int32Array {
  const tensor = tensorOf(values, kind, channels, width, height)
  const out = new Int32Array(kind.length)
  for (let k = 0; k < kind.length; k++) {
    if (kind[k] !== FREE) continue
    const [xx, xy, yy] = [tensor[3 * k]!, tensor[3 * k + 1]!, tensor[3 * k + 2]!]
    const apart = Math.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    const certainty = apart / (xx + yy + FAINT)
    const angle = 0.5 * Math.atan2(2 * xy, xx - yy)
    const turn = (Math.round((angle * ANGLES) / Math.PI) + ANGLES) % ANGLES
    const step = Math.min(CERTAINTIES - 1, Math.round(certainty * (CERTAINTIES - 1)))
    out[k] = (turn * CERTAINTIES + step) * SIDE * SIDE
  }
  return out
}

/** xx, xy, yy of each pixel's steps, a mean over known pixels near it; carried over from the rim where none are near. */
function tensorOf(
  values: Float32Array,
  kind: Uint8Array,
  channels: number,
  width: number,
  height: number,
): Float32Array {
  const known = new Float32Array(kind.length)
  const tensor = new Float32Array(3 * kind.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const k = y * width + x
      if (kind[k] !== FIXED) continue
      const left = x > 0 ? k - 1 : k
      const right = x < width - 1 ? k + 1 : k
      const above = y > 0 ? k - width : k
      const below = y < height - 1 ? k + width : k
      if (kind[left] !== FIXED || kind[right] !== FIXED || kind[above] !== FIXED || kind[below] !== FIXED) continue
      known[k] = 1
      for (let c = 0; c < 3; c++) {
        const dx = (values[right * channels + c]! - values[left * channels + c]!) / Math.max(1, right - left)
        const dy =
          (values[below * channels + c]! - values[above * channels + c]!) / Math.max(1, (below - above) / width)
        tensor[3 * k] = tensor[3 * k]! + dx * dx
        tensor[3 * k + 1] = tensor[3 * k + 1]! + dx * dy
        tensor[3 * k + 2] = tensor[3 * k + 2]! + dy * dy
      }
    }
  }
  const shares = blurred(known, { channels: 1, width, height, deviation: TENSOR_SPREAD })
  const sums = blurred(tensor, { channels: 3, width, height, deviation: TENSOR_SPREAD })
  const carried = new Uint8Array(kind.length)
  for (let k = 0; k < kind.length; k++) {
    if (kind[k] === OUT) carried[k] = OUT
    else if (kind[k] === FREE || shares[k]! < LEAST_KNOWN) carried[k] = FREE
    for (let c = 0; c < 3; c++) sums[3 * k + c] = carried[k] === FIXED ? sums[3 * k + c]! / shares[k]! : 0
  }
  membrane(sums, carried, 3, width, height)
  return sums
}

function sweep(
  values: Float32Array,
  kind: Uint8Array,
  channels: number,
  width: number,
  height: number,
  windows: Int32Array,
  sweeps: number,
): void {
  const free: number[] = []
  for (let k = 0; k < kind.length; k++) if (kind[k] === FREE) free.push(k)
  const four = channels > 3
  for (let n = 0; n < sweeps; n++) {
    for (let i = 0; i < free.length; i++) {
      const k = free[n % 2 === 0 ? i : free.length - 1 - i]!
      const [x, y] = [k % width, Math.floor(k / width)]
      const window = windows[k]!
      const [left, right] = [Math.max(0, x - REACH), Math.min(width - 1, x + REACH)]
      const [top, bottom] = [Math.max(0, y - REACH), Math.min(height - 1, y + REACH)]
      let [total, r, g, b, texture] = [0, 0, 0, 0, 0]
      for (let row = top; row <= bottom; row++) {
        let w = window + (row - y + REACH) * SIDE + left - x + REACH
        for (let q = row * width + left; q <= row * width + right; q++, w++) {
          const weight = WINDOWS[w]!
          if (weight < FAINTEST || kind[q] === OUT) continue
          const at = q * channels
          total += weight
          r += weight * values[at]!
          g += weight * values[at + 1]!
          b += weight * values[at + 2]!
          if (four) texture += weight * values[at + 3]!
        }
      }
      if (total === 0) continue
      const at = k * channels
      values[at] = r / total
      values[at + 1] = g / total
      values[at + 2] = b / total
      if (four) values[at + 3] = texture / total
    }
  }
}
