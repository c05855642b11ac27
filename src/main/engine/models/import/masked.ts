/**
 * Networks that take a picture with a mask and fill its hole: which numbers stand for what, found by trying. A scene whose
 * colours are known is given with something else in a hole; asked rightly, a network gives the scene back around the hole and
 * something like it inside. Every way of asking is a manifest, run as it will be run.
 */
import { LacunaError } from '../../../../shared/errors.js'
import type { How, ImportGiven, ImportRemark } from '../../../../shared/model-import.js'
import type { InpainterManifest } from '../../../../shared/model.js'
import type { Inference } from '../../runtime/inference.js'
import { InferenceError } from '../../runtime/inference.js'
import { anonymousMemory } from '../../runtime/memory.js'
import { inpainterModel, type MaskedPicture } from '../inpainter.js'
import { modelOf } from '../load.js'
import { memoryOf, precisionOf } from './describe.js'
import type { GraphFacts } from './graph.js'
import { colourMean } from './ranges.js'
import { MULTIPLES } from './sizes.js'
import { importError } from './trial.js'
import type { MaskedForm } from './masked-form.js'
import { type Answer, answered, keeps, OTHER, type Scene, sceneWithHole, score } from './masked-scene.js'
import { type Asking, askings, outputsOf } from './masked-ways.js'

/** What of a manifest is derived. */
export type MaskedNetwork = Pick<
  InpainterManifest,
  | 'inputs'
  | 'output'
  | 'layout'
  | 'channels'
  | 'elements'
  | 'range'
  | 'mask'
  | 'holeValue'
  | 'size'
  | 'blends'
  | 'dimensions'
  | 'precision'
  | 'bytesPerPixel'
>

export interface MaskedDescription {
  readonly network: MaskedNetwork
  readonly how: Partial<Record<'layout' | 'channels' | 'elements' | 'range' | 'mask' | 'size' | 'memory', How>>
  readonly remarks: ImportRemark[]
  /** Pixels each second. */
  readonly speed: number
  /** The scene that it was tried with, and what it made of it: interleaved RGB, 0..1. */
  readonly before: MaskedPicture
  readonly after: Float32Array
}

interface Options {
  readonly inference: Inference
  readonly dir: string
  readonly file: string
  readonly facts: GraphFacts
  readonly form: MaskedForm
  /** What errors call it. */
  readonly name: string
  readonly given: ImportGiven
  readonly signal: AbortSignal
  readonly progress: (fraction: number) => void
}

/** Sides that some network takes, tried in turn until one does. */
const FIRST = [128, 256, 512]
const LEAST = [64, 96, 128]
/** In dB. So good that no other way of asking is looked at. */
const CERTAIN = { known: 38, hole: 18 }
/** Below it nothing was filled, or the rest was not kept. */
const POOR = { known: 14, hole: 14 }
/** Nearer than this two ways of asking are alike, and the more usual one is taken. */
const ALIKE = 0.5
/** Throws `import.noFill`, `import.wontRun`, `import.operator`, `import.notFinite`, `cancelled`. */
export async function describeMasked(options: Options): Promise<MaskedDescription> {
  const { facts, form, name, given, progress } = options
  try {
    const memoryBefore = anonymousMemory()
    const size = await sizesOf(options)
    progress(0.3)
    const shape = 'width' in size ? size : square(Math.max(size.least, up(128, size.multipleOf)))
    const channels = given.channels ?? colourMean(facts) ?? 'rgb'
    const scene = sceneWithHole(shape.width, shape.height)
    const answers: Answer[] = []
    const all = [...askings(form, given)]
    let speed = 0
    for (const [i, asking] of all.entries()) {
      const began = performance.now()
      const out = await ask(options, { ...asking, size, channels }, scene.masked)
      speed = (shape.width * shape.height * 1e3) / Math.max(1, performance.now() - began)
      progress(0.3 + (0.7 * i) / all.length)
      for (const output of outputsOf(form, given)) {
        const answer = answered({ ...asking, range: { ...asking.range, output } }, out, scene)
        if (answer !== null) answers.push(answer)
      }
      if (answers.some(({ known, hole }) => known >= CERTAIN.known && hole >= CERTAIN.hole)) break
    }
    if (answers.length === 0) throw new LacunaError('import.notFinite', { name })
    const best = Math.max(...answers.map(score))
    const near = answers.filter((answer) => score(answer) >= best - ALIKE)
    const chosen = await blanked(near[0]!, (asking, masked) => ask(options, { ...asking, size, channels }, masked), scene)
    const poor = chosen.known < POOR.known || chosen.hole < POOR.hole
    // What a person says is believed, and shown.
    const told = given.mask ?? given.order ?? given.range
    if (poor && told === undefined) throw new LacunaError('import.noFill', { name })
    const { bytesPerPixel, measured } = memoryOf(facts, [
      { pixels: 0, bytes: memoryBefore },
      { pixels: 0, bytes: memoryBefore },
      { pixels: shape.width * shape.height, bytes: anonymousMemory() },
    ])
    const doubtful = near.some(({ asking: { range } }) => String(range.image) !== String(chosen.asking.range.image))
    const order: How = given.channels !== undefined ? 'given' : colourMean(facts) !== null ? 'graph' : 'assumed'
    return {
      network: {
        ...chosen.asking,
        ...{ output: form.output, layout: form.layout, channels, elements: form.elements, size },
        blends: keeps(chosen.out, scene),
        dimensions: form.dimensions,
        precision: precisionOf(facts),
        bytesPerPixel,
      },
      how: {
        ...{ layout: 'graph', elements: 'graph', channels: order },
        range: given.range?.image !== undefined ? 'given' : doubtful ? 'assumed' : 'measured',
        mask: given.mask !== undefined ? 'given' : 'measured',
        size: form.fixed !== null ? 'graph' : given.multipleOf !== undefined ? 'given' : 'measured',
        memory: measured ? 'measured' : 'assumed',
      },
      remarks: [
        ...(poor ? [{ code: 'unlike' as const, params: { decibels: Math.round(Math.min(chosen.known, chosen.hole)) } }] : []),
        ...(doubtful ? [{ code: 'range' as const, params: {} }] : []),
        ...(order === 'assumed' ? [{ code: 'order' as const, params: {} }] : []),
      ],
      ...{ speed, before: scene.masked, after: chosen.out },
    }
  } catch (error) {
    throw importError(error, name)
  }
}

