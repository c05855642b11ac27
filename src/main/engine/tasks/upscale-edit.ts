/** An upscale edit on a whole raster. */
import { LacunaError } from '../../../shared/errors.js'
import type { EditHandler } from './edit.js'

export const upscaleEdit: EditHandler<'upscale'> = (_input, edit) =>
  Promise.reject(new LacunaError('model.invalid', { model: edit.model, reason: 'no pipeline enlarges with it' }))
