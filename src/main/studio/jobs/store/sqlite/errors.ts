/** What SQLite says, in our words. */
import { basename } from 'node:path'
import { z } from 'zod'
import { LacunaError } from '../../../../../shared/errors.js'

/** https://sqlite.org/rescode.html */
const BUSY = 5
const CORRUPT = 11
const FULL = 13
const NOT_A_DATABASE = 26

const SqliteError = z.looseObject({ errcode: z.number().int() })

/** The primary result code; the extended ones keep it in their low byte. */
function resultCode(thrown: unknown): number | null {
  const parsed = SqliteError.safeParse(thrown)
  return thrown instanceof Error && parsed.success ? parsed.data.errcode & 0xff : null
}

export const isBusy = (thrown: unknown): boolean => resultCode(thrown) === BUSY

/** What is in the file cannot be read as a database of ours. */
export class Damaged extends Error {}

export const isDamage = (thrown: unknown): boolean =>
  thrown instanceof Damaged || [CORRUPT, NOT_A_DATABASE].includes(resultCode(thrown) ?? -1)

/** `output.diskFull`, or `store.failed` with SQLite's own words. */
export function storeError(thrown: unknown, file: string): LacunaError {
  if (thrown instanceof LacunaError) return named(thrown, file)
  if (resultCode(thrown) === FULL) return new LacunaError('output.diskFull', { name: basename(file) }, thrown)
  const reason = thrown instanceof Error ? thrown.message : String(thrown)
  return new LacunaError('store.failed', { name: file, reason }, thrown)
}

/** A record that is not as it was written does not know its file. */
const named = (error: LacunaError, file: string): LacunaError =>
  error.code === 'store.failed' && error.params['name'] === undefined
    ? new LacunaError(error.code, { name: file, ...error.params }, error.cause)
    : error
