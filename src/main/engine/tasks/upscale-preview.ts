/** The `upscalePreview` task: a part of an enlarged picture, at once. */
import { LacunaError } from '../../../shared/errors.js'
import type { Handler } from './context.js'

export const upscalePreview: Handler<'upscalePreview'> = ({ edit }) =>
  Promise.reject(new LacunaError('model.invalid', { model: edit.model, reason: 'no pipeline enlarges with it' }))
