/** What happens to a job's items, told as the events of one run. */
import type { ErrorWire, Note } from '../../../shared/errors.js'
import type { EventError, EventNote, RunEvent } from '../../../shared/events.js'
import type { JobState, RunProgress } from '../../../shared/job.js'
import type { Words } from '../../../shared/words.js'
import type { JobListener } from '../../studio/batches/run-job.js'
import type { JobProgress } from '../../studio/index.js'
import type { ItemRecord, JobRecord } from '../../studio/jobs/store/records.js'
import { secondsSince, type Part } from '../report/time.js'

const progressIntervalMs = 200

/** One run of one job: which of its pictures are planned for it, how many of them ended and how. */
export class Telling implements JobListener {
  readonly counts = { done: 0, failed: 0, skipped: 0, made: 0 }
  readonly #job: JobRecord
  readonly #words: Words
  readonly #report: (event: RunEvent) => void
  readonly #began = performance.now()
  /** Place of each planned item in the run, from 1. */
  readonly #places = new Map<number, number>()
  readonly #lastProgress = new Map<number, number>()
  #ended = 0
  /** The number of the last item that was told of. */
  #lastItem = 0

  constructor(job: JobRecord, words: Words, report: (event: RunEvent) => void) {
    this.#job = job
    this.#words = words
    this.#report = report
  }

  /** Planned, and not ended by this run. */
  get unfinished(): number {
    return this.#places.size - this.#ended
  }

  /** What is known before anything starts: what will be done, what an earlier run did, what is left out, what failed. */
  begin(items: readonly ItemRecord[]): void {
    this.#lastItem = items.at(-1)?.item ?? 0
    const planned = items.filter(isPlanned)
    for (const { item } of planned) this.#places.set(item, this.#places.size + 1)
    for (const item of planned) this.#plan(item)
    for (const item of items) {
      if (item.state === 'done') this.#skip(item, 'made')
      else if (item.state === 'skipped' || item.state === 'failed') this.ended(item)
    }
    const { request } = this.#job
    if (request.watch) this.#report({ v: 1, event: 'watching', job: this.#job.id, folders: request.inputs })
  }

  /** How many items were told of; the store has the later ones. */
  get known(): number {
    return this.#lastItem
  }

  /** Items that came into a watched folder. Those that cannot be worked on end with that; the others are started soon. */
  joined(items: readonly ItemRecord[]): void {
    for (const item of items) {
      if (item.item <= this.#lastItem) continue
      this.#lastItem = item.item
      if (isPlanned(item)) this.#expect(item)
      if (item.attempts === 0 && (item.state === 'failed' || item.state === 'skipped')) this.ended(item)
    }
  }

  started(item: ItemRecord): void {
    this.#expect(item)
    this.#report({ v: 1, event: 'started', ...this.#which(item) })
  }

  progress(item: ItemRecord, { phase, fraction, secondsLeft }: JobProgress, job: RunProgress): void {
    const now = performance.now()
    if (now - (this.#lastProgress.get(item.item) ?? -Infinity) < progressIntervalMs) return
    this.#lastProgress.set(item.item, now)
    const overall = tidy(job)
    const event = 'progress'
    this.#report({ v: 1, event, ...this.#which(item), phase, ...tidy({ fraction, secondsLeft }), overall })
  }

  ended(item: ItemRecord): void {
    this.#lastProgress.delete(item.item)
    if (item.state === 'skipped') this.#skip(item, item.skip ?? 'foreign')
    else if (item.state === 'failed' && item.error !== null) this.#fail(item, item.error)
    else if (item.state === 'done') this.#done(item)
  }

  /** The last event. */
  summary(state: JobState): void {
    const { counts, unfinished } = this
    const cancelled = state === 'interrupted' || state === 'cancelled'
    const seconds = secondsSince(this.#began)
    this.#report({ v: 1, event: 'summary', job: this.#job.id, ...counts, unfinished, cancelled, state, seconds })
  }

  #plan(item: ItemRecord): void {
    this.#report({ v: 1, event: 'planned', ...this.#which(item), output: item.target ?? '' })
  }

  /** A picture that came into a watched folder, or was tried again from elsewhere, joins the plan late. */
  #expect(item: ItemRecord): void {
    if (this.#places.has(item.item)) return
    this.#places.set(item.item, this.#places.size + 1)
    this.#plan(item)
  }

  #done(item: ItemRecord): void {
    const { target, result, attempts } = item
    if (target === null || result === null) return
    this.#count('done', item)
    const { bytes, seconds, model, provider, device, sigma, takenFor } = result
    const made = { output: target, bytes, seconds, model, provider, device, sigma, takenFor, attempts }
    const notes = result.notes.map((note) => wordedNote(note, this.#words))
    this.#report({ v: 1, event: 'done', ...this.#which(item), ...made, notes })
  }

  #fail(item: ItemRecord, wire: ErrorWire): void {
    this.#count('failed', item)
    const { attempts } = item
    const error = wordedError(wire, this.#words)
    this.#report({ v: 1, event: 'failed', job: this.#job.id, ...this.#place(item), input: item.input, attempts, error })
  }

  #skip(item: ItemRecord, reason: NonNullable<ItemRecord['skip']>): void {
    this.#count('skipped', item)
    if (reason === 'made') this.counts.made++
    this.#report({ v: 1, event: 'skipped', job: this.#job.id, ...this.#place(item), input: item.input, reason })
  }

  #count(kind: 'done' | 'failed' | 'skipped', { item }: ItemRecord): void {
    this.counts[kind]++
    if (this.#places.has(item)) this.#ended++
  }

  #place({ item }: ItemRecord): { index?: number; total?: number } {
    const index = this.#places.get(item)
    return index === undefined ? {} : { index, total: this.#places.size }
  }

  #which({ item, input }: ItemRecord): { job: string; index: number; total: number; input: string } {
    return { job: this.#job.id, index: this.#places.get(item) ?? 0, total: this.#places.size, input }
  }
}

/** Worked on in this run, or failed where a person expects a result: an unreadable file that a folder held has no target. */
const isPlanned = ({ state, target }: ItemRecord): boolean =>
  target !== null && ['waiting', 'running', 'failed'].includes(state)

export const wordedError = ({ code, params }: ErrorWire, words: Words): EventError => ({
  code,
  params,
  message: words.errorSentence({ code, params }),
})

const wordedNote = ({ code, params }: Note, words: Words): EventNote => ({
  code,
  params,
  message: words.noteSentence({ code, params }),
})

/** Digits that mean something, for lines that programs and people read. */
const tidy = ({ fraction, secondsLeft }: Part): Part => ({
  fraction: Math.round(fraction * 1e4) / 1e4,
  secondsLeft: secondsLeft === null ? null : Math.round(secondsLeft * 10) / 10,
})
