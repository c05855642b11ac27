/** One level as the search sees it: what is known, which patches touch the hole, and which may be taken. */
import { floatsIn, newArena } from './arena.js'
import { depths } from './distance.js'
import type { Layer } from './pyramid.js'
import { HOLE, KNOWN, OUTSIDE, type Prior, priorOf } from './prior.js'
import { CHANNELS, PAD, type Shape, shapeOf, stepsOf } from './shape.js'

export { HOLE, KNOWN, OUTSIDE }

/** Everything of a level that does not change while it is filled. Pixels are numbered with the padding (`stride`). */
export interface Plan extends Prior {
  /** Where the photo lies, and the pictures of its states. */
  arena: WebAssembly.Memory
  /** 0 is the picture's own size; each level further is smaller by sqrt 2. */
  level: number
  width: number
  height: number
  /** Length of a padded row, pixels. */
  stride: number
  shape: Shape
  /** {@link stepsOf}. */
  steps: Int32Array
  /** Ways in which a source may be laid. */
  turns: Uint8Array
  /** Known values, `CHANNELS` a pixel; 0 in the hole and outside. */
  photo: Float32Array
  /** KNOWN, HOLE or OUTSIDE. */
  state: Uint8Array
  /** 1 for the middle of a patch that may be taken: known, allowed and inside as a whole. */
  valid: Uint8Array
  /** Those middles. */
  sources: Int32Array
  /** Middles of all patches that touch the hole, row by row. */
  targets: Int32Array
  /** 1 for the targets that are unknown as a whole. */
  whole: Uint8Array
  /** The number of the target in the middle of a pixel, or -1. */
  targetAt: Int32Array
  /** Pixels to be filled, row by row. */
  holes: Int32Array
  /** What a target's vote weighs before anything is known of its match: more at the rim, less within. */
  trust: Float32Array
}

/** How much the vote of a patch falls for each pixel that it lies deeper in the hole (Wexler et al. 2007, section 3.2). */
const TRUST_FALL = 1.3

/** Memory that threads share. */
export const shared = {
  floats: (length: number) => new Float32Array(new SharedArrayBuffer(4 * length)),
  words: (length: number) => new Int32Array(new SharedArrayBuffer(4 * length)),
  bytes: (length: number) => new Uint8Array(new SharedArrayBuffer(length)),
}

