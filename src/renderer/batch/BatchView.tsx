import { useCallback, useState } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { useShallow } from 'zustand/react/shallow'
import type { BatchView as Batch } from '../../shared/job.js'
import { ProblemAt } from '../app/Problem.js'
import { useText } from '../i18n/index.js'
import { useStudio } from '../state/store.js'
import { BatchEmpty } from './BatchEmpty.js'
import { BatchHeader } from './BatchHeader.js'
import { BatchPanel } from './BatchPanel.js'
import { ItemTable } from './ItemTable.js'
import { shownBatch } from './selectors.js'
import { SendingLine } from './SendingLine.js'
import type { ItemFilter } from './useItems.js'
import classes from './BatchView.module.css'

/**
 * The batch shown, with a revision of no meaning: that grows with each header that is read for the rows in sight, and what is
 * said of the batch does not change by it. Who shows files follows it by `useItems`.
 */
function useBatch(): Batch | null {
  return useStudio(
    useShallow((studio) => {
      const batch = shownBatch(studio)
      return batch === null ? null : { ...batch, revision: 0 }
    }),
  )
}

/** Many files, one job: what is to be done at the right, the files and what came of them at the left. */
export function BatchView() {
  const text = useText()
  const batch = useBatch()
  const id = batch?.id ?? null
  const layout = useDefaultLayout({ id: 'lacuna.batch', storage: localStorage })
  const folded = useStudio((studio) => studio.folded)
  const [filtered, setFiltered] = useState<{ batch: string | null; filter: ItemFilter }>({ batch: id, filter: 'all' })
  const [jump, setJump] = useState<{ item: number } | null>(null)
  const filter = filtered.batch === id ? filtered.filter : 'all'
  const show = useCallback(
    (next: ItemFilter): void => {
      setFiltered({ batch: id, filter: next })
      setJump(null)
    },
    [id],
  )
  const showFile = (item: number): void => {
    setFiltered({ batch: id, filter: 'all' })
    setJump({ item })
  }
  return (
    <section className={classes.batch} aria-label={text('view.batch')}>
      <Group orientation="horizontal" {...layout} className={classes.group}>
        <Panel id="centre" minSize={400}>
          <div className={classes.centre}>
            <BatchHeader batch={batch} onShowFile={showFile} />
            <div className={classes.messages}>
              <SendingLine />
              <ProblemAt place="batch" />
            </div>
            {batch === null ? (
              <BatchEmpty />
            ) : (
              <ItemTable key={`${batch.id} ${filter}`} batch={batch} filter={filter} onFilter={show} jump={jump} />
            )}
          </div>
        </Panel>
        {batch !== null && !folded && (
          <>
            <Separator className={classes.separator} aria-label={text('panel.resize')} />
            <Panel id="side" defaultSize={300} minSize={272} maxSize={480} groupResizeBehavior="preserve-pixel-size">
              <BatchPanel batch={batch} onFilter={show} />
            </Panel>
          </>
        )}
      </Group>
    </section>
  )
}
