/**
 * The rules of the job store, as functions of records: what a wish, a start or an end makes of a job or an item.
 * Every implementation saves what these return, so that all of them mean the same.
 */
import { randomInt } from 'node:crypto'
import { hostname } from 'node:os'
import { type ErrorWire, LacunaError } from '../../../../shared/errors.js'
import type {
  ItemCounts,
  ItemResult,
  ItemState,
  JobOrigin,
  JobRequest,
  JobState,
  SkipReason,
} from '../../../../shared/job.js'
import { isAlive, type Owner } from '../../owner.js'
import type { ItemRecord, JobRecord, Lease, MadeResult, NewItem, NewJob, Wish } from './records.js'
import { type FileIdentity, type KeepLimits, LEASE_EXPIRY_MS } from './store.js'

/** What a store keeps of a job beside its request and its items. */
export interface JobEntry extends Omit<JobRecord, 'request' | 'counts'> {
  /** Of the last lease; the next is one higher. */
  token: number
  wish: Wish
  /** The number of the last item that the job ever had. */
  lastItem: number
}

const unheld = { owner: null, heartbeatAt: null, progress: null, wish: 'run' } as const

export const newJob = (
  id: string,
  job: Pick<NewJob, 'name' | 'origin' | 'state'>,
  position: number,
  now: number,
): JobEntry => ({
  id,
  ...job,
  position,
  token: 0,
  lastItem: 0,
  ...unheld,
  createdAt: now,
  startedAt: null,
  endedAt: null,
  revision: 0,
})

/** What others see of an entry. */
export function recordOf(entry: JobEntry, request: JobRequest, counts: ItemCounts): JobRecord {
  const { token: _token, wish: _wish, lastItem: _lastItem, ...shown } = entry
  return { ...shown, request, counts }
}

export const isHeldBy = (entry: JobEntry, lease: Lease): boolean =>
  entry.state === 'running' && entry.token === lease.token

type Held = Pick<JobEntry, 'state' | 'owner' | 'heartbeatAt'>

/**
 * Whether a process works on the job. On this machine the process itself is looked at: one that is suspended keeps its
 * lease, one that was killed loses it at once. Of another machine only the heartbeat is known.
 */
export function holderLives({ state, owner, heartbeatAt }: Held, now: number): boolean {
  if (state !== 'running' || owner === null) return false
  return owner.host === hostname() ? isAlive(owner) : now - (heartbeatAt ?? 0) <= LEASE_EXPIRY_MS
}

/**
 * The job as it is, whatever a dead holder left written: `running` in the answer means that a process lives and works
 * on it. What was wanted of a holder that died is true of the job without it.
 */
export function asFound<T extends JobEntry>(entry: T, now: number): T {
  if (entry.state !== 'running' || holderLives(entry, now)) return entry
  const states = {
    cancel: 'cancelled',
    pause: 'paused',
    run: entry.origin === 'cli' ? 'interrupted' : 'waiting',
  } as const
  const state = states[entry.wish]
  return { ...entry, ...unheld, state, endedAt: state === 'cancelled' ? entry.heartbeatAt : null }
}

/** What a dead holder left is taken whatever is wanted of it: its items in flight have to be settled. */
export const isClaimable = (entry: JobEntry, now: number): boolean =>
  entry.state === 'waiting' || (entry.state === 'running' && !holderLives(entry, now))

export const claimed = (entry: JobEntry, owner: Owner, now: number): JobEntry => ({
  ...entry,
  state: 'running',
  owner,
  token: entry.token + 1,
  heartbeatAt: now,
  progress: null,
  startedAt: entry.startedAt ?? now,
})

// --- Wishes. On a `running` job they are its holder's to obey, or, if that is dead, of whoever settles its items. -------

export function resumed(entry: JobEntry, now: number): JobEntry {
  const found = asFound(entry, now)
  if (found.state === 'running') return found.wish === 'pause' ? { ...found, wish: 'run' } : found
  return ['draft', 'paused', 'interrupted'].includes(found.state) ? { ...found, state: 'waiting' } : entry
}

