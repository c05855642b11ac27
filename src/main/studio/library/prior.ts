/** The second model that an edit needs. */
import { DETAIL_PRIOR, type Edit } from '../../../shared/edit.js'
import type { Library, Model } from './library.js'

/** What draws the detail of an enlarged picture; undefined for every other edit. Throws `model.notFound`, `model.invalid`. */
export const priorOf = (edit: Edit, library: Pick<Library, 'resolve'>): Model | undefined =>
  edit.kind === 'upscale' && edit.detail > 0 ? library.resolve(DETAIL_PRIOR) : undefined
