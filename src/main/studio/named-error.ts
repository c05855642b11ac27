import { LacunaError } from '../../shared/errors.js'

/** Anything thrown, as an error whose sentence names the picture; what names something already stays. */
export function namedError(thrown: unknown, name: string): LacunaError {
  const error = LacunaError.from(thrown)
  if (error.params['name'] !== undefined || error.code === 'cancelled') return error
  return new LacunaError(error.code, { name, ...error.params }, error.cause)
}
