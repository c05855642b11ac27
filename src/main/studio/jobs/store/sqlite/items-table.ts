/** Items in the database. Everything here is called inside a transaction. */
import type { PictureSize } from '../../../../../shared/job.js'
import type { ItemRecord, Lease, NewItem } from '../records.js'
import { isCancelling, type JobEntry, newItem, notRunning, redrafted } from '../rules.js'
import type { ItemQuery } from '../store.js'
import type { Database, Row } from './database.js'
import { itemColumns, readDrafted, readItem } from './rows.js'

export class ItemsTable {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The job with its last number moved on. */
  add(entry: JobEntry, items: readonly NewItem[]): JobEntry {
    const cancelling = isCancelling(entry)
    let { lastItem } = entry
    for (const planned of items) this.#insert(newItem(entry.id, ++lastItem, planned, cancelling))
    return { ...entry, lastItem }
  }

  /** A draft's items planned again; the job with its last number moved on. */
  redraft(entry: JobEntry, planned: readonly NewItem[]): JobEntry {
    // Of ten thousand rows, what is needed alone.
    const sql = 'SELECT item, input, bytes, size FROM items WHERE job = ? ORDER BY item'
    const before = this.#database.all(sql, entry.id).map(readDrafted)
    const { items, lastItem } = redrafted(entry, before, planned)
    this.removeAll(entry.id)
    for (const item of items) this.#insert(item)
    return { ...entry, lastItem }
  }

  find(job: string, item: number): ItemRecord | null {
    const row = this.#database.get('SELECT * FROM items WHERE job = ? AND item = ?', job, item)
    return row === undefined ? null : readItem(row)
  }

  /** Throws `internal` for one that was not started. */
  running(job: string, item: number): ItemRecord {
    const record = this.find(job, item)
    if (record?.state !== 'running') throw notRunning(job, item)
    return record
  }

  query(job: string, { states, offset = 0, limit = -1 }: ItemQuery): ItemRecord[] {
    const rows: Row[] =
      states === undefined
        ? this.#database.all('SELECT * FROM items WHERE job = ? ORDER BY item LIMIT ? OFFSET ?', job, limit, offset)
        : this.#database.all(
            `SELECT * FROM items WHERE job = ? AND state IN (SELECT value FROM json_each(?))
             ORDER BY item LIMIT ? OFFSET ?`,
            ...[job, JSON.stringify(states), limit, offset],
          )
    return rows.map(readItem)
  }

  inFlight(lease: Lease): ItemRecord[] {
    const sql = "SELECT * FROM items WHERE job = ? AND state = 'running' AND token <> ? ORDER BY item"
    return this.#database.all(sql, lease.job, lease.token).map(readItem)
  }

  nextWaiting(job: string, alone: boolean): ItemRecord | null {
    const row = this.#database.get(
      `SELECT * FROM items WHERE job = ? AND state = 'waiting' AND ${alone ? 'attempts > 0' : 'attempts = 0'}
       ORDER BY item LIMIT 1`,
      job,
    )
    return row === undefined ? null : readItem(row)
  }

  save(item: ItemRecord, token: number): void {
    const { job, item: number, ...columns } = itemColumns(item, token)
    const set = Object.keys(columns).map((name) => `${name} = ?`)
    this.#database.run(
      `UPDATE items SET ${set.join(', ')} WHERE job = ? AND item = ?`,
      ...Object.values(columns),
      ...[job ?? null, number ?? null],
    )
  }

  setSize(job: string, item: number, size: PictureSize): number {
    const sql = 'UPDATE items SET size = ? WHERE job = ? AND item = ? AND size IS NULL'
    return this.#database.run(sql, JSON.stringify(size), job, item)
  }

  cancelWaiting(job: string): number {
    return this.#database.run("UPDATE items SET state = 'cancelled' WHERE job = ? AND state = 'waiting'", job)
  }

  /** As `retried` of the rules, for thousands at once. */
  retry(job: string, items: readonly number[] | undefined): number {
    return this.#database.run(
      `UPDATE items SET state = 'waiting', attempts = 0, error = NULL, skip = NULL,
         key = NULL, temp = NULL, result = NULL, started_at = NULL, ended_at = NULL
       WHERE job = ?1 AND state IN ('failed', 'cancelled')
         AND (?2 IS NULL OR item IN (SELECT value FROM json_each(?2)))`,
      ...[job, items === undefined ? null : JSON.stringify(items)],
    )
  }

  removeAll(job: string): void {
    this.#database.run('DELETE FROM items WHERE job = ?', job)
  }

  #insert(item: ItemRecord): void {
    const columns = itemColumns(item, 0)
    const names = Object.keys(columns)
    this.#database.run(
      `INSERT INTO items (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      ...Object.values(columns),
    )
  }
}
