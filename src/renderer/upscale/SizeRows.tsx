/** How large a picture becomes: 2×, 4×, or a size in pixels, per cent, centimetres or inches. */
import { NumberInput, SegmentedControl, Switch } from '@mantine/core'
import { useId } from 'react'
import type { Size } from '../canvas/viewport.js'
import { useText } from '../i18n/index.js'
import { Row } from '../panels/Row.js'
import {
  digitsOf,
  MOST_DPI,
  shownSides,
  units,
  withFit,
  withSide,
  withSize,
  withUnit,
  type SizeForm,
  type Unit,
} from './size.js'
import panels from '../panels/panels.module.css'

interface Props {
  readonly form: SizeForm
  /** Null where there are many, of many sizes. */
  readonly picture: Size | null
  readonly disabled: boolean
  readonly onChange: (form: SizeForm) => void
}

const ways = ['x2', 'x4', 'size'] as const

export function SizeRows({ form, picture, disabled, onChange }: Props) {
  const text = useText()
  const choose = (value: string): void => {
    const way = ways.find((known) => known === value)
    if (way !== undefined) onChange(way === 'size' ? withSize(form, picture) : { ...form, way })
  }
  return (
    <>
      <Row label={text('upscale.size')} wide>
        <SegmentedControl
          fullWidth
          aria-label={text('upscale.size')}
          disabled={disabled}
          data={ways.map((value) => ({ value, label: text(`upscale.way.${value}`) }))}
          value={form.way}
          onChange={choose}
        />
      </Row>
      {form.way === 'size' && <TypedRows form={form} picture={picture} disabled={disabled} onChange={onChange} />}
    </>
  )
}

function TypedRows({ form, picture, disabled, onChange }: Props) {
  const text = useText()
  const { unit } = form
  const setUnit = (value: string): void => {
    const next = units.find((known) => known === value)
    if (next !== undefined) onChange(withUnit(form, next, picture))
  }
  const sides = shownSides(form, picture)
  return (
    <>
      <Row label={text('upscale.unit')} wide>
        <SegmentedControl
          fullWidth
          aria-label={text('upscale.unit')}
          disabled={disabled}
          data={units.map((value) => ({ value, label: text(`upscale.units.${value}`) }))}
          value={unit}
          onChange={setUnit}
        />
      </Row>
      {unit === '%' ? (
        <NumberRow
          label={text('upscale.scale')}
          suffix=" %"
          value={form.percent}
          digits={digitsOf['%']}
          disabled={disabled}
          onChange={(percent) => onChange({ ...form, percent })}
        />
      ) : (
        <>
          {(['width', 'height'] as const).map((side) => (
            <NumberRow
              key={side}
              label={text(`upscale.${side}`)}
              suffix={` ${text(`upscale.units.${unit}`)}`}
              value={sides[side]}
              digits={digitsOf[unit]}
              disabled={disabled}
              onChange={(value) => onChange(withSide(form, side, value))}
            />
          ))}
          {isOnPaper(unit) && (
            <NumberRow
              label={text('upscale.dpi')}
              suffix={` ${text('upscale.dpiUnit')}`}
              value={form.dpi}
              digits={0}
              most={MOST_DPI}
              disabled={disabled}
              onChange={(dpi) => onChange({ ...form, dpi })}
            />
          )}
          <div className={panels.switches}>
            <Switch
              label={text('upscale.fit')}
              title={text('upscale.fitHint')}
              disabled={disabled}
              checked={form.by === 'fit'}
              onChange={(event) => onChange(withFit(form, event.currentTarget.checked, picture))}
            />
          </div>
        </>
      )}
    </>
  )
}

const isOnPaper = (unit: Unit): boolean => unit === 'cm' || unit === 'in'
/** More than any picture has; what is too large for this one is said in words. */
const MOST = 10_000_000

interface NumberRowProps {
  readonly label: string
  readonly suffix: string
  readonly value: number | null
  readonly digits: number
  readonly most?: number
  readonly disabled: boolean
  readonly onChange: (value: number | null) => void
}

/** What it comes to follows while one types. */
function NumberRow({ label, suffix, value, digits, most = MOST, disabled, onChange }: NumberRowProps) {
  const id = useId()
  return (
    <Row label={label} wide htmlFor={id}>
      <NumberInput
        id={id}
        aria-label={label}
        value={value ?? ''}
        min={0}
        max={most}
        step={1}
        decimalScale={digits}
        allowDecimal={digits > 0}
        allowNegative={false}
        suffix={suffix}
        disabled={disabled}
        onChange={(typed) => {
          const next = typeof typed === 'number' ? typed : null
          // A side that follows is written anew when the other is typed: that is no typing.
          if (next !== value) onChange(next)
        }}
        onFocus={(event) => event.currentTarget.select()}
      />
    </Row>
  )
}