const square = (side: number) => ({ width: side, height: side })
const up = (side: number, multiple: number): number => Math.ceil(side / multiple) * multiple

/** What comes out in its own numbers, interleaved. */
async function ask(
  { inference, dir, file, form, signal }: Options,
  { inputs, range, mask, holeValue, size, channels }: Asking & Pick<MaskedNetwork, 'size' | 'channels'>,
  masked: MaskedPicture,
): Promise<Float32Array> {
  const manifest: InpainterManifest = {
    ...{ version: 1, id: 'tried', name: '', task: 'inpaint', kind: 'inpainter', summary: '', licence: '', source: '' },
    files: { model: { path: file, sha256: '', bytes: 1 } },
    ...{ inputs, output: form.output, layout: form.layout, channels, elements: form.elements },
    range: { image: range.image, output: [0, 1] },
    ...{ mask, holeValue, size, blends: false, dimensions: {}, precision: 'fp32', bytesPerPixel: 1 },
    golden: { size: 64, seed: 1 },
  }
  const quiet: Pick<Inference, 'run'> = {
    run: (spec, feeds, context) => inference.run({ ...spec, quiet: true }, feeds, context),
  }
  return await inpainterModel(quiet, modelOf({ id: 'tried', folder: dir }, manifest), 'cpu').fill(masked, { signal })
}

/** A network into whose fill shines what the hole held before is shown it blanked, if it fills as well then. */
async function blanked(
  answer: Answer,
  run: (asking: Asking, masked: MaskedPicture) => Promise<Float32Array>,
  scene: Scene,
): Promise<Answer> {
  const { asking, out } = answer
  if (asking.holeValue !== null) return answer
  const { masked } = scene
  const other = masked.picture.map((value, i) => (masked.hole[Math.floor(i / 3)] === 1 ? OTHER[i % 3]! : value))
  const again = answered(asking, await run(asking, { ...masked, picture: other }), scene)
  if (again === null || out.every((value, i) => Math.abs(value - again.out[i]!) <= 0.5 / 255)) return answer
  const blank = { ...asking, holeValue: 0 }
  const covered = answered(blank, await run(blank, masked), scene)
  return covered !== null && score(covered) >= score(answer) - ALIKE ? covered : answer
}

async function sizesOf(options: Options): Promise<MaskedNetwork['size']> {
  const { form, given, name } = options
  const [asking] = askings(form, given)
  if (asking === undefined) throw new LacunaError('import.noFill', { name })
  let failure: unknown
  const takes = async (width: number, height: number): Promise<boolean> => {
    const size = { width, height }
    try {
      await ask(options, { ...asking, size, channels: 'rgb' }, sceneWithHole(width, height).masked)
      return true
    } catch (error) {
      if (error instanceof LacunaError && error.code === 'model.invalid') {
        // It runs, and gives something else than a picture of that size.
        failure = new LacunaError('import.wontRun', { name, reason: String(error.params['reason']) }, error)
        return false
      }
      if (!(error instanceof InferenceError) || error.stage === 'load') throw error
      failure = error
      return false
    }
  }
  if (form.fixed !== null) {
    if (await takes(form.fixed.width, form.fixed.height)) return form.fixed
    throw failure
  }
  const works = await firstThat(FIRST, (side) => takes(side, side))
  if (works === null) throw failure
  const multipleOf =
    given.multipleOf ??
    (await firstThat(MULTIPLES, (multiple) => {
      const k = Math.max(3, Math.ceil(72 / multiple)) | 1
      return works % multiple === 0 ? takes(multiple * k, multiple * (k + 2)) : Promise.resolve(false)
    })) ??
    works
  const least = given.least ?? (await firstThat(LEAST, (side) => takes(up(side, multipleOf), up(side, multipleOf))))
  return { multipleOf, least: up(least ?? works, multipleOf), most: Math.max(given.most ?? 1024, up(64, multipleOf)) }
}

async function firstThat(values: readonly number[], test: (value: number) => Promise<boolean>): Promise<number | null> {
  for (const value of values) if (await test(value)) return value
  return null
}

