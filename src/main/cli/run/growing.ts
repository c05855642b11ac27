import { stat } from 'node:fs/promises'
import type { JobRequest } from '../../../shared/job.js'
import { STABLE_MS } from '../../studio/batches/watch-folder.js'
import type { NewItem } from '../../studio/jobs/store/records.js'

/**
 * The items of a job that watches, without the files of its folders that were written to a moment ago: one that is
 * still being copied would fail now, and watching takes it when it has stopped growing.
 */
export async function withoutGrowing(items: readonly NewItem[], { inputs }: JobRequest): Promise<NewItem[]> {
  const growing = await Promise.all(
    items.map(async ({ input, state }) => state === 'waiting' && !inputs.includes(input) && (await isYoung(input))),
  )
  return items.filter((_, at) => growing[at] !== true)
}

const isYoung = (path: string): Promise<boolean> =>
  stat(path).then(
    ({ mtimeMs, ctimeMs }) => Date.now() - Math.max(mtimeMs, ctimeMs) < STABLE_MS,
    () => false,
  )
