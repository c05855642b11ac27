import { Popover } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { Tip } from '../actions/Tip.js'
import classes from './bars.module.css'

interface Props {
  readonly label: string
  /** As it stands in the bar. */
  readonly value: string
  readonly hint: string
  /** Keys that change it without the popover. */
  readonly keys?: string
  readonly children: ReactNode
}

/** A setting of the bar: its name and value, and under them the control that changes it. */
export function OptionField({ label, value, hint, keys, children }: Props) {
  const [opened, setOpened] = useState(false)
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={288}
      position="bottom-start"
      trapFocus
      returnFocus
      withRoles={false}
    >
      {/* A tooltip hands no more than its own on to what is inside: the popover needs an element of its own. */}
      <Popover.Target>
        <span>
          {/* It would lie over what was opened, which says the same. */}
          <Tip label={hint} shortcut={keys} disabled={opened}>
            <button
              type="button"
              className={classes.field}
              aria-haspopup="dialog"
              aria-expanded={opened}
              onClick={() => setOpened(!opened)}
            >
              {label} <b>{value}</b>
            </button>
          </Tip>
        </span>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={label} className={classes.form}>
        {children}
      </Popover.Dropdown>
    </Popover>
  )
}
