/**
 * Threads that fill one level together: work is handed out in pieces by an atomic counter, and a barrier stands
 * between two passes. Who works on which piece changes from run to run, what comes out never does: pieces only read
 * what the pass before wrote.
 */
import { cancelled, LacunaError } from '../../../shared/errors.js'

const CURSOR = 0
const ARRIVED = 1
const GENERATION = 2
const STOP = 3
export const SYNC_WORDS = 4

/** Why the others stop. */
export const STOP_CANCELLED = 1
export const STOP_FAILED = 2

export const newSync = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * SYNC_WORDS))

/** Tells every lane to stop at its next piece. */
export function stopLanes(sync: Int32Array, why: number): void {
  Atomics.compareExchange(sync, STOP, 0, why)
  Atomics.notify(sync, GENERATION)
}

export class Lane {
  constructor(
    readonly sync: Int32Array,
    readonly lanes: number,
  ) {}

  /** A lane that works alone. */
  static solo(): Lane {
    return new Lane(newSync(), 1)
  }

  /** A lane that works alone, but stops when the lanes of `other` are told to. */
  static soloWith(other: Lane): Lane {
    const lane = Lane.solo()
    lane.check = () => other.check()
    return lane
  }

  /** Throws `cancelled`, or `internal` when another lane failed. */
  check(): void {
    const why = Atomics.load(this.sync, STOP)
    if (why === STOP_CANCELLED) throw cancelled()
    if (why === STOP_FAILED) throw new LacunaError('internal', { reason: 'another thread of the fill failed' })
  }

  /** `work(from, to)` over 0..count in pieces; returns when the pieces of all lanes are done. */
  share(count: number, piece: number, work: (from: number, to: number) => void): void {
    for (;;) {
      const from = Atomics.add(this.sync, CURSOR, piece)
      if (from >= count) break
      this.check()
      work(from, Math.min(count, from + piece))
    }
    this.barrier()
  }

  /** Waits for all lanes; the last to come does `once`, and then all go on. */
  barrier(once?: () => void): void {
    const { sync, lanes } = this
    const generation = Atomics.load(sync, GENERATION)
    if (Atomics.add(sync, ARRIVED, 1) === lanes - 1) {
      once?.()
      Atomics.store(sync, ARRIVED, 0)
      Atomics.store(sync, CURSOR, 0)
      Atomics.add(sync, GENERATION, 1)
      Atomics.notify(sync, GENERATION)
      return
    }
    while (Atomics.load(sync, GENERATION) === generation) {
      Atomics.wait(sync, GENERATION, generation, 100)
      this.check()
    }
  }
}
