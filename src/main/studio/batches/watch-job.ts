/** New files of a job's folders become its items as they come. */
import type { JobRecord } from '../jobs/store/records.js'
import type { JobStore } from '../jobs/store/store.js'
import { planNewFile } from './plan-items.js'

/** Resolves when the signal is aborted. `added` is awaited after each file that was added. */
export async function watchJob(
  store: JobStore,
  job: JobRecord,
  signal: AbortSignal,
  added: () => Promise<void>,
): Promise<void> {
  // Loaded only for jobs that watch.
  const { watchFolders } = await import('./watch-folder.js')
  await watchFolders(job.request, signal, async (path) => {
    const items = await store.items(job.id)
    // A file that was changed in place is no new one; its result has its name already.
    if (items.some(({ input }) => input === path)) return
    await store.append(job.id, await planNewFile(job.request, items, path))
    await added()
  })
}
