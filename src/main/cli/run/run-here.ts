/** Runs one job in the foreground: claims exactly that one, tells what happens, and says how it ended. */
import { isCancelled, LacunaError } from '../../../shared/errors.js'
import type { RunEvent } from '../../../shared/events.js'
import type { JobState } from '../../../shared/job.js'
import type { Words } from '../../../shared/words.js'
import { runJob, type JobEnd } from '../../studio/batches/run-job.js'
import type { Lease } from '../../studio/jobs/store/records.js'
import type { JobStore } from '../../studio/jobs/store/store.js'
import { thisProcess } from '../../studio/owner.js'
import { exit } from '../context.js'
import type { Reporter } from '../report/reporter.js'
import type { Tools } from '../tools.js'
import { jobOf } from '../jobs/find.js'
import { writeReport } from './report-file.js'
import { Telling } from './telling.js'

export interface Foreground {
  readonly words: Words
  readonly reporter: Reporter
  /** Ctrl+C. */
  readonly signal: AbortSignal
  /** Absolute; where the sum is written in the end. */
  readonly reportFile: string | null
}

/**
 * Resolves to the exit code. The job must be `waiting`. Throws `job.running` when another process was quicker, and what
 * the job store throws.
 */
export async function runHere(tools: Tools, id: string, foreground: Foreground): Promise<number> {
  const { store } = tools
  const { words, reporter, signal, reportFile } = foreground
  const lease = await store.claim(thisProcess(), (job) => job.id === id)
  if (lease === null) throw new LacunaError('job.running', { id, name: id })
  const job = await jobOf(store, id)
  const said: RunEvent[] = []
  const telling = new Telling(job, words, (event) => {
    if (event.event === 'summary') said.push(event)
    reporter.report(event)
  })
  telling.begin(await store.items(id))
  const end = await run(tools, lease, telling, signal, job.request.watch)
  const { state } = await jobOf(store, id)
  telling.summary(stateOf(end, state))
  if (reportFile !== null) await writeReport(reportFile, tools, id, said[0], words)
  const goOn = wayOn(end, telling, id, job.request.watch)
  if (goOn !== null) reporter.notice(words.t(goOn, { id }))
  return exitCode(end, telling, job.request.watch)
}

async function run(tools: Tools, lease: Lease, telling: Telling, signal: AbortSignal, watch: boolean): Promise<JobEnd> {
  const ended = new AbortController()
  const joining = watch ? tellJoined(tools.store, lease.job, telling, ended.signal) : null
  // Its failure is told when the run ends, not as a rejection that nobody handles.
  joining?.catch(() => undefined)
  try {
    return await runJob(tools, lease, {
      run: tools.run,
      signal,
      onAbort: 'interrupted',
      started: (item) => telling.started(item),
      progress: (item, progress, job) => telling.progress(item, progress, job),
      ended: (item) => telling.ended(item),
    })
  } finally {
    ended.abort()
    await joining
  }
}

/** The run tells only of what it starts: a new file that cannot be worked on is found in the store. */
async function tellJoined(store: JobStore, id: string, telling: Telling, signal: AbortSignal): Promise<void> {
  const look = async (): Promise<void> => telling.joined(await store.items(id, { offset: telling.known }))
  for await (const _ of store.watch(signal)) await look()
  await look()
}

/** Of the job after the run; where another process took it, that one says what becomes of it. */
const stateOf = (end: JobEnd, found: JobState): JobState => (end === 'lost' ? 'running' : found)

function wayOn(end: JobEnd, { unfinished }: Telling, id: string, watch: boolean): string | null {
  switch (end) {
    case 'aborted':
      return watch && unfinished === 0 ? null : 'cli.line.interrupted'
    case 'paused':
      return 'cli.line.paused'
    case 'cancelled':
      return 'cli.line.cancelledElsewhere'
    case 'lost':
      return 'cli.line.lost'
    case 'done':
      return null
  }
}

function exitCode(end: JobEnd, { counts, unfinished }: Telling, watch: boolean): number {
  // Watching ends by Ctrl+C and no other way: that is no cancelling, unless it cut a picture short.
  const stopped = end !== 'done' && !(watch && end === 'aborted' && unfinished === 0)
  if (end === 'lost') return exit.someFailed
  if (stopped) return exit.cancelled
  return counts.failed > 0 ? exit.someFailed : exit.done
}

/** Ctrl+C while something was looked up, before a job ran: a cancelled command, not a failed one. */
export async function cancellable(signal: AbortSignal, work: () => Promise<number>): Promise<number> {
  try {
    return await work()
  } catch (thrown) {
    if (signal.aborted && isCancelled(thrown)) return exit.cancelled
    throw thrown
  }
}
