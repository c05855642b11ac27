import type { BatchView } from '../../shared/job.js'
import { useText } from '../i18n/index.js'
import classes from './BatchPanel.module.css'

/** While a batch is in the queue or at work: where, since when, by whom. */
export function RunLines({ batch }: { batch: BatchView }) {
  const text = useText()
  const { progress, startedAt, holder, state } = batch
  return (
    <div className={classes.lines}>
      <div className={classes.facts} data-testid="batch-run">
        <span>
          {progress?.device == null
            ? text(
                state === 'running'
                  ? 'batch.starting'
                  : `batch.phase.${state === 'paused' || state === 'interrupted' ? state : 'waiting'}`,
              )
            : text('batch.runsOn', { device: text.device(progress.provider ?? '', progress.device) })}
        </span>
        {startedAt !== null && <span>{text('batch.startedAt', { time: text.format.time(startedAt) })}</span>}
        {holder === 'elsewhere' && <span>{text('batch.elsewhere')}</span>}
        {state === 'running' && <span>{text('batch.survives')}</span>}
      </div>
    </div>
  )
}
