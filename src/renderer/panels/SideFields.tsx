import { NumberInput, SegmentedControl } from '@mantine/core'
import { useId, useState } from 'react'
import type { Extent, ExtendEdit } from '../../shared/edit.js'
import { useText } from '../i18n/index.js'
import { Row } from './Row.js'
import classes from './panels.module.css'

const sides = ['left', 'right', 'top', 'bottom'] as const
type Side = (typeof sides)[number]
export type Unit = 'px' | '%'

const MOST: Record<Unit, number> = { px: 20_000, '%': 999 }

export const unitOf = (extent: Extent): Unit => (typeof extent === 'number' ? 'px' : '%')
export const amountOf = (extent: Extent): number => (typeof extent === 'number' ? extent : Number.parseFloat(extent))

/** Whole pixels, or a share of the side with one decimal at most. */
export function extentOf(amount: number, unit: Unit): Extent {
  const inside = Math.min(MOST[unit], Math.max(0, amount))
  return unit === 'px' ? Math.round(inside) : `${Math.round(inside * 10) / 10}%`
}

interface Props {
  readonly edit: Pick<ExtendEdit, Side>
  readonly disabled: boolean
  readonly onChange: (change: Partial<Record<Side, Extent>>) => void
}

/** How much is added on each side. The unit is of all four; an amount stays the number that was typed when it changes. */
export function SideFields({ edit, disabled, onChange }: Props) {
  const text = useText()
  const unit = unitOf(sides.map((side) => edit[side]).find((extent) => amountOf(extent) > 0) ?? edit.left)
  const setUnit = (next: Unit): void =>
    onChange(Object.fromEntries(sides.map((side) => [side, extentOf(amountOf(edit[side]), next)])))
  return (
    <>
      <Row label={text('extend.add')} wide>
        <SegmentedControl
          fullWidth
          aria-label={text('extend.unit')}
          disabled={disabled}
          data={[
            { value: 'px', label: text('extend.pixels') },
            { value: '%', label: text('extend.percent') },
          ]}
          value={unit}
          onChange={(value) => setUnit(value === '%' ? '%' : 'px')}
        />
      </Row>
      <div className={classes.sides}>
        {sides.map((side) => (
          <SideField
            key={side}
            side={side}
            unit={unit}
            extent={edit[side]}
            disabled={disabled}
            onChange={(extent) => onChange({ [side]: extent })}
          />
        ))}
      </div>
    </>
  )
}

interface FieldProps {
  readonly side: Side
  readonly unit: Unit
  readonly extent: Extent
  readonly disabled: boolean
  readonly onChange: (extent: Extent) => void
}

/** The outline on the canvas follows while one types. */
function SideField({ side, unit, extent, disabled, onChange }: FieldProps) {
  const text = useText()
  const id = useId()
  const [empty, setEmpty] = useState(false)
  return (
    <div className={classes.side}>
      <label htmlFor={id} className={classes.label} title={text(`extend.side.${side}`)}>
        {text(`extend.side.${side}`)}
      </label>
      <NumberInput
        id={id}
        value={empty ? '' : amountOf(extent)}
        min={0}
        max={MOST[unit]}
        step={unit === 'px' ? 10 : 1}
        decimalScale={unit === 'px' ? 0 : 1}
        allowNegative={false}
        suffix={unit === 'px' ? ' px' : ' %'}
        disabled={disabled}
        onChange={(value) => {
          setEmpty(value === '')
          onChange(extentOf(typeof value === 'number' ? value : 0, unit))
        }}
        onBlur={() => setEmpty(false)}
        onFocus={(event) => event.currentTarget.select()}
      />
    </div>
  )
}
