/** Which of a graph's inputs is the picture, and how it is laid out: what the file itself says. */
import { LacunaError } from '../../../../shared/errors.js'
import { type ElementType, elementTypes } from '../../runtime/elements.js'
import { elementName, type GraphFacts, type TensorFacts } from './graph.js'

export interface Form {
  /** Names of the inputs by role. */
  readonly image: string
  readonly sigma: string | null
  readonly output: string
  readonly layout: 'nchw' | 'nhwc'
  readonly channels: 1 | 3
  readonly elements: { readonly image: ElementType; readonly output: ElementType }
  /** The one size that the graph takes; null where it takes several. */
  readonly fixed: { readonly width: number; readonly height: number } | null
  /** Names of free dimensions. */
  readonly dimensions: { batch?: string; height?: string; width?: string }
}

type Layout = Form['layout']

/** Throws `import.inputs`, `import.twoPictures`, `import.noPicture`, `import.batch`, `import.elements`. */
export function formOf(facts: GraphFacts, name: string): Form {
  const { image, sigma } = rolesOf(facts.inputs, name)
  const layout = layoutOf(image)
  if (layout === null) throw new LacunaError('import.noPicture', { name, input: said(image) })
  const channels = channelsOf(image, layout)
  if (channels !== 1 && channels !== 3) throw new LacunaError('import.noPicture', { name, input: said(image) })
  const output = facts.outputs.find(({ shape }) => shape.length === 4) ?? facts.outputs[0]
  if (output === undefined) throw new LacunaError('import.noPicture', { name, input: 'nothing' })
  const [batch, height, width] = axesOf(image, layout)
  if (typeof batch === 'number' && batch !== 1) throw new LacunaError('import.batch', { name, batch })
  if (sigma !== null) elementOf(sigma, name)
  return {
    image: image.name,
    sigma: sigma?.name ?? null,
    output: output.name,
    layout,
    channels,
    elements: { image: elementOf(image, name), output: elementOf(output, name) },
    fixed: fixedOf(height, width),
    dimensions: dimensionsOf(batch, height, width),
  }
}

type Axis = number | string | undefined

/** A graph of which one side alone is fixed is used as one of that square. */
export function fixedOf(height: Axis, width: Axis): Form['fixed'] {
  const side = [height, width].find((length) => typeof length === 'number')
  const length = (of: Axis): number => (typeof of === 'number' ? of : Number(side))
  return side === undefined ? null : { width: length(width), height: length(height) }
}

export function dimensionsOf(batch: Axis, height: Axis, width: Axis): Form['dimensions'] {
  const named = (axis: Axis) => (typeof axis === 'string' && axis !== '' ? axis : undefined)
  return Object.fromEntries(
    Object.entries({ batch: named(batch), height: named(height), width: named(width) }).filter(([, axis]) => axis),
  )
}

/** How many inputs look like what: [picture, one-channel map]. */
function rolesOf(inputs: readonly TensorFacts[], name: string): { image: TensorFacts; sigma: TensorFacts | null } {
  const [first, second] = inputs
  if (first !== undefined && second === undefined) return { image: first, sigma: null }
  const looksLike = (count: number) =>
    inputs.filter((input) => {
      const layout = layoutOf(input)
      return layout !== null && channelsOf(input, layout) === count
    })
  const pictures = looksLike(3)
  const [picture, another] = pictures
  const [map] = looksLike(1)
  if (picture !== undefined && another !== undefined)
    throw new LacunaError('import.twoPictures', { name, inputs: pictures.map((input) => input.name).join(', ') })
  if (inputs.length === 2 && picture !== undefined && map !== undefined && isNoise(map))
    return { image: picture, sigma: map }
  throw new LacunaError('import.inputs', { name, inputs: inputs.map(said).join(', ') || 'none' })
}

/** A second input of one channel is a noise map when it is called so. */
export const isNoise = ({ name }: TensorFacts): boolean => /sigma|noise|level/i.test(name)

/** Channels come second in most exports, last in those of TensorFlow; null for what is no picture. */
export function layoutOf({ shape }: TensorFacts, counts: readonly number[] = [1, 3]): Layout | null {
  if (shape.length !== 4) return null
  const isCount = (axis: Axis) => typeof axis === 'number' && counts.includes(axis)
  if (isCount(shape[1])) return 'nchw'
  if (isCount(shape[3])) return 'nhwc'
  return shape.every((axis) => typeof axis === 'string') ? 'nchw' : null
}

/** A free number of channels is three: it was a picture that the network was exported with. */
export function channelsOf({ shape }: TensorFacts, layout: Layout): number {
  const axis = layout === 'nchw' ? shape[1] : shape[3]
  return typeof axis === 'number' ? axis : 3
}

export const axesOf = ({ shape }: TensorFacts, layout: Layout) =>
  layout === 'nchw' ? [shape[0], shape[2], shape[3]] : [shape[0], shape[1], shape[2]]

export function elementOf({ name: tensor, type }: TensorFacts, name: string): ElementType {
  const element = elementTypes.find((known) => known === elementName(type))
  if (element === undefined) throw new LacunaError('import.elements', { name, tensor, type: elementName(type) })
  return element
}

/** `input [1, 3, height, width]`. */
const said = ({ name, shape }: TensorFacts): string => `${name} [${shape.map((axis) => axis || '?').join(', ')}]`
