/** Every way in which a network of a picture and a mask may want to be asked, as far as the graph and the person leave it open. */
import type { ImportGiven } from '../../../../shared/model-import.js'
import type { InpainterManifest } from '../../../../shared/model.js'
import type { MaskedForm } from './masked-form.js'
import { NUMBERS } from './trial.js'

export type Asking = Pick<InpainterManifest, 'inputs' | 'range' | 'mask' | 'holeValue'>
type Numbers = [number, number]

/** The usual first. */
const RANGES = NUMBERS.map(([low, high]): Numbers => [low, high])
type Order = Extract<InpainterManifest['inputs'], { order: unknown }>['order']

const ORDERS: readonly Order[] = [
  ['image', 'mask'],
  ['mask', 'image'],
]

/** Every way of asking, the usual first. Of what comes out see {@link outputsOf}. */
export function* askings({ roles, elements }: MaskedForm, given: ImportGiven): Generator<Asking> {
  const images = given.range?.image ? [given.range.image] : elements.image === 'uint8' ? [RANGES[1]!] : RANGES
  const inputs: readonly InpainterManifest['inputs'][] =
    'stacked' in roles
      ? (given.order ? [given.order] : ORDERS).map((order) => ({ stacked: roles.stacked, order }))
      : [roles]
  for (const holeValue of [null, 0])
    for (const input of inputs)
      for (const image of images)
        for (const [known, hole] of given.mask ? [[given.mask.known, given.mask.hole]] : masksOf(elements.mask, image, 'stacked' in roles))
          yield { inputs: input, range: { image, output: image }, mask: { known, hole }, holeValue }
}

/** What stands for known and for hole. A mask around 0 comes with a picture around 0. */
function masksOf(elements: string, [black, white]: Numbers, stacked: boolean): readonly Numbers[] {
  const ends = (most: number): Numbers[] => [
    [0, most],
    [most, 0],
  ]
  if (elements === 'uint8') return ends(255)
  const around: Numbers[] = [
    [0.5, -0.5],
    [-0.5, 0.5],
  ]
  return [...ends(1), ...(white === 255 ? ends(255) : []), ...(stacked && black < 0 ? around : [])]
}

/** What black and white may be in what comes out. */
export const outputsOf = ({ elements }: MaskedForm, given: ImportGiven): readonly Numbers[] =>
  given.range?.output ? [given.range.output] : elements.output === 'uint8' ? [RANGES[1]!] : RANGES

