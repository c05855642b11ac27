/** `lacuna jobs pause` and `lacuna jobs cancel`. */
import { LacunaError } from '../../../shared/errors.js'
import type { JobRecord } from '../../studio/jobs/store/records.js'
import { cancelOnSignals } from '../cancel.js'
import { exit, type Context } from '../context.js'
import { openStore } from '../tools.js'
import { checkValues } from '../values.js'
import { jobEvent } from './describe.js'
import { findJobs, jobOf } from './find.js'
import { waitFor } from './living.js'

/** A process that pauses brings the pictures in work to their end first; it goes on doing so after this. */
const PATIENCE_MS = 10_000

/**
 * Sets the wish on every job and waits until the processes that run them obeyed. Resolves to 1 when one has not within
 * ten seconds.
 */
export async function runWish(
  wish: 'pause' | 'cancel',
  ids: string[],
  given: Record<string, unknown>,
  { words }: Context,
): Promise<number> {
  const { json = false, dataDir } = checkValues(given, words)
  using cancelling = cancelOnSignals(exit.cancelled, () => {})
  const { signal } = cancelling
  await using tools = await openStore({ dataDir }, words)
  const { store } = tools
  const jobs = await findJobs(store, ids, words)
  const draft = jobs.find(({ state }) => state === 'draft')
  if (draft !== undefined && wish === 'pause')
    throw new LacunaError('usage', { reason: words.t('cli.jobs.draft', { id: draft.id }) })
  for (const { id } of jobs) await store[wish](id)

  let obeyed = true
  for (const { id } of jobs) {
    const job = await waitFor(store, id, isAtRest, { milliseconds: PATIENCE_MS, signal })
    if (signal.aborted) return exit.cancelled
    obeyed &&= job !== null
    const now = job ?? (await jobOf(store, id))
    if (json) process.stdout.write(`${JSON.stringify(jobEvent(now))}\n`)
    else if (job === null) process.stderr.write(`${words.t(`cli.jobs.notYet.${wish}`, { id })}\n`)
    else process.stdout.write(`${words.t(`cli.jobs.is.${now.state}`, { id })}\n`)
  }
  return obeyed ? exit.done : exit.someFailed
}

const isAtRest = ({ state }: JobRecord): boolean => state !== 'running'
