/**
 * Which numbers stand for black and white, and whether red comes first: found by how well a picture that is known comes
 * out. A network that answers alike in several ranges cannot tell; then the usual one is taken, and that is said.
 */
import type { How } from '../../../../shared/model-import.js'
import type { GraphFacts } from './graph.js'
import type { Crop } from '../rim.js'
import { allFinite, cut, knownScene, likeness, swapped } from './pictures.js'
import { NUMBERS, type Numbers, type Planes, type Trial } from './trial.js'

const BYTES: Numbers = [0, 255]
/**
 * In dB: nearer than this they are alike, and the first is taken. A network that was trained in 0..1 does nearly as well in 0..255
 * (what it computes is nearly proportional); one of 0..255 does not do well in 0..1, where its constants drown the picture.
 */
const ALIKE = 0.5
/** Below it what comes out is no enlargement of what went in. */
const UNLIKE = 14

export interface Ranges {
  readonly image: Numbers
  readonly output: Numbers
  readonly how: How
  /** Several ranges do nearly as well, and not the same. */
  readonly doubtful: boolean
  /** In dB, to the picture that was to come out. */
  readonly likeness: number
  readonly unlike: boolean
}

/** What is known of the ranges already. */
export interface KnownRanges {
  readonly image?: Numbers
  readonly output?: Numbers
}

interface Candidate {
  readonly image: Numbers
  readonly output: Numbers
  readonly likeness: number
  readonly out: Planes
}

/** The part of a result that is given. */
export interface Given {
  readonly scale: number
  readonly crop: Crop | null
}

/** A picture of `width` x `height` (going in) and what should come out. */
function knownPair({ form }: Trial, { scale, crop }: Given, width: number, height: number): { given: Planes; expected: Planes } {
  const { given, expected } = knownScene(form.channels, scale, width, height)
  if (crop === null) return { given, expected }
  const [before, after] = crop
  const [wide, high] = [expected.width - before - after, expected.height - before - after]
  return { given, expected: cut(expected, before, before, wide, high) }
}

/** Null when nothing finite comes out, whatever goes in. */
export async function rangesOf(
  trial: Trial,
  growth: Given,
  { width, height }: { width: number; height: number },
  known: KnownRanges,
): Promise<Ranges | null> {
  const { elements } = trial.form
  const images = choices(known.image, elements.image)
  const { given, expected } = knownPair(trial, growth, width, height)
  const runs: { image: Numbers; out: Planes }[] = []
  for (const image of images) {
    const out = await trial.run(given, image)
    if (allFinite(out)) runs.push({ image, out })
  }
  if (runs.length === 0) return null
  const outputs = choices(known.output ?? (await limitsOf(trial, given)), elements.output)
  const candidates = runs
    .flatMap(({ image, out }): Candidate[] =>
      outputs.map((output) => ({ image, output, out, likeness: likeness(out, output, expected, 4 * growth.scale) })),
    )
    .sort((a, b) => b.likeness - a.likeness)
  const best = candidates[0]!
  const near = candidates.filter((candidate) => candidate.likeness >= best.likeness - ALIKE)
  // Alike: the usual one, with the same numbers out as in.
  const usual = [...near].sort((a, b) => unusual(a) - unusual(b))[0] ?? best
  const doubtful = near.some((other) => !sameResult(other, usual))
  const isKnown = images.length === 1 && outputs.length === 1
  const told = known.image !== undefined && known.output !== undefined ? 'given' : isKnown ? 'graph' : 'measured'
  return {
    image: usual.image,
    output: usual.output,
    how: doubtful ? 'assumed' : told,
    doubtful,
    likeness: usual.likeness,
    unlike: usual.likeness < UNLIKE,
  }
}

const choices = (known: Numbers | undefined | null, elements: string): readonly Numbers[] =>
  known ? [known] : elements === 'uint8' ? [BYTES] : NUMBERS

const same = (a: Numbers, b: Numbers): boolean => a[0] === b[0] && a[1] === b[1]
const unusual = ({ image, output }: Candidate): number =>
  (same(image, output) ? 0 : 10) + NUMBERS.findIndex((range) => same(range, image))

/** Whether two candidates give the same picture, within half an 8-bit level: then it does not matter which is right. */
function sameResult(a: Candidate, b: Candidate): boolean {
  const picture = ({ output: [low, high], out }: Candidate, at: number) =>
    Math.min(1, Math.max(0, (out.data[at]! - low) / (high - low)))
  return a.out.data.every((_, at) => Math.abs(picture(a, at) - picture(b, at)) <= 0.5 / 255)
}

/** The ends at which what comes out stays, however large the numbers that go in; null when it does not. */
async function limitsOf(trial: Trial, given: Planes): Promise<Numbers | null> {
  if (trial.form.elements.image === 'uint8') return null
  const large = trial.form.elements.image === 'float16' ? 1000 : 20000
  const { data } = await trial.run(given, [-large, large])
  const finite = data.filter(Number.isFinite)
  if (finite.length < data.length / 2) return null
  const low = finite.reduce((least, value) => Math.min(least, value), Infinity)
  const high = finite.reduce((most, value) => Math.max(most, value), -Infinity)
  const near = (value: number, end: number) => Math.abs(value - end) <= 0.002 * (high - low)
  const share = (end: number) => finite.filter((value) => near(value, end)).length / finite.length
  if (share(low) < 0.02 || share(high) < 0.02) return null
  return NUMBERS.find(([a, b]) => near(low, a) && near(high, b)) ?? null
}

/** Mean colours that networks subtract, red first: of ImageNet, and of DIV2K. */
const MEANS = [
  [0.485, 0.456, 0.406],
  [0.4488, 0.4371, 0.404],
]

/** The order of colours that a mean colour in the graph tells; null where it holds none. */
export function colourMean({ triples }: Pick<GraphFacts, 'triples'>): 'rgb' | 'bgr' | null {
  const holds = (mean: readonly number[]) =>
    triples.some((triple) =>
      [1, 255, -1, -255].some((by) => triple.every((value, i) => Math.abs(value / by - mean[i]!) < 5e-4)),
    )
  for (const mean of MEANS) {
    if (holds(mean)) return 'rgb'
    if (holds([...mean].reverse())) return 'bgr'
  }
  return null
}

/** Whether red or blue comes first; `assumed` where neither the graph nor its answers tell. */
export async function orderOf(
  trial: Trial,
  facts: GraphFacts,
  growth: Given,
  { width, height }: { width: number; height: number },
  ranges: Ranges,
): Promise<{ channels: 'rgb' | 'bgr'; how: How }> {
  const told = colourMean(facts)
  if (told !== null) return { channels: told, how: 'graph' }
  const { given } = knownPair(trial, growth, width, height)
  const straight = await trial.run(given, ranges.image)
  const crossed = swapped(await trial.run(swapped(given), ranges.image))
  const level = (0.5 / 255) * (ranges.output[1] - ranges.output[0])
  // Both ways the same picture: no order is the right one.
  const indifferent = straight.data.every((value, at) => Math.abs(value - crossed.data[at]!) <= level)
  return { channels: 'rgb', how: indifferent ? 'measured' : 'assumed' }
}
