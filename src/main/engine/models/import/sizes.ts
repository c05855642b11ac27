/** How much larger what comes out is, and which sizes go in: found by trying. */
import { type GraphScale, GRAPH_SCALES } from '../../../../shared/image-network.js'
import { LacunaError } from '../../../../shared/errors.js'
import { InferenceError } from '../../runtime/inference.js'
import { scene } from './pictures.js'
import { importError, type Numbers, type Planes, type Trial } from './trial.js'

export interface Sizes {
  readonly scale: GraphScale
  /** Both sides are multiples of it; of a network of one size 1. */
  readonly multipleOf: number
  /** The smallest side that goes in. */
  readonly least: number
}

/** Sides that some network takes, tried in turn until one does: 448 is 64 windows of 7. */
const FIRST = [64, 96, 128, 256, 448, 512]
/** Windows and strides that networks have, the freest first. */
export const MULTIPLES = [1, 2, 4, 8, 16, 32, 64, 128, 3, 6, 12, 24, 48, 96, 5, 10, 20, 40, 7, 14, 28, 56]
const LEAST = [16, 24, 32, 48, 64]

/** Any numbers will do: what is asked is what fits. */
const RANGE: Numbers = [0, 1]

/** Throws what the graph's first run ends with, and `import.scale`. */
export async function sizesOf(trial: Trial, name: string): Promise<Sizes> {
  const { fixed } = trial.form
  if (fixed !== null) {
    const { scale } = await first(trial, [fixed], name)
    return { scale, multipleOf: 1, least: Math.min(fixed.width, fixed.height) }
  }
  const squares = FIRST.map((side) => ({ width: side, height: side }))
  const { scale, width: works } = await first(trial, squares, name)
  const multipleOf = await firstThat(MULTIPLES, (multiple) => {
    // Two odd multiples of it, so that no larger one divides them.
    const k = Math.max(3, Math.ceil(40 / multiple)) | 1
    return works % multiple === 0 && takes(trial, multiple * k, multiple * (multiple > 32 ? 1 : k + 2), scale)
  })
  const multiple = multipleOf ?? works
  const least = await firstThat(LEAST, (side) => {
    const whole = Math.ceil(side / multiple) * multiple
    return takes(trial, whole, whole, scale)
  })
  return { scale, multipleOf: multiple, least: Math.max(16, least ?? works) }
}

/** The first of these sizes that goes in. Throws what the last one said. */
async function first(
  trial: Trial,
  sizes: readonly { width: number; height: number }[],
  name: string,
): Promise<{ scale: GraphScale; width: number }> {
  let failure: unknown
  for (const { width, height } of sizes) {
    const out = await trial.run(scene(trial.form.channels, width, height), RANGE).catch((error: unknown) => {
      // What cannot be loaded fails with every size.
      if (!(error instanceof InferenceError) || error.stage === 'load') throw importError(error, name)
      failure = error
      return null
    })
    if (out === null) continue
    const scale = GRAPH_SCALES.find((known) => fits(out, width, height, known))
    const params = { name, from: `${width} x ${height}`, to: `${out.width} x ${out.height}` }
    if (scale === undefined) throw new LacunaError('import.scale', params)
    return { scale, width }
  }
  throw importError(failure, name)
}

const fits = (out: Planes, width: number, height: number, scale: number): boolean =>
  out.width === width * scale && out.height === height * scale

async function takes(trial: Trial, width: number, height: number, scale: number): Promise<boolean> {
  try {
    return fits(await trial.run(scene(trial.form.channels, width, height), RANGE), width, height, scale)
  } catch (error) {
    if (error instanceof InferenceError || (error instanceof LacunaError && error.code === 'import.otherOutput')) return false
    throw error
  }
}

async function firstThat(values: readonly number[], test: (value: number) => boolean | Promise<boolean>): Promise<number | null> {
  for (const value of values) if (await test(value)) return value
  return null
}
