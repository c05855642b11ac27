/** Settings that a fill and an extension of the canvas have in common. */
import { ActionIcon, NumberInput, Select, Switch } from '@mantine/core'
import { Dice5 } from 'lucide-react'
import { useId } from 'react'
import { MAX_VARIATIONS, type InpaintEdit } from '../../shared/edit.js'
import { Tip } from '../actions/Tip.js'
import { newSeed } from '../fill/commands.js'
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

/** A number that gives the same variations again; the dice throws another. */
export function SeedRow({ edit: { seed }, disabled, onChange }: FillRowsProps) {
  const text = useText()
  const id = useId()
  return (
    <Row label={text('fill.seed')} wide htmlFor={id}>
      <div title={text('fill.seedHint')}>
        <NumberInput
          id={id}
          aria-label={text('fill.seed')}
          value={seed}
          min={0}
          max={0xffffffff}
          allowDecimal={false}
          disabled={disabled}
          onChange={(value) =>
            typeof value === 'number' && value >= 0 && value <= 0xffffffff && onChange({ seed: value })
          }
          rightSectionWidth={26}
          rightSection={
            <Tip label={text('fill.dice')}>
              <ActionIcon
                size={22}
                aria-label={text('fill.dice')}
                disabled={disabled}
                onClick={() => onChange({ seed: newSeed() })}
              >
                <Dice5 size={15} />
              </ActionIcon>
            </Tip>
          }
        />
      </div>
    </Row>
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
