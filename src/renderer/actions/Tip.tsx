import { Tooltip, type TooltipProps } from '@mantine/core'
import type { ReactElement } from 'react'
import classes from './Tip.module.css'

interface Props extends Pick<TooltipProps, 'position' | 'disabled'> {
  readonly label: string
  readonly shortcut?: string
  readonly children: ReactElement
}

/** What a control is called, and its key. */
export function Tip({ label, shortcut = '', position = 'bottom', disabled, children }: Props) {
  return (
    <Tooltip
      position={position}
      disabled={disabled}
      label={
        <span className={classes.tip}>
          {label}
          {shortcut !== '' && <span className={classes.key}>{shortcut}</span>}
        </span>
      }
    >
      {children}
    </Tooltip>
  )
}
