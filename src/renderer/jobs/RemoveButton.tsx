import { Trash2 } from 'lucide-react'
import type { BatchView } from '../../shared/job.js'
import { useText } from '../i18n/index.js'
import { removeBatch } from './commands.js'
import { RowAction } from './RowAction.js'

/** Whether removing a batch takes results with it. */
export const losesResults = ({ kept, counts }: BatchView): boolean => kept && counts.done > 0

export function RemoveButton({ batch, onAsk }: { batch: BatchView; onAsk: () => void }) {
  const text = useText()
  return (
    <RowAction
      label={text('jobs.removeNamed', { name: batch.name })}
      onClick={() => (losesResults(batch) ? onAsk() : void removeBatch(batch.id))}
    >
      <Trash2 size={16} />
    </RowAction>
  )
}