/** Throws `job.running`. */
export function adopted(entry: JobEntry, origin: JobOrigin, now: number): JobEntry {
  const found = asFound(entry, now)
  if (found.origin !== 'cli') return resumed(entry, now)
  if (found.state === 'running') throw new LacunaError('job.running', { name: found.name })
  // What a dead holder that was to cancel it left in flight is settled when it is claimed.
  return isEnded(found.state) ? { ...entry, origin } : { ...resumed(entry, now), origin }
}

export function paused(entry: JobEntry): JobEntry {
  if (entry.state === 'running') return { ...entry, wish: entry.wish === 'run' ? 'pause' : entry.wish }
  return ['waiting', 'interrupted'].includes(entry.state) ? { ...entry, state: 'paused' } : entry
}

export function cancelledJob(entry: JobEntry, now: number): JobEntry {
  if (entry.state === 'running') return { ...entry, wish: 'cancel' }
  return isEnded(entry.state) ? entry : { ...entry, state: 'cancelled', endedAt: now }
}

/** Items of it wait again. */
export function reopened(entry: JobEntry, now: number): JobEntry {
  const found = asFound(entry, now)
  if (isEnded(found.state)) return { ...found, state: 'waiting', startedAt: null, endedAt: null }
  return found.state === 'running' && found.wish === 'cancel' ? { ...found, wish: 'run' } : entry
}

/** What waits in the job is not worked on any more. */
export const isCancelling = (entry: JobEntry): boolean => entry.state === 'cancelled' || entry.wish === 'cancel'

export type Release = 'waiting' | 'paused' | 'interrupted' | 'done' | 'cancelled'

/** A wish that the holder has not obeyed yet is not lost by its going; nor are items that came at the last moment. */
export function released(entry: JobEntry, asked: Release, counts: ItemCounts, now: number): JobEntry {
  const open = counts.waiting + counts.running > 0
  let state: Release = asked === 'done' && open ? 'waiting' : asked
  if (state !== 'done' && entry.wish === 'cancel') state = 'cancelled'
  if ((state === 'waiting' || state === 'interrupted') && entry.wish === 'pause') state = 'paused'
  return { ...entry, ...unheld, state, endedAt: isEnded(state) ? now : null }
}

/** Ids of the ended jobs that are beyond what is kept. */
export function prunable(
  jobs: readonly Pick<JobEntry, 'id' | 'state' | 'createdAt' | 'endedAt'>[],
  { jobs: kept, endedSince, spared }: KeepLimits,
): string[] {
  const at = ({ endedAt, createdAt }: Pick<JobEntry, 'createdAt' | 'endedAt'>): number => endedAt ?? createdAt
  return jobs
    .filter(({ state }) => isEnded(state))
    .sort((a, b) => at(b) - at(a))
    .filter((job, place) => (place >= kept || at(job) < endedSince) && !spared.has(job.id))
    .map(({ id }) => id)
}

export const isEnded = (state: JobState): boolean => state === 'done' || state === 'cancelled'

// --- Items --------------------------------------------------------------------------------------------------

export const newItem = (job: string, item: number, planned: NewItem, cancelling: boolean): ItemRecord => ({
  ...planned,
  job,
  item,
  state: cancelling && planned.state === 'waiting' ? 'cancelled' : planned.state,
  size: null,
  attempts: 0,
  ...unworked,
})

/** What of a draft's item outlives planning again. */
export type DraftedItem = Pick<ItemRecord, 'item' | 'input' | 'bytes' | 'size'>

/**
 * A draft's items, planned again, in the order of their numbers: one whose input was there keeps its number, and its size
 * while the file has the same length; the others' numbers go on from the last.
 */
