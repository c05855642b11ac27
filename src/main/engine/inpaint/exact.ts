/**
 * The exact posterior mean at a noise level, over all known patches of a small picture.
 *
 * If clean patches look like those of the known part of the photo, with a deviation of tau, and a noisy patch x has
 * noise sigma at its unknown pixels and none at its known ones, then the patch expected behind it is the mean of known
 * patches p weighted by exp(-sum_i (x_i - p_i)^2 / 2 s_i^2), s_i^2 = tau^2 where known, tau^2 + sigma^2 where not. This is
 * the equivariant local score of Kamb and Ganguli 2024, "An analytic theory of creativity in convolutional diffusion
 * models" (equivariant: patches from anywhere; local: patches, not pictures). They read off the middle pixel; here
 * all pixels of overlapping patches vote, weighted by the window. As sigma goes to zero the nearest patch takes all the
 * weight, which is what match.ts searches for at the finer levels.
 */
import { BATCH, type Kernel, kernelOf } from './kernel.js'
import { Matcher, TAU, trustAt } from './match.js'
import { HOLE, KNOWN, type Plan } from './plan.js'
import { CHANNELS, type Shape, TURNS } from './shape.js'
import type { State } from './state.js'

/** The patches that the mean is over. */
export interface Library {
  /** Which they are, as in {@link State.match}. */
  codes: Int32Array
  /**
   * A row for each: its values, then the squared length of each of its pixels, its mean, and that squared. The distance
   * to a target, but for a part that is the same for all patches, is then one product of vectors.
   */
  kernel: Kernel
}

const rowLength = ({ count }: Shape): number => (count + 1) * (CHANNELS + 1)

/** The known patches of `sources` in all allowed turns. */
export function libraryOf(plan: Plan, sources: Int32Array = plan.sources): Library {
  const { turns, shape, steps, photo, mean } = plan
  const { count } = shape
  const length = rowLength(shape)
  const codes = new Int32Array(sources.length * turns.length)
  const kernel = kernelOf(codes.length, length, count * CHANNELS)
  const { rows } = kernel
  let at = 0
  for (const source of sources) {
    for (const turn of turns) {
      const row = at * length
      for (let i = 0; i < count; i++) {
        const q = (source + steps[turn * count + i]!) * CHANNELS
        let square = 0
        for (let c = 0; c < CHANNELS; c++) {
          const value = photo[q + c]!
          rows[row + i * CHANNELS + c] = value
          square += value * value
        }
        rows[row + count * CHANNELS + i] = square
      }
      const last = row + count * (CHANNELS + 1)
      let square = 0
      for (let c = 0; c < CHANNELS; c++) {
        const value = mean[source * CHANNELS + c] ?? 0
        rows[last + c] = value
        square += value * value
      }
      rows[last + CHANNELS] = square
      codes[at++] = source * TURNS + turn
    }
  }
  return { codes, kernel }
}

/**
 * The clean picture expected behind `state.current` at `sigma`, for the pixels of `plan.holes`, `CHANNELS` values each.
 * Leaves in `state.match` and `state.distance` the patch of the greatest weight and its distance as match.ts counts it.
 * `check` is called once for each batch of targets.
 */
export function posteriorMean(
  plan: Plan,
  state: State,
  { codes, kernel }: Library,
  sigma: number,
  check: () => void,
): Float32Array {
  const { targets, trust } = plan
  const votes = newVotes(plan)
  const matcher = new Matcher(plan, state)
  kernel.columns.fill(0)
  for (let first = 0; first < targets.length; first += BATCH) {
    check()
    const last = Math.min(targets.length, first + BATCH)
    for (let t = first; t < last; t++) pullOf(plan, state, t, trustAt(sigma), kernel.columns, t - first)
    kernel.products()
    const norms = []
    for (let t = first; t < last; t++) {
      const { nearest, norm } = softmax(kernel.weights, t - first)
      const found = codes[nearest]!
      state.match[t] = found
      // Not from the energy, a small difference of large single numbers: the sum of squares itself, in double precision.
      matcher.load(t, trustAt(sigma))
      state.distance[t] = matcher.distance(found >> 3, found & 7, Infinity)
      norms.push(norm)
    }
    kernel.sums()
    for (let t = first; t < last; t++) votes.add(targets[t]!, trust[t]!, kernel.means, t - first, norms[t - first]!)
  }
  return votes.means()
}

/**
 * Column `column` of `pulls`: w and -2 w x of target `t`, so that a row of the library times it is
 * sum w p^2 - 2 w x p; the same for the means, whose weight is the pull.
 */
function pullOf(plan: Plan, state: State, t: number, unknown: number, pulls: Float32Array, column: number): void {
  const { shape, steps, targets } = plan
  for (let i = 0; i < shape.count; i++) {
    const p = targets[t]! + steps[i]!
    const kind = plan.state[p]!
    const weight = shape.window[i]! * (kind === KNOWN ? 1 : kind === HOLE ? unknown : 0)
    pulls[BATCH * (shape.count * CHANNELS + i) + column] = weight
    for (let c = 0; c < CHANNELS; c++)
      pulls[BATCH * (CHANNELS * i + c) + column] = -2 * weight * state.current[CHANNELS * p + c]!
  }
  const pull = plan.pull[t]! * state.totals[2]!
  const last = shape.count * (CHANNELS + 1)
  pulls[BATCH * (last + CHANNELS) + column] = pull
  for (let c = 0; c < CHANNELS; c++)
    pulls[BATCH * (last + c) + column] = -2 * pull * (plan.mean[targets[t]! * CHANNELS + c] ?? 0)
}

/** Column `column`: energies become exp(-(energy - least) / 2 tau^2); `norm` is the sum of these. */
function softmax(column: Float32Array, first: number): { nearest: number; norm: number } {
  let nearest = first
  for (let s = first; s < column.length; s += BATCH) if (column[s]! < column[nearest]!) nearest = s
  const least = column[nearest]!
  let norm = 0
  for (let s = first; s < column.length; s += BATCH) {
    const exponent = (column[s]! - least) / (2 * TAU * TAU)
    // Weights under a millionth are left out.
    const weight = exponent > 14 ? 0 : Math.exp(-exponent)
    column[s] = weight
    norm += weight
  }
  return { nearest: (nearest - first) / BATCH, norm }
}

/** Overlapping patch means, weighted by window and trust. */
function newVotes(plan: Plan) {
  const { shape, steps, holes } = plan
  const sums = new Float64Array(plan.photo.length)
  const totals = new Float64Array(plan.state.length)
  return {
    /** `norm` times the mean of a patch is row `row` of `means`. */
    add(middle: number, trust: number, means: Float32Array, row: number, norm: number): void {
      const mean = row * shape.count * CHANNELS
      for (let i = 0; i < shape.count; i++) {
        const p = middle + steps[i]!
        if (plan.state[p] !== HOLE) continue
        const vote = trust * shape.window[i]!
        const share = vote / norm
        totals[p] = totals[p]! + vote
        for (let c = 0; c < CHANNELS; c++)
          sums[CHANNELS * p + c] = sums[CHANNELS * p + c]! + share * means[mean + CHANNELS * i + c]!
      }
    },
    means(): Float32Array {
      const out = new Float32Array(holes.length * CHANNELS)
      for (const [h, p] of holes.entries())
        for (let c = 0; c < CHANNELS; c++) out[CHANNELS * h + c] = sums[CHANNELS * p + c]! / totals[p]!
      return out
    },
  }
}
