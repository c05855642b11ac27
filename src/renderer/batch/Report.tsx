import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { BatchView, ItemResult } from '../../shared/job.js'
import { api, wireOf } from '../client.js'
import { useText } from '../i18n/index.js'
import { downloadResults, newBatch, retryItems, saveReport } from './commands.js'
import { summaryWords } from './words.js'
import classes from './BatchPanel.module.css'

/** In the morning: what came of it. */
export function Report({ batch }: { batch: BatchView }) {
  const text = useText()
  const ran = useResult(batch)
  const { counts, kept: download, startedAt, endedAt } = batch
  const again = counts.failed + counts.cancelled
  const seconds = startedAt === null || endedAt === null ? null : (endedAt - startedAt) / 1000
  return (
    <section className={classes.lines} aria-label={text('batch.report.label')}>
      <div className={classes.facts} data-testid="batch-report">
        <strong>{summaryWords(text, counts)}</strong>
        {seconds !== null && (
          <span>
            {ran === null
              ? text('batch.report.took', { time: text.format.duration(seconds) })
              : text('batch.report.tookOn', {
                  time: text.format.duration(seconds),
                  device: text.device(ran.provider, ran.device),
                })}
          </span>
        )}
        {endedAt !== null && <span>{text('batch.report.endedAt', { time: text.format.time(endedAt) })}</span>}
      </div>
      <div className={classes.buttons}>
        {download && (
          <Button variant="filled" disabled={counts.done === 0} onClick={() => void downloadResults(batch.id, null)}>
            {text('batch.report.zip')}
          </Button>
        )}
        {again > 0 && (
          <Button variant={download ? 'default' : 'filled'} onClick={() => void retryItems(batch.id)}>
            {text('batch.retryAll', { count: again })}
          </Button>
        )}
        <Button variant="default" onClick={() => void saveReport(batch.id)}>
          {text('batch.report.save')}
        </Button>
        <Button variant="default" onClick={newBatch}>
          {text('batch.new')}
        </Button>
      </div>
    </section>
  )
}

/** Of a file that was done: it knows the device that really ran. */
function useResult({ id, counts: { done } }: BatchView): ItemResult | null {
  const [found, setFound] = useState<{ batch: string; result: ItemResult | null } | null>(null)
  useEffect(() => {
    if (done === 0) return
    let stale = false
    void resultOf(id).then((result) => {
      if (!stale) setFound({ batch: id, result })
    })
    return () => {
      stale = true
    }
  }, [id, done])
  return found?.batch === id ? found.result : null
}

async function resultOf(batch: string): Promise<ItemResult | null> {
  try {
    const { items } = await api().batches.items({ batch, offset: 0, limit: 1, states: ['done'] })
    return items[0]?.result ?? null
  } catch (thrown) {
    // Without it the report says how long it took, not where; the line is asked for again with the next change.
    console.warn('No result:', wireOf(thrown))
    return null
  }
}
