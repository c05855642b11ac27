import { Trash2 } from 'lucide-react'
import type { BatchView } from '../../shared/job.js'
import { useText } from '../i18n/index.js'
import { useStudio } from '../state/store.js'
import { removeBatch } from './commands.js'
import { RowAction } from './RowAction.js'

/** Whether removing a batch takes results with it: in a host that saves by download, they lie with the job until then. */
export function useLosesResults(): (batch: BatchView) => boolean {
  const byDownload = useStudio((studio) => studio.capabilities?.save === 'download')
  return ({ origin, counts }) => byDownload && origin === 'browser' && counts.done > 0
}

export function RemoveButton({ batch, onAsk }: { batch: BatchView; onAsk: () => void }) {
  const text = useText()
  const loses = useLosesResults()
  return (
    <RowAction
      label={text('jobs.removeNamed', { name: batch.name })}
      onClick={() => (loses(batch) ? onAsk() : void removeBatch(batch.id))}
    >
      <Trash2 size={16} />
    </RowAction>
  )
}
