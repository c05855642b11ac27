/**
 * Inference as the coordinator sees it: `run(session, feeds)` with a priority and a signal.
 *
 * One run is done at a time, so that an interactive preview goes before a batch at the next tile and a cancelled job stops
 * after the tile it is in. The run after it is with the worker already: it never waits for this thread, which cuts tiles and
 * puts them back. Sessions are kept while they are used and released when idle.
 */
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { cancelled, LacunaError } from '../../../shared/errors.js'
import { Buffers } from './buffers.js'
import { anonymousMemory } from './memory.js'
import { KnownShapes } from './known-shapes.js'
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
  /** No longer listens to the signal. */
  stop: () => void
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
/** Runs of one priority that the worker has at a time: the one that it does, and the next. */
const POSTED = 2

export class Inference {
  /** For windows: what they lay in comes back here when they have run. */
  readonly buffers = new Buffers()
  #worker: Worker
  #waiting: Pending[] = []
  /** With the worker: what it does, and what it does next. */
  #posted: Pending[] = []
  /** When the worker began what it does now: when something was posted to it while it was idle, or it answered. */
  #startedAt = 0
  #nextId = 1
  /** Why the worker is gone, once it is. */
  #failure: LacunaError | null = null
  #lastUse = new Map<string, number>()
  /** By session: the shapes of its output by those of its feeds. */
  #shapes = new Map<string, KnownShapes>()
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
      for (const pending of [...this.#posted, ...this.#waiting]) {
        pending.stop()
        pending.reject(this.#failure)
      }
      this.#waiting = []
      this.#posted = []
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
    return this.#posted.length > 0 ? performance.now() - this.#startedAt : 0
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
        stop: () => undefined,
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
    this.#release(keys)
  }

  /** Frees the sessions of networks that lie in a folder, so that it can be moved or removed. */
  forget(folder: string): void {
    this.#releaseUnused(
      [...this.#lastUse.keys()].filter((key) => dirname((JSON.parse(key) as SessionSpec).file) === folder),
    )
  }

  close(): void {
    clearInterval(this.#idleTimer)
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer)
  }

  #next(): void {
    for (;;) {
      const [pending] = this.#waiting
      if (pending === undefined) return
      if (this.#posted.filter(({ priority }) => priority <= pending.priority).length >= POSTED) return
      this.#waiting.shift()
      if (pending.signal?.aborted === true) pending.reject(cancelled())
      else this.#hand(pending)
    }
  }

  #hand(pending: Pending): void {
    const { id, key, spec, feeds, priority, signal } = pending
    if (this.#posted.length === 0) this.#startedAt = performance.now()
    this.#posted.push(pending)
    this.#lastUse.set(key, Date.now())
    const drop = (): void => this.#post({ type: 'drop', id })
    signal?.addEventListener('abort', drop, { once: true })
    pending.stop = () => signal?.removeEventListener('abort', drop)
    const dims = spec.provider === 'cpu' ? this.#shapes.get(key)?.of(feeds) : undefined
    const room = dims && { dims, data: this.buffers.take(dims.reduce((size, side) => size * side, 1)) }
    const arrays = [...Object.values(feeds), ...(room ? [room] : [])].map(({ data }) => data.buffer as ArrayBuffer)
    this.#post({ type: 'run', id, key, spec, feeds, ...(room && { room }), priority }, arrays)
  }

  #receive(message: Exclude<FromWorker, { type: 'up' }>): void {
    const at = this.#posted.findIndex(({ id }) => id === message.id)
    const pending = this.#posted[at]
    if (pending === undefined) return
    this.#posted.splice(at, 1)
    pending.stop()
    this.#startedAt = performance.now()
    if (message.type === 'ran') {
      this.#lastUse.set(pending.key, Date.now())
      this.sessionMs += message.ms
      for (const array of message.spent) this.buffers.give(array)
      this.#shapesOf(pending.key).learn(pending.feeds, message.outputs)
      // It may have begun before the worker heard of it.
      if (pending.signal?.aborted === true) pending.reject(cancelled())
      else pending.resolve({ outputs: message.outputs, ms: message.ms, loadMs: message.loadMs })
    } else if (message.type === 'dropped') pending.reject(cancelled())
    else {
      this.#release([pending.key])
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
    const needed = new Set([...this.#posted, ...this.#waiting].map(({ key }) => key))
    const unused = keys.filter((key) => !needed.has(key))
    if (unused.length > 0) this.#release(unused)
  }

  #release(keys: readonly string[]): void {
    for (const key of keys) {
      this.#lastUse.delete(key)
      // The file may be another one when it is loaded again.
      this.#shapes.delete(key)
    }
    this.#post({ type: 'release', keys: [...keys] })
  }

  #shapesOf(key: string): KnownShapes {
    const known = this.#shapes.get(key) ?? new KnownShapes()
    this.#shapes.set(key, known)
    return known
  }
}
