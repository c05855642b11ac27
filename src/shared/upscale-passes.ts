/** Which graphs are run one after the other to enlarge a picture, before it is resampled to the very size. */
import type { UpscaleEdit } from './edit.js'
import { LacunaError } from './errors.js'
import type { GraphScale } from './image-network.js'

interface Size {
  readonly width: number
  readonly height: number
}

/** By so much resampling may still enlarge: less than a pass more, of many times the work, would be worth. */
const ENLARGED_AT_MOST = 1.05
const MOST_PASSES = 3
/** Work that goes into a pixel coming out, of that which goes into a pixel going in: the last layer against all others. */
const TAIL = 0.02

/**
 * The scales of the passes, of least work; none where the picture has that size already and no graph keeps it. Throws
 * `model.invalid` (params + model) when the graphs cannot enlarge that far.
 */
export function planPasses(scales: readonly GraphScale[], from: Size, to: Size, model: string): GraphScale[] {
  const factor = Math.max(to.width / from.width, to.height / from.height)
  if (to.width === from.width && to.height === from.height) return scales.includes(1) ? [1] : []
  const enlarging = scales.filter((scale) => scale > 1)
  let best: GraphScale[] | null = null
  for (const passes of sequences(enlarging, MOST_PASSES)) {
    if (productOf(passes) * ENLARGED_AT_MOST < factor) continue
    if (best === null || workOf(passes) < workOf(best)) best = passes
  }
  if (best === null)
    throw new LacunaError('model.invalid', { model, reason: `it does not enlarge ${round(factor)} times` })
  return best
}

/** Evaluations of the prior that draws detail, each over the whole enlarged picture. */
export const DETAIL_STEPS = 6
/** Work of one for a pixel coming out, of that of a pass for a pixel going in: 0.22 against 1.2 million multiply-adds. */
const DETAIL_STEP = 0.18

/** In units of a pass over the picture itself. */
export const detailWorkOf = (passes: readonly number[]): number => DETAIL_STEPS * DETAIL_STEP * productOf(passes) ** 2

/** Whether there is anything to draw: a picture of its own size has all of its detail. */
export const drawsDetail = ({ detail }: Pick<UpscaleEdit, 'detail'>, passes: readonly number[]): boolean =>
  detail > 0 && productOf(passes) > 1

/** All work of an edit, of which an ensemble does all but the detail eight times. */
export const workOfEdit = (edit: Pick<UpscaleEdit, 'detail' | 'ensemble'>, passes: readonly number[]): number =>
  workOf(passes) + (drawsDetail(edit, passes) ? detailWorkOf(passes) / (edit.ensemble ? 8 : 1) : 0)

/** How many times as wide the passes make a picture. */
export const productOf = (passes: readonly number[]): number => passes.reduce((product, scale) => product * scale, 1)

/** In units of a pass over the picture itself. */
export function workOf(passes: readonly number[]): number {
  return worksOf(passes).reduce((sum, work) => sum + work, 0)
}

/** Of each pass. */
export function worksOf(passes: readonly number[]): number[] {
  return passes.map((scale, i) => productOf(passes.slice(0, i)) ** 2 * (1 + TAIL * scale ** 2))
}

function* sequences(scales: readonly GraphScale[], most: number): Generator<GraphScale[]> {
  for (const scale of scales) {
    yield [scale]
    if (most > 1) for (const rest of sequences(scales, most - 1)) yield [scale, ...rest]
  }
}

const round = (value: number): number => Math.round(value * 100) / 100
