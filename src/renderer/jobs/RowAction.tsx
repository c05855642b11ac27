import { ActionIcon } from '@mantine/core'
import type { ReactNode } from 'react'
import { Tip } from '../actions/Tip.js'

interface Props {
  readonly label: string
  readonly disabled?: boolean
  readonly onClick: () => void
  readonly children: ReactNode
}

/** What can be done with one job. */
export function RowAction({ label, disabled = false, onClick, children }: Props) {
  return (
    <Tip label={label}>
      <ActionIcon aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tip>
  )
}
