/** What the Upscale panel has prepared for the picture shown; pure functions of the state. */
import type { ModelView } from '../../shared/contract.js'
import { canonicalEdit, type UpscaleEdit } from '../../shared/edit.js'
import { isReady, pictureSize } from '../state/selectors.js'
import { activeDocument, shownState, type Studio } from '../state/store.js'
import { dpiOf, outcomeOf, targetOf, type Outcome } from './size.js'

const BUNDLED = 'lacuna-upscale'

/** The model that was chosen if it is installed, else the bundled one, else the first that enlarges. */
export function upscalerOf(models: readonly ModelView[], chosen: string): string | null {
  const ids = models.filter(({ task }) => task === 'upscale').map(({ id }) => id)
  return [chosen, BUNDLED].find((id) => ids.includes(id)) ?? ids[0] ?? null
}

/** Null while there is no model for it, or no size. */
export function preparedUpscale({
  upscaleDraft,
  upscaleSize,
  upscaler,
}: Pick<Studio, 'upscaleDraft' | 'upscaleSize' | 'upscaler'>): UpscaleEdit | null {
  const target = targetOf(upscaleSize)
  return target === null || upscaler === null
    ? null
    : { ...upscaleDraft, model: upscaler, target, dpi: dpiOf(upscaleSize) }
}

/** What it comes to for the picture shown; null without one. */
export function upscaleOutcome(studio: Studio): Outcome | null {
  const picture = pictureSize(activeDocument(studio))
  return picture === null ? null : outcomeOf(studio.upscaleSize, picture)
}

export const canUpscale = (studio: Studio): boolean =>
  isReady(studio) && preparedUpscale(studio) !== null && upscaleOutcome(studio)?.kind === 'size'

/**
 * The edit whose patch the canvas shows, as text, so that what says the same is the same; null when it shows none. Not when
 * the state shown came from exactly that edit: it would be shown once more enlarged.
 */
export function patchedEdit(studio: Studio): string | null {
  const state = shownState(activeDocument(studio))
  const edit = preparedUpscale(studio)
  if (studio.panel !== 'upscale' || !studio.preview || state === null || edit === null || !canUpscale(studio))
    return null
  const text = canonicalEdit(edit)
  return state.edit !== null && canonicalEdit(state.edit) === text ? null : text
}
