import { NumberInput, Select, TextInput } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import type { ImportView } from '../../shared/contract.js'
import { GRAPH_SCALES, graphRole, type ImageNetworkManifest } from '../../shared/image-network.js'
import type { ImportField, ImportGiven } from '../../shared/model-import.js'
import { useText } from '../i18n/index.js'
import { say } from './commands.js'
import classes from './models.module.css'
import { useImport } from './store.js'

type Span = [number, number]
const spans: readonly Span[] = [
  [0, 1],
  [0, 255],
  [-1, 1],
]
const written = ([low, high]: readonly [number, number]): string => `${low}..${high}`

/** Everything that a person may know better: names, and what was derived, each with how it is known. */
export function ImportFields({ view: { proposal }, disabled }: { view: ImportView; disabled: boolean }) {
  const text = useText()
  const given = useImport((store) => store.given)
  const { manifest } = proposal
  const named = (key: 'name' | 'id' | 'licence' | 'source' | 'summary') => (
    <Field label={text(key === 'summary' ? 'models.about' : `models.${key}`)}>
      {(id) => (
        <TextInput
          id={id}
          value={given[key] ?? manifest[key]}
          disabled={disabled}
          spellCheck={false}
          onChange={({ currentTarget }) => say({ [key]: currentTarget.value })}
        />
      )}
    </Field>
  )
  return (
    <div className={classes.fields}>
      {named('name')}
      {named('id')}
      {named('licence')}
      {named('source')}
      {named('summary')}
      {manifest.kind === 'image-to-image' && (
        <Derived manifest={manifest} how={proposal.how} given={given} disabled={disabled} />
      )}
    </div>
  )
}

interface DerivedProps {
  readonly manifest: ImageNetworkManifest
  readonly how: ImportView['proposal']['how']
  readonly given: ImportGiven
  readonly disabled: boolean
}

function Derived({ manifest, how, given, disabled }: DerivedProps) {
  const text = useText()
  const { files, layout, channels, elements, range, size, margin } = manifest
  const scales = GRAPH_SCALES.filter((scale) => files[graphRole(scale)] !== undefined)
  const known = (field: ImportField, isGiven: boolean) => ({ how: isGiven ? ('given' as const) : how[field] })
  const span = (end: 'image' | 'output') => (
    <Field
      label={text(end === 'image' ? 'models.rangeIn' : 'models.rangeOut')}
      {...known('range', given.range?.[end] !== undefined)}
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
  const number = (key: 'margin' | 'multipleOf', field: ImportField, value: number, least: number) => (
    <Field label={text(`models.${key}`)} {...known(field, given[key] !== undefined)}>
      {(id) => (
        <NumberInput
          id={id}
          value={given[key] ?? value}
          min={least}
          max={512}
          suffix=" px"
          disabled={disabled}
          allowDecimal={false}
          onChange={(typed) => typeof typed === 'number' && typed >= least && typed <= 512 && say({ [key]: typed })}
        />
      )}
    </Field>
  )
  return (
    <>
      <Field label={text('models.scale')} {...known('scale', false)}>
        {(id) => <output id={id}>{scales.map((scale) => `${scale}×`).join(', ')}</output>}
      </Field>
      <Field label={text('models.tensors')} {...known('layout', false)}>
        {(id) => <output id={id}>{`${layout.toUpperCase()}, ${elements.image}`}</output>}
      </Field>
      {span('image')}
      {span('output')}
      <Field label={text('models.order')} {...known('channels', given.channels !== undefined)}>
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
      {'width' in size ? (
        <Field label={text('models.sizes')} {...known('size', false)}>
          {(id) => <output id={id}>{`${size.width} × ${size.height} px`}</output>}
        </Field>
      ) : (
        number('multipleOf', 'size', size.multipleOf, 1)
      )}
      {number('margin', 'margin', margin, 0)}
    </>
  )
}

interface FieldProps {
  readonly label: string
  readonly how?: ImportView['proposal']['how'][ImportField]
  readonly children: (id: string) => ReactNode
}

function Field({ label, how, children }: FieldProps) {
  const text = useText()
  const id = useId()
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
      <span data-how={how}>{how === undefined ? '' : text.how(how)}</span>
    </div>
  )
}
