/**
 * What a hole probably holds before any patch is asked: the known pixels carried over it along their edges. No other guess
 * that knows nothing of things is nearer on average, and where a hole is open to one side (at the picture's border) it is all
 * that holds the fill.
 *
 * It is an observation of low frequencies alone. A patch is therefore pulled by its mean: to the squared differences of
 * its pixels comes that of its mean to the continuation's, so that no texture is punished for being one. The pull
 * weakens with depth, where the continuation says less, and with each finer level, where the picture itself says more.
 */
import { continueEdges } from './continuation.js'
import { FIXED, FREE, OUT } from './membrane.js'
import { CHANNELS, PAD, type Shape } from './shape.js'

export const KNOWN = 0
export const HOLE = 1
export const OUTSIDE = 2

export interface Prior {
  /**
   * The mean of each pixel's patch, the continuation in the hole, weighted by the window; `CHANNELS` a pixel. Of a
   * target it is where its match's mean is to be. Empty at levels without pull.
   */
  mean: Float32Array
  /** For each target, what its mean weighs; a known pixel in the middle of the window weighs 1. */
  pull: Float32Array
}

export interface PriorInput {
  /** False where a person says what comes into the hole: that is not what surrounds it. */
  wanted: boolean
  photo: Float32Array
  state: Uint8Array
  targets: Int32Array
  shape: Shape
  stride: number
  width: number
  height: number
  /** Of each pixel without padding, px. */
  depth: Float32Array
  floats: (length: number) => Float32Array
}

/** Half the width of the hole at the coarsest level, px: there the pull is strongest. */
const COARSEST_DEPTH = 4.5
/** At levels where the hole is more than this many times deeper, what is where has long been decided. */
const PULLED_UP_TO = 8
/** The pull on each unknown pixel, and how it falls with the hole's depth against the coarsest. */
const HELD = { strength: 20, fall: 2 / 3 }
/** The same for holes that are open to the picture's border. */
const OPEN = { strength: 250, fall: 1 / 2 }
/** The continuation's deviation at the rim and for each pixel further in, at the coarsest level, against TAU. */
const DEVIATION = 1.25
const DEVIATION_GROWTH = 0.625

export function priorOf(input: PriorInput): Prior {
  const { photo, state, targets, shape, stride, width, depth, floats } = input
  const pull = floats(targets.length)
  const deepest = depth.reduce((most, d) => (d < Infinity ? Math.max(most, d) : most), 0)
  const scale = Math.max(1, deepest / COARSEST_DEPTH)
  if (!input.wanted || deepest === 0 || scale > PULLED_UP_TO) return { mean: floats(0), pull }
  const filled = new Float32Array(photo)
  const kind = state.map((of) => (of === HOLE ? FREE : of === OUTSIDE ? OUT : FIXED))
  continueEdges(filled, kind, CHANNELS, stride, state.length / stride)
  const loose = looseOf(state, stride, width, input.height)
  for (let t = 0; t < targets.length; t++) {
    const middle = targets[t]!
    const { unknown, open } = unknownOf(state, loose, middle, stride, shape)
    const { strength, fall } = open ? OPEN : HELD
    const deep = depth[(Math.floor(middle / stride) - PAD) * width + (middle % stride) - PAD]! / scale
    pull[t] = (unknown * strength * scale ** -fall) / (1 + (DEVIATION + DEVIATION_GROWTH * deep) ** 2)
  }
  return { mean: patchMeans(filled, state, stride, shape, floats(photo.length)), pull }
}

/** How much of a patch's window is unknown, and whether that is open to the border. */
function unknownOf(state: Uint8Array, loose: Uint8Array, middle: number, stride: number, shape: Shape) {
  const { radius, window } = shape
  let unknown = 0
  let open = false
  let i = 0
  for (let y = -radius; y <= radius; y++) {
    for (let x = -radius; x <= radius; x++, i++) {
      const p = middle + y * stride + x
      if (state[p] !== HOLE) continue
      unknown += window[i]!
      if (loose[p]) open = true
    }
  }
  return { unknown, open }
}

/** 1 for the pixels of holes that touch the picture's border. */
export function looseOf(state: Uint8Array, stride: number, width: number, height: number): Uint8Array {
  const loose = new Uint8Array(state.length)
  const found: number[] = []
  const visit = (p: number) => {
    if (state[p] !== HOLE || loose[p]) return
    loose[p] = 1
    found.push(p)
  }
  const first = PAD * stride + PAD
  const last = first + (height - 1) * stride
  for (let x = 0; x < width; x++) for (const p of [first + x, last + x]) visit(p)
  for (let y = 0; y < height; y++) for (const p of [first + y * stride, first + y * stride + width - 1]) visit(p)
  for (let p = found.pop(); p !== undefined; p = found.pop())
    for (const q of [p - 1, p + 1, p - stride, p + stride]) visit(q)
  return loose
}

/** Along rows, then along columns, for the window is a product; what lies outside the picture does not count. */
function patchMeans(values: Float32Array, state: Uint8Array, stride: number, shape: Shape, out: Float32Array) {
  const { radius, window } = shape
  const size = 2 * radius + 1
  const line = window.subarray(radius * size, (radius + 1) * size)
  const inside = Float32Array.from(state, (of) => (of === OUTSIDE ? 0 : 1))
  const rows = new Float32Array(values.length)
  const shares = new Float32Array(inside.length)
  const first = PAD * stride
  for (let p = first; p < state.length - first; p++) {
    let [total, r, g, b, texture] = [0, 0, 0, 0, 0]
    for (let i = -radius; i <= radius; i++) {
      const weight = line[i + radius]! * inside[p + i]!
      const q = CHANNELS * (p + i)
      total += weight
      r += weight * values[q]!
      g += weight * values[q + 1]!
      b += weight * values[q + 2]!
      texture += weight * values[q + 3]!
    }
    shares[p] = total
    rows[CHANNELS * p] = r
    rows[CHANNELS * p + 1] = g
    rows[CHANNELS * p + 2] = b
    rows[CHANNELS * p + 3] = texture
  }
  for (let p = first; p < state.length - first; p++) {
    if (state[p] === OUTSIDE) continue
    let [total, r, g, b, texture] = [0, 0, 0, 0, 0]
    for (let i = -radius; i <= radius; i++) {
      const weight = line[i + radius]!
      const q = p + i * stride
      total += weight * shares[q]!
      r += weight * rows[CHANNELS * q]!
      g += weight * rows[CHANNELS * q + 1]!
      b += weight * rows[CHANNELS * q + 2]!
      texture += weight * rows[CHANNELS * q + 3]!
    }
    out[CHANNELS * p] = r / total
    out[CHANNELS * p + 1] = g / total
    out[CHANNELS * p + 2] = b / total
    out[CHANNELS * p + 3] = texture / total
  }
  return out
}
