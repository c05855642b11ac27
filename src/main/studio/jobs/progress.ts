/** One fraction and one time estimate over the phases of a job. */
import type { Phase } from '../../engine/protocol/tasks.js'

/** How much of a whole job each task takes, roughly: a network's work outweighs decoding and encoding by far. */
export const jobShares = { decode: 0.08, edit: 0.84, encode: 0.08 } as const
export type JobPart = keyof typeof jobShares

export interface JobProgress {
  /** What the engine is doing: decode, estimate, denoise, sample, encode; or `store`: the result is shown, and being stored. */
  phase: Phase | 'store'
  /** Over the whole job, 0..1, never falling. */
  fraction: number
  /** Null until it can be said. */
  secondsLeft: number | null
}

/** Before this share of a job is done, a forecast would be a guess. */
const TELLING_FRACTION = 0.02
/** Seconds after which an old speed counts for 1/e of what it did. */
const MEMORY_SECONDS = 8

/** Speed as an exponentially weighted mean over time, so that one slow tile does not swing the forecast. */
export class TimeLeft {
  #rate: number | null = null
  #last: { at: number; fraction: number } | null = null

  /** `at` in milliseconds. Returns seconds left, or null while it cannot be said. */
  update(fraction: number, at: number): number | null {
    const last = this.#last
    if (last === null) {
      this.#last = { at, fraction }
      return null
    }
    const seconds = (at - last.at) / 1000
    // Messages come in bursts: a speed over a few milliseconds would be noise.
    if (seconds >= 0.25) {
      const rate = Math.max(0, fraction - last.fraction) / seconds
      const keep = Math.exp(-seconds / MEMORY_SECONDS)
      this.#rate = this.#rate === null ? rate : keep * this.#rate + (1 - keep) * rate
      this.#last = { at, fraction }
    }
    if (fraction >= 1) return 0
    if (this.#rate === null || this.#rate <= 0 || fraction < TELLING_FRACTION) return null
    return (1 - fraction) / this.#rate
  }
}

/** Adds up parts that run one after another; `parts` names those that this job has. */
export class JobMeter {
  readonly #starts = new Map<JobPart, { start: number; share: number }>()
  readonly #timeLeft = new TimeLeft()
  readonly #now: () => number
  #fraction = 0

  constructor(parts: readonly JobPart[], now: () => number = Date.now) {
    this.#now = now
    const total = parts.reduce((sum, part) => sum + jobShares[part], 0)
    let start = 0
    for (const part of parts) {
      const share = jobShares[part] / total
      this.#starts.set(part, { start, share })
      start += share
    }
    this.#timeLeft.update(0, now())
  }

  /** `fraction` of one part, 0..1. */
  update(part: JobPart, phase: Phase, fraction: number): JobProgress {
    const place = this.#starts.get(part)
    if (place === undefined) throw new RangeError(`this job has no part ${part}`)
    // A retried task starts again at 0: the bar waits for it rather than jumping back.
    this.#fraction = Math.max(this.#fraction, Math.min(1, place.start + place.share * fraction))
    return { phase, fraction: this.#fraction, secondsLeft: this.#timeLeft.update(this.#fraction, this.#now()) }
  }
}
