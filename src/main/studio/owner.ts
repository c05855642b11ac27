/** Who owns a scratch folder or the lease of a job: a process, told apart from a later one with the same number by its start. */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'
import { errno } from './files/fs.js'

export const Owner = z.object({
  host: z.string(),
  pid: z.number().int(),
  /** When the process started, in the system's own words; null where the system does not say. */
  start: z.string().nullable(),
})
export type Owner = z.infer<typeof Owner>

export const thisProcess = (): Owner => ({ host: hostname(), pid: process.pid, start: processStart(process.pid) })

/**
 * False only when the owner is certainly gone (on Linux also when it has ended, but nobody has asked how). An owner on another machine (a shared home folder) counts as alive,
 * and where start times cannot be read, so does any process with its number.
 */
export function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return true
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    // EPERM: there is such a process, of another user.
    if (errno(error) === 'ESRCH') return false
  }
  const start = processStart(owner.pid)
  if (start === ENDED) return false
  return start === null || owner.start === null || start === owner.start
}

const ENDED = 'ended'

/** Linux: boot id and start in clock ticks since boot (fields 3 and 22 of /proc/pid/stat; field 2 may hold spaces). */
function processStart(pid: number): string | null {
  if (process.platform !== 'linux') return null
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    // A zombie: its parent (in a container, perhaps one that never does) has not taken its exit code yet.
    if (fields[0] === 'Z' || fields[0] === 'X') return ENDED
    const ticks = fields[19]
    return ticks === undefined ? null : `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`
  } catch {
    // Gone between two looks, or /proc is not mounted: nothing certain is known.
    return null
  }
}
