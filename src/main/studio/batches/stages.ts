/**
 * Lets successive pictures overlap: while one is in inference, the next is decoded and the last is encoded, in the order
 * in which they came.
 */
import PQueue from 'p-queue'
import { cancelled } from '../../../shared/errors.js'
import { inQueue } from '../in-queue.js'
import type { JobPart } from '../jobs/progress.js'

/** Runs a part of a job's work when its stage is free. Throws `cancelled` at once when the signal is aborted meanwhile. */
export interface Stages {
  run<T>(part: JobPart, signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

/**
 * Two pictures share the inference stage: while tiles of one are cut from its rows or put back, the network runs on
 * tiles of the other, and it never waits for a file.
 */
const PLACES: Record<JobPart, number> = { decode: 1, edit: 2, encode: 1 }

/** Pictures in work at once: one for each place of a stage, and one that waits decoded. */
export const IN_WORK = 5

export class OverlappingStages implements Stages {
  readonly #queues: Record<JobPart, PQueue> = {
    decode: new PQueue({ concurrency: PLACES.decode }),
    edit: new PQueue({ concurrency: PLACES.edit }),
    encode: new PQueue({ concurrency: PLACES.encode }),
  }

  run<T>(part: JobPart, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return inQueue(this.#queues[part], signal, work)
  }
}

/** Pixels that may be in work at once: decoders and encoders hold strips of each. A larger picture goes alone. */
const PIXELS_IN_WORK = 80_000_000

/** Admits pictures in order, for as long as all that are in work stay below a number of pixels. */
export class Admission {
  #pixels = 0
  #waiting: { pixels: number; admit: () => void }[] = []
  readonly #limit: number

  constructor(limit = PIXELS_IN_WORK) {
    this.#limit = limit
  }

  /** Resolves to what gives the place back. Throws `cancelled`. */
  async enter(pixels: number, signal: AbortSignal): Promise<Disposable> {
    if (signal.aborted) throw cancelled()
    await new Promise<void>((resolve, reject) => {
      const entry = {
        pixels,
        admit: () => {
          signal.removeEventListener('abort', leave)
          resolve()
        },
      }
      const leave = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== entry)
        reject(cancelled())
        this.#next()
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.push(entry)
      this.#next()
    })
    let left = false
    return {
      [Symbol.dispose]: () => {
        if (left) return
        left = true
        this.#pixels -= pixels
        this.#next()
      },
    }
  }

  #next(): void {
    for (;;) {
      const [first] = this.#waiting
      if (first === undefined || (this.#pixels > 0 && this.#pixels + first.pixels > this.#limit)) return
      this.#waiting.shift()
      this.#pixels += first.pixels
      first.admit()
    }
  }
}
