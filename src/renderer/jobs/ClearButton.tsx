import { Button } from '@mantine/core'
import { useState } from 'react'
import type { JobView } from '../../shared/contract.js'
import type { BatchView } from '../../shared/job.js'
import { useText } from '../i18n/index.js'
import { clearEnded } from './commands.js'
import { sectionOfBatch, sectionOfJob } from './entries.js'
import { losesResults } from './RemoveButton.js'
import classes from './jobs.module.css'

/** Forgets everything that has ended; asks, in place, only where results would go with it. */
export function ClearButton({ jobs, batches }: { jobs: readonly JobView[]; batches: readonly BatchView[] }) {
  const text = useText()
  const [asking, setAsking] = useState(false)
  const ended = batches.filter((batch) => sectionOfBatch(batch) === 'ended')
  const some = ended.length > 0 || jobs.some((job) => sectionOfJob(job) === 'ended')
  const clear = (): void => {
    setAsking(false)
    void clearEnded(ended.map(({ id }) => id))
  }
  return (
    <div className={classes.clear}>
      {asking && some ? (
        <>
          <span role="alert">{text('jobs.clearLoses')}</span>
          <Button variant="default" onClick={clear}>
            {text('jobs.clearAnyway')}
          </Button>
          <Button variant="default" onClick={() => setAsking(false)}>
            {text('jobs.keep')}
          </Button>
        </>
      ) : (
        <Button
          variant="default"
          disabled={!some}
          onClick={() => (ended.some(losesResults) ? setAsking(true) : clear())}
        >
          {text('jobs.clear')}
        </Button>
      )}
    </div>
  )
}
