import { ActionIcon } from '@mantine/core'
import { TriangleAlert, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ErrorWire } from '../../shared/errors.js'
import { useText } from '../i18n/index.js'
import { dismiss } from '../state/commands.js'
import { useStudio, type Place } from '../state/store.js'
import classes from './Problem.module.css'

/** An error in words, where it happened. */
export function Problem({
  error,
  onDismiss,
  children,
}: {
  error: Pick<ErrorWire, 'code' | 'params'>
  onDismiss?: () => void
  children?: ReactNode
}) {
  const text = useText()
  return (
    <div role="alert" className={classes.problem}>
      <TriangleAlert size={16} className={classes.icon} aria-hidden />
      <div className={classes.words}>
        {text.error(error)}
        {children !== undefined && <div className={classes.actions}>{children}</div>}
      </div>
      {onDismiss !== undefined && (
        <ActionIcon size={24} aria-label={text('problem.dismiss')} onClick={onDismiss}>
          <X size={14} />
        </ActionIcon>
      )}
    </div>
  )
}

/** The problem of a place, if it has one. */
export function ProblemAt({ place, children }: { place: Place; children?: (error: ErrorWire) => ReactNode }) {
  const error = useStudio((studio) => studio.problems[place])
  if (error === undefined) return null
  return (
    <Problem error={error} onDismiss={() => dismiss(place)}>
      {children?.(error)}
    </Problem>
  )
}
