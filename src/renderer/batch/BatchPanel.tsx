import { Tabs } from '@mantine/core'
import type { BatchView } from '../../shared/job.js'
import { useText } from '../i18n/index.js'
import { DraftCheckLines } from './DraftCheckLines.js'
import { JobRows } from './JobRows.js'
import { Problems } from './Problems.js'
import { Report } from './Report.js'
import { hasEnded, isDraft } from './selectors.js'
import { RunLines } from './RunLines.js'
import type { ItemFilter } from './useItems.js'
import classes from './BatchPanel.module.css'

/** What is done with each file; before, during and after, what there is to know of it. */
export function BatchPanel({ batch, onFilter }: { batch: BatchView; onFilter: (filter: ItemFilter) => void }) {
  const text = useText()
  return (
    <aside className={classes.panel} aria-label={text('batch.panel')}>
      <Tabs value="denoise">
        <Tabs.List aria-label={text('panel.jobs')}>
          <Tabs.Tab value="denoise">{text('denoise.title')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="denoise">
          <JobRows batch={batch} />
        </Tabs.Panel>
      </Tabs>
      {isDraft(batch) ? (
        <DraftCheckLines batch={batch} />
      ) : hasEnded(batch) ? (
        <Report batch={batch} />
      ) : (
        <RunLines batch={batch} />
      )}
      <Problems batch={batch} onFilter={onFilter} />
    </aside>
  )
}
