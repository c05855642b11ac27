import { NumberInput } from '@mantine/core'
import { useState } from 'react'
import { useText } from '../i18n/index.js'

interface Props {
  readonly label: string
  /** Null: left to the program, which the empty field says. */
  readonly value: number | null
  readonly min: number
  readonly max: number
  readonly step: number
  readonly digits?: number
  readonly suffix?: string
  readonly onChange: (value: number | null) => void
}

/** A number that may be left out. What is typed counts once it is finished: Enter, or the focus leaves. */
export function NumberSetting({ label, value, min, max, step, digits = 0, suffix, onChange }: Props) {
  const text = useText()
  const [typed, setTyped] = useState<string | number | null>(null)
  const finish = (): void => {
    if (typed === null) return
    setTyped(null)
    const number = typeof typed === 'number' ? typed : Number.parseFloat(typed)
    const next = Number.isFinite(number) ? Math.min(max, Math.max(min, number)) : null
    if (next !== value) onChange(next)
  }
  return (
    <NumberInput
      aria-label={label}
      placeholder={text('settings.automatic')}
      value={typed ?? value ?? ''}
      min={min}
      max={max}
      step={step}
      decimalScale={digits}
      suffix={suffix}
      clampBehavior="none"
      onChange={setTyped}
      onBlur={finish}
      onKeyDown={(event) => event.key === 'Enter' && finish()}
    />
  )
}
