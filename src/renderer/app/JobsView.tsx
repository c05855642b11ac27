import { Button } from '@mantine/core'
import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import type { JobView } from '../../shared/contract.js'
import { useText, type Text } from '../i18n/index.js'
import { JobProgress } from '../panels/JobProgress.js'
import { cancelJob, clearJobs, retryJob } from '../state/commands.js'
import { liveJobs, useJobs } from '../state/selectors.js'
import { useStudio } from '../state/store.js'
import { Problem, ProblemAt } from './Problem.js'
import classes from './views.module.css'

/** Everything that runs or ran: what it did, where, in how long, and what went wrong. */
export function JobsView() {
  const text = useText()
  const jobs = useJobs()
  const running = useStudio((studio) => liveJobs(studio).length)
  return (
    <section className={classes.view} aria-label={text('view.jobs')}>
      <div className={classes.bar}>
        <h2>{text('jobs.summary', { count: running })}</h2>
        <Button variant="default" disabled={jobs.length === running} onClick={() => void clearJobs()}>
          {text('jobs.clear')}
        </Button>
      </div>
      <ProblemAt place="jobs" />
      {jobs.length === 0 ? (
        <p className={classes.none}>{text('jobs.none')}</p>
      ) : (
        <ul className={classes.list}>
          {jobs.map((job) => (
            <Job key={job.id} job={job} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Job({ job }: { job: JobView }) {
  const text = useText()
  const [open, setOpen] = useState(false)
  const id = useId()
  const live = job.state === 'waiting' || job.state === 'running'
  const again = job.state === 'failed' || job.state === 'cancelled'
  return (
    <li className={classes.job}>
      <div className={classes.jobLine}>
        <span className={classes.jobName}>
          {job.name}
          <small>{text(job.kind === 'edit' ? 'jobs.edit' : 'jobs.export')}</small>
        </span>
        <div className={classes.jobState}>
          {live ? <JobProgress job={job} /> : <span data-state={job.state}>{outcome(text, job)}</span>}
        </div>
        <span className={classes.time}>{job.startedAt === null ? '' : text.format.time(job.startedAt)}</span>
        <span className={classes.jobActions}>
          {live && (
            <Button
              variant="default"
              onClick={() => void cancelJob(job.id)}
              aria-label={text('jobs.cancelNamed', { name: job.name })}
            >
              {text('jobs.cancel')}
            </Button>
          )}
          {again && job.kind === 'edit' && (
            <Button
              variant="default"
              onClick={() => void retryJob(job.id)}
              aria-label={text('jobs.retryNamed', { name: job.name })}
            >
              {text('jobs.retry')}
            </Button>
          )}
        </span>
      </div>
      {job.error !== null && job.state === 'failed' && (
        <div className={classes.jobError}>
          <Problem error={job.error} />
          {job.error.detail !== undefined && (
            <>
              <button
                type="button"
                className={classes.details}
                aria-expanded={open}
                aria-controls={id}
                onClick={() => setOpen(!open)}
              >
                <ChevronRight size={14} aria-hidden /> {text('jobs.details')}
              </button>
              {open && (
                <pre id={id} className={classes.detail} tabIndex={0}>
                  {job.error.detail}
                </pre>
              )}
            </>
          )}
        </div>
      )}
      {job.notes.length > 0 && (
        <ul className={classes.notes}>
          {job.notes.map((note) => (
            <li key={note.code}>{text.note(note)}</li>
          ))}
        </ul>
      )}
    </li>
  )
}

function outcome(text: Text, { state, report, startedAt, endedAt }: JobView): string {
  const took = startedAt === null || endedAt === null ? null : text.format.duration((endedAt - startedAt) / 1000)
  if (state !== 'done') return text(state === 'failed' ? 'jobs.failed' : 'jobs.cancelled')
  if (report !== null)
    return text('jobs.doneOn', {
      device: text.device(report.provider, report.device),
      time: text.format.duration(report.wallMs / 1000),
    })
  return took === null ? text('jobs.done') : text('jobs.doneIn', { time: took })
}
