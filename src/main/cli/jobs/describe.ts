/** Records of the store as the events of `lacuna jobs`. */
import type { ItemEvent, JobEvent } from '../../../shared/events.js'
import type { Words } from '../../../shared/words.js'
import type { ItemRecord, JobRecord } from '../../studio/jobs/store/records.js'
import { wordedError } from '../run/telling.js'

const iso = (at: number): string => new Date(at).toISOString()
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))

export function jobEvent(job: JobRecord): JobEvent {
  const { id, name, origin, state, request, counts, owner, progress } = job
  const holder = owner === null ? null : { host: owner.host, pid: owner.pid }
  const { fraction = 0, secondsLeft = null, provider = null, device = null } = progress ?? {}
  return {
    v: 1,
    event: 'job',
    ...{ id, name, origin, state, request, counts, holder },
    progress: progress === null ? null : { fraction, secondsLeft, provider, device },
    createdAt: iso(job.createdAt),
    startedAt: isoOrNull(job.startedAt),
    endedAt: isoOrNull(job.endedAt),
  }
}

export function itemEvent(record: ItemRecord, words: Words): ItemEvent {
  const { job, item, input, target, state, attempts, skip, error, result } = record
  // After a crash the result is known, but not who made it.
  const known = state === 'done' && result !== null && result.model !== ''
  return {
    v: 1,
    event: 'item',
    ...{ job, item, input, output: target, state, attempts, reason: skip },
    error: error === null ? null : wordedError(error, words),
    result: known ? pickResult(result) : null,
  }
}

const pickResult = ({
  bytes,
  seconds,
  model,
  provider,
  device,
  sigma,
  takenFor,
}: NonNullable<ItemRecord['result']>): NonNullable<ItemEvent['result']> => ({
  bytes,
  seconds,
  model,
  provider,
  device,
  sigma,
  takenFor,
})
