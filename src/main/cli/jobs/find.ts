/** Jobs by what a person typed. */
import { LacunaError } from '../../../shared/errors.js'
import type { Words } from '../../../shared/words.js'
import type { JobRecord } from '../../studio/jobs/store/records.js'
import type { JobStore } from '../../studio/jobs/store/store.js'

/** Throws `job.notFound`; for ids that the program itself knows. */
export async function jobOf(store: JobStore, id: string): Promise<JobRecord> {
  const job = await store.job(id)
  if (job === null) throw new LacunaError('job.notFound', { id, name: id })
  return job
}

/**
 * The jobs of ids as typed, each possibly shortened; one named twice comes once. All are looked up before anything is
 * done to one of them. Throws `usage` for an id that fits none, `job.ambiguous` for one that fits several.
 */
export async function findJobs(store: JobStore, typed: readonly string[], { t }: Words): Promise<JobRecord[]> {
  const found = new Map<string, JobRecord>()
  for (const id of typed) {
    const job = await store.job(id)
    if (job === null) throw new LacunaError('usage', { reason: t('cli.jobs.unknown', { id }) })
    found.set(job.id, job)
  }
  return [...found.values()]
}
