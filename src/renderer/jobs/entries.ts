/** What the Jobs view lists: edits, exports and batches in one list, by what they are doing. Pure functions of the snapshot. */
import type { JobView, StudioView } from '../../shared/contract.js'
import type { BatchView, JobState } from '../../shared/job.js'

export const sections = ['running', 'waiting', 'stopped', 'ended'] as const
export type Section = (typeof sections)[number]

export type Entry =
  | { readonly kind: 'section'; readonly key: string; readonly section: Section; readonly count: number }
  | { readonly kind: 'job'; readonly key: string; readonly job: JobView }
  | {
      readonly kind: 'batch'
      readonly key: string
      readonly batch: BatchView
      /** Where it stands in the queue; null when it does not wait in it. */
      readonly place: Place | null
    }

/** For moving a waiting batch: in front of which one it goes up, in front of which (null: last) it goes down. */
export interface Place {
  readonly up: string | undefined
  readonly down: string | null | undefined
}

type Snapshot = Pick<StudioView, 'jobs' | 'batches'>

const batchSections: Readonly<Record<Exclude<JobState, 'draft'>, Section>> = {
  running: 'running',
  waiting: 'waiting',
  paused: 'stopped',
  interrupted: 'stopped',
  done: 'ended',
  cancelled: 'ended',
}

export const sectionOfJob = ({ state }: JobView): Section =>
  state === 'running' || state === 'waiting' ? state : 'ended'

/** Null for a draft, which is no job yet and is shown in the Batch view alone. */
export const sectionOfBatch = ({ state }: BatchView): Section | null =>
  state === 'draft' ? null : batchSections[state]

/** Sections with their rows, the empty ones left out. What waits is in the order of the queue, what ended newest first. */
export function entriesOf({ jobs, batches }: Snapshot): Entry[] {
  const rows: Record<Section, Exclude<Entry, { kind: 'section' }>[]> = {
    running: [],
    waiting: [],
    stopped: [],
    ended: [],
  }
  for (const job of jobs) rows[sectionOfJob(job)].push({ kind: 'job', key: `job-${job.id}`, job })
  // The list of jobs comes newest first; the one that waits longest is next.
  rows.waiting.reverse()
  const waiting = batches.filter(isQueued)
  for (const batch of batches) {
    const section = sectionOfBatch(batch)
    if (section === null) continue
    const place = isQueued(batch) ? placeIn(waiting, waiting.indexOf(batch)) : null
    rows[section].push({ kind: 'batch', key: `batch-${batch.id}`, batch, place })
  }
  rows.ended.sort((a, b) => endOf(b) - endOf(a))
  return sections.flatMap((section) => {
    const own = rows[section]
    return own.length === 0 ? [] : [{ kind: 'section', key: section, section, count: own.length } as const, ...own]
  })
}

/** The command line's jobs: the studio shows them, and can stop them, but takes them up only when a person says so. */
export const isForeign = ({ origin }: BatchView): boolean => origin === 'cli'

/** How the command line goes on with one of its jobs, and the studio, if it is to; null while there is nothing to do. */
export function wayOn(batch: BatchView): 'resume' | 'retry' | null {
  const { state, counts } = batch
  if (!isForeign(batch)) return null
  if (state === 'waiting' || state === 'paused' || state === 'interrupted') return 'resume'
  return state !== 'running' && counts.failed + counts.cancelled > 0 ? 'retry' : null
}

/** The studio takes it when its turn comes. */
const isQueued = (batch: BatchView): boolean => batch.state === 'waiting' && !isForeign(batch)

function placeIn(waiting: readonly BatchView[], index: number): Place {
  const last = index === waiting.length - 1
  return { up: waiting[index - 1]?.id, down: last ? undefined : (waiting[index + 2]?.id ?? null) }
}

function endOf(entry: Exclude<Entry, { kind: 'section' }>): number {
  if (entry.kind === 'job') return entry.job.endedAt ?? entry.job.startedAt ?? 0
  return entry.batch.endedAt ?? entry.batch.startedAt ?? entry.batch.createdAt
}

/** Files that are, or were, to be worked on: those that were skipped are not. */
export const filesIn = ({ counts: { waiting, running, done, failed, cancelled } }: BatchView): number =>
  waiting + running + done + failed + cancelled

export const endedIn = ({ counts: { done, failed, cancelled } }: BatchView): number => done + failed + cancelled

/** 0..1; what its process tells, or else by the files that have ended. */
export const fractionOf = (batch: BatchView): number =>
  batch.progress?.fraction ?? (filesIn(batch) === 0 ? 0 : endedIn(batch) / filesIn(batch))

export interface Overall {
  /** Edits, exports and batches that run or wait. */
  readonly live: number
  readonly running: number
  /** Of all that runs or waits, each weighed by its number of pictures. */
  readonly fraction: number
}

export function overallOf({ jobs, batches }: Snapshot): Overall {
  const work = [
    ...jobs.map((job) => ({ section: sectionOfJob(job), fraction: job.fraction, weight: 1 })),
    ...batches.map((batch) => ({
      section: batch.state === 'running' || isQueued(batch) ? sectionOfBatch(batch) : null,
      fraction: fractionOf(batch),
      weight: Math.max(1, filesIn(batch)),
    })),
  ].filter(({ section }) => section === 'running' || section === 'waiting')
  const weight = work.reduce((sum, one) => sum + one.weight, 0)
  return {
    live: work.length,
    running: work.filter(({ section }) => section === 'running').length,
    fraction: weight === 0 ? 0 : work.reduce((sum, one) => sum + one.fraction * one.weight, 0) / weight,
  }
}
