import type { ReactNode } from 'react'
import classes from './settings.module.css'

/** One setting: what it is called, its control, and what there is to know about it. */
export function Line({ label, note, children }: { label: string; note?: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.line}>
      <span className={classes.lineLabel}>{label}</span>
      <div>
        {children}
        {note !== undefined && <p className={classes.note}>{note}</p>}
      </div>
    </div>
  )
}
