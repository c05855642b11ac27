import { Button, Progress } from '@mantine/core'
import type { BatchView } from '../../shared/job.js'
import { ActionButton } from '../actions/ActionButton.js'
import { useText } from '../i18n/index.js'
import { AddButtons } from './AddButtons.js'
import { cancelBatch } from './commands.js'
import { QueueMenu } from './QueueMenu.js'
import { endedOf, isDraft, isHeld, isLive, isWatching, workOf } from './selectors.js'
import { useWish } from './wishes.js'
import { batchWords } from './words.js'
import classes from './BatchView.module.css'

/** Which batch, how far, how long still, what now. */
export function BatchHeader({ batch, onShowFile }: { batch: BatchView | null; onShowFile: (item: number) => void }) {
  const text = useText()
  return (
    <div className={classes.header}>
      <h2 className={classes.heading}>
        <QueueMenu batch={batch} />
      </h2>
      {batch === null || isDraft(batch) ? (
        <>
          <span className={classes.space} />
          {batch !== null && <AddButtons />}
        </>
      ) : isLive(batch) ? (
        <Live batch={batch} onShowFile={onShowFile} />
      ) : (
        <span className={classes.phase} role="status">
          {batchWords(text, batch)}
        </span>
      )}
    </div>
  )
}

function Live({ batch, onShowFile }: { batch: BatchView; onShowFile: (item: number) => void }) {
  const text = useText()
  const wanted = useWish(batch)
  const total = workOf(batch)
  const ended = endedOf(batch)
  const fraction = batch.progress?.fraction ?? ended / Math.max(1, total)
  const count = text('batch.countOf', { count: text.format.number(ended), total: text.format.number(total) })
  return (
    <>
      <Progress
        className={classes.bar}
        value={fraction * 100}
        aria-label={text('batch.progress')}
        aria-valuetext={`${text.format.percent(fraction)}, ${count}`}
      />
      <span className={classes.count} data-testid="batch-count">
        {count}
      </span>
      <div className={classes.now}>
        {wanted !== undefined ? (
          <span className={classes.phase}>{text(`batch.wish.${wanted}`)}</span>
        ) : batch.state === 'running' && !isWatching(batch) ? (
          <Now batch={batch} onShowFile={onShowFile} />
        ) : (
          <span className={classes.phase}>{batchWords(text, batch)}</span>
        )}
      </div>
      <ActionButton action="batch.pause">
        {text(isHeld(batch) || wanted === 'pause' ? 'batch.resume' : 'batch.pause')}
      </ActionButton>
      <Button variant="default" disabled={wanted === 'cancel'} onClick={() => void cancelBatch(batch.id)}>
        {text('batch.cancel')}
      </Button>
    </>
  )
}

function Now({ batch: { progress }, onShowFile }: { batch: BatchView; onShowFile: (item: number) => void }) {
  const text = useText()
  const file = progress?.items[0]
  return (
    <>
      <span data-testid="batch-left">
        {progress?.secondsLeft == null
          ? text('batch.leftUnknown')
          : text('jobs.left', { time: text.format.duration(progress.secondsLeft) })}
      </span>
      {file !== undefined && (
        <button
          type="button"
          title={text('batch.showFile', { name: file.label })}
          onClick={() => onShowFile(file.item)}
        >
          · {file.label}
        </button>
      )}
    </>
  )
}
