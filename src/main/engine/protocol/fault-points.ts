/**
 * Places where tests kill a process, to show that nothing is lost there (docs/reliability.md). Without LACUNA_FAULT
 * they do nothing. `LACUNA_FAULT=<point>[:<n>]@<marker file>` ends the process that comes to the point for the n-th time with
 * SIGKILL, once: the marker file is made first, and where it exists nothing happens.
 */
import { closeSync, openSync } from 'node:fs'

/** In the order in which a result passes them. Write and sync are the engine's, the others the host's. */
export const faultPoints = [
  'start.before',
  'start.after',
  'write.before',
  'write.after',
  'sync.before',
  'sync.after',
  'hash.before',
  'hash.after',
  'rename.before',
  'rename.after',
  'commit.before',
  'commit.after',
] as const
export type FaultPoint = (typeof faultPoints)[number]

const wanted = /^([a-z.]+)(?::(\d+))?@(.+)$/.exec(process.env['LACUNA_FAULT'] ?? '')
let passed = 0

export function faultPoint(point: FaultPoint): void {
  if (wanted === null || wanted[1] !== point || ++passed < Number(wanted[2] ?? 1)) return
  try {
    closeSync(openSync(wanted[3] ?? '', 'wx'))
  } catch {
    // It happened already, in this process or in one before it.
    return
  }
  process.kill(process.pid, 'SIGKILL')
}
