import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useText } from '../i18n/index.js'
import { useNow } from './useNow.js'
import classes from './jobs.module.css'

interface Props {
  readonly name: string
  /** What it is, under the name. */
  readonly kind: string
  readonly device: string
  readonly startedAt: number | null
  readonly endedAt: number | null
  /** Whether it works now, so that its time goes on. */
  readonly running: boolean
  /** Absent: there is nothing more to say. */
  readonly open?: boolean
  readonly detailsId: string
  readonly onToggle: () => void
  readonly state: ReactNode
  readonly actions: ReactNode
}

/** The columns that edits, exports and batches share. */
export function RowLine(props: Props) {
  const { name, kind, device, startedAt, endedAt, running, open, detailsId, onToggle, state, actions } = props
  const text = useText()
  const now = useNow(running)
  const until = endedAt ?? (running ? now : null)
  return (
    <div className={classes.row}>
      {open === undefined ? (
        <span />
      ) : (
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={open}
          aria-controls={open ? detailsId : undefined}
          aria-label={text('jobs.detailsNamed', { name })}
          onClick={onToggle}
        >
          <ChevronRight size={14} aria-hidden />
        </button>
      )}
      <span className={classes.name} title={`${name}\n${kind}`}>
        {name}
        <small>{kind}</small>
      </span>
      <div className={classes.state}>{state}</div>
      <span className={classes.device} title={device}>
        {device}
      </span>
      <span className={classes.time}>{startedAt === null ? '' : text.format.when(startedAt)}</span>
      <span className={classes.time}>
        {startedAt === null || until === null ? '' : text.format.duration(Math.max(0, until - startedAt) / 1000)}
      </span>
      <span className={classes.actions}>{actions}</span>
    </div>
  )
}

/** How far something is, in words and as a bar. */
export function Bar({ label, left, fraction }: { label: string; left: number | null; fraction: number }) {
  const text = useText()
  const time = left === null ? null : text('jobs.left', { time: text.format.duration(left) })
  return (
    <div className={classes.progress}>
      <div className={classes.progressLine}>
        <span className={classes.progressWords}>{label}</span>
        <span className={classes.progressNumbers}>
          {[text.format.percent(fraction), time].filter((part) => part !== null).join(' · ')}
        </span>
      </div>
      <div
        className={classes.track}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(fraction * 100)}
      >
        <div style={{ width: `${fraction * 100}%` }} />
      </div>
    </div>
  )
}
