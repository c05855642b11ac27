/** What follows from the state for batches; pure functions of it. */
import type { BatchView, JobState } from '../../shared/job.js'
import type { Studio } from '../state/store.js'

const none: readonly BatchView[] = []

export const batchesOf = (studio: Studio): readonly BatchView[] => studio.server?.batches ?? none

const isOneOf =
  (...states: JobState[]) =>
  ({ state }: BatchView): boolean =>
    states.includes(state)

export const isDraft = isOneOf('draft')
/** In the queue, or at work: it will go on, or waits for the word. */
export const isLive = isOneOf('waiting', 'running', 'paused', 'interrupted')
export const hasEnded = isOneOf('done', 'cancelled')

export const draftOf = (studio: Studio): BatchView | null => batchesOf(studio).find(isDraft) ?? null

/** Null while the batch is not there. */
export const revisionOf = (studio: Studio, id: string): number | null =>
  batchesOf(studio).find((batch) => batch.id === id)?.revision ?? null

/** In the place of a batch's id: the draft is shown, or, while there is none, how to begin one. */
export const NEW_BATCH = 'new'

/**
 * The batch shown: the one chosen; else what runs, what is being put together, what waits; else the one that ended last.
 * The same one stays shown when it ends, since `studio.batch` remembers what was chosen.
 */
export function shownBatch(studio: Studio): BatchView | null {
  const batches = batchesOf(studio)
  if (studio.batch === NEW_BATCH) return draftOf(studio)
  return (
    batches.find(({ id }) => id === studio.batch) ??
    batches.find(isOneOf('running')) ??
    batches.find(isDraft) ??
    batches.find(isLive) ??
    lastEnded(batches)
  )
}

function lastEnded(batches: readonly BatchView[]): BatchView | null {
  return batches.reduce<BatchView | null>(
    (latest, batch) => ((batch.endedAt ?? 0) >= (latest?.endedAt ?? 0) ? batch : latest),
    null,
  )
}

export function canRun(studio: Studio): boolean {
  const batch = shownBatch(studio)
  return batch !== null && isDraft(batch)
}

export function canPauseOrResume(studio: Studio): boolean {
  const batch = shownBatch(studio)
  return batch !== null && isLive(batch)
}

/** It holds its folders in view and has nothing to do: others have their turn meanwhile. */
export const isWatching = ({ state, request, counts }: BatchView): boolean =>
  state === 'running' && request.watch && counts.waiting + counts.running === 0

/** The next click on Pause or Resume resumes. */
export const isHeld = isOneOf('paused', 'interrupted')

/** What goes to a batch together: the pictures selected in the filmstrip, else the one shown. Those that failed to open are left out. */
export function selectedDocuments({ server, selection, active }: Studio): string[] {
  const wanted = selection.length > 0 ? selection : [active]
  return (server?.documents ?? [])
    .filter(({ id, phase }) => phase !== 'failed' && wanted.includes(id))
    .map(({ id }) => id)
}

/** Files in a batch that are, or were, to be worked on. */
export const workOf = ({ counts: { waiting, running, done, failed, cancelled } }: BatchView): number =>
  waiting + running + done + failed + cancelled

/** How many of them have ended, whichever way. */
export const endedOf = ({ counts: { done, failed, cancelled } }: BatchView): number => done + failed + cancelled
