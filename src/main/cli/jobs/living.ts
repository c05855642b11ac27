/** What other processes do with a job, seen through the store. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobRecord } from '../../studio/jobs/store/records.js'
import type { JobStore } from '../../studio/jobs/store/store.js'
import { jobOf } from './find.js'

const LOOK_EVERY_MS = 100

/** The job as soon as it is as wanted; null when it is not within that time, or the signal is aborted. */
export async function waitFor(
  store: JobStore,
  id: string,
  wanted: (job: JobRecord) => boolean,
  { milliseconds, signal }: { milliseconds: number; signal: AbortSignal },
): Promise<JobRecord | null> {
  const end = performance.now() + milliseconds
  while (!signal.aborted) {
    const job = await jobOf(store, id)
    if (wanted(job)) return job
    if (performance.now() >= end) return null
    await sleep(LOOK_EVERY_MS)
  }
  return null
}

/** Whether a living studio works through its queue now: then a job that merely waits in it has its turn there. */
export const studioIsBusy = async (store: JobStore): Promise<boolean> =>
  (await store.jobs()).some(({ state, origin }) => state === 'running' && origin !== 'cli')
