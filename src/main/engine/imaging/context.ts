/** What every long imaging task is given: a signal to stop at, and where to say how far it is (0..1). */
import { stat } from 'node:fs/promises'
import { cancelled } from '../../../shared/errors.js'

export interface ImagingContext {
  signal: AbortSignal
  progress(fraction: number): void
}

export function checkpoint(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled()
}

/**
 * Runs `work` and reports `from`..`to` by the growth of the file it writes: sharp has no progress of its own.
 * `expected` in bytes; a wrong guess only makes the bar uneven.
 */
export async function watchGrowth<T>(
  path: string,
  expected: number,
  context: ImagingContext,
  from: number,
  to: number,
  work: Promise<T>,
): Promise<T> {
  let working = true
  const timer = setInterval(() => {
    stat(path).then(
      // An answer may come late: progress never goes back.
      ({ size }) => working && context.progress(from + (to - from) * Math.min(0.98, size / expected)),
      // Not there yet: nothing to report.
      () => undefined,
    )
  }, 200)
  try {
    return await work
  } finally {
    working = false
    clearInterval(timer)
    context.progress(to)
  }
}