export function planOf(
  layer: Layer,
  level: number,
  radius: number,
  turns: Uint8Array,
  arena: WebAssembly.Memory = newArena(),
): Plan {
  const { width, height } = layer
  const shape = shapeOf(radius)
  const stride = width + 2 * PAD
  const pixels = stride * (height + 2 * PAD)
  const photo = floatsIn(arena, pixels * CHANNELS)
  const state = shared.bytes(pixels).fill(OUTSIDE)
  const forbidden = new Uint8Array(width * height)
  const open = new Uint8Array(width * height)
  let holeCount = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const k = y * width + x
      const p = (y + PAD) * stride + x + PAD
      const share = layer.share[k]!
      if (share < 0.5) {
        state[p] = HOLE
        open[k] = forbidden[k] = 1
        holeCount++
        continue
      }
      state[p] = KNOWN
      if (layer.allowed && layer.allowed[k]! < 0.999) forbidden[k] = 1
      for (let c = 0; c < CHANNELS; c++) photo[CHANNELS * p + c] = layer.weighed[CHANNELS * k + c]! / share
    }
  }
  const inForbidden = boxCounter(forbidden, width, height)
  const inHole = boxCounter(open, width, height)
  const valid = shared.bytes(pixels)
  const targetAt = shared.words(pixels).fill(-1)
  const holes = shared.words(holeCount)
  let sourceCount = 0
  let targetCount = 0
  let hole = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = (y + PAD) * stride + x + PAD
      const inside = y >= radius && x >= radius && y < height - radius && x < width - radius
      if (inside && inForbidden(x - radius, y - radius, x + radius + 1, y + radius + 1) === 0) {
        valid[p] = 1
        sourceCount++
      }
      if (inHole(x - radius, y - radius, x + radius + 1, y + radius + 1) > 0) targetAt[p] = targetCount++
      if (state[p] === HOLE) holes[hole++] = p
    }
  }
  const sources = shared.words(sourceCount)
  const targets = shared.words(targetCount)
  let source = 0
  for (let p = 0; p < pixels; p++) {
    if (valid[p]) sources[source++] = p
    if (targetAt[p]! >= 0) targets[targetAt[p]!] = p
  }
  const depth = depths(open, width, height)
  const trust = shared.floats(targetCount)
  const whole = shared.bytes(targetCount)
  for (let t = 0; t < targetCount; t++) {
    const p = targets[t]!
    const y = Math.floor(p / stride) - PAD
    const x = (p % stride) - PAD
    trust[t] = Math.max(1e-4, TRUST_FALL ** -Math.min(depth[y * width + x]!, 60))
    whole[t] = Number(inHole(x - radius, y - radius, x + radius + 1, y + radius + 1) === shape.count)
  }
  const steps = shared.words(8 * shape.count)
  steps.set(stepsOf(shape, stride))
  return {
    arena,
    level,
    width,
    height,
    stride,
    shape,
    steps,
    turns,
    photo,
    state,
    valid,
    sources,
    targets,
    whole,
    targetAt,
    holes,
    trust,
    ...priorOf({
      wanted: layer.allowed === null,
      photo,
      state,
      targets,
      shape,
      stride,
      width,
      height,
      depth,
      floats: shared.floats,
    }),
  }
}

/** Whether a plan of a level would have both something to fill and a patch to take. */
export function isUsable({ width, height, share, allowed }: Layer, radius: number): boolean {
  const size = 2 * radius + 1
  /** In each column, how many pixels up to this row may be taken. */
  const run = new Int32Array(width)
  let hasHole = false
  let hasSource = false
  for (let y = 0, k = 0; y < height && !(hasHole && hasSource); y++) {
    let across = 0
    for (let x = 0; x < width; x++, k++) {
      const isHole = share[k]! < 0.5
      if (isHole) hasHole = true
      run[x] = isHole || (allowed && allowed[k]! < 0.999) ? 0 : run[x]! + 1
      across = run[x]! >= size ? across + 1 : 0
      if (across >= size) hasSource = true
    }
  }
  return hasHole && hasSource
}

/** Counts of ones in boxes, by a summed-area table; boxes are cut at the borders. */
function boxCounter(ones: Uint8Array, width: number, height: number) {
  const line = width + 1
  const sums = new Int32Array(line * (height + 1))
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      row += ones[y * width + x]!
      sums[(y + 1) * line + x + 1] = sums[y * line + x + 1]! + row
    }
  }
  return (left: number, top: number, right: number, bottom: number): number => {
    const x0 = Math.max(0, left)
    const x1 = Math.min(width, right)
    const y0 = Math.max(0, top) * line
    const y1 = Math.min(height, bottom) * line
    return sums[y1 + x1]! - sums[y0 + x1]! - sums[y1 + x0]! + sums[y0 + x0]!
  }
}

/** The hole's bounding box, `margin` px larger, inside the picture. */
export function boxOf(plan: Plan, margin: number): { left: number; top: number; right: number; bottom: number } {
  let [left, top, right, bottom] = [plan.width, plan.height, 0, 0]
  for (const p of plan.holes) {
    const y = Math.floor(p / plan.stride) - PAD
    const x = (p % plan.stride) - PAD
    left = Math.min(left, x)
    right = Math.max(right, x + 1)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y + 1)
  }
  return {
    left: Math.max(0, left - margin),
    top: Math.max(0, top - margin),
    right: Math.min(plan.width, right + margin),
    bottom: Math.min(plan.height, bottom + margin),
  }
}
