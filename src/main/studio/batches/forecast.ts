/** How far a job is, and how long it will still take, from what its files turned out to cost so far. */
import { extname } from 'node:path'
import type { PictureSize, RunProgress } from '../../../shared/job.js'

export interface ForecastItem {
  readonly item: number
  readonly label: string
  readonly bytes: number | null
  readonly size: PictureSize | null
}

interface Working extends ForecastItem {
  phase: string | null
  fraction: number
}

/** Before this much is done, a forecast would be a guess: the first picture pays for loading the model. */
const TELLING_PICTURES = 2
const TELLING_SECONDS = 3
/** Pixels of a picture of which nothing is known. */
const USUAL_PIXELS = 12_000_000

/**
 * The work of a picture is its pixels. Those of a picture that was not opened yet are guessed from its file's bytes, by
 * what the bytes of its kind of file came to so far.
 */
export class Forecast {
  readonly #now: () => number
  /** Milliseconds in which something was in work: a job that watches, or waits for its turn, is no slower for it. */
  #busy = 0
  #busySince: number | null = null
  readonly #waiting = new Map<number, ForecastItem>()
  readonly #working = new Map<number, Working>()
  /** By file extension: pixels a byte, as far as pictures were opened. */
  readonly #kinds = new Map<string, { bytes: number; pixels: number }>()
  readonly #opened = { count: 0, pixels: 0 }
  #donePixels = 0
  #doneCount = 0
  /** Of earlier runs of the job: they count as done, but say nothing of the speed. */
  readonly #before: number
  readonly #beforeCount: number
  provider: string | null = null
  device: string | null = null

  /** `ended`: items that ended before this run. */
  constructor(waiting: readonly ForecastItem[], ended: readonly ForecastItem[], now: () => number = Date.now) {
    this.#now = now
    this.add(waiting)
    for (const item of ended) this.#learn(item)
    this.#before = ended.reduce((sum, item) => sum + this.#pixels(item), 0)
    this.#beforeCount = ended.length
  }

  add(items: readonly ForecastItem[]): void {
    for (const item of items) this.#waiting.set(item.item, item)
  }

  started(item: ForecastItem): void {
    this.#busySince ??= this.#now()
    this.#waiting.delete(item.item)
    this.#working.set(item.item, { ...item, phase: null, fraction: 0 })
  }

  inspected(item: number, size: PictureSize): void {
    const working = this.#working.get(item)
    if (working !== undefined) this.#working.set(item, { ...working, size })
  }

  progress(item: number, phase: string, fraction: number): void {
    const working = this.#working.get(item)
    if (working === undefined) return
    working.phase = phase
    working.fraction = fraction
  }

  /** `worked`: the network ran on it; a picture that failed at once says nothing of the speed. */
  ended(item: number, worked: boolean): void {
    const working = this.#leave(item)
    if (working === undefined) return
    this.#learn(working)
    if (!worked) return
    this.#donePixels += this.#pixels(working)
    this.#doneCount++
  }

  putBack(item: number): void {
    const working = this.#leave(item)
    if (working !== undefined) this.#waiting.set(item, working)
  }

  now(): RunProgress {
    let under = 0
    let left = 0
    for (const item of this.#working.values()) {
      const pixels = this.#pixels(item)
      under += pixels * item.fraction
      left += pixels * (1 - item.fraction)
    }
    for (const item of this.#waiting.values()) left += this.#pixels(item)
    const done = this.#donePixels + under
    const all = this.#before + done + left
    const seconds = this.#busyNow() / 1000
    const telling = this.#doneCount >= TELLING_PICTURES && seconds >= TELLING_SECONDS && done > 0
    const nothingLeft = this.#waiting.size === 0 && this.#working.size === 0
    return {
      fraction:
        all === 0 ? (this.#beforeCount + this.#doneCount > 0 ? 1 : 0) : Math.min(1, (this.#before + done) / all),
      secondsLeft: nothingLeft ? 0 : telling ? (seconds * left) / done : null,
      items: [...this.#working.values()].map(({ item, label, phase, fraction }) => ({ item, label, phase, fraction })),
      provider: this.provider,
      device: this.device,
    }
  }

  #busyNow(): number {
    return this.#busy + (this.#busySince === null ? 0 : this.#now() - this.#busySince)
  }

  #leave(item: number): Working | undefined {
    const working = this.#working.get(item)
    this.#working.delete(item)
    if (working !== undefined && this.#working.size === 0) {
      this.#busy = this.#busyNow()
      this.#busySince = null
    }
    return working
  }

  #learn({ label, bytes, size }: ForecastItem): void {
    if (size === null) return
    const pixels = size.width * size.height
    this.#opened.count++
    this.#opened.pixels += pixels
    const kind = kindOf(label)
    const known = this.#kinds.get(kind) ?? { bytes: 0, pixels: 0 }
    if (bytes !== null) this.#kinds.set(kind, { bytes: known.bytes + bytes, pixels: known.pixels + pixels })
  }

  #pixels({ label, bytes, size }: ForecastItem): number {
    if (size !== null) return size.width * size.height
    const kind = this.#kinds.get(kindOf(label))
    if (bytes !== null && kind !== undefined && kind.bytes > 0) return (bytes * kind.pixels) / kind.bytes
    // The bytes of another kind of file say nothing: a TIFF has ten times those of a JPEG.
    return this.#opened.count > 0 ? this.#opened.pixels / this.#opened.count : USUAL_PIXELS
  }
}

const kindOf = (label: string): string => extname(label).toLowerCase()
