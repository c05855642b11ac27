/**
 * Inference as the coordinator sees it: `run(session, feeds)` with a priority and a signal.
 *
 * One run is in flight at a time, so that an interactive preview goes before a batch at the next tile and a
 * cancelled job stops after the tile it is in. Sessions are kept while they are used and released when idle.
 */
import { Worker } from 'node:worker_threads'
import { cancelled, LacunaError } from '../../../shared/errors.js'
import { Buffers } from './buffers.js'
import { anonymousMemory } from './memory.js'
import type { FromWorker, SessionSpec, TensorData, ToWorker } from './worker-protocol.js'

export interface RunResult {
  outputs: Record<string, TensorData>
  ms: number
  /** Of loading the session; 0 when it was there. */
  loadMs: number
}

export interface InferenceOptions {
  /** After which a session that nobody used is released, and the buffers as well. */
  idleMs?: number
}

interface Pending {
  id: number
  key: string
  spec: SessionSpec
  feeds: Record<string, TensorData>
  priority: 0 | 1
  signal: AbortSignal | undefined
  resolve: (result: RunResult) => void
  reject: (error: unknown) => void
}

/** A run failed inside onnxruntime: which stage, and its own words. */
export class InferenceError extends Error {
  constructor(
    readonly stage: 'load' | 'run',
    readonly spec: SessionSpec,
    message: string,
  ) {
    super(message)
    this.name = 'InferenceError'
  }

  get outOfMemory(): boolean {
    return /out of memory|bad_alloc|allocat|OOM|device.*lost/i.test(this.message)
  }
}

const IDLE_MS = 5 * 60_000

export class Inference {
  /** For windows: what they lay in comes back here when they have run. */
  readonly buffers = new Buffers()
  #worker: Worker
  #waiting: Pending[] = []
  #running: Pending | null = null
  #startedAt = 0
  #nextId = 1
  /** Why the worker is gone, once it is. */
  #failure: LacunaError | null = null
  #lastUse = new Map<string, number>()
  #up: Promise<Extract<FromWorker, { type: 'up' }>>
  #idleTimer: NodeJS.Timeout
  readonly #idleMs: number
  /** Total time spent inside session.run, ms. */
  sessionMs = 0

  constructor(workerFile: URL, { idleMs = IDLE_MS }: InferenceOptions = {}) {
    this.#idleMs = idleMs
    this.#worker = new Worker(workerFile)
    let up: (message: Extract<FromWorker, { type: 'up' }>) => void
    let down: (error: unknown) => void
    this.#up = new Promise((resolve, reject) => {
      up = resolve
      down = reject
    })
    this.#up.catch(() => undefined) // whoever awaits it is told; nobody may be awaiting yet
    this.#worker.on('message', (message: FromWorker) => {
      if (message.type === 'up') up(message)
      else this.#receive(message)
    })
    const fail = (reason: string, cause?: unknown) => {
      this.#failure ??= new LacunaError('engine.startFailed', { reason }, cause)
      down(this.#failure)
      for (const pending of [...this.#waiting, ...(this.#running ? [this.#running] : [])]) pending.reject(this.#failure)
      this.#waiting = []
      this.#running = null
    }
    this.#worker.on('error', (error) => fail(error.message, error))
    this.#worker.on('exit', (code) => fail(`the inference worker ended with code ${code}`))
    this.#idleTimer = setInterval(() => this.#releaseIdle(), idleMs / 10).unref()
  }

  /** Providers that this build of onnxruntime brings, and its version. */
  async backends(): Promise<{ names: string[]; version: string }> {
    const { backends, version } = await this.#up
    return { names: backends.map((b) => b.name), version }
  }

  /** How long the run in flight has taken so far, ms; 0 when none is. */
  get busyMs(): number {
    return this.#running ? performance.now() - this.#startedAt : 0
  }

  /** Throws {@link InferenceError} when onnxruntime does, `cancelled` when the signal is aborted before the run starts. */
  run(
    spec: SessionSpec,
    feeds: Record<string, TensorData>,
    options: { priority?: 0 | 1; signal?: AbortSignal } = {},
  ): Promise<RunResult> {
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        id: this.#nextId++,
        key: JSON.stringify(spec),
        spec,
        feeds,
        priority: options.priority ?? 1,
        signal: options.signal,
        resolve,
        reject,
      }
      const before = this.#waiting.findIndex((other) => other.priority > pending.priority)
      if (before < 0) this.#waiting.push(pending)
      else this.#waiting.splice(before, 0, pending)
      this.#next()
    })
  }

  /**
   * Where this process holds more than `budget` bytes: frees the sessions of other networks than `files`, and the buffers.
   * What a GPU holds is not counted: onnxruntime does not tell.
   */
  keepWithin(budget: number, files: readonly string[]): void {
    if (anonymousMemory() <= budget) return
    this.buffers.clear()
    this.#releaseUnused(
      [...this.#lastUse.keys()].filter((key) => !files.includes((JSON.parse(key) as SessionSpec).file)),
    )
  }

  /** Frees the sessions of one provider (or all): the memory they hold is given back. */
  release(provider?: string): void {
    const keys = [...this.#lastUse.keys()].filter(
      (key) => !provider || (JSON.parse(key) as SessionSpec).provider === provider,
    )
    for (const key of keys) this.#lastUse.delete(key)
    this.#post({ type: 'release', keys })
  }

  close(): void {
    clearInterval(this.#idleTimer)
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer)
  }

  #next(): void {
    while (!this.#running) {
      const pending = this.#waiting.shift()
      if (!pending) return
      if (pending.signal?.aborted) {
        pending.reject(cancelled())
        continue
      }
      this.#running = pending
      this.#startedAt = performance.now()
      this.#lastUse.set(pending.key, Date.now())
      const transfer = Object.values(pending.feeds).map((t) => t.data.buffer as ArrayBuffer)
      this.#post({ type: 'run', id: pending.id, key: pending.key, spec: pending.spec, feeds: pending.feeds }, transfer)
    }
  }

  #receive(message: Exclude<FromWorker, { type: 'up' }>): void {
    const pending = this.#running
    if (!pending || message.id !== pending.id || message.type === 'started') return
    this.#running = null
    this.#lastUse.set(pending.key, Date.now())
    if (message.type === 'ran') {
      this.sessionMs += message.ms
      for (const array of message.spent) this.buffers.give(array)
      pending.resolve({ outputs: message.outputs, ms: message.ms, loadMs: message.loadMs })
    } else {
      this.#lastUse.delete(pending.key)
      this.#post({ type: 'release', keys: [pending.key] })
      pending.reject(new InferenceError(message.stage, pending.spec, message.message))
    }
    this.#next()
  }

  #releaseIdle(): void {
    const before = Date.now() - this.#idleMs
    this.#releaseUnused([...this.#lastUse].filter(([, used]) => used < before).map(([key]) => key))
    if (this.#lastUse.size === 0) this.buffers.clear()
  }

  /** Those of `keys` that no run needs that waits or is in flight. */
  #releaseUnused(keys: readonly string[]): void {
    const needed = new Set([this.#running, ...this.#waiting].map((pending) => pending?.key))
    const unused = keys.filter((key) => !needed.has(key))
    if (unused.length === 0) return
    for (const key of unused) this.#lastUse.delete(key)
    this.#post({ type: 'release', keys: unused })
  }
}
