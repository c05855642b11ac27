/** Pieces of a batch's list that a row needs: its failed files, and the device that its results were made on. */
import { useEffect, useState } from 'react'
import type { BatchView, ItemState, ItemView } from '../../shared/job.js'
import { api, wireOf } from '../client.js'

interface Found {
  readonly total: number
  readonly items: readonly ItemView[]
}

/** Null until they are known. `version` tells when they have to be asked for again; null: not wanted. */
function useItems(batch: string, state: ItemState, limit: number, version: number | null): Found | null {
  const [found, setFound] = useState<Found | null>(null)
  useEffect(() => {
    if (version === null) return
    let stale = false
    // Rows that are only scrolled past ask for nothing.
    const timer = setTimeout(() => {
      void ask(batch, state, limit).then((answer) => {
        if (!stale && answer !== null) setFound(answer)
      })
    }, SETTLE_MS)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }, [batch, state, limit, version])
  return version === null ? null : found
}

const SETTLE_MS = 120

async function ask(batch: string, state: ItemState, limit: number): Promise<Found | null> {
  try {
    return await api().batches.items({ batch, offset: 0, limit, states: [state] })
  } catch (thrown) {
    // Removed meanwhile, or the line is down: the row says the rest without it.
    console.debug('No items of the batch:', wireOf(thrown))
    return null
  }
}

const SHOWN = 20

export const useFailed = (batch: BatchView, wanted: boolean): Found | null =>
  useItems(batch.id, 'failed', SHOWN, wanted && batch.counts.failed > 0 ? batch.counts.failed : null)

/** Provider and device that really ran: told by the process while it works, by a result afterwards. */
export function useRanOn(batch: BatchView): { provider: string; device: string } | null {
  const { progress, counts } = batch
  const told = progress !== null && progress.device !== null
  const found = useItems(batch.id, 'done', 1, told || counts.done === 0 ? null : 1)
  if (told) return { provider: progress.provider ?? '', device: progress.device ?? '' }
  const result = found?.items[0]?.result
  return result == null ? null : { provider: result.provider, device: result.device }
}
