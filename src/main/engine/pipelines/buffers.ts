/**
 * Arrays of megabytes that are used again: making one, touching its pages for the first time and collecting it costs more
 * than the work that is done in it. What is taken holds whatever was in it before.
 */

/** Of one length, a pass has this many in use at once, or two more. */
const KEPT = 4

/** Of one edit; gone with it. */
export class Buffers {
  readonly #free = new Map<number, Float32Array[]>()

  take(length: number): Float32Array {
    return this.#free.get(length)?.pop() ?? new Float32Array(length)
  }

  /** Nobody may look at it any more. One that lies in a larger buffer, or was given to another thread, is left aside. */
  give(array: Float32Array): void {
    if (array.length === 0 || array.byteLength !== array.buffer.byteLength) return
    const free = this.#free.get(array.length) ?? []
    if (free.length < KEPT) free.push(array)
    this.#free.set(array.length, free)
  }
}
