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
  const items = (await store.items(job.id)).map(({ input, label, target }) => ({ input, label, target }))
  // A file that was changed in place is no new one (its result has its name already), and a result is no input.
  const known = new Set(items.flatMap(({ input, target }) => (target === null ? [input] : [input, target])))
  const take = async (path: string): Promise<void> => {
    // Of a job before this one, where results lie beside their inputs.
    if ((await store.made(path)) !== null) return
    const planned = await planNewFile(job.request, items, path)
    await store.append(job.id, planned)
    items.push(...planned)
    for (const { input, target } of planned) for (const one of [input, target]) if (one !== null) known.add(one)
    await added()
  }
  await watchFolders(job.request, signal, take, { known: (path) => known.has(path) })
}
