/** How a desktop program behaves while batches run: what follows from the studio's state, without Electron. */
import type { StudioView } from '../../shared/contract.js'
import type { BatchView } from '../../shared/job.js'

export interface Manners {
  /** Batches that this program has run since it last had nothing to do. */
  readonly ran: readonly string[]
  /** 0..1 for the taskbar; null for none. */
  readonly progress: number | null
  /** The system must not fall asleep. */
  readonly keepAwake: boolean
  /** What came of the batches that ran, told once: when the last of them has ended. */
  readonly ended: { readonly done: number; readonly failed: number } | null
}

export const idle: Manners = { ran: [], progress: null, keepAwake: false, ended: null }

/** What holds after a new view of the studio. Batches of other processes, as those of the command line, are their own business. */
export function nextManners(before: Manners, { batches, queuePaused }: StudioView): Manners {
  const running = batches.filter(isAtWork)
  const next = queuePaused ? [] : batches.filter(isNext)
  // What waits is part of what is to be done, but does not start the clock by itself.
  const work = running.length === 0 ? [] : [...running, ...next]
  const ran = [...new Set([...before.ran, ...running.map(({ id }) => id)])]
  const now = { progress: progressOf(work), keepAwake: running.length > 0 }
  if (running.length > 0 || (next.length > 0 && ran.length > 0)) return { ...now, ran, ended: null }
  const ended = batches.filter(({ id, state }) => ran.includes(id) && state === 'done')
  return { ...now, ran: [], ended: ended.length === 0 ? null : sumUp(ended) }
}

/** A job that watches folders is at work only while there are files to do. */
const isAtWork = ({ state, holder, request, counts }: BatchView): boolean =>
  state === 'running' && holder === 'here' && (!request.watch || counts.waiting + counts.running > 0)

/** This program's queue takes it without being asked again. */
const isNext = ({ state, origin }: BatchView): boolean => state === 'waiting' && origin !== 'cli'

function progressOf(work: readonly BatchView[]): number | null {
  if (work.length === 0) return null
  const weights = work.map(({ counts: { waiting, running, done, failed, cancelled } }) =>
    Math.max(1, waiting + running + done + failed + cancelled),
  )
  const done = work.reduce((sum, { progress }, index) => sum + (progress?.fraction ?? 0) * (weights[index] ?? 1), 0)
  return done / weights.reduce((sum, weight) => sum + weight, 0)
}

const sumUp = (batches: readonly BatchView[]): NonNullable<Manners['ended']> => ({
  done: batches.reduce((sum, { counts }) => sum + counts.done, 0),
  failed: batches.reduce((sum, { counts }) => sum + counts.failed, 0),
})
