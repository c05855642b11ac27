import { NumberInput, Slider } from '@mantine/core'
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react'
import classes from './panels.module.css'

/** A label, a control, and room for a value: every setting is one of these. */
export function Row({
  label,
  children,
  wide = false,
  htmlFor,
}: {
  label: string
  children: ReactNode
  wide?: boolean
  htmlFor?: string
}) {
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
export function SliderRow({
  label,
  value,
  initial,
  min,
  max,
  step,
  digits = 0,
  suffix,
  hint,
  disabled,
  onChange,
  onReset,
}: SliderRowProps) {
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
      <NumberField
        id={id}
        label={label}
        shown={shown}
        min={min}
        max={max}
        step={step}
        digits={digits}
        suffix={suffix}
        disabled={disabled}
        onChange={onChange}
      />
    </Row>
  )
}

interface NumberFieldProps extends Pick<
  SliderRowProps,
  'label' | 'min' | 'max' | 'step' | 'suffix' | 'disabled' | 'onChange'
> {
  readonly id: string
  readonly shown: string
  readonly digits: number
}

/** What is typed counts once it is finished (Enter, or the focus leaves); until then the old value holds. */
function NumberField({ id, label, shown, min, max, step, digits, suffix, disabled, onChange }: NumberFieldProps) {
  const [typed, setTyped] = useState<string | number | null>(null)
  const set = (value: number): void => {
    setTyped(null)
    const inside = Math.min(max, Math.max(min, value))
    if (Number.isFinite(inside) && inside.toFixed(digits) !== shown) onChange(inside)
  }
  const finish = (): void => {
    if (typed !== null) set(typeof typed === 'number' ? typed : Number.parseFloat(typed))
  }
  const keys = (event: KeyboardEvent<HTMLInputElement>): void => {
    const steps = { ArrowUp: 1, ArrowDown: -1 }[event.key]
    if (steps !== undefined) {
      event.preventDefault()
      set(Number.parseFloat(String(typed ?? shown)) + steps * step * (event.shiftKey ? 10 : 1))
    } else if (event.key === 'Enter') finish()
    else if (event.key === 'Escape') setTyped(null)
  }
  return (
    <NumberInput
      id={id}
      className={classes.number}
      aria-label={label}
      value={typed ?? shown}
      decimalScale={digits}
      suffix={suffix}
      clampBehavior="none"
      withKeyboardEvents={false}
      disabled={disabled}
      onChange={setTyped}
      onKeyDown={keys}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={finish}
    />
  )
}
