/** The settings of a denoising edit, for one picture or for many. */
import { Select } from '@mantine/core'
import type { DenoiseEdit } from '../../shared/edit.js'
import type { Cleaning } from '../../shared/model.js'
import { useText } from '../i18n/index.js'
import { defaultEdit } from '../state/store.js'
import { Row, SliderRow } from './Row.js'
import { SeedRow } from './SeedRow.js'
import { useModels } from './useModels.js'
import { withoutMeaning } from './withoutMeaning.js'
import classes from './panels.module.css'

export interface EditRowsProps {
  readonly edit: DenoiseEdit
  readonly disabled: boolean
  readonly onChange: (change: Partial<DenoiseEdit>) => void
}

/** What of an edit has a meaning for its model: all of it, until the models are known. */
export function useCleaning({ model }: DenoiseEdit): Cleaning {
  return useModels()?.find(({ id }) => id === model)?.cleans ?? { noise: 'estimated', detail: true }
}

/** Strength, detail, kept grain: those that have a meaning for the model. */
export function AmountRows({ edit, disabled, onChange }: EditRowsProps) {
  const text = useText()
  const { noise, detail } = useCleaning(edit)
  return (
    <>
      {noise !== 'none' && (
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
      )}
      {detail && (
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
          onChange={(amount) => onChange({ detail: amount })}
        />
      )}
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

export function ModelRow({ edit, disabled, onChange }: EditRowsProps) {
  const text = useText()
  const { model } = edit
  const models = useModels()?.filter(({ cleans }) => cleans !== null) ?? []
  const known = models.find(({ id }) => id === model)
  const data = [
    ...models.map(({ id, name }) => ({ value: id, label: name })),
    ...(known === undefined ? [{ value: model, label: model }] : []),
  ]
  const choose = (id: string): void => {
    const cleans = models.find((one) => one.id === id)?.cleans
    onChange({ model: id, ...(cleans ? withoutMeaning(edit, cleans) : {}) })
  }
  return (
    <>
      <Row label={text('denoise.model')} wide>
        <Select
          aria-label={text('denoise.model')}
          disabled={disabled}
          data={data}
          value={model}
          onChange={(value) => value !== null && choose(value)}
        />
      </Row>
      {known?.cleans?.noise === 'none' && (
        <p className={classes.note} style={{ margin: 0 }}>
          {text('denoise.byItself', { model: known.name })}
        </p>
      )}
    </>
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
