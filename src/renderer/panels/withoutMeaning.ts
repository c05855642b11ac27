import type { DenoiseEdit } from '../../shared/edit.js'
import type { Cleaning } from '../../shared/model.js'

/** Where a level begins that has to be set by hand: light noise. */
const FIRST_LEVEL = 10

/** What has to change in an edit so that it asks nothing of a model that has no meaning for it. */
export function withoutMeaning(edit: DenoiseEdit, { noise, detail }: Cleaning): Partial<DenoiseEdit> {
  return {
    ...(noise === 'none' ? { sigma: 'auto', strength: 1 } : {}),
    ...(noise === 'given' && edit.sigma === 'auto' ? { sigma: FIRST_LEVEL } : {}),
    ...(detail ? {} : { detail: 0 }),
  }
}
