/** Moves in the queue. Ended jobs keep their place in the list, but nobody waits behind them. */
import type { BatchView } from '../../shared/job.js'

const queues = ({ state }: BatchView): boolean => state === 'waiting' || state === 'paused' || state === 'interrupted'

/** In front of which batch `id` has to come to go one place up or down; undefined when there is no further place. */
export function neighbour(batches: readonly BatchView[], id: string, by: -1 | 1): string | null | undefined {
  const queue = batches.filter(queues).map((batch) => batch.id)
  const index = queue.indexOf(id)
  if (index === -1) return undefined
  if (by === -1) return queue[index - 1]
  return index + 1 < queue.length ? (queue[index + 2] ?? null) : undefined
}

export const canMove = queues
export const canRemove = ({ state }: BatchView): boolean => state !== 'running'
