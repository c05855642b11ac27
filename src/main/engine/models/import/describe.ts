/** Looks at a graph and tries it: the manifest that it is to be used by, and how each part of it is known. */
import { graphRole, type GraphScale, ImageNetworkManifest } from '../../../../shared/image-network.js'
import { LacunaError } from '../../../../shared/errors.js'
import type { How, ImportField, ImportGiven, ImportRemark } from '../../../../shared/model-import.js'
import type { DataFiles, ModelFile } from '../../../../shared/model-parts.js'
import type { Inference } from '../../runtime/inference.js'
import { anonymousMemory } from '../../runtime/memory.js'
import type { Crop } from '../rim.js'
import { type Form, formOf } from './form.js'
import type { GraphFacts } from './graph.js'
import { orderOf, type Ranges, rangesOf } from './ranges.js'
import { reachOf } from './reach.js'
import { sizesOf } from './sizes.js'
import { importError, type Trial, trialOf } from './trial.js'

/** Everything of a manifest that the graph and its answers say, and that several scales of one network share. */
export interface Description {
  readonly scale: GraphScale
  /** What the network leaves out of its result; null where it gives all. */
  readonly crop: Crop | null
  readonly form: Form
  readonly ranges: Ranges
  readonly channels: 'rgb' | 'bgr' | 'y'
  readonly size: ImageNetworkManifest['size']
  readonly margin: number
  readonly bytesPerPixel: number
  readonly precision: 'fp32' | 'fp16' | 'int8'
  readonly how: Partial<Record<ImportField, How>>
  readonly remarks: ImportRemark[]
  /** Pixels going in each second. */
  readonly speed: number
  readonly trial: Trial
}

export interface DescribeOptions {
  readonly inference: Inference
  /** The ONNX file. */
  readonly file: string
  readonly facts: GraphFacts
  /** What errors call it. */
  readonly name: string
  readonly given: ImportGiven
  readonly signal: AbortSignal
  /** 0..1. */
  readonly progress: (fraction: number) => void
}

/** Throws `import.*`. */
export async function describe(options: DescribeOptions): Promise<Description> {
  try {
    return await tried(options)
  } catch (error) {
    throw importError(error, options.name)
  }
}

async function tried({ inference, file, facts, name, given, signal, progress }: DescribeOptions): Promise<Description> {
  const said = formOf(facts, name)
  const memoryBefore = anonymousMemory()
  const sizes = await sizesOf(trialOf(inference, file, said, name, signal), name, given.scale)
  progress(0.3)
  const { scale, crop } = sizes
  const form = { ...said, fixed: sizes.fixed }
  const trial = trialOf(inference, file, form, name, signal)
  const multipleOf = given.multipleOf ?? sizes.multipleOf
  const up = (side: number) => Math.ceil(side / multipleOf) * multipleOf
  const small = form.fixed ?? { width: up(64), height: up(64) }
  const ranges = await rangesOf(trial, sizes, small, given.range ?? {})
  if (ranges === null) throw new LacunaError('import.notFinite', { name })
  progress(0.5)
  const order =
    form.channels === 1
      ? ({ channels: 'y', how: 'graph' } as const)
      : given.channels !== undefined
        ? ({ channels: given.channels, how: 'given' } as const)
        : await orderOf(trial, facts, sizes, small, ranges)
  progress(0.6)
  const tile = form.fixed ?? square(tileSide(trial.speed, multipleOf, small.width))
  const memorySmall = anonymousMemory()
  const reach = await reachOf(trial, { scale, crop, range: ranges, ...tile, step: form.fixed === null ? multipleOf : 1 })
  const grid = form.fixed === null ? leastCommon(multipleOf, reach.grid ?? 16) : 1
  progress(1)
  const { bytesPerPixel, measured } = memoryOf(facts, [
    { pixels: 0, bytes: memoryBefore },
    { pixels: small.width * small.height, bytes: memorySmall },
    { pixels: tile.width * tile.height, bytes: anonymousMemory() },
  ])
  const rim = crop === null ? 0 : Math.ceil(Math.max(...crop) / scale)
  const least = given.least ?? Math.ceil(sizes.least / grid) * grid
  return {
    ...{ scale, crop },
    form,
    ranges,
    channels: order.channels,
    size: form.fixed ?? { multipleOf: grid, least, most: Math.max(least, given.most ?? 8192) },
    margin: given.margin === undefined ? marginOf(reach.margin, tile, grid, rim) : Math.max(given.margin, rim),
    bytesPerPixel,
    precision: precisionOf(facts),
    how: {
      scale: given.scale !== undefined ? 'given' : sizes.certain ? 'measured' : 'assumed',
      layout: 'graph',
      channels: order.how,
      elements: 'graph',
      range: ranges.how,
      size: said.fixed !== null ? 'graph' : given.multipleOf !== undefined ? 'given' : 'measured',
      margin: given.margin !== undefined ? 'given' : reach.margin === null ? 'assumed' : 'measured',
      memory: measured ? 'measured' : 'assumed',
    },
    remarks: remarksOf(ranges, order.how, reach, form, given),
    speed: trial.speed,
    trial,
  }
}

const square = (side: number) => ({ width: side, height: side })

/** The largest tile, up to 256 px, of which a few runs take some seconds at most. */
function tileSide(speed: number, multipleOf: number, least: number): number {
  const affordable = Math.sqrt(speed * SECONDS_A_TILE)
  const step = leastCommon(multipleOf, 32)
  return Math.max(least, Math.floor(Math.min(256, Math.max(96, affordable)) / step) * step)
}
const SECONDS_A_TILE = 5

