import { Progress } from '@mantine/core'
import type { JobView } from '../../shared/contract.js'
import { useText } from '../i18n/index.js'
import { usePhase } from './usePhase.js'
import classes from './panels.module.css'

/** What a job is doing, how far it is, how long it will take; in as many lines as what stood there before. */
export function JobProgress({ job, lines = 2 }: { job: JobView; lines?: 2 | 3 }) {
  const text = useText()
  const phase = usePhase(job)
  const percent = Math.round(job.fraction * 100)
  return (
    <div className={classes.progress} data-lines={lines} data-testid="job-progress">
      <div className={classes.progressLine}>
        <span>{phase}</span>
        <span>
          {text.format.percent(job.fraction)}
          {job.secondsLeft !== null && ` · ${text('jobs.left', { time: text.format.duration(job.secondsLeft) })}`}
        </span>
      </div>
      <Progress value={percent} aria-label={phase} />
    </div>
  )
}
