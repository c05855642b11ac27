import { Select } from '@mantine/core'
import type { InpainterManifest } from '../../shared/model.js'
import { useText } from '../i18n/index.js'
import { say } from './commands.js'
import { type DerivedProps, FormFields, known } from './DerivedFields.js'
import { Field } from './Field.js'

type Mask = InpainterManifest['mask']
/** The mask's numbers that networks are known to want. */
const masks: readonly Mask[] = [
  { known: 0, hole: 1 },
  { known: 1, hole: 0 },
  { known: 0, hole: 255 },
  { known: 255, hole: 0 },
  { known: 0.5, hole: -0.5 },
  { known: -0.5, hole: 0.5 },
]
const keyOf = ({ known: keep, hole }: Mask): string => `${keep},${hole}`

/** What was derived of a network that fills holes: which input is what, and what its numbers stand for. */
export function FillFields(props: DerivedProps<InpainterManifest>) {
  const text = useText()
  const { manifest, how, given, disabled } = props
  const { inputs, mask, elements } = manifest
  // Bytes hold no halves, and are whole from end to end.
  const possible = masks.filter(({ known: keep, hole }) => elements.mask !== 'uint8' || keep + hole === 255)
  const all = [...new Map([...possible, mask].map((one) => [keyOf(one), one])).values()]
  return (
    <>
      <Field label={text('models.roles')} {...known(how, 'stacked' in inputs ? 'mask' : 'layout', given.order)}>
        {(id) =>
          'stacked' in inputs ? (
            <Select
              id={id}
              data={(['image', 'mask'] as const).map((first) => ({ value: first, label: text(`models.stacked_${first}`) }))}
              value={(given.order ?? inputs.order)[0]}
              disabled={disabled}
              allowDeselect={false}
              onChange={(first) => say({ order: first === 'mask' ? ['mask', 'image'] : ['image', 'mask'] })}
            />
          ) : (
            <output id={id}>{text('models.separate', inputs)}</output>
          )
        }
      </Field>
      <Field label={text('models.mask')} {...known(how, 'mask', given.mask)}>
        {(id) => (
          <Select
            id={id}
            data={all.map((one) => ({ value: keyOf(one), label: text('models.maskNumbers', one) }))}
            value={keyOf(given.mask ?? mask)}
            disabled={disabled}
            allowDeselect={false}
            onChange={(value) => say({ mask: all.find((one) => keyOf(one) === value) ?? mask })}
          />
        )}
      </Field>
      <FormFields {...props} />
    </>
  )
}
