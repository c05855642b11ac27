/**
 * Tone: no edge at the rim, none within.
 *
 * At the rim the matched patches also say what the known pixels should be; where they are a little lighter or darker
 * than the photo is there, the fill will be too. That difference, smoothed along the rim, is the boundary value. Within,
 * patches from places of different light meet; what the patches over both of two neighbours say of the step between
 * them knows nothing of that, and is what the fill's steps should be. Both together are Poisson's equation for what to
 * add to the fill (Pérez, Gangnet, Blake 2003, "Poisson image editing", equation 7, with the voted steps as guidance
 * field). Known pixels are not touched.
 */
import { FIXED, FREE, membrane, OUT } from './membrane.js'
import { boxOf, HOLE, KNOWN, type Plan } from './plan.js'
import { CHANNELS, PAD } from './shape.js'
import type { State } from './state.js'
import { votedStep, votesAt } from './vote.js'

/** The rim is this wide, px. */
const RIM = 2
/** The difference at a rim pixel is a Gaussian mean over this radius, px, so that noise does not run into the hole. */
const SMOOTHING = 6
/** Differences far above this are no change of light but another thing next to the hole: they are let be. */
const LARGEST_TONE = 0.06
/** Steps are set right by this much at most: seams of light are small, those of things are not to be smeared. */
const LARGEST_STEP = 0.02

/** What to add to the hole's pixels, red, green, blue of each. */
export function toneOf(plan: Plan, state: State): Float32Array {
  const box = boxOf(plan, SMOOTHING + RIM)
  const width = box.right - box.left
  const height = box.bottom - box.top
  const kind = new Uint8Array(width * height).fill(OUT)
  const at = (x: number, y: number) => (y + PAD) * plan.stride + x + PAD
  const rim: number[] = []
  const places: number[] = []
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) {
      const p = at(x, y)
      const k = (y - box.top) * width + x - box.left
      if (plan.state[p] === HOLE) kind[k] = FREE
      else if (plan.state[p] === KNOWN && touches(plan, p)) {
        kind[k] = FIXED
        rim.push(p)
        places.push(k)
      }
    }
  }
  const said = new Float32Array(plan.photo.length)
  said.set(state.current)
  votesAt(plan, state, Int32Array.from(rim), said, true, 0, rim.length)
  const difference = new Float32Array(width * height * 3)
  for (const [i, p] of rim.entries())
    for (let c = 0; c < 3; c++) difference[3 * places[i]! + c] = plan.photo[CHANNELS * p + c]! - said[CHANNELS * p + c]!
  const tone = smoothAlong(difference, kind, places, width, height)
  const force = new Float32Array(tone.length)
  const step = new Float64Array(3)
  for (let k = 0; k < kind.length; k++) {
    for (const down of [false, true]) {
      const other = k + (down ? width : 1)
      if ((!down && (k + 1) % width === 0) || other >= kind.length || kind[k] === OUT || kind[other] === OUT) continue
      if (kind[k] === FIXED && kind[other] === FIXED) continue
      const p = at((k % width) + box.left, Math.floor(k / width) + box.top)
      const q = p + (down ? plan.stride : 1)
      if (!votedStep(plan, state, p, down, step)) continue
      for (let c = 0; c < 3; c++) {
        const wanted = step[c]! - (said[CHANNELS * q + c]! - said[CHANNELS * p + c]!)
        const push = Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, wanted))
        force[3 * k + c] = force[3 * k + c]! - push
        force[3 * other + c] = force[3 * other + c]! + push
      }
    }
  }
  membrane(tone, kind, 3, width, height, force)
  const out = new Float32Array(plan.holes.length * 3)
  for (const [i, p] of plan.holes.entries()) {
    const k = (Math.floor(p / plan.stride) - PAD - box.top) * width + (p % plan.stride) - PAD - box.left
    for (let c = 0; c < 3; c++) out[3 * i + c] = tone[3 * k + c]!
  }
  return out
}

function touches(plan: Plan, p: number): boolean {
  for (let y = -RIM; y <= RIM; y++)
    for (let x = -RIM; x <= RIM; x++) if (plan.state[p + y * plan.stride + x] === HOLE) return true
  return false
}

function smoothAlong(
  values: Float32Array,
  kind: Uint8Array,
  places: number[],
  width: number,
  height: number,
): Float32Array {
  const out = new Float32Array(values.length)
  for (const k of places) {
    const x = k % width
    const y = Math.floor(k / width)
    const sum = [0, 0, 0]
    let total = 0
    for (let dy = -SMOOTHING; dy <= SMOOTHING; dy++) {
      for (let dx = -SMOOTHING; dx <= SMOOTHING; dx++) {
        if (x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height) continue
        const other = k + dy * width + dx
        if (kind[other] !== FIXED) continue
        const [r, g, b] = [values[3 * other]!, values[3 * other + 1]!, values[3 * other + 2]!]
        const size = Math.max(Math.abs(r), Math.abs(g), Math.abs(b)) / LARGEST_TONE
        const weight = Math.exp((-2 * (dx * dx + dy * dy)) / (SMOOTHING * SMOOTHING)) / (1 + size ** 4)
        total += Math.exp((-2 * (dx * dx + dy * dy)) / (SMOOTHING * SMOOTHING))
        sum[0]! += weight * r
        sum[1]! += weight * g
        sum[2]! += weight * b
      }
    }
    for (let c = 0; c < 3; c++) out[3 * k + c] = sum[c]! / total
  }
  return out
}
