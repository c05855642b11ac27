/** `--resume`: which job goes on, and what it lacks of what its folders hold by now. */
import { stat } from 'node:fs/promises'
import { isCancelled, LacunaError } from '../../../shared/errors.js'
import type { JobRequest } from '../../../shared/job.js'
import { contentHash, resultKey } from '../../studio/batches/result-key.js'
import { editOf, maskIdentity, maskOf } from '../../studio/batches/run-item.js'
import { planItems } from '../../studio/index.js'
import type { ItemRecord, JobRecord, NewItem } from '../../studio/jobs/store/records.js'
import type { Tools } from '../tools.js'
import { canonicalRequest } from './request.js'

/** The newest job of the command line that was asked for the same and did not come to its end; null when there is none. */
export async function findResumable(tools: Pick<Tools, 'store'>, request: JobRequest): Promise<JobRecord | null> {
  const wanted = canonicalRequest(request)
  const open = (await tools.store.jobs()).filter(
    ({ origin, state, request: asked }) =>
      origin === 'cli' && ['interrupted', 'paused', 'waiting'].includes(state) && canonicalRequest(asked) === wanted,
  )
  return open.sort((a, b) => b.createdAt - a.createdAt)[0] ?? null
}

/**
 * A job that goes on gets what came into its folders meanwhile, and what is not as it left it: a result that is gone or
 * a picture that is another one by now. What failed is tried again, unless it brought the program down three times.
 */
export async function bringUpToDate(tools: Tools, { id, request }: JobRecord, signal: AbortSignal): Promise<void> {
  const { store } = tools
  const items = await store.items(id)
  const failed = items.filter(({ state, error }) => state === 'failed' && error?.code !== 'job.setAside')
  if (failed.length > 0)
    await store.retry(
      id,
      failed.map(({ item }) => item),
    )

  const latest = new Map(items.map((item) => [resultOf(item), item]))
  const missing: NewItem[] = []
  for (const planned of await planItems(request)) {
    const before = latest.get(resultOf(planned))
    if (before === undefined || (before.state === 'done' && !(await isAsLeft(tools, request, before, signal))))
      missing.push(planned)
  }
  if (missing.length > 0) await store.append(id, missing)
}

/** Which result of which picture an item is. */
const resultOf = ({ input, variation }: Pick<NewItem, 'input' | 'variation'>): string => `${variation ?? ''} ${input}`

/** Whether the picture is the one that was done, and its result is still there. Of the result's bytes only the number is looked at. */
async function isAsLeft(
  { store, library, run }: Tools,
  request: JobRequest,
  item: ItemRecord,
  signal: AbortSignal,
): Promise<boolean> {
  const { input, target, output, key, result } = item
  if (target === null || result === null || (await sizeOf(target)) !== result.bytes) return false
  if (key === null) return true
  try {
    const content = await contentHash(store, input, signal)
    const mask = await maskIdentity(store, maskOf(request, input), signal)
    const provider = request.run.provider ?? run.provider
    return resultKey({ content, edit: editOf(request, item), mask, output, run: { provider } }, library) === key
  } catch (thrown) {
    if (isCancelled(thrown)) throw thrown
    // A picture that was taken away after it was done is no trouble of this run.
    if (LacunaError.from(thrown).code.startsWith('file.')) return true
    throw thrown
  }
}

const sizeOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    () => null,
  )

/**
 * Items of a new job with `resume`: a result whose name is taken may be the very one that is wanted. The job finds out
 * when its turn comes; if it is another one, the item fails as it would have failed now.
 */
export const openToMade = (items: readonly NewItem[]): NewItem[] =>
  items.map((item) => (item.error?.code === 'output.exists' ? { ...item, state: 'waiting', error: null } : item))
