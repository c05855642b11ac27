/** Time and memory of a program with all its children (memory on Linux only). */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

const SAMPLE_MS = 200

export interface Measured {
  seconds: number
  /** Largest sum of anonymous resident memory over the process and its descendants, bytes; null where it can't be read. */
  peakAnonymous: number | null
  stdout: string
}

/** Throws when the program ends with another code than 0. */
export function measure(command: string, args: readonly string[]): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
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
      if (code === 0) resolve({ seconds, peakAnonymous: peak || null, stdout })
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr}`))
    })
  })
}

/** Anonymous resident memory of a process and its descendants, bytes. One that has just ended counts as nothing. */
export function anonymousOfTree(pid: number): number {
  // From `status`, which the kernel keeps count of: `smaps_rollup` walks the page tables and slows what is measured.
  const kilobytes = /^RssAnon:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1]
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean)
  return Number(kilobytes ?? 0) * 1024 + children.reduce((sum, child) => sum + anonymousOfTree(Number(child)), 0)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const gone = ['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')
    if (gone) return ''
    throw error
  }
}
