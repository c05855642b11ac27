/** Those who wait for changes of a store: each hears of every change since it began to listen, several at once as one. */
export class Watchers {
  readonly #open = new Set<Watcher>()
  #changes = 0

  get any(): boolean {
    return this.#open.size > 0
  }

  notify(): void {
    this.#changes++
    for (const watcher of this.#open) watcher.wake()
  }

  /** Listens from now on, not only from the first `next()`; until the signal, `close()` or the consumer's end. */
  watch(signal: AbortSignal): AsyncGenerator<number, void, void> {
    const watcher = new Watcher(this.#changes)
    const end = (): void => {
      watcher.end()
      this.#open.delete(watcher)
      signal.removeEventListener('abort', end)
    }
    if (signal.aborted) watcher.end()
    else {
      this.#open.add(watcher)
      signal.addEventListener('abort', end)
    }
    return this.#follow(watcher, end)
  }

  close(): void {
    for (const watcher of this.#open) watcher.end()
    this.#open.clear()
  }

  async *#follow(watcher: Watcher, end: () => void): AsyncGenerator<number, void, void> {
    try {
      while (!watcher.ended) {
        if (watcher.seen === this.#changes) await watcher.sleep()
        else {
          watcher.seen = this.#changes
          yield watcher.seen
        }
      }
    } finally {
      end()
    }
  }
}

class Watcher {
  seen: number
  ended = false
  #wake: () => void = () => undefined

  constructor(seen: number) {
    this.seen = seen
  }

  wake(): void {
    this.#wake()
  }

  end(): void {
    this.ended = true
    this.#wake()
  }

  sleep(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve))
  }
}
