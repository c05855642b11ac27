/** The settings of a denoising edit, for one picture or for many. */
import { Select } from '@mantine/core'
import type { DenoiseEdit } from '../../shared/edit.js'
import { useText } from '../i18n/index.js'
import { defaultEdit } from '../state/store.js'
import { Row, SliderRow } from './Row.js'
import { SeedRow } from './SeedRow.js'
import { useModels } from './useModels.js'

export interface EditRowsProps {
  readonly edit: DenoiseEdit
  readonly disabled: boolean
  readonly onChange: (change: Partial<DenoiseEdit>) => void
}

/** Strength, detail, kept grain. */
export function AmountRows({ edit, disabled, onChange }: EditRowsProps) {
  const text = useText()
  return (
    <>
      <SliderRow
        label={text('denoise.strength')}
        hint={text('denoise.strengthHint')}
        value={edit.strength * 100}
        initial={defaultEdit.strength * 100}
        min={0}
        max={200}
        step={1}
        suffix=" %"
        disabled={disabled}
        onChange={(value) => onChange({ strength: value / 100 })}
      />
      <SliderRow
        label={text('denoise.detail')}
        hint={text('denoise.detailHint')}
        value={edit.detail}
        initial={defaultEdit.detail}
        min={0}
        max={1}
        step={0.01}
        digits={2}
        disabled={disabled}
        onChange={(detail) => onChange({ detail })}
      />
      <SliderRow
        label={text('denoise.blend')}
        hint={text('denoise.blendHint')}
        value={edit.blend}
        initial={defaultEdit.blend}
        min={0}
        max={1}
        step={0.01}
        digits={2}
        disabled={disabled}
        onChange={(blend) => onChange({ blend })}
      />
    </>
  )
}

export function ModelRow({ edit: { model }, disabled, onChange }: EditRowsProps) {
  const text = useText()
  const models = useModels()?.filter(({ task }) => task === 'denoise') ?? []
  const known = models.some(({ id }) => id === model)
  const data = [
    ...models.map(({ id, name }) => ({ value: id, label: name })),
    ...(known ? [] : [{ value: model, label: model }]),
  ]
  return (
    <Row label={text('denoise.model')} wide>
      <Select
        aria-label={text('denoise.model')}
        disabled={disabled}
        data={data}
        value={model}
        onChange={(value) => value !== null && onChange({ model: value })}
      />
    </Row>
  )
}

/** Of the sample that `detail` mixes toward. */
export function SampleRows({ edit, disabled, onChange }: EditRowsProps) {
  const text = useText()
  return (
    <>
      <SliderRow
        label={text('denoise.steps')}
        hint={text('denoise.stepsHint')}
        value={edit.steps}
        initial={defaultEdit.steps}
        min={2}
        max={50}
        step={1}
        disabled={disabled}
        onChange={(value) => onChange({ steps: value })}
      />
      <SeedRow edit={edit} disabled={disabled} onChange={onChange} />
    </>
  )
}
