/** What of the past is kept, so that the list of jobs and its file do not grow for ever. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errno } from '../files/fs.js'
import type { StudioPaths } from '../paths.js'
import type { JobStore } from './store/store.js'

/** Ended jobs, as many as the studio shows. */
const KEPT_JOBS = 200
const KEPT_MS = 90 * 24 * 3600 * 1000
/** About 30 MB of each kind. */
const KEPT_RESULTS = 100_000

/**
 * Forgets old ended jobs, and answers how many. Those that have a folder of their own stay: it holds pictures that a page
 * sent, and results that may not have been fetched. Throws `store.*`.
 */
export async function pruneStore(store: JobStore, { data }: Pick<StudioPaths, 'data'>): Promise<number> {
  return await store.prune({
    jobs: KEPT_JOBS,
    endedSince: Date.now() - KEPT_MS,
    results: KEPT_RESULTS,
    spared: await jobsWithFolder(data),
  })
}

/** Ids of jobs whose pictures or results lie in the program's own data. */
export async function jobsWithFolder(data: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(join(data, 'batches')))
  } catch (error) {
    if (errno(error) === 'ENOENT') return new Set()
    throw error
  }
}
