/** Tells the watchers of this process of its own changes at once, and soon of what others do to the database. */
import { z } from 'zod'
import { holderLives } from '../rules.js'
import { Watchers } from '../watchers.js'
import type { Database } from './database.js'
import { isBusy } from './errors.js'
import { readJob } from './rows.js'

const LOOK_MS = 300

export class SharedWatch {
  readonly #database: Database
  readonly #now: () => number
  readonly #watchers = new Watchers()
  #timer: NodeJS.Timeout | null = null
  #seen = ''

  constructor(database: Database, now: () => number) {
    this.#database = database
    this.#now = now
  }

  notify(): void {
    this.#watchers.notify()
  }

  watch(signal: AbortSignal): AsyncGenerator<number, void, void> {
    if (this.#timer === null) {
      this.#seen = this.#look()
      // Nobody's process is kept alive by watching.
      this.#timer = setInterval(() => this.#tick(), LOOK_MS).unref()
    }
    return this.#watchers.watch(signal)
  }

  close(): void {
    this.#stop()
    this.#watchers.close()
  }

  #tick(): void {
    if (!this.#watchers.any) return this.#stop()
    try {
      const seen = this.#look()
      if (seen === this.#seen) return
      this.#seen = seen
    } catch (error) {
      // Locked for a moment: the next look sees the same. What is really broken is told to whoever reads or writes.
      if (isBusy(error)) return
      this.#stop()
    }
    this.#watchers.notify()
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  /** SQLite counts the commits of other connections; and a holder that dies changes what its job is, but no row. */
  #look(): string {
    const { data_version } = z
      .looseObject({ data_version: z.number() })
      .parse(this.#database.get('PRAGMA data_version'))
    const held = this.#database.all("SELECT * FROM jobs WHERE state = 'running'")
    const dead = held.map((row) => readJob(row).entry).filter((entry) => !holderLives(entry, this.#now()))
    return [data_version, ...dead.map(({ id, token }) => `${id} ${token}`)].join()
  }
}
