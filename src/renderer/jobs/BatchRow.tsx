import { Button } from '@mantine/core'
import { memo, useId, useState, type DragEvent } from 'react'
import type { BatchView } from '../../shared/job.js'
import { isWatching } from '../batch/selectors.js'
import { useText, type Text } from '../i18n/index.js'
import { BatchActions, type Wish } from './BatchActions.js'
import { BatchDetails } from './BatchDetails.js'
import { moveBatch, removeBatch } from './commands.js'
import { endedIn, filesIn, fractionOf, type Place } from './entries.js'
import { Bar, RowLine } from './RowLine.js'
import { useRanOn } from './useItems.js'
import classes from './jobs.module.css'

interface Props {
  /** Its key in the list. */
  readonly id: string
  readonly batch: BatchView
  readonly place: Place | null
  readonly open: boolean
  readonly onToggle: (id: string) => void
}

/** A job over files: of this studio, of another window of it, or of the command line. */
export const BatchRow = memo(function BatchRow({ id, batch, place, open, onToggle }: Props) {
  const text = useText()
  const detailsId = useId()
  const ranOn = useRanOn(batch)
  const [asking, setAsking] = useState(false)
  const [wish, setWish] = useWish(batch)
  const drag = useDragging(batch, place)
  return (
    <article className={classes.job} aria-label={batch.name} {...drag}>
      <RowLine
        name={batch.name}
        kind={kindOf(text, batch)}
        device={ranOn === null ? '' : text.device(ranOn.provider, ranOn.device)}
        startedAt={batch.startedAt}
        endedAt={batch.endedAt}
        running={batch.state === 'running'}
        open={open}
        detailsId={detailsId}
        onToggle={() => onToggle(id)}
        state={<State batch={batch} wish={wish} />}
        actions={<BatchActions batch={batch} place={place} onWish={setWish} onAskToRemove={() => setAsking(true)} />}
      />
      {asking && (
        <div className={classes.ask} role="alert">
          <span>{text('jobs.removeLoses')}</span>
          <Button variant="default" onClick={() => void removeBatch(batch.id)}>
            {text('jobs.removeAnyway')}
          </Button>
          <Button variant="default" onClick={() => setAsking(false)}>
            {text('jobs.keep')}
          </Button>
        </div>
      )}
      {open && <BatchDetails id={detailsId} batch={batch} />}
    </article>
  )
})

/** Denoise, 412 pictures · command line, in another process */
function kindOf(text: Text, batch: BatchView): string {
  const origin = text(`jobs.origin_${batch.origin}`)
  return [
    text(`jobs.batch.${batch.request.edit.kind}`, { count: filesIn(batch) }),
    batch.holder === 'elsewhere' ? text('jobs.elsewhere', { origin }) : origin,
  ].join(' · ')
}

function State({ batch, wish }: { batch: BatchView; wish: Wish | null }) {
  const text = useText()
  const { state, counts, progress } = batch
  if (state === 'running') {
    const now = isWatching(batch) ? text('batch.phase.watching') : progress?.items[0]?.label
    const far = text('jobs.far', { n: endedIn(batch), m: filesIn(batch) })
    const label = wish !== null ? text(`jobs.wish_${wish}`) : [far, now].filter(Boolean).join(' · ')
    return (
      <Bar
        label={label}
        left={isWatching(batch) ? null : (progress?.secondsLeft ?? null)}
        fraction={fractionOf(batch)}
      />
    )
  }
  if (state === 'waiting')
    return (
      <span className={classes.outcome} data-state={state}>
        {text('jobs.waiting', { count: filesIn(batch) })}
      </span>
    )
  if (state === 'paused' || state === 'interrupted')
    return (
      <span className={classes.outcome}>
        <span data-state={state}>{text(`jobs.${state}`)}</span>
        <span className={classes.dim}>{text('jobs.far', { n: endedIn(batch), m: filesIn(batch) })}</span>
      </span>
    )
  return (
    <span className={classes.outcome}>
      {state === 'cancelled' && <span data-state={state}>{text('jobs.cancelled')}</span>}
      {(counts.done > 0 || state === 'done') && (
        <span data-state="done">{text('jobs.countDone', { count: counts.done })}</span>
      )}
      {counts.failed > 0 && <span data-state="failed">{text('jobs.countFailed', { count: counts.failed })}</span>}
      {counts.skipped > 0 && (
        <span className={classes.dim}>{text('jobs.countSkipped', { count: counts.skipped })}</span>
      )}
    </span>
  )
}

/** What was asked of a batch and has not come about yet: another process hears of it at its next heartbeat. */
function useWish({ state, revision }: BatchView): [Wish | null, (wish: Wish) => void] {
  const [wish, setWish] = useState<{ wish: Wish; revision: number } | null>(null)
  const still = wish !== null && state === 'running' && revision >= wish.revision
  return [still ? wish.wish : null, (asked) => setWish({ wish: asked, revision })]
}

const dragType = 'application/x-lacuna-batch'

/** A waiting batch can be dropped on another, in front of which it goes. */
function useDragging(batch: BatchView, place: Place | null) {
  const [over, setOver] = useState(false)
  if (place === null) return {}
  const isBatch = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes(dragType)
  return {
    draggable: true,
    'data-over': over || undefined,
    onDragStart: ({ dataTransfer }: DragEvent) => {
      dataTransfer.setData(dragType, batch.id)
      dataTransfer.effectAllowed = 'move'
    },
    onDragOver: (event: DragEvent) => {
      if (!isBatch(event)) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false)
      if (!isBatch(event)) return
      event.preventDefault()
      const moved = event.dataTransfer.getData(dragType)
      if (moved !== batch.id) void moveBatch(moved, batch.id)
    },
  }
}
