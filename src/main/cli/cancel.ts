/** Ctrl+C, and whatever else asks a run to stop. */
export interface Cancelling extends Disposable {
  readonly signal: AbortSignal
}

/**
 * The first Ctrl+C (or SIGTERM, or a reader of the output that went away) aborts, so that everything is left clean;
 * the second ends the process at once, and the engine ends with it. What that leaves behind is swept at the next start.
 */
export function cancelOnSignals(exitCode: number, onFirst: () => void): Cancelling {
  const controller = new AbortController()
  const cancel = () => {
    if (controller.signal.aborted) process.exit(exitCode)
    controller.abort()
    onFirst()
  }
  const onOutputError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    if (!controller.signal.aborted) controller.abort()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of signals) process.on(name, cancel)
  process.stdout.on('error', onOutputError)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of signals) process.off(name, cancel)
      // The listener for errors stays: a broken pipe may be told after the last line was written.
    },
  }
}