export function redrafted(
  { id, lastItem }: JobEntry,
  before: readonly DraftedItem[],
  planned: readonly NewItem[],
): { items: ItemRecord[]; lastItem: number } {
  // Several of one input are one and its duplicates.
  const kept = new Map<string, DraftedItem[]>()
  for (const item of before) kept.set(item.input, [...(kept.get(item.input) ?? []), item])
  let last = lastItem
  const items = planned.map((one): ItemRecord => {
    const old = kept.get(one.input)?.shift()
    const item = newItem(id, old?.item ?? ++last, one, false)
    return old?.bytes === one.bytes ? { ...item, size: old.size } : item
  })
  return { items: items.sort((a, b) => a.item - b.item), lastItem: last }
}

/** What an item that waits has of its work: nothing. */
const unworked = { key: null, temp: null, result: null, startedAt: null, endedAt: null }

export const started = (item: ItemRecord, now: number): ItemRecord => ({
  ...item,
  ...unworked,
  state: 'running',
  attempts: item.attempts + 1,
  startedAt: now,
})

const ended = (item: ItemRecord, now: number): ItemRecord => ({ ...item, temp: null, endedAt: now })

export const completed = (item: ItemRecord, result: ItemResult, now: number): ItemRecord => ({
  ...ended(item, now),
  state: 'done',
  result,
})

export const failed = (item: ItemRecord, error: ErrorWire, now: number): ItemRecord => ({
  ...ended(item, now),
  state: 'failed',
  error,
  result: null,
})

export const skipped = (item: ItemRecord, skip: SkipReason, now: number): ItemRecord => ({
  ...ended(item, now),
  state: 'skipped',
  skip,
  result: null,
})

export const putBack = (item: ItemRecord, counted: boolean): ItemRecord => ({
  ...item,
  ...unworked,
  state: 'waiting',
  attempts: counted ? item.attempts : Math.max(0, item.attempts - 1),
})

export const retried = (item: ItemRecord): ItemRecord => ({
  ...item,
  ...unworked,
  state: 'waiting',
  attempts: 0,
  error: null,
  skip: null,
})

/** What the item's target holds from now on; null for an item without target or key, of which nothing can be known again. */
export const madeOf = ({ key, target }: ItemRecord, { sha256, bytes }: ItemResult, at: number): MadeResult | null =>
  key === null || target === null ? null : { key, target, sha256, bytes, at }

/** All states when none are named. */
export const sumOf = (counts: ItemCounts, states?: readonly ItemState[]): number =>
  [...new Set(states ?? itemStates)].reduce((sum, state) => sum + counts[state], 0)

const itemStates: readonly ItemState[] = ['waiting', 'running', 'done', 'skipped', 'failed', 'cancelled']

export const sameFile = (a: FileIdentity, b: FileIdentity): boolean =>
  a.path === b.path && a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs

// --- What goes wrong ----------------------------------------------------------------------------------------

export const notFound = (id: string): LacunaError => new LacunaError('job.notFound', { name: id })
export const leaseLost = (lease: Lease): LacunaError => new LacunaError('job.leaseLost', { name: lease.job })

/** A mistake of the caller: only what was started can be ended. */
export const notRunning = (job: string, item: number): LacunaError =>
  new LacunaError('internal', { reason: `item ${item} of job ${job} is not running` })

// --- Names --------------------------------------------------------------------------------------------------

/** Without letters and digits that are taken for one another. */
const ID_LETTERS = '23456789abcdefghjkmnpqrstuvwxyz'

export const newJobId = (): string =>
  Array.from({ length: 6 }, () => ID_LETTERS.charAt(randomInt(ID_LETTERS.length))).join('')

/** As typed by a person. Empty when it cannot be the beginning of any id. */
export const idPrefix = (typed: string): string => {
  const id = typed.trim().toLowerCase()
  return /^[a-z0-9]+$/.test(id) ? id : ''
}

/** The one job that is meant by the beginning of an id. Throws `job.ambiguous`. */
export function chooseId(typed: string, candidates: readonly string[]): string | null {
  if (candidates.includes(typed)) return typed
  if (candidates.length > 1) throw new LacunaError('job.ambiguous', { name: typed, ids: candidates.join(', ') })
  return candidates[0] ?? null
}
