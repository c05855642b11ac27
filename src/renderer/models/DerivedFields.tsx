/** Fields of what was derived of a network, that networks of several kinds have. */
import { NumberInput, Select } from '@mantine/core'
import type { ImageNetworkManifest } from '../../shared/image-network.js'
import type { How, ImportField, ImportGiven, ImportProposal } from '../../shared/model-import.js'
import type { InpainterManifest } from '../../shared/model.js'
import { useText } from '../i18n/index.js'
import { say } from './commands.js'
import { Field } from './Field.js'

export interface DerivedProps<M extends ImageNetworkManifest | InpainterManifest> {
  readonly manifest: M
  readonly how: ImportProposal['how']
  readonly given: ImportGiven
  readonly disabled: boolean
}
type Either = DerivedProps<ImageNetworkManifest> | DerivedProps<InpainterManifest>

/** How a value is known that a person may have said. */
export const known = (how: ImportProposal['how'], field: ImportField, said: unknown): { how?: How } =>
  said !== undefined ? { how: 'given' } : how[field] === undefined ? {} : { how: how[field] }

/** Of its inputs and outputs, of whatever kind it is. */
export function FormFields(props: Either) {
  return (
    <>
      <TensorsField {...props} />
      <SpanField {...props} end="image" />
      <SpanField {...props} end="output" />
      <ColoursField {...props} />
      <SizeField {...props} />
    </>
  )
}

type Span = [number, number]
const spans: readonly Span[] = [
  [0, 1],
  [0, 255],
  [-1, 1],
]
const written = ([low, high]: readonly [number, number]): string => `${low}..${high}`

function SpanField({ manifest: { range }, how, given, disabled, end }: Either & { end: 'image' | 'output' }) {
  const text = useText()
  return (
    <Field
      label={text(end === 'image' ? 'models.rangeIn' : 'models.rangeOut')}
      {...known(how, 'range', given.range?.[end])}
    >
      {(id) => (
        <Select
          id={id}
          data={[...new Set([...spans.map(written), written(range[end])])]}
          value={written(given.range?.[end] ?? range[end])}
          disabled={disabled}
          allowDeselect={false}
          onChange={(value) => {
            const chosen = spans.find((one) => written(one) === value) ?? range[end]
            say({ range: { ...given.range, [end]: chosen } })
          }}
        />
      )}
    </Field>
  )
}

function ColoursField({ manifest: { channels }, how, given, disabled }: Either) {
  const text = useText()
  return (
    <Field label={text('models.order')} {...known(how, 'channels', given.channels)}>
      {(id) =>
        channels === 'y' ? (
          <output id={id}>{text('models.luma')}</output>
        ) : (
          <Select
            id={id}
            data={[
              { value: 'rgb', label: text('models.rgb') },
              { value: 'bgr', label: text('models.bgr') },
            ]}
            value={given.channels ?? channels}
            disabled={disabled}
            allowDeselect={false}
            onChange={(value) => say({ channels: value === 'bgr' ? 'bgr' : 'rgb' })}
          />
        )
      }
    </Field>
  )
}

function TensorsField({ manifest: { layout, elements }, how }: Either) {
  const text = useText()
  return (
    <Field label={text('models.tensors')} {...known(how, 'layout', undefined)}>
      {(id) => <output id={id}>{`${layout.toUpperCase()}, ${elements.image}`}</output>}
    </Field>
  )
}

/** The one size that goes in, or of what sides are multiples. */
function SizeField(props: Either) {
  const text = useText()
  const { size } = props.manifest
  if ('multipleOf' in size) return <WholeField {...props} name="multipleOf" field="size" value={size.multipleOf} least={1} />
  return (
    <Field label={text('models.sizes')} {...known(props.how, 'size', undefined)}>
      {(id) => <output id={id}>{`${size.width} × ${size.height} px`}</output>}
    </Field>
  )
}

interface WholeProps {
  readonly name: 'margin' | 'multipleOf'
  readonly field: ImportField
  readonly value: number
  readonly least: number
}

export function WholeField({ how, given, disabled, name, field, value, least }: Either & WholeProps) {
  const text = useText()
  return (
    <Field label={text(`models.${name}`)} {...known(how, field, given[name])}>
      {(id) => (
        <NumberInput
          id={id}
          value={given[name] ?? value}
          min={least}
          max={512}
          suffix=" px"
          disabled={disabled}
          allowDecimal={false}
          onChange={(typed) => typeof typed === 'number' && typed >= least && typed <= 512 && say({ [name]: typed })}
        />
      )}
    </Field>
  )
}
