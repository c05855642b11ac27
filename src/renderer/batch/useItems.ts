import { useEffect, useMemo } from 'react'
import type { ItemState } from '../../shared/job.js'
import { api, wireOf } from '../client.js'
import { getStudio, setStudio, useStudio } from '../state/store.js'
import { ItemPages } from './itemPages.js'
import { revisionOf } from './selectors.js'

export type ItemFilter = 'all' | 'waiting' | 'done' | 'failed' | 'skipped'

export const filterStates: Record<ItemFilter, ItemState[] | undefined> = {
  all: undefined,
  waiting: ['waiting', 'running'],
  done: ['done'],
  failed: ['failed'],
  /** Left out by the plan, or by a person. */
  skipped: ['skipped', 'cancelled'],
}

/** The files of a batch, fetched as they come into sight and again after the batch changed. Who shows them hears of them from it. */
export function useItems(batch: string, filter: ItemFilter): ItemPages {
  const pages = useMemo(() => {
    const states = filterStates[filter]
    return new ItemPages(
      (offset, limit) =>
        api().batches.items(states === undefined ? { batch, offset, limit } : { batch, offset, limit, states }),
      told,
    )
  }, [batch, filter])
  const online = useStudio((studio) => studio.connection === 'online')
  useEffect(() => {
    if (!online) return
    pages.start()
    return () => pages.stop()
  }, [pages, online])
  // Not by drawing anew: a list that is scrolled has its headers read, and each of these is a revision.
  useEffect(() => {
    const revise = (): void => {
      const revision = revisionOf(getStudio(), batch)
      if (revision !== null) pages.revise(revision)
    }
    revise()
    return useStudio.subscribe(revise)
  }, [pages, batch])
  return pages
}

/** A line that broke is told by the status bar, and the list is fetched again when it is there; a batch just removed is gone. */
function told(thrown: unknown): void {
  const wire = wireOf(thrown)
  if (getStudio().connection !== 'online' || wire.code === 'job.notFound' || wire.code === 'cancelled')
    return console.debug('No files:', wire)
  setStudio((studio) => void (studio.problems.batch = wire))
}
