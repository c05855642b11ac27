/**
 * The threads of the fill, kept while they are used and ended when idle. One fill runs at a time; each thread of it is
 * one of the pool's, the first leads. The calling thread does nothing but pass messages on, so it stays responsive.
 */
import type * as Esbuild from 'esbuild'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { MessageChannel, Worker } from 'node:worker_threads'
import { cancelled, LacunaError } from '../../../shared/errors.js'
import { newSync, STOP_CANCELLED, stopLanes } from './lanes.js'
import type { Fill, FillTask, FromThread, LevelPreview, ToThread } from './task.js'

/** A thread that is warm fills its first hole in half the time: it outlasts what a person does between two fills. */
const IDLE_MS = 120_000
/** What a fill held is given back when no other follows at once. */
const REST_MS = 1_000

/**
 * Node runs no TypeScript in a thread by itself: where this runs from source (tests, benchmarks), the thread's program
 * is put together once. A loader in each thread would read every file again, for a second or two of processor time.
 */
let fromSource: string | undefined
function bundled(): string {
  // Not an import: the built program knows no bundler.
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof Esbuild
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    sourcemap: 'inline',
  })
  return outputFiles[0]?.text ?? ''
}

/** The thread's program lies beside the engine's in the built program; chunks lie a folder below. */
function startThread(): Worker {
  const here = import.meta.url
  if (here.endsWith('.ts')) return new Worker((fromSource ??= bundled()), { eval: true })
  return new Worker(new URL(here.includes('/chunks/') ? '../patch-worker.js' : './patch-worker.js', here))
}

export interface FillOptions {
  threads: number
  signal?: AbortSignal
  onLevel?: (preview: LevelPreview) => void
  onFill?: (variation: number, fill: Fill) => void
}

export class FillPool {
  #threads: Worker[] = []
  #turn: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #resting: NodeJS.Timeout | undefined
  #idle: NodeJS.Timeout | undefined

  /** Threads alive now. */
  get size(): number {
    return this.#threads.length
  }

  /** Starts so many threads, where there are fewer: while they come up, the caller may still prepare what they fill. */
  warm(threads: number): void {
    while (this.#threads.length < threads) this.#threads.push(startThread())
    if (this.#waiting === 0) this.#rest()
  }

  /** Waits for its turn, then fills. Throws `cancelled`, and what a thread threw. */
  run(task: FillTask, options: FillOptions): Promise<Fill[]> {
    this.#wake()
    this.#waiting++
    const result = this.#turn.then(() => this.#run(task, options))
    this.#turn = result.then(
      () => this.#done(),
      () => this.#done(),
    )
    return result
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    this.#wake()
    await Promise.all(this.#threads.splice(0).map((thread) => thread.terminate()))
  }

  #done(): void {
    if (--this.#waiting === 0) this.#rest()
  }

  #rest(): void {
    this.#wake()
    // Threads that wait for nothing keep no process alive.
    for (const thread of this.#threads) thread.unref()
    this.#resting = setTimeout(() => {
      for (const thread of this.#threads) thread.postMessage({ type: 'rest' } satisfies ToThread)
    }, REST_MS).unref()
    this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref()
  }

  #wake(): void {
    clearTimeout(this.#resting)
    clearTimeout(this.#idle)
  }

  async #run(task: FillTask, { threads, signal, onLevel, onFill }: FillOptions): Promise<Fill[]> {
    if (signal?.aborted) throw cancelled()
    while (this.#threads.length < threads) this.#threads.push(startThread())
    const team = this.#threads.slice(0, threads)
    const sync = newSync()
    const cancel = () => stopLanes(sync, STOP_CANCELLED)
    signal?.addEventListener('abort', cancel)
    try {
      return await lead(team, task, sync, { onLevel, onFill })
    } catch (error) {
      // A thread that failed may have left another in the middle of its work: start anew.
      await this.close()
      throw signal?.aborted ? cancelled() : error
    } finally {
      signal?.removeEventListener('abort', cancel)
      for (const thread of team) for (const event of ['message', 'error', 'exit']) thread.removeAllListeners(event)
    }
  }
}

function lead(
  team: readonly Worker[],
  task: FillTask,
  sync: Int32Array,
  { onLevel, onFill }: Pick<FillOptions, 'onLevel' | 'onFill'>,
): Promise<Fill[]> {
  const [leader, ...helpers] = team
  if (!leader) return Promise.reject(new LacunaError('internal', { reason: 'a fill needs a thread' }))
  const fills: Fill[] = []
  return new Promise<Fill[]>((resolve, reject) => {
    for (const thread of team) {
      thread.ref()
      thread.on('error', (error) => reject(LacunaError.from(error)))
      thread.on('exit', (code) =>
        reject(new LacunaError('internal', { reason: `a thread of the fill ended with code ${code}` })),
      )
      thread.on('message', (message: FromThread) => {
        if (message.type === 'level') onLevel?.(message.preview)
        else if (message.type === 'fill') {
          fills.push(message.fill)
          onFill?.(message.variation, message.fill)
        } else if (message.type === 'filled') resolve(fills)
        else if (message.type === 'failed') reject(LacunaError.fromWire(message.error))
      })
    }
    const ports = helpers.map((helper) => {
      const { port1, port2 } = new MessageChannel()
      const message: ToThread = { type: 'help', port: port2, sync, lanes: team.length }
      helper.postMessage(message, [port2])
      return port1
    })
    const message: ToThread = { type: 'lead', task, sync, helpers: ports }
    leader.postMessage(message, ports)
  })
}

/** The process's pool. */
export const fillPool = new FillPool()
