/**
 * A long list of a batch's files, of which only what is looked at is fetched: page by page, one request at a time, the
 * pages in sight again after the batch changed (not more often than REFRESH_MS). What is there stays until newer comes.
 */
import type { ItemView } from '../../shared/job.js'

export const PAGE = 50
export const REFRESH_MS = 400
const RETRY_MS = 1_000
/** Beyond these the pages farthest from what is looked at are forgotten. */
const KEPT = 24

export interface FetchedItems {
  readonly total: number
  readonly revision: number
  readonly items: readonly ItemView[]
}

interface Page {
  readonly items: readonly ItemView[]
  readonly revision: number
  readonly at: number
}

export class ItemPages {
  readonly #fetch: (offset: number, limit: number) => Promise<FetchedItems>
  readonly #failed: (thrown: unknown) => void
  readonly #listeners = new Set<() => void>()
  readonly #pages = new Map<number, Page>()
  #first = 0
  #last = -1
  #revision = 0
  #version = 0
  #running = false
  #fetching = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(fetch: (offset: number, limit: number) => Promise<FetchedItems>, failed: (thrown: unknown) => void) {
    this.#fetch = fetch
    this.#failed = failed
  }

  start(): void {
    this.#running = true
    this.#next()
  }

  /** What was fetched stays; nothing more is until it is started again. */
  stop(): void {
    this.#running = false
    clearTimeout(this.#timer)
  }

  at(index: number): ItemView | null {
    return this.#pages.get(Math.floor(index / PAGE))?.items[index % PAGE] ?? null
  }

  /** The rows from `first` up to and with `last` are in sight. */
  look(first: number, last: number): void {
    this.#first = Math.floor(first / PAGE)
    this.#last = Math.floor(last / PAGE)
    this.#next()
  }

  /** The batch is at this revision: what was fetched at a lower one is stale. */
  revise(revision: number): void {
    if (revision === this.#revision) return
    // A lower one: another database, after the host was started anew. Nothing that is held is known to be true.
    if (revision < this.#revision)
      for (const [page, held] of this.#pages) this.#pages.set(page, { ...held, revision: -1 })
    this.#revision = revision
    this.#next()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Another number after each page that came. */
  readonly version = (): number => this.#version

  #next(): void {
    if (!this.#running || this.#fetching) return
    clearTimeout(this.#timer)
    const wanted = Array.from({ length: this.#last - this.#first + 1 }, (_, index) => this.#first + index)
    const missing = wanted.find((page) => !this.#pages.has(page))
    if (missing !== undefined) return void this.#load(missing)
    const stale = wanted
      .map((page) => ({ page, held: this.#pages.get(page) }))
      .filter(({ held }) => held !== undefined && held.revision < this.#revision)
      .sort((a, b) => (a.held?.at ?? 0) - (b.held?.at ?? 0))[0]
    if (stale?.held === undefined) return
    const wait = stale.held.at + REFRESH_MS - Date.now()
    if (wait <= 0) void this.#load(stale.page)
    else this.#timer = setTimeout(() => this.#next(), wait)
  }

  async #load(page: number): Promise<void> {
    this.#fetching = true
    let pause = 0
    try {
      const { items, revision } = await this.#fetch(page * PAGE, PAGE)
      this.#pages.set(page, { items, revision, at: Date.now() })
      this.#forget()
      this.#version++
      for (const listener of this.#listeners) listener()
    } catch (thrown) {
      this.#failed(thrown)
      pause = RETRY_MS
    }
    this.#fetching = false
    if (pause === 0) this.#next()
    else if (this.#running) this.#timer = setTimeout(() => this.#next(), pause)
  }

  #forget(): void {
    const middle = (this.#first + this.#last) / 2
    const farthest = [...this.#pages.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle))
    for (const page of farthest.slice(0, Math.max(0, this.#pages.size - KEPT))) this.#pages.delete(page)
  }
}
