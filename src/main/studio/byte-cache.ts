/** Encoded tiles in memory: the least recently used go first when a limit in bytes is passed; equal requests share one run. */
import { cancelled } from '../../shared/errors.js'

export interface Encoded {
  readonly data: Uint8Array
  readonly type: string
}

interface Run {
  readonly result: Promise<Encoded>
  readonly controller: AbortController
  waiting: number
}

export class ByteCache {
  readonly #limit: number
  /** In order of use, the oldest first: a Map keeps the order of insertion. */
  readonly #entries = new Map<string, Encoded>()
  readonly #runs = new Map<string, Run>()
  #bytes = 0

  constructor(limitBytes: number) {
    this.#limit = limitBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  get(key: string): Encoded | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry
  }

  set(key: string, entry: Encoded): void {
    this.delete(key)
    // One entry over the limit would only push out all others.
    if (entry.data.byteLength > this.#limit) return
    this.#entries.set(key, entry)
    this.#bytes += entry.data.byteLength
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limit) break
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.data.byteLength ?? 0
    this.#entries.delete(key)
  }

  /** Forgets everything whose key starts with `prefix`. */
  deleteAll(prefix: string): void {
    for (const key of [...this.#entries.keys()]) if (key.startsWith(prefix)) this.delete(key)
  }

  /**
   * From the cache, from a run that is under way, or by `make`. A run is aborted when all who wait for it have gone.
   * Throws `cancelled` when `signal` is aborted, else what `make` threw; failures are not kept.
   */
  async load(key: string, signal: AbortSignal, make: (signal: AbortSignal) => Promise<Encoded>): Promise<Encoded> {
    if (signal.aborted) throw cancelled()
    const kept = this.get(key)
    if (kept !== undefined) return kept
    const run = this.#runs.get(key) ?? this.#start(key, make)
    run.waiting++
    return await new Promise((resolve, reject) => {
      const leave = (): void => {
        if (--run.waiting === 0) {
          // Whoever asks from now on starts anew rather than sharing an aborted run.
          if (this.#runs.get(key) === run) this.#runs.delete(key)
          run.controller.abort()
        }
        reject(cancelled())
      }
      signal.addEventListener('abort', leave, { once: true })
      run.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
    })
  }

  #start(key: string, make: (signal: AbortSignal) => Promise<Encoded>): Run {
    const controller = new AbortController()
    const result = make(controller.signal).then((entry) => {
      if (this.#runs.get(key) === run) this.set(key, entry)
      return entry
    })
    const run: Run = { result, controller, waiting: 0 }
    this.#runs.set(key, run)
    const end = (): void => {
      if (this.#runs.get(key) === run) this.#runs.delete(key)
    }
    result.then(end, end)
    return run
  }
}
