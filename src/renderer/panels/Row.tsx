import { NumberInput, Slider } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import classes from './panels.module.css'

/** A label, a control, and room for a value: every setting is one of these. */
export function Row({ label, children, wide = false, htmlFor }: { label: string; children: ReactNode; wide?: boolean; htmlFor?: string }) {
  return (
    <div className={classes.row}>
      <label className={classes.label} htmlFor={htmlFor} title={label}>
        {label}
      </label>
      {wide ? <div className={classes.wide}>{children}</div> : children}
    </div>
  )
}

interface SliderRowProps {
  readonly label: string
  readonly value: number
  readonly initial: number
  readonly min: number
  readonly max: number
  readonly step: number
  readonly digits?: number
  readonly suffix?: string
  /** The field's own word for it, said to screen readers and shown on hover. */
  readonly hint: string
  readonly disabled?: boolean
  readonly onChange: (value: number) => void
  /** Double click; sets the default unless told otherwise. */
  readonly onReset?: () => void
}

/** Drag, arrow keys, or type a number; a double click resets; the default is marked on the track. */
export function SliderRow({ label, value, initial, min, max, step, digits = 0, suffix, hint, disabled, onChange, onReset }: SliderRowProps) {
  const id = useId()
  const shown = digits === 0 ? String(Math.round(value)) : value.toFixed(digits)
  return (
    <Row label={label} htmlFor={id}>
      <div title={hint} onDoubleClick={() => (onReset === undefined ? onChange(initial) : onReset())}>
        <Slider
          value={value}
          min={min}
          max={max}
          step={step}
          marks={[{ value: initial }]}
          disabled={disabled}
          thumbLabel={label}
          thumbValueText={`${shown}${suffix ?? ''}. ${hint}`}
          onChange={onChange}
        />
      </div>
      <NumberInput
        id={id}
        className={classes.number}
        aria-label={label}
        value={shown}
        min={min}
        max={max}
        step={step}
        decimalScale={digits}
        suffix={suffix}
        clampBehavior="blur"
        disabled={disabled}
        onChange={(typed) => {
          const number = typeof typed === 'number' ? typed : Number.parseFloat(typed)
          if (Number.isFinite(number) && number >= min && number <= max && number.toFixed(digits) !== shown) onChange(number)
        }}
        onFocus={(event) => event.currentTarget.select()}
      />
    </Row>
  )
}
