/**
 * Arrays of megabytes that are used again: making one, touching its pages for the first time and collecting it costs more
 * than the work that is done in it. What is taken holds whatever was in it before.
 */
export class Buffers {
  /** By length; the length that was given last stands last. */
  readonly #free = new Map<number, Float32Array[]>()
  readonly #limit: number
  #bytes = 0

  /** `limit`: bytes that may lie unused. */
  constructor(limit = 128e6) {
    this.#limit = limit
  }

  take(length: number): Float32Array {
    const array = this.#free.get(length)?.pop()
    if (array === undefined) return new Float32Array(length)
    this.#bytes -= array.byteLength
    return array
  }

  /** Nobody may look at it any more. One that lies in a larger buffer, or was given to another thread, is left aside. */
  give(array: Float32Array): void {
    const { length, byteLength } = array
    if (length === 0 || byteLength !== array.buffer.byteLength || byteLength > this.#limit) return
    const free = this.#free.get(length) ?? []
    this.#free.delete(length)
    this.#free.set(length, free)
    free.push(array)
    this.#bytes += byteLength
    for (const [other, arrays] of this.#free) {
      while (this.#bytes > this.#limit && arrays.length > 0) this.#bytes -= arrays.pop()?.byteLength ?? 0
      if (arrays.length > 0) break
      this.#free.delete(other)
    }
  }

  clear(): void {
    this.#free.clear()
    this.#bytes = 0
  }
}
