/** What becomes of items that a dead process was working on: nothing of them is lost, and nothing is done twice. */
import { LacunaError } from '../../../shared/errors.js'
import { outputError, removeFile } from '../files/fs.js'
import { MAX_ATTEMPTS, type ItemRecord, type Lease } from '../jobs/store/records.js'
import type { JobStore } from '../jobs/store/store.js'
import type { Log } from '../log.js'
import type { Owner } from '../owner.js'
import { holds } from './result-key.js'

/**
 * Settles all items that were in flight when the lease's former holder died. A target with the recorded hash is done: the
 * crash came after the rename. Otherwise the temporary file is removed and the item waits again, or is set aside after
 * its third start.
 */
export async function settleInFlight(store: JobStore, lease: Lease, log: Log): Promise<void> {
  for (const item of await store.inFlight(lease)) {
    try {
      await settle(store, lease, item)
    } catch (thrown) {
      const error = item.target === null ? LacunaError.from(thrown) : outputError(thrown, item.target)
      if (error.code === 'job.leaseLost' || error.code.startsWith('store.')) throw error
      // A folder that cannot be reached any more, say: the item's own failure, not the job's.
      log.warn(`${error.code} ${item.input}`, thrown)
      await store.fail(lease, item.item, error.toWire())
    }
  }
}

async function settle(store: JobStore, lease: Lease, item: ItemRecord): Promise<void> {
  const { target, result } = item
  const done = target !== null && result !== null && (await holds(target, result))
  if (item.temp !== null) await removeFile(item.temp)
  if (done) return await store.complete(lease, item.item, result)
  if (item.attempts >= MAX_ATTEMPTS) {
    const error = new LacunaError('job.setAside', { name: item.label, attempts: item.attempts })
    return await store.fail(lease, item.item, error.toWire())
  }
  await store.putBack(lease, item.item, { counted: true })
}

/**
 * At every start of a host: jobs whose process died leave no temporary files. Those of the command line wait for a
 * person (`interrupted`), the studio's for the studio.
 */
export async function settleAbandoned(store: JobStore, owner: Owner, log: Log): Promise<void> {
  const seen = new Set<string>()
  for (;;) {
    const lease = await store.claim(owner, (job) => job.state === 'running' && !seen.has(job.id))
    if (lease === null) return
    seen.add(lease.job)
    const job = await store.job(lease.job)
    await settleInFlight(store, lease, log)
    await store.release(lease, job?.origin === 'cli' ? 'interrupted' : 'waiting')
  }
}
