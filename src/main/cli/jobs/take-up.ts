/** `lacuna jobs resume` and `lacuna jobs retry`: jobs go on in the foreground, unless a living process has them. */
import { resolve } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import type { JobRecord } from '../../studio/jobs/store/records.js'
import { cancelOnSignals } from '../cancel.js'
import { exit, type Context } from '../context.js'
import { reporterFor } from '../report/reporter-for.js'
import { checkReport } from '../run/report-file.js'
import { cancellable, runHere, type Foreground } from '../run/run-here.js'
import { openTools, type Tools } from '../tools.js'
import { checkValues } from '../values.js'
import { findJobs, jobOf } from './find.js'
import { studioIsBusy, waitFor } from './living.js'

/** In which a studio that is open, and has nothing else to do, takes a job of its own. */
const STUDIO_TAKES_MS = 1_500

/** Resolves to the exit code of the run, the worst of several. Throws `usage` for what cannot go on. */
export async function runTakeUp(
  how: 'resume' | 'retry',
  ids: string[],
  given: Record<string, unknown>,
  context: Context,
): Promise<number> {
  const { words } = context
  const values = checkValues(given, words)
  const reportFile = values.report === undefined ? null : resolve(values.report)
  if (reportFile !== null) await checkReport(reportFile, words)
  const reporter = reporterFor(values, words)
  using cancelling = cancelOnSignals(exit.cancelled, () => reporter.notice(words.t('cli.line.cancelling')))
  const { signal } = cancelling
  const foreground: Foreground = { words, reporter, signal, reportFile }
  await using tools = await openTools(values, context)
  try {
    const codes: number[] = []
    for (const job of await findJobs(tools.store, ids, words)) {
      if (signal.aborted) break
      codes.push(await cancellable(signal, () => takeUp(how, tools, job, foreground)))
    }
    return signal.aborted ? exit.cancelled : Math.max(exit.done, ...codes)
  } finally {
    reporter.end()
  }
}

async function takeUp(how: 'resume' | 'retry', tools: Tools, job: JobRecord, foreground: Foreground): Promise<number> {
  const { store } = tools
  const { words, reporter, signal } = foreground
  const { id, origin, state } = job
  const say = (key: string, params = {}): number => {
    reporter.notice(words.t(`cli.jobs.${key}`, { id, ...params }))
    return exit.done
  }
  if (state === 'draft') throw new LacunaError('usage', { reason: words.t('cli.jobs.draft', { id }) })
  if (how === 'retry' && (await store.retry(id)) === 0 && isEnded(job)) return say('nothingToRetry')
  if (state === 'running') {
    await store.resume(id)
    return say('runsElsewhere', { pid: job.owner?.pid ?? 0, host: job.owner?.host ?? '' })
  }
  if (how === 'resume' && isEnded(job)) return say(`ended.${state}`)

  await store.resume(id)
  if (origin !== 'cli') {
    const taken = (now: JobRecord): boolean => now.state !== 'waiting'
    if ((await waitFor(store, id, taken, { milliseconds: STUDIO_TAKES_MS, signal })) !== null)
      return say('studioTook', { pid: (await jobOf(store, id)).owner?.pid ?? 0 })
    if (await studioIsBusy(store)) return say('studioWill')
  }
  return await runHere(tools, id, foreground)
}

const isEnded = ({ state }: JobRecord): boolean => state === 'done' || state === 'cancelled'
