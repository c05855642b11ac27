/** Whether a graph takes a picture with a mask, and how both are laid out: what the file itself says. */
import { LacunaError } from '../../../../shared/errors.js'
import type { ElementType } from '../../runtime/elements.js'
import { axesOf, channelsOf, dimensionsOf, elementOf, fixedOf, type Form, isNoise, layoutOf } from './form.js'
import type { GraphFacts, TensorFacts } from './graph.js'

export interface MaskedForm {
  /** Names of the inputs: two, or one with the channels of both. */
  readonly roles: { readonly image: string; readonly mask: string } | { readonly stacked: string }
  readonly output: string
  readonly layout: Form['layout']
  readonly elements: { readonly image: ElementType; readonly mask: ElementType; readonly output: ElementType }
  /** The one size that the graph takes; null where it takes several. */
  readonly fixed: Form['fixed']
  readonly dimensions: Form['dimensions']
}

/** Null for a graph that takes no mask. Throws `import.batch`, `import.elements`. */
export function maskedFormOf({ inputs, outputs }: GraphFacts, name: string): MaskedForm | null {
  const found = inputs.length === 1 ? stackedOf(inputs) : separateOf(inputs)
  const output = outputs.find(({ shape }) => shape.length === 4) ?? outputs[0]
  if (found === null || output === undefined) return null
  const { image, mask, layout, roles } = found
  const [batch, height, width] = axesOf(image, layout)
  if (typeof batch === 'number' && batch !== 1) throw new LacunaError('import.batch', { name, batch })
  return {
    ...{ roles, output: output.name, layout },
    elements: { image: elementOf(image, name), mask: elementOf(mask, name), output: elementOf(output, name) },
    fixed: fixedOf(height, width),
    dimensions: dimensionsOf(batch, height, width),
  }
}

interface Found {
  readonly image: TensorFacts
  readonly mask: TensorFacts
  readonly layout: Form['layout']
  readonly roles: MaskedForm['roles']
}

function stackedOf([image]: readonly TensorFacts[]): Found | null {
  if (image === undefined) return null
  const layout = layoutOf(image, [4])
  if (layout === null || image.shape.every((axis) => typeof axis === 'string')) return null
  return { image, mask: image, layout, roles: { stacked: image.name } }
}

function separateOf(inputs: readonly TensorFacts[]): Found | null {
  if (inputs.length !== 2) return null
  const of = (count: number) =>
    inputs.find((input) => {
      const layout = layoutOf(input)
      return layout !== null && channelsOf(input, layout) === count
    })
  const [image, mask] = [of(3), of(1)]
  const layout = image === undefined ? null : layoutOf(image)
  if (image === undefined || mask === undefined || layout === null || isNoise(mask)) return null
  return { image, mask, layout, roles: { image: image.name, mask: mask.name } }
}
