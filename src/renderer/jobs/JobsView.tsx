import { Button } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useMemo, useRef, useState } from 'react'
import type { JobView } from '../../shared/contract.js'
import type { BatchView } from '../../shared/job.js'
import { ProblemAt } from '../app/Problem.js'
import { useText } from '../i18n/index.js'
import { useStudio } from '../state/store.js'
import { BatchRow } from './BatchRow.js'
import { ClearButton } from './ClearButton.js'
import { resumeQueue } from './commands.js'
import { entriesOf, overallOf, type Entry } from './entries.js'
import { JobRow } from './JobRow.js'
import classes from './jobs.module.css'

const noJobs: readonly JobView[] = []
const noBatches: readonly BatchView[] = []
const SECTION_HEIGHT = 32
const ROW_HEIGHT = 49

/** Everything that runs, waits or ran: what it does, where, for how long, and what went wrong. */
export function JobsView() {
  const text = useText()
  const jobs = useStudio((studio) => studio.server?.jobs ?? noJobs) as JobView[]
  const batches = useStudio((studio) => studio.server?.batches ?? noBatches) as BatchView[]
  const entries = useMemo(() => entriesOf({ jobs, batches }), [jobs, batches])
  const overall = useMemo(() => overallOf({ jobs, batches }), [jobs, batches])
  return (
    <section className={classes.view} aria-label={text('view.jobs')}>
      <div className={classes.bar}>
        <h2>{text('jobs.summary', { count: overall.live })}</h2>
        {overall.running > 0 && <span className={classes.overall}>{text.format.percent(overall.fraction)}</span>}
        <ClearButton jobs={jobs} batches={batches} />
      </div>
      <Paused />
      <div className={classes.problems}>
        <ProblemAt place="jobs" />
      </div>
      {entries.length === 0 ? <p className={classes.none}>{text('jobs.none')}</p> : <List entries={entries} />}
    </section>
  )
}

function Paused() {
  const text = useText()
  const paused = useStudio((studio) => studio.server?.queuePaused ?? false)
  if (!paused) return null
  return (
    <div className={classes.banner} role="status" data-testid="queue-paused">
      <span>{text('jobs.queuePaused')}</span>
      <Button variant="filled" onClick={() => void resumeQueue()}>
        {text('jobs.resumeQueue')}
      </Button>
    </div>
  )
}

/** Only the rows in sight are drawn; those that are opened are measured. */
function List({ entries }: { entries: readonly Entry[] }) {
  const text = useText()
  const scroll = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are called here alone, not handed on
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => (entries[index]?.kind === 'section' ? SECTION_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => entries[index]?.key ?? index,
    overscan: 8,
  })
  const toggle = useCallback((key: string): void => {
    setOpen((before) => {
      const after = new Set(before)
      if (!after.delete(key)) after.add(key)
      return after
    })
  }, [])
  return (
    <>
      <div className={classes.head} aria-hidden>
        <span />
        <span>{text('jobs.columnJob')}</span>
        <span>{text('jobs.columnState')}</span>
        <span className={classes.device}>{text('jobs.columnDevice')}</span>
        <span>{text('jobs.columnStarted')}</span>
        <span>{text('jobs.columnTook')}</span>
        <span />
      </div>
      <div className={classes.scroll} ref={scroll} data-testid="jobs">
        <ul className={classes.list} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, key, start }) => {
            const entry = entries[index]
            if (entry === undefined) return null
            return (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                className={classes.item}
                style={{ transform: `translateY(${start}px)` }}
                aria-setsize={entries.length}
                aria-posinset={index + 1}
              >
                <Row entry={entry} open={open.has(entry.key)} onToggle={toggle} />
              </li>
            )
          })}
        </ul>
      </div>
    </>
  )
}

function Row({ entry, open, onToggle }: { entry: Entry; open: boolean; onToggle: (key: string) => void }) {
  const text = useText()
  switch (entry.kind) {
    case 'section':
      return (
        <h3 className={classes.section}>
          {text(`jobs.section_${entry.section}`)} <span>{text.format.number(entry.count)}</span>
        </h3>
      )
    case 'job':
      return <JobRow id={entry.key} job={entry.job} open={open} onToggle={onToggle} />
    case 'batch':
      return <BatchRow id={entry.key} batch={entry.batch} place={entry.place} open={open} onToggle={onToggle} />
  }
}
