/** `lacuna jobs list` and `lacuna jobs show`. */
import { LacunaError } from '../../../shared/errors.js'
import { exit, type Context } from '../context.js'
import { jobsTable, jobText } from '../report/jobs.js'
import { openStore } from '../tools.js'
import { checkValues } from '../values.js'
import { itemEvent, jobEvent } from './describe.js'
import { findJobs } from './find.js'

/** Newest last, where the eye is after the command. */
export async function runList(given: Record<string, unknown>, { words }: Context): Promise<number> {
  const { json = false, dataDir } = checkValues(given, words)
  await using tools = await openStore({ dataDir }, words)
  const jobs = (await tools.store.jobs()).sort((a, b) => a.createdAt - b.createdAt)
  if (json) for (const job of jobs) process.stdout.write(`${JSON.stringify(jobEvent(job))}\n`)
  else process.stdout.write(`${jobs.length === 0 ? words.t('cli.jobs.none') : jobsTable(jobs, words)}\n`)
  return exit.done
}

/** The job and its failed files; with `--json` all of its files. */
export async function runShow(id: string, given: Record<string, unknown>, { words }: Context): Promise<number> {
  const { json = false, dataDir } = checkValues(given, words)
  await using tools = await openStore({ dataDir }, words)
  const [job] = await findJobs(tools.store, [id], words)
  if (job === undefined) throw new LacunaError('usage', { reason: words.t('cli.jobs.unknown', { id }) })
  if (json) {
    process.stdout.write(`${JSON.stringify(jobEvent(job))}\n`)
    for (const item of await tools.store.items(job.id))
      process.stdout.write(`${JSON.stringify(itemEvent(item, words))}\n`)
  } else {
    const failed = await tools.store.items(job.id, { states: ['failed'] })
    process.stdout.write(`${jobText(job, failed, words)}\n`)
  }
  return exit.done
}
