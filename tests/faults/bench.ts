/** A home, a few small pictures, and processes that work on them until a test kills them. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, inject, vi } from 'vitest'
import type { FaultPoint } from '../../src/main/engine/protocol/fault-points.js'
import type { ItemRecord, JobRecord } from '../../src/main/studio/jobs/store/records.js'
import { openJobStore } from '../../src/main/studio/jobs/store/sqlite/index.js'
import type { JobStore } from '../../src/main/studio/jobs/store/store.js'
import { JobRequest } from '../../src/shared/job.js'
import { root } from '../support/engine.js'
import { testHome, type TestHome } from '../support/studio.js'
import { type HostConfig, HostEvent } from './protocol.js'

// A test starts up to ten processes, each of which loads a network: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** The built program; another build of the same sources may be named, so that a rebuild does not end a long run. */
export const build = process.env['LACUNA_TEST_BUILD'] ?? join(root, 'out')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A process that works on jobs. */
export interface Worker {
  readonly pid: number
  /** The lines it has written so far, as `read` understood them. */
  readonly events: HostEvent[]
  /** Resolves at the first event, past or to come, that fits. Throws when the process ends without it. */
  until(fits: (event: HostEvent) => boolean): Promise<HostEvent>
  readonly ended: Promise<Ended>
  readonly stderr: () => string
}

/** Both in one assertion, with what the process said where it fails. */
export async function expectEnded(worker: Worker, how: 'well' | 'killed'): Promise<void> {
  const { code, signal } = await worker.ended
  const wanted = how === 'well' ? { code: 0, signal: null } : { code: null, signal: 'SIGKILL' }
  expect({ code, signal }, `${worker.stderr()}${JSON.stringify(worker.events.slice(-5))}`).toEqual(wanted)
}

/** Which processes a test has started and not seen the end of: killed when it is over, each by its own number. */
const alive = new Set<ChildProcess>()

/** The processes that tests left running; to be called after each. */
export function endAll(): void {
  for (const child of alive) killGroup(child.pid)
}

/** The host and its engine, which are a process group of their own. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

export function startWorker(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  read: (line: unknown) => HostEvent[],
): Worker {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { pid } = child
  if (pid === undefined) throw new Error('a process could not be started')
  alive.add(child)
  const events: HostEvent[] = []
  const waiting = new Set<() => void>()
  let stderr = ''
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(...read(JSON.parse(line)))
    for (const wake of [...waiting]) wake()
  })
  let over = false
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      alive.delete(child)
      over = true
      for (const wake of [...waiting]) wake()
      resolve({ code, signal })
    })
  })
  return {
    pid,
    events,
    ended,
    stderr: () => stderr,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events.find(fits)
          if (found === undefined && !over) return
          waiting.delete(look)
          if (found !== undefined) resolve(found)
          else reject(new Error(`the process ended first: ${stderr}${JSON.stringify(events)}`))
        }
        waiting.add(look)
        look()
      }),
  }
}

export type Request = Partial<Omit<JobRequest, 'edit' | 'output'>> & { model?: string; tile?: number }

export interface Bench extends AsyncDisposable {
  readonly home: TestHome
  /** Absolute; where pictures lie, and where their results go unless a request says otherwise. */
  readonly inputs: string
  readonly outputs: string
  request(change?: Request): JobRequest
  host(config?: Partial<Omit<HostConfig, 'dataDir' | 'entry'>>, env?: NodeJS.ProcessEnv): Worker
  store<T>(use: (store: JobStore) => Promise<T>): Promise<T>
  /** The one job that there is. */
  job(): Promise<JobRecord>
  items(): Promise<ItemRecord[]>
  /** A fault for {@link host}'s environment, and whether it happened. */
  fault(point: FaultPoint, pass?: number): { env: NodeJS.ProcessEnv; happened(): boolean }
}