/** On the grid, so that tiles begin on it; where none was found, a quarter of a tile. What is cropped belongs to it. */
function marginOf(
  found: number | null,
  { width, height }: { width: number; height: number },
  grid: number,
  rim: number,
): number {
  const most = Math.floor(Math.min(width, height) / 4)
  return Math.min(512, Math.ceil(Math.max(found ?? most, rim) / grid) * grid)
}

const NOTICEABLE = 16e6
const USUAL_BYTES = 4000

/**
 * From how much the process has grown: in all, less what the weights take, and from small pictures to larger ones. The larger
 * counts, since what had been freed before is used again without growing.
 */
export function memoryOf(
  { weights }: GraphFacts,
  [before, small, large]: readonly [Use, Use, Use],
): { bytesPerPixel: number; measured: boolean } {
  const own = [...weights.values()].reduce((sum, bytes) => sum + bytes, 0)
  const grown: Use[] = [
    { pixels: Math.max(small.pixels, large.pixels), bytes: large.bytes - before.bytes - own },
    { pixels: large.pixels - small.pixels, bytes: large.bytes - small.bytes },
  ]
  const seen = grown.filter(({ pixels, bytes }) => pixels > 0 && bytes >= NOTICEABLE)
  if (seen.length === 0) return { bytesPerPixel: USUAL_BYTES, measured: false }
  const most = Math.max(...seen.map(({ pixels, bytes }) => bytes / pixels))
  return { bytesPerPixel: Math.ceil(most / 100) * 100, measured: true }
}

/** Bytes of the process, when pictures of so many pixels had been run. */
interface Use {
  readonly pixels: number
  readonly bytes: number
}

export function precisionOf({ weights }: GraphFacts): 'fp32' | 'fp16' | 'int8' {
  const bytes = (...types: number[]) => types.reduce((sum, type) => sum + (weights.get(type) ?? 0), 0)
  const [single, half, whole] = [bytes(1), bytes(10), bytes(2, 3)]
  return half > single && half >= whole ? 'fp16' : whole > single ? 'int8' : 'fp32'
}

function remarksOf(
  ranges: Ranges,
  order: How,
  reach: { margin: number | null; grid: number | null },
  form: Form,
  given: ImportGiven,
): ImportRemark[] {
  const remarks: ImportRemark[] = []
  const say = (when: boolean, code: ImportRemark['code'], params: ImportRemark['params'] = {}) => {
    if (when) remarks.push({ code, params })
  }
  say(ranges.unlike, 'unlike', { decibels: Math.round(ranges.likeness) })
  say(ranges.doubtful, 'range')
  say(order === 'assumed', 'order')
  say(reach.margin === null && given.margin === undefined, 'noMargin')
  say(reach.margin !== null && form.fixed !== null && reach.grid !== 1, 'grid')
  return remarks
}

function leastCommon(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y > 0) [x, y] = [y, x % y]
  return (a / x) * b
}

/** What several graphs of one network share must be the same. Throws `import.notAlike`. */
export function manifestOf(
  graphs: readonly { described: Description; file: ModelFile }[],
  about: Pick<ImageNetworkManifest, 'id' | 'name' | 'summary' | 'licence' | 'source'>,
  data: DataFiles | undefined,
): ImageNetworkManifest {
  const [first, ...others] = graphs.map(({ described }) => described)
  if (first === undefined) throw new LacunaError('import.nothing', { name: about.name })
  const shared = ({ form, ranges, channels }: Description) =>
    JSON.stringify([form.image, form.sigma, form.output, form.layout, form.elements, ranges.image, ranges.output, channels])
  if (others.some((other) => shared(other) !== shared(first)))
    throw new LacunaError('import.notAlike', { name: about.name })
  const all = [first, ...others]
  return ImageNetworkManifest.parse({
    version: 1,
    ...about,
    task: all.some(({ scale }) => scale > 1) ? 'upscale' : 'denoise',
    kind: 'image-to-image',
    files: {
      ...Object.fromEntries(graphs.map(({ described, file }) => [graphRole(described.scale), file])),
      ...(data === undefined ? {} : { data }),
    },
    inputs: { image: first.form.image, ...(first.form.sigma === null ? {} : { sigma: first.form.sigma }) },
    output: first.form.output,
    layout: first.form.layout,
    channels: first.channels,
    elements: first.form.elements,
    range: { image: [...first.ranges.image], output: [...first.ranges.output] },
    size: sizeOf(all),
    margin: Math.max(...all.map(({ margin }) => margin)),
    crop: Object.fromEntries(all.flatMap(({ scale, crop }) => (crop === null ? [] : [[graphRole(scale), crop]]))),
    dimensions: first.form.dimensions,
    precision: first.precision,
    bytesPerPixel: Math.max(...all.map(({ bytesPerPixel }) => bytesPerPixel)),
    golden: { size: goldenSide(first), seed: 1, sigma: 0 },
  })
}

function sizeOf(all: readonly Description[]): Description['size'] {
  const [first] = all
  const free = all.flatMap(({ size }) => ('multipleOf' in size ? [size] : []))
  if (free.length < all.length) return first!.size
  const multipleOf = free.reduce((common, size) => leastCommon(common, size.multipleOf), 1)
  const least = Math.max(...free.map((size) => Math.ceil(size.least / multipleOf) * multipleOf))
  return { multipleOf, least, most: Math.max(least, Math.min(...free.map(({ most }) => most))) }
}

function goldenSide({ size }: Description): number {
  if ('width' in size) return Math.max(size.width, size.height)
  return Math.max(size.least, Math.ceil(64 / size.multipleOf) * size.multipleOf)
}
