import { FolderOpen, RotateCcw, X } from 'lucide-react'
import { memo, useId } from 'react'
import type { JobView } from '../../shared/contract.js'
import { Problem } from '../app/Problem.js'
import { useText, type Text, type UiKey } from '../i18n/index.js'
import { usePhase } from '../panels/usePhase.js'
import { cancelJob, retryJob } from '../state/commands.js'
import { useStudio } from '../state/store.js'
import { revealFile } from './commands.js'
import { sectionOfJob } from './entries.js'
import { RowAction } from './RowAction.js'
import { Bar, RowLine } from './RowLine.js'
import classes from './jobs.module.css'

interface Props {
  /** Its key in the list. */
  readonly id: string
  readonly job: JobView
  readonly open: boolean
  readonly onToggle: (id: string) => void
}

/** An edit or an export of an open picture. */
export const JobRow = memo(function JobRow({ id, job, open, onToggle }: Props) {
  const text = useText()
  const detailsId = useId()
  const phase = usePhase(job)
  const live = sectionOfJob(job) !== 'ended'
  const { error } = job
  const more = error !== null || job.notes.length > 0 || job.path !== null
  return (
    <article className={classes.job} aria-label={job.name}>
      <RowLine
        name={job.name}
        kind={text(kindOf(job))}
        device={job.report === null ? '' : text.device(job.report.provider, job.report.device)}
        startedAt={job.startedAt}
        endedAt={job.endedAt}
        running={job.state === 'running'}
        open={more ? open : undefined}
        detailsId={detailsId}
        onToggle={() => onToggle(id)}
        state={
          live ? (
            <Bar label={phase} left={job.secondsLeft} fraction={job.fraction} />
          ) : (
            <span className={classes.outcome} data-state={job.state}>
              {outcome(text, job)}
            </span>
          )
        }
        actions={<Actions job={job} live={live} />}
      />
      {open && more && (
        <div id={detailsId} className={classes.details}>
          {error !== null && <Problem error={error} />}
          {error?.detail !== undefined && (
            <pre className={classes.log} tabIndex={0}>
              {error.detail}
            </pre>
          )}
          {job.path !== null && <p className={classes.path}>{job.path}</p>}
          {job.notes.map((note) => (
            <p key={note.code}>{text.note(note)}</p>
          ))}
        </div>
      )}
    </article>
  )
})

function Actions({ job, live }: { job: JobView; live: boolean }) {
  const text = useText()
  const canReveal = useStudio((studio) => studio.capabilities?.reveal ?? false)
  const { id, name, path } = job
  const again = job.kind !== 'export' && (job.state === 'failed' || job.state === 'cancelled')
  return (
    <>
      {again && (
        <RowAction label={text('jobs.retryNamed', { name })} onClick={() => void retryJob(id)}>
          <RotateCcw size={16} />
        </RowAction>
      )}
      {canReveal && path !== null && (
        <RowAction label={text('jobs.revealNamed', { name })} onClick={() => void revealFile(path)}>
          <FolderOpen size={16} />
        </RowAction>
      )}
      {live && (
        <RowAction label={text('jobs.cancelNamed', { name })} onClick={() => void cancelJob(id)}>
          <X size={16} />
        </RowAction>
      )}
    </>
  )
}

function kindOf({ kind, edit }: JobView): UiKey {
  if (kind === 'export') return 'jobs.export'
  if (edit?.kind === 'extend') return 'jobs.extend'
  if (edit?.kind === 'upscale') return 'jobs.upscale'
  return kind === 'fill' || edit?.kind === 'inpaint' ? 'jobs.fill' : 'jobs.edit'
}

function outcome(text: Text, { state, error, notes }: JobView): string {
  if (state === 'failed') return error === null ? text('jobs.failed') : text.error(error)
  if (state === 'cancelled') return text('jobs.cancelled')
  return notes.length === 0 ? text('jobs.done') : text('jobs.doneNotes', { count: notes.length })
}
