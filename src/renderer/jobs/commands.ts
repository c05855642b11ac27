/** What the Jobs view asks the studio to do, by id. A failure is shown in the view. */
import { api } from '../client.js'
import { attempt } from '../state/commands.js'

export const pauseBatch = (batch: string): Promise<void> => attempt('jobs', () => api().batches.pause({ batch }))
export const resumeBatch = (batch: string): Promise<void> => attempt('jobs', () => api().batches.resume({ batch }))
export const adoptBatch = (batch: string): Promise<void> => attempt('jobs', () => api().batches.adopt({ batch }))
export const cancelBatch = (batch: string): Promise<void> => attempt('jobs', () => api().batches.cancel({ batch }))
export const retryBatch = (batch: string): Promise<void> => attempt('jobs', () => api().batches.retry({ batch }))
export const removeBatch = (batch: string): Promise<void> => attempt('jobs', () => api().batches.remove({ batch }))
export const moveBatch = (batch: string, before: string | null): Promise<void> =>
  attempt('jobs', () => api().batches.move({ batch, before }))
export const resumeQueue = (): Promise<void> => attempt('jobs', () => api().batches.resumeQueue())
export const revealFile = (path: string): Promise<void> => attempt('jobs', () => api().documents.reveal({ path }))

/** Shows a result of the batch in the file manager, where the others lie, too. */
export async function revealBatch(batch: string): Promise<void> {
  await attempt('jobs', async () => {
    const { items } = await api().batches.items({ batch, offset: 0, limit: 1, states: ['done'] })
    const [first] = items
    if (first !== undefined) await api().batches.reveal({ batch, item: first.item })
  })
}

/** Forgets everything that has ended. */
export async function clearEnded(batches: readonly string[]): Promise<void> {
  await attempt('jobs', async () => {
    await api().jobs.clear()
    for (const batch of batches) await api().batches.remove({ batch })
  })
}
