/** Where the fill of the picture shown stands; pure functions of the state. */
import type { DocumentView, JobView } from '../../shared/contract.js'
import { canonicalEdit, type FillEdit } from '../../shared/edit.js'
import type { FillVariation, FillView } from '../../shared/fill.js'
import { getMask, type MaskStore } from '../mask/index.js'
import { isReady, jobsOf } from '../state/selectors.js'
import { activeDocument, shownState, type Studio } from '../state/store.js'

/**
 * drawing: variations are still to come · waiting: all are there, and one is to be kept or all discarded · keeping: one becomes
 * a state · idle: none of these.
 */
export type FillPhase = 'idle' | 'drawing' | 'waiting' | 'keeping'

/** The fill that belongs to the state shown. One of another state waits until that is shown again. */
export function fillOf(document: DocumentView | null): FillView | null {
  const fill = document?.fill ?? null
  return fill !== null && shownState(document)?.id === fill.state ? fill : null
}

export const activeFill = (studio: Studio): FillView | null => fillOf(activeDocument(studio))

export function fillPhase(studio: Studio): FillPhase {
  if (studio.keeping !== null && studio.keeping.document === studio.active) return 'keeping'
  const fill = activeFill(studio)
  if (fill === null) return 'idle'
  return fill.done ? 'waiting' : 'drawing'
}

/** A fill is being drawn or waits for an answer: Enter, Esc and the arrows are about it. */
export const isFilling = (studio: Studio): boolean => {
  const phase = fillPhase(studio)
  return phase === 'drawing' || phase === 'waiting'
}

/** Which of its variations is looked at: the best, unless another was chosen. */
export function shownVariation({ chosen }: Pick<Studio, 'chosen'>, fill: FillView): number {
  const wanted = chosen !== null && chosen.fill === fill.id ? chosen.variation : 0
  return Math.min(wanted, Math.max(0, fill.variations.length - 1))
}

/** Null while there is none. */
export const variationShown = (studio: Studio, fill: FillView): FillVariation | null =>
  fill.variations[shownVariation(studio, fill)] ?? null

export const fillJob = (studio: Studio): JobView | null => {
  const id = activeFill(studio)?.job
  return studio.server?.jobs.find((job) => job.id === id) ?? null
}

/** The last fill of the picture shown, when it failed: drawing it, or keeping it. */
export function failedFill(studio: Studio): JobView | null {
  if (isFilling(studio)) return null
  const last = jobsOf(studio, 'fill').reduce<JobView | null>(
    (latest, job) => ((job.startedAt ?? 0) >= (latest?.startedAt ?? 0) ? job : latest),
    null,
  )
  return last?.state === 'failed' ? last : null
}

type Spread = Pick<MaskStore, 'grow' | 'feather'>

/** The edit that the panel shown prepares; null when that is not a fill's. How far a mask spreads is set beside the brush. */
export function preparedFill(
  { panel, fillDraft, extendDraft }: Pick<Studio, 'panel' | 'fillDraft' | 'extendDraft'>,
  { grow, feather }: Spread = getMask(),
): FillEdit | null {
  if (panel !== 'fill' && panel !== 'extend') return null
  return panel === 'fill' ? { ...fillDraft, grow, feather } : extendDraft
}

/** Whether a fill that waits is what the panel's settings would give. */
export function isAsPrepared(studio: Studio, mask?: Spread): boolean {
  const fill = activeFill(studio)
  const edit = preparedFill(studio, mask)
  return fill !== null && edit !== null && canonicalEdit(fill.edit) === canonicalEdit(edit)
}

export const canKeep = (studio: Studio): boolean => {
  const fill = activeFill(studio)
  return isFilling(studio) && fill !== null && variationShown(studio, fill) !== null
}

/** Something can be prepared and begun: no other edit is at work on the picture. */
export const canFill = (studio: Studio): boolean =>
  isReady(studio) && fillPhase(studio) !== 'keeping' && fillPhase(studio) !== 'drawing'
