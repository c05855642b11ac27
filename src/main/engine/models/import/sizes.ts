/** How much larger what comes out is, what of it is left out, and which sizes go in: found by trying. */
import { GRAPH_SCALES, type GraphScale } from '../../../../shared/image-network.js'
import { LacunaError } from '../../../../shared/errors.js'
import { InferenceError } from '../../runtime/inference.js'
import type { Crop } from '../rim.js'
import { scene } from './pictures.js'
import { placementOf } from './placement.js'
import { importError, type Numbers, type Planes, type Trial } from './trial.js'

export interface Sizes {
  readonly scale: GraphScale
  /** What the network leaves out of its result; null where it gives all. */
  readonly crop: Crop | null
  /** Whether the sizes themselves show the scale; else it is what looks most like an enlargement. */
  readonly certain: boolean
  /** The one size that goes in; null where there are several. */
  readonly fixed: Shape | null
  /** Both sides are multiples of it; of a network of one size 1. */
  readonly multipleOf: number
  /** The smallest side that goes in. */
  readonly least: number
}

interface Shape {
  readonly width: number
  readonly height: number
}

/** How what comes out follows from what goes in: `scale` times as much, less `missing` pixels of each side. */
export interface Growth {
  readonly scale: GraphScale
  readonly missing: number
}

/** Sides that some network takes, tried in turn until one does: 448 is 64 windows of 7. */
const FIRST = [64, 96, 128, 256, 448, 512]
/** Windows and strides that networks have, the freest first. */
export const MULTIPLES = [1, 2, 4, 8, 16, 32, 64, 128, 3, 6, 12, 24, 48, 96, 5, 10, 20, 40, 7, 14, 28, 56]
const LEAST = [16, 24, 32, 48, 64]
/** Sides for a second look at how the result grows with the picture, and for a network that takes only some that are no multiples. */
const OTHERS = [96, 128, 112, 160, 192, 208, 256]

/** Any numbers will do: what is asked is what fits. */
const RANGE: Numbers = [0, 1]

/** `given`: the scale that a person says. Throws what the graph's first run ends with, and `import.scale`. */
export async function sizesOf(trial: Trial, name: string, given?: number): Promise<Sizes> {
  const { fixed } = trial.form
  if (fixed !== null) {
    const { out } = await first(trial, [fixed], name)
    const growth = await growthOf(trial, fixed, out, name, given)
    return { ...growth, fixed, multipleOf: 1, least: Math.min(fixed.width, fixed.height) }
  }
  const { shape, out } = await first(trial, FIRST.map(square), name)
  const works = shape.width
  const { scale, crop, certain } = await growthOf(trial, shape, out, name, given)
  const growth: Growth = { scale, missing: crop === null ? 0 : crop[0] + crop[1] }
  const multipleOf = await firstThat(MULTIPLES, (multiple) => {
    // Two odd multiples of it, so that no larger one divides them.
    const k = Math.max(3, Math.ceil(40 / multiple)) | 1
    return works % multiple === 0 && takes(trial, multiple * k, multiple * (multiple > 32 ? 1 : k + 2), growth)
  })
  if (multipleOf === null && !(await takes(trial, 2 * works, works, growth))) {
    // Windows with something around them: 64, 112, 160 are no multiples of anything that would do. One size does.
    const side = (await firstThat([...OTHERS].reverse(), (other) => takes(trial, other, other, growth))) ?? works
    return { scale, crop, certain, fixed: square(side), multipleOf: 1, least: side }
  }
  const multiple = multipleOf ?? works
  const least = await firstThat(LEAST, (side) => {
    const whole = Math.ceil(side / multiple) * multiple
    return takes(trial, whole, whole, growth)
  })
  return { scale, crop, certain, fixed: null, multipleOf: multiple, least: Math.max(16, least ?? works) }
}

const square = (side: number): Shape => ({ width: side, height: side })

/** The first of these sizes that goes in, and what came out. Throws what the last one said. */
async function first(trial: Trial, sizes: readonly Shape[], name: string): Promise<{ shape: Shape; out: Planes }> {
  let failure: unknown
  for (const shape of sizes) {
    const out = await trial.run(pictureOf(trial, shape), RANGE).catch((error: unknown) => {
      // What cannot be loaded fails with every size.
      if (!(error instanceof InferenceError) || error.stage === 'load') throw importError(error, name)
      failure = error
      return null
    })
    if (out !== null) return { shape, out }
  }
  throw importError(failure, name)
}

/**
 * The scale that gives just what came out. Where none does something was left out: how much, by how the result grows with
 * the picture, and on which sides by looking. Throws `import.scale`.
 */
async function growthOf(
  trial: Trial,
  shape: Shape,
  out: Planes,
  name: string,
  given: number | undefined,
): Promise<Pick<Sizes, 'scale' | 'crop' | 'certain'>> {
  const scales = GRAPH_SCALES.filter((scale) => given === undefined || scale === given)
  const whole = scales.find((scale) => fits(out, shape, { scale, missing: 0 }))
  if (whole !== undefined) return { scale: whole, crop: null, certain: true }
  let possible = scales.flatMap((scale): Growth[] => {
    const growth = { scale, missing: scale * shape.width - out.width }
    // A quarter of each side must be left, so that tiles can be made of it.
    const leaves = growth.missing > 0 && 4 * growth.missing < 3 * scale * Math.min(shape.width, shape.height)
    return leaves && fits(out, shape, growth) ? [growth] : []
  })
  const other = trial.form.fixed === null && possible.length > 0 ? await another(trial, shape) : null
  if (other !== null) possible = possible.filter((growth) => fits(other.out, other.shape, growth))
  const certain = other !== null || given !== undefined
  const placed = await placementOf(trial, shape, possible, certain)
  if (placed !== null) return { ...placed, certain }
  const params = { name, from: said(shape), to: said(out) }
  throw new LacunaError('import.scale', params)
}

const said = ({ width, height }: Shape): string => `${width} x ${height}`

/** Another size that goes in, with what comes out; null for none. */
async function another(trial: Trial, { width }: Shape): Promise<{ shape: Shape; out: Planes } | null> {
  for (const side of OTHERS.filter((other) => other !== width)) {
    const out = await attempt(trial, square(side))
    if (out !== null) return { shape: square(side), out }
  }
  return null
}

const fits = (out: Planes, { width, height }: Shape, { scale, missing }: Growth): boolean =>
  out.width === width * scale - missing && out.height === height * scale - missing

async function takes(trial: Trial, width: number, height: number, growth: Growth): Promise<boolean> {
  const out = await attempt(trial, { width, height })
  return out !== null && fits(out, { width, height }, growth)
}

/** Null for a size that does not go in. */
async function attempt(trial: Trial, shape: Shape): Promise<Planes | null> {
  try {
    return await trial.run(pictureOf(trial, shape), RANGE)
  } catch (error) {
    if (error instanceof InferenceError || (error instanceof LacunaError && error.code === 'import.otherOutput')) return null
    throw error
  }
}

const pictureOf = ({ form }: Trial, { width, height }: Shape): Planes => scene(form.channels, width, height)

async function firstThat(values: readonly number[], test: (value: number) => boolean | Promise<boolean>): Promise<number | null> {
  for (const value of values) if (await test(value)) return value
  return null
}
