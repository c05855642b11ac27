import type { Reporter } from './reporter.js'

/** One object a line. With `quiet` the many `progress` events are left out. */
export function jsonReporter(quiet: boolean): Reporter {
  return {
    report(event) {
      if (quiet && event.event === 'progress') return
      process.stdout.write(`${JSON.stringify(event)}\n`)
    },
    notice() {},
    end() {},
  }
}
