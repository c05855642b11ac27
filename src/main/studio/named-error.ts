import { extname, isAbsolute } from 'node:path'
import { LacunaError } from '../../shared/errors.js'

/** Of the engine's scratch files: a sentence about `edited.v` would say nothing to a person. */
const scratchExtensions: readonly string[] = ['.v', '.f32']

/** Anything thrown, as an error whose sentence names the picture; what names something of the person's already stays. */
export function namedError(thrown: unknown, name: string): LacunaError {
  const error = LacunaError.from(thrown)
  const named = error.params['name']
  const isScratch =
    typeof named === 'string' && (scratchExtensions.includes(extname(named)) || isFolder(error.code, named))
  if ((named !== undefined && named !== '' && !isScratch) || error.code === 'cancelled') return error
  return new LacunaError(error.code, { ...error.params, name }, error.cause)
}

/** Results are named without their folders; what has one is a scratch folder that could not be made. */
const isFolder = (code: string, named: string): boolean => code.startsWith('output.') && isAbsolute(named)
