/** Someone changed something: listeners are told, at once and in order. */
export class Changes {
  readonly #listeners = new Set<() => void>()

  notify(): void {
    for (const listener of this.#listeners) listener()
  }

  /** Returns the function that stops listening. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}

/**
 * Snapshots of a state that changes: one at once, then one after changes, `intervalMs` apart at least; what changed in
 * between is in the next. Ends when `signal` is aborted.
 */
export async function* snapshots<T>(
  take: () => T,
  changes: Changes,
  signal: AbortSignal,
  intervalMs = 100,
): AsyncGenerator<T, void, void> {
  let changed = true
  let wake: () => void = () => undefined
  const waken = (): void => wake()
  const stop = changes.subscribe(() => {
    changed = true
    waken()
  })
  signal.addEventListener('abort', waken)
  try {
    while (!signal.aborted) {
      if (changed) {
        changed = false
        yield take()
        await rest(intervalMs, signal)
      } else {
        await new Promise<void>((resolve) => (wake = resolve))
      }
    }
  } finally {
    stop()
    signal.removeEventListener('abort', waken)
  }
}

/** Waits, but no longer than until the abort. */
function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
