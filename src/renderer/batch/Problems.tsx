import { useEffect, useSyncExternalStore } from 'react'
import type { BatchView, ItemView } from '../../shared/job.js'
import { useText } from '../i18n/index.js'
import { useStudio } from '../state/store.js'
import { retryItems, revealItem } from './commands.js'
import { hasEnded, isDraft } from './selectors.js'
import { useItems, type ItemFilter } from './useItems.js'
import classes from './BatchPanel.module.css'

/** More than these are read in the list, which is made for many. */
const SHOWN = 30

/** Each file that failed, with its reason and what can be done about it. */
export function Problems({ batch, onFilter }: { batch: BatchView; onFilter: (filter: ItemFilter) => void }) {
  const text = useText()
  const failed = batch.counts.failed
  return (
    <section className={classes.problems} aria-label={text('batch.problems.label')}>
      <div className={classes.problemsHead}>
        <h3>{text('batch.problems.title', { count: failed })}</h3>
        {failed > 1 && !isDraft(batch) && !hasEnded(batch) && (
          <button type="button" className={classes.link} onClick={() => void retryItems(batch.id)}>
            {text('batch.problems.retryAll')}
          </button>
        )}
      </div>
      {failed > 0 && <List batch={batch} onFilter={onFilter} />}
    </section>
  )
}

function List({ batch, onFilter }: { batch: BatchView; onFilter: (filter: ItemFilter) => void }) {
  const text = useText()
  const failed = batch.counts.failed
  const pages = useItems(batch.id, 'failed')
  useSyncExternalStore(pages.subscribe, pages.version)
  const count = Math.min(failed, SHOWN)
  useEffect(() => pages.look(0, count - 1), [pages, count])
  const items = Array.from({ length: count }, (_, index) => pages.at(index)).filter((item) => item?.error != null)
  return (
    <>
      <ul className={classes.problemList}>
        {items.map((item) => item !== null && <Entry key={item.item} batch={batch} item={item} />)}
      </ul>
      {failed > SHOWN && (
        <button type="button" className={`${classes.link} ${classes.more}`} onClick={() => onFilter('failed')}>
          {text('batch.problems.all', { total: text.format.number(failed) })}
        </button>
      )}
    </>
  )
}

function Entry({ batch, item }: { batch: BatchView; item: ItemView }) {
  const text = useText()
  const reveal = useStudio((studio) => studio.capabilities?.reveal ?? false)
  const name = item.label
  // A format that cannot be read will not be readable when it is tried again.
  const hopeless = item.error?.code.startsWith('file.unsupported') ?? false
  return (
    <li className={classes.problem}>
      <div className={classes.problemWords}>
        {name}
        <small>{item.error !== null && text.error(item.error)}</small>
      </div>
      <div className={classes.problemActions}>
        {!isDraft(batch) && !hopeless && (
          <button
            type="button"
            className={classes.link}
            aria-label={text('batch.problems.retryNamed', { name })}
            onClick={() => void retryItems(batch.id, [item.item])}
          >
            {text('batch.problems.retry')}
          </button>
        )}
        {reveal && (
          <button
            type="button"
            className={classes.link}
            aria-label={text('batch.problems.revealNamed', { name })}
            onClick={() => void revealItem(batch.id, item.item)}
          >
            {text('export.reveal')}
          </button>
        )}
      </div>
    </li>
  )
}
