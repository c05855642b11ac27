/** The log: a file of JSON lines in the state folder, for the person's report. pino is loaded at the first line. */
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { StudioPaths } from './paths.js'

export interface Log {
  warn(message: string, error?: unknown): void
  error(message: string, error?: unknown): void
}

/** The file is put aside at this size; one old file is kept. */
const LIMIT = 5_000_000

export function openLog(paths: StudioPaths): Log {
  let logger: Promise<Logger> | null = null
  const write = (level: 'warn' | 'error', message: string, error: unknown): void => {
    logger ??= start(join(paths.state, 'lacuna.log'), paths)
    logger.then(
      (log) => log[level](error === undefined ? {} : { err: error }, message),
      // Without a log (full disk, read-only home) standard error is the last place to say it.
      (failure: unknown) => console.error(message, error, failure),
    )
  }
  return {
    warn: (message, error) => write('warn', message, error),
    error: (message, error) => write('error', message, error),
  }
}

async function start(file: string, paths: StudioPaths): Promise<Logger> {
  const { pino } = await import('pino')
  mkdirSync(paths.state, { recursive: true, mode: 0o700 })
  if (existsSync(file) && statSync(file).size > LIMIT) renameSync(file, `${file}.1`)
  return pino(
    { base: { pid: process.pid, version: paths.version } },
    pino.destination({ dest: file, sync: true, mode: 0o600 }),
  )
}
