/** Time, processor time and memory of a program with all its children (the last two on Linux only). */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

const SAMPLE_MS = 200
/** Of `/proc/PID/stat`: the kernel gives times in hundredths of a second to every program. */
const TICK = 0.01

export interface TreeUse {
  seconds: number
  /** Of all threads, in user code and in the kernel, seconds; null where it can't be read. */
  processor: number | null
  /** Largest sum of anonymous resident memory over the process and its descendants, bytes; null where it can't be read. */
  peakAnonymous: number | null
}

export interface Measured extends TreeUse {
  stdout: string
}

/** From now until `end`, of a process that goes on. */
export function watchTree(pid: number): { end(): TreeUse } {
  const [began, before] = [performance.now(), processorOfTree(pid)]
  let peak = 0
  const sample = () => (peak = Math.max(peak, anonymousOfTree(pid)))
  const timer = setInterval(sample, SAMPLE_MS)
  return {
    end() {
      clearInterval(timer)
      sample()
      const after = processorOfTree(pid)
      const processor = before === null || after === null ? null : after - before
      return { seconds: (performance.now() - began) / 1000, processor, peakAnonymous: peak || null }
    },
  }
}

/**
 * A program from its start to its end; one at a time, since its processor time is what this process's ended children took.
 * Throws when it ends with another code than 0.
 */
export function measure(command: string, args: readonly string[]): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const before = timesOf(process.pid)
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr, peak] = ['', '', 0]
    child.stdout.on('data', (data) => (stdout += String(data)))
    child.stderr.on('data', (data) => (stderr += String(data)))
    const timer = setInterval(() => {
      if (child.pid !== undefined) peak = Math.max(peak, anonymousOfTree(child.pid))
    }, SAMPLE_MS)
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(timer)
      const seconds = (performance.now() - began) / 1000
      const after = timesOf(process.pid)
      const processor = before === null || after === null ? null : after.ended - before.ended
      if (code === 0) resolve({ seconds, processor, peakAnonymous: peak || null, stdout })
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr}`))
    })
  })
}

/** Anonymous resident memory of a process and its descendants, bytes. One that has just ended counts as nothing. */
export function anonymousOfTree(pid: number): number {
  // From `status`, which the kernel keeps count of: `smaps_rollup` walks the page tables and slows what is measured.
  const kilobytes = /^RssAnon:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1]
  return Number(kilobytes ?? 0) * 1024 + childrenOf(pid).reduce((sum, child) => sum + anonymousOfTree(child), 0)
}

/** Seconds of processor time of a process and its descendants so far; null where it can't be read. */
export function processorOfTree(pid: number): number | null {
  const times = timesOf(pid)
  if (times === null) return null
  return childrenOf(pid).reduce((sum, child) => sum + (processorOfTree(child) ?? 0), times.own + times.ended)
}

/** Seconds of a process itself, and of its children that have ended. */
function timesOf(pid: number): { own: number; ended: number } | null {
  // The name, in parentheses, may hold anything.
  const fields = read(`/proc/${pid}/stat`).replace(/^.*\)/s, '').trim().split(' ')
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number)
  if (user === undefined || system === undefined || endedUser === undefined || endedSystem === undefined) return null
  return { own: (user + system) * TICK, ended: (endedUser + endedSystem) * TICK }
}

/** Started by the process's first thread, as Node starts all of them. */
const childrenOf = (pid: number): number[] =>
  read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const gone = ['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')
    if (gone) return ''
    throw error
  }
}
