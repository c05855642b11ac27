import type { RunEvent } from '../../../shared/events.js'

/** Shows the events of a run, to a person or to a program. `end` restores the terminal; nothing is shown after it. */
export interface Reporter {
  report(event: RunEvent): void
  /** Something that is no event, for a person. */
  notice(line: string): void
  end(): void
}
