import { useId, type ReactNode } from 'react'
import type { How } from '../../shared/model-import.js'
import { useText } from '../i18n/index.js'
import classes from './models.module.css'

interface FieldProps {
  readonly label: string
  /** How the value is known; absent for names. */
  readonly how?: How
  readonly children: (id: string) => ReactNode
}

/** A line of the import: what it is, its value, how that is known. */
export function Field({ label, how, children }: FieldProps) {
  const text = useText()
  const id = useId()
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
      <span data-how={how}>{how === undefined ? '' : text.how(how)}</span>
    </div>
  )
}
