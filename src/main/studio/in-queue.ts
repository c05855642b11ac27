import type PQueue from 'p-queue'
import { cancelled } from '../../shared/errors.js'

/**
 * Runs `work` when its turn comes. An abort takes it out while it waits (throws `cancelled` at once); while it runs,
 * the abort is its own affair and the turn lasts until it has really ended, so that two never overlap.
 */
export async function inQueue<T>(queue: PQueue, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw cancelled()
  const leave = new AbortController()
  const relay = (): void => leave.abort(cancelled())
  signal.addEventListener('abort', relay, { once: true })
  try {
    return await queue.add(
      () => {
        signal.removeEventListener('abort', relay)
        return work()
      },
      { signal: leave.signal },
    )
  } finally {
    signal.removeEventListener('abort', relay)
  }
}
