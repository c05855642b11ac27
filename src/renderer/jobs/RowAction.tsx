import type { ReactNode } from 'react'
import classes from './jobs.module.css'

interface Props {
  readonly label: string
  readonly disabled?: boolean
  readonly onClick: () => void
  readonly children: ReactNode
}

/** What can be done with one job. A plain button with the browser's own tooltip: a long list is drawn anew while it scrolls. */
export function RowAction({ label, disabled = false, onClick, children }: Props) {
  return (
    <button
      type="button"
      className={classes.action}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  )
}
