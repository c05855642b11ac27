import { ChevronDown, ChevronUp, FolderOpen, Pause, Play, RotateCcw, Table2, X } from 'lucide-react'
import type { BatchView } from '../../shared/job.js'
import { showBatch } from '../batch/commands.js'
import { useText } from '../i18n/index.js'
import { useStudio } from '../state/store.js'
import { adoptBatch, cancelBatch, moveBatch, pauseBatch, resumeBatch, retryBatch, revealBatch } from './commands.js'
import { isForeign, wayOn, type Place } from './entries.js'
import { RemoveButton } from './RemoveButton.js'
import { RowAction } from './RowAction.js'

export type Wish = 'pause' | 'cancel'

interface Props {
  readonly batch: BatchView
  readonly place: Place | null
  readonly onWish: (wish: Wish) => void
  readonly onAskToRemove: () => void
}

/** What can be done with a batch, by its id. */
export function BatchActions({ batch, place, onWish, onAskToRemove }: Props) {
  const text = useText()
  const canReveal = useStudio((studio) => studio.capabilities?.reveal ?? false)
  const { id, name, state, counts } = batch
  const live = state === 'running' || state === 'waiting'
  const stopped = state === 'paused' || state === 'interrupted'
  const foreign = isForeign(batch)
  const way = wayOn(batch)
  const wish = (kind: Wish, ask: (batch: string) => Promise<void>): void => {
    onWish(kind)
    void ask(id)
  }
  return (
    <>
      {place !== null && (
        <>
          <RowAction
            label={text('jobs.upNamed', { name })}
            disabled={place.up === undefined}
            onClick={() => place.up !== undefined && void moveBatch(id, place.up)}
          >
            <ChevronUp size={16} />
          </RowAction>
          <RowAction
            label={text('jobs.downNamed', { name })}
            disabled={place.down === undefined}
            onClick={() => place.down !== undefined && void moveBatch(id, place.down)}
          >
            <ChevronDown size={16} />
          </RowAction>
        </>
      )}
      {!foreign && !live && counts.failed + (stopped ? 0 : counts.cancelled) > 0 && (
        <RowAction label={text('jobs.retryNamed', { name })} onClick={() => void retryBatch(id)}>
          <RotateCcw size={16} />
        </RowAction>
      )}
      {canReveal && counts.done > 0 && (
        <RowAction label={text('jobs.revealNamed', { name })} onClick={() => void revealBatch(id)}>
          <FolderOpen size={16} />
        </RowAction>
      )}
      <RowAction label={text('jobs.openNamed', { name })} onClick={() => showBatch(id)}>
        <Table2 size={16} />
      </RowAction>
      {live && (
        <RowAction label={text('jobs.pauseNamed', { name })} onClick={() => wish('pause', pauseBatch)}>
          <Pause size={16} />
        </RowAction>
      )}
      {stopped && !foreign && (
        <RowAction label={text('jobs.resumeNamed', { name })} onClick={() => void resumeBatch(id)}>
          <Play size={16} />
        </RowAction>
      )}
      {way !== null && (
        <RowAction label={text(`jobs.${way}HereNamed`, { name })} onClick={() => void adoptBatch(id)}>
          {way === 'resume' ? <Play size={16} /> : <RotateCcw size={16} />}
        </RowAction>
      )}
      {live || stopped ? (
        <RowAction label={text('jobs.cancelNamed', { name })} onClick={() => wish('cancel', cancelBatch)}>
          <X size={16} />
        </RowAction>
      ) : (
        <RemoveButton batch={batch} onAsk={onAskToRemove} />
      )}
    </>
  )
}
