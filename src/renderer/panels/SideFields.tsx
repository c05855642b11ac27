import { SegmentedControl, TextInput } from '@mantine/core'
import { useId, useState, type KeyboardEvent } from 'react'
import type { Extent, ExtendEdit } from '../../shared/edit.js'
import { useText } from '../i18n/index.js'
import { amountOf, extentOf, sides, typedExtent, unitOf, wordOf, type Side, type Unit } from './extents.js'
import { Row } from './Row.js'
import classes from './panels.module.css'

interface Props {
  readonly edit: Pick<ExtendEdit, Side>
  readonly disabled: boolean
  readonly onChange: (change: Partial<Record<Side, Extent>>) => void
}

/**
 * How much is added on each side. The unit chosen is of all four, an amount stays the number that was typed when it changes;
 * a unit that is typed is that side's own, and of those that have nothing yet.
 */
export function SideFields({ edit, disabled, onChange }: Props) {
  const text = useText()
  const used = new Set(sides.map((side) => unitOf(edit[side])))
  const [common] = used.size === 1 ? used : []
  const inUnit = (unit: Unit, which: readonly Side[]): Partial<Record<Side, Extent>> =>
    Object.fromEntries(which.map((side) => [side, extentOf(amountOf(edit[side]), unit)]))
  const setSide = (side: Side, extent: Extent): void => {
    const empty = sides.filter((other) => other !== side && amountOf(edit[other]) === 0)
    onChange({ ...(unitOf(extent) === unitOf(edit[side]) ? {} : inUnit(unitOf(extent), empty)), [side]: extent })
  }
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
          value={common ?? ''}
          onChange={(value) => onChange(inUnit(value === '%' ? '%' : 'px', sides))}
        />
      </Row>
      <div className={classes.sides}>
        {sides.map((side) => (
          <SideField
            key={side}
            side={side}
            extent={edit[side]}
            disabled={disabled}
            onChange={(extent) => setSide(side, extent)}
          />
        ))}
      </div>
    </>
  )
}

interface FieldProps {
  readonly side: Side
  readonly extent: Extent
  readonly disabled: boolean
  readonly onChange: (extent: Extent) => void
}

/** The outline on the canvas follows while one types; what cannot be read is marked, and gone when the field is left. */
function SideField({ side, extent, disabled, onChange }: FieldProps) {
  const text = useText()
  const id = useId()
  const [typed, setTyped] = useState<string | null>(null)
  const take = (next: Extent | null): void => {
    if (next !== null && next !== extent) onChange(next)
  }
  const keys = (event: KeyboardEvent<HTMLInputElement>): void => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key]
    if (event.key === 'Enter' || event.key === 'Escape') setTyped(null)
    if (direction === undefined) return
    event.preventDefault()
    setTyped(null)
    const unit = unitOf(extent)
    take(extentOf(amountOf(extent) + direction * (unit === 'px' ? 10 : 1) * (event.shiftKey ? 10 : 1), unit))
  }
  return (
    <div className={classes.side}>
      <label htmlFor={id} className={classes.label} title={text(`extend.side.${side}`)}>
        {text(`extend.side.${side}`)}
      </label>
      <TextInput
        id={id}
        inputMode="decimal"
        autoComplete="off"
        title={text('extend.sideHint')}
        value={typed ?? wordOf(extent)}
        error={typed !== null && typedExtent(typed, unitOf(extent)) === null}
        disabled={disabled}
        onChange={({ currentTarget: { value } }) => {
          setTyped(value)
          take(typedExtent(value, unitOf(extent)))
        }}
        onKeyDown={keys}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={() => setTyped(null)}
      />
    </div>
  )
}
