/** `lacuna jobs remove` and `lacuna jobs clear`: jobs are forgotten, their results stay. */
import { LacunaError } from '../../../shared/errors.js'
import { removeBatchFolder } from '../../studio/batches/folders.js'
import { jobsWithFolder } from '../../studio/jobs/prune.js'
import type { JobRecord } from '../../studio/jobs/store/records.js'
import { exit, type Context } from '../context.js'
import { openStore, type StoreTools } from '../tools.js'
import { checkValues } from '../values.js'
import { jobEvent } from './describe.js'
import { findJobs } from './find.js'

/**
 * Forgets jobs, also ones that have not ended. What a page of the studio sent for a job, and results that wait to be fetched
 * there, go with it. Throws `job.running` before anything is removed.
 */
export async function runRemove(ids: string[], given: Record<string, unknown>, { words }: Context): Promise<number> {
  const { json = false, dataDir } = checkValues(given, words)
  await using tools = await openStore({ dataDir }, words)
  const jobs = await findJobs(tools.store, ids, words)
  const running = jobs.find(({ state }) => state === 'running')
  if (running !== undefined) throw new LacunaError('job.running', { name: running.id })
  for (const job of jobs) {
    await remove(tools, job)
    process.stdout.write(`${json ? JSON.stringify(jobEvent(job)) : words.t('cli.jobs.removed', { id: job.id })}\n`)
  }
  return exit.done
}

/** Forgets all jobs that ended, but for those whose pictures or results lie in the studio alone. */
export async function runClear(given: Record<string, unknown>, { words }: Context): Promise<number> {
  const { json = false, dataDir } = checkValues(given, words)
  await using tools = await openStore({ dataDir }, words)
  const ended = (await tools.store.jobs()).filter(({ state }) => state === 'done' || state === 'cancelled')
  const spared = await jobsWithFolder(tools.paths.data)
  const old = ended.filter(({ id }) => !spared.has(id))
  for (const job of old) {
    await remove(tools, job)
    if (json) process.stdout.write(`${JSON.stringify(jobEvent(job))}\n`)
  }
  if (json) return exit.done
  process.stdout.write(`${words.t('cli.jobs.cleared', { count: old.length })}\n`)
  if (old.length < ended.length)
    process.stdout.write(`${words.t('cli.jobs.spared', { count: ended.length - old.length })}\n`)
  return exit.done
}

async function remove({ store, paths }: StoreTools, { id, state }: JobRecord): Promise<void> {
  // Nobody takes it up while its pictures go.
  if (state === 'waiting') await store.pause(id)
  // The folder first: a job whose folder is gone can be removed again, a folder whose job is gone cannot.
  await removeBatchFolder(paths, id)
  await store.remove(id)
}
