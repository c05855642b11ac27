/** The two ways in which jobs are run and taken up again: the studio's queue, and the command line with `--resume`. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { RunEvent } from '../../src/shared/events.js'
import { build, startWorker, type Bench, type Worker } from './bench.js'
import type { HostEvent } from './protocol.js'

export interface Runner {
  readonly name: string
  /** A new job over all pictures of the bench. */
  start(bench: Bench, env?: NodeJS.ProcessEnv): Worker
  /** What the next start of the program does with a job whose process died. */
  resume(bench: Bench, env?: NodeJS.ProcessEnv): Worker
}

export const queue: Runner = {
  name: 'the queue',
  start: (bench, env) => bench.host({ requests: [bench.request()] }, env),
  resume: (bench, env) => bench.host({}, env),
}

export const commandLine: Runner = {
  name: 'lacuna denoise --resume',
  start: (bench, env) => lacuna(bench, [], env),
  resume: (bench, env) => lacuna(bench, ['--resume'], env),
}

/** `lacuna denoise` of what {@link Bench.request} asks for. */
export function lacuna(bench: Bench, options: readonly string[], env: NodeJS.ProcessEnv = {}): Worker {
  const settings = ['--model', 'tiny-denoiser', '--provider', 'cpu', '--sigma', '15', '--json']
  const home = { LACUNA_HOME: join(bench.home.paths.data, '..') }
  const args = [join(build, 'main/cli.js'), 'denoise', bench.inputs, '-o', bench.outputs, ...settings, ...options]
  return startWorker(args, { ...home, ...env }, (line) => asHostEvents(RunEvent.parse(line)))
}

function asHostEvents(said: RunEvent): HostEvent[] {
  const { job } = said
  switch (said.event) {
    case 'planned':
      return [{ event: 'job', job }]
    case 'started':
      return [{ event: 'started', job, label: basename(said.input) }]
    case 'progress':
      return [{ event: 'phase', label: basename(said.input), phase: said.phase }]
    case 'done':
      return [{ event: 'ended', job, label: basename(said.input), state: 'done', error: null }]
    case 'failed':
      return [{ event: 'ended', job, label: basename(said.input), state: 'failed', error: said.error }]
    case 'skipped':
      return [{ event: 'ended', job, label: basename(said.input), state: 'skipped', error: null }]
    case 'watching':
      return []
    case 'summary':
      return [{ event: 'end', job, end: said.state }]
  }
}

/** The engine that a worker has now: its only child. Null while there is none. */
export function engineOf({ pid }: Worker): number | null {
  try {
    const children =
      process.platform === 'linux'
        ? readdirSync(`/proc/${pid}/task`).map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'))
        : [execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })]
    const [first] = children.join(' ').trim().split(/\s+/)
    return first === undefined || first === '' ? null : Number(first)
  } catch {
    // It has none, or has just ended.
    return null
  }
}
