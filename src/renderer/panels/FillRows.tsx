/** Settings that a fill and an extension of the canvas have in common. */
import { Select, Switch } from '@mantine/core'
import { MAX_VARIATIONS, type InpaintEdit } from '../../shared/edit.js'
import { useText } from '../i18n/index.js'
import { defaultFill } from '../state/store.js'
import { Row, SliderRow } from './Row.js'
import { useModels } from './useModels.js'
import classes from './panels.module.css'

type Common = Pick<InpaintEdit, 'model' | 'variations' | 'seed' | 'mirror' | 'rotate'>

export interface FillRowsProps {
  readonly edit: Common
  readonly disabled: boolean
  readonly onChange: (change: Partial<Common>) => void
}

const FROM_THE_PHOTO = 'lacuna-patch'

/** What draws: the photo itself, or a network that was installed. */
export function MethodRow({ edit: { model }, disabled, onChange }: FillRowsProps) {
  const text = useText()
  const models = useModels()?.filter(({ task }) => task === 'inpaint') ?? []
  const known = models.some(({ id }) => id === model)
  const label = (id: string, name: string): string => (id === FROM_THE_PHOTO ? text('fill.fromPhoto') : name)
  const data = [
    ...models.map(({ id, name }) => ({ value: id, label: label(id, name) })),
    ...(known ? [] : [{ value: model, label: label(model, model) }]),
  ]
  return (
    <Row label={text('fill.method')} wide>
      <div title={models.find(({ id }) => id === model)?.summary}>
        <Select
          aria-label={text('fill.method')}
          disabled={disabled}
          data={data}
          value={model}
          onChange={(value) => value !== null && onChange({ model: value })}
        />
      </div>
    </Row>
  )
}

export function VariationsRow({ edit: { variations }, disabled, onChange }: FillRowsProps) {
  const text = useText()
  return (
    <SliderRow
      label={text('fill.variations')}
      hint={text('fill.variationsHint')}
      value={variations}
      initial={defaultFill.variations}
      min={1}
      max={MAX_VARIATIONS}
      step={1}
      disabled={disabled}
      onChange={(value) => onChange({ variations: Math.round(value) })}
    />
  )
}

/** Whether the photo's patches are looked at in other positions, too. */
export function PositionRows({ edit: { mirror, rotate }, disabled, onChange }: FillRowsProps) {
  const text = useText()
  return (
    <div className={classes.switches}>
      <Switch
        label={text('fill.mirror')}
        title={text('fill.mirrorHint')}
        disabled={disabled}
        checked={mirror}
        onChange={(event) => onChange({ mirror: event.currentTarget.checked })}
      />
      <Switch
        label={text('fill.rotate')}
        title={text('fill.rotateHint')}
        disabled={disabled}
        checked={rotate}
        onChange={(event) => onChange({ rotate: event.currentTarget.checked })}
      />
    </div>
  )
}