export async function openBench(
  pictures: Readonly<Record<string, { width?: number; height?: number }>>,
  models: readonly string[] = ['tiny-denoiser'],
): Promise<Bench> {
  const program = inject('faultHost')
  const home = testHome(models)
  // The name says the seed, so that the same name is the same picture in every home.
  for (const [name, size] of Object.entries(pictures)) await home.picture(name, { ...size, seed: seedOf(name) })
  const inputs = home.dir
  const outputs = join(home.dir, '..', 'results')
  const dataDir = join(home.paths.data, '..')
  let faults = 0
  const bench: Bench = {
    home,
    inputs,
    outputs,
    request: ({ model = 'tiny-denoiser', tile, ...change } = {}) =>
      JobRequest.parse({
        edit: { kind: 'denoise', model, sigma: 15 },
        output: {},
        inputs: [inputs],
        target: outputs,
        template: '{name}_denoised',
        run: { provider: 'cpu', tile },
        ...change,
      }),
    host(config = {}, env = {}) {
      const given: HostConfig = { ...config, dataDir, entry: join(build, 'main/engine.js') }
      return startWorker([program, JSON.stringify(given)], env, (line) => [HostEvent.parse(line)])
    },
    async store(use) {
      await using store = await openJobStore(home.paths)
      return await use(store)
    },
    job: () =>
      bench.store(async (store) => {
        const [job, ...others] = await store.jobs()
        if (job === undefined || others.length > 0) throw new Error(`${others.length} jobs too many, or none`)
        return job
      }),
    items: () => bench.store(async (store) => store.items((await bench.job()).id)),
    fault(point, pass = 1) {
      const marker = join(home.paths.state, `fault-${++faults}`)
      return { env: { LACUNA_FAULT: `${point}:${pass}@${marker}` }, happened: () => existsSync(marker) }
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  }
  return bench
}

function seedOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32LE()
}

/** sha256 of every file below a folder, hidden ones too, by its path there; nothing where there is no folder. */
export function hashes(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {}
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory())
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort()
  return Object.fromEntries(
    paths.map((path) => [
      relative(folder, path).replaceAll(sep, '/'),
      createHash('sha256').update(readFileSync(path)).digest('hex'),
    ]),
  )
}

/** What was done of a job at one time: work that must not be touched again. */
export interface Finished {
  readonly label: string
  readonly target: string
  readonly attempts: number
  readonly endedAt: number | null
  /** Of the file: a result that was made again has another inode or time. */
  readonly file: string
}

export async function finished(bench: Bench): Promise<Finished[]> {
  const done = (await bench.items()).filter(({ state }) => state === 'done')
  return done.map(({ label, target, attempts, endedAt }) => {
    if (target === null) throw new Error(`${label} is done without a target`)
    return { label, target, attempts, endedAt, file: fileOf(target) }
  })
}

export function fileOf(path: string): string {
  const { ino, mtimeNs, size } = statSync(path, { bigint: true })
  return `${ino} ${mtimeNs} ${size}`
}

/** No temporary file and no scratch is left; the store is sound. */
export async function expectClean(bench: Bench): Promise<void> {
  const { home, inputs, outputs } = bench
  for (const folder of [inputs, outputs]) {
    expect(Object.keys(hashes(folder)).filter((path) => path.includes('lacuna-tmp'))).toEqual([])
  }
  expect(home.scratch()).toEqual([])
  expect(await integrity(bench)).toBe('ok')
}

async function integrity({ home }: Bench): Promise<unknown> {
  const { DatabaseSync } = await import('@photostructure/sqlite')
  const database = new DatabaseSync(databaseOf(home))
  try {
    return Object.values(database.prepare('PRAGMA integrity_check').get() ?? {})[0]
  } finally {
    database.close()
  }
}

function databaseOf({ paths }: TestHome): string {
  const found = readdirSync(paths.data).filter((name) => name.endsWith('.db') || name.endsWith('.sqlite'))
  const [name] = found
  if (name === undefined || found.length > 1) throw new Error(`databases in ${paths.data}: ${found.join(', ')}`)
  return join(paths.data, name)
}

/** Forgets a folder's results, e.g. before the next round. */
export const forget = (folder: string): void => rmSync(folder, { recursive: true, force: true })
