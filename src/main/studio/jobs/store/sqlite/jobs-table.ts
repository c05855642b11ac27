/** Jobs in the database, with their requests. Everything here is called inside a transaction. */
import { z } from 'zod'
import { JobRequest, JobState } from '../../../../../shared/job.js'
import { LacunaError } from '../../../../../shared/errors.js'
import type { JobRecord, Lease } from '../records.js'
import { isHeldBy, type JobEntry, leaseLost, newJobId, notFound, recordOf } from '../rules.js'
import type { Database, Row } from './database.js'
import { type JobOfRow, jobColumns, parsed, readJob } from './rows.js'

const EndedRow = z.looseObject({
  id: z.string(),
  state: JobState,
  created_at: z.number(),
  ended_at: z.number().nullable(),
})

export class JobsTable {
  readonly #database: Database
  /** A request can name thousands of files, and seldom changes: it is read again only when it did. */
  readonly #requests = new Map<string, { revision: number; request: JobRequest }>()
  /** Jobs as they were read last: of a list of thousands, few have changed when it is read again. */
  readonly #known = new Map<string, JobOfRow>()

  constructor(database: Database) {
    this.#database = database
  }

  find(id: string): JobOfRow | null {
    const row = this.#database.get('SELECT * FROM jobs WHERE id = ?', id)
    return row === undefined ? null : readJob(row)
  }

  /** Throws `job.notFound`. */
  get(id: string): JobOfRow {
    const job = this.find(id)
    if (job === null) throw notFound(id)
    return job
  }

  /** Throws `job.leaseLost`. */
  held(lease: Lease): JobOfRow {
    const job = this.find(lease.job)
    if (job === null || !isHeldBy(job.entry, lease)) throw leaseLost(lease)
    return job
  }

  /** Ids that begin so: two at most are needed to know that it is not one. */
  beginning(prefix: string): string[] {
    return this.#database
      .all('SELECT id FROM jobs WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT 10', prefix.length, prefix)
      .map(({ id }) => String(id))
  }

  inOrder(): JobOfRow[] {
    const rows = this.#database.all('SELECT id, revision, heartbeat_at FROM jobs ORDER BY position')
    const jobs = rows.map(({ id, revision, heartbeat_at }) => {
      const known = this.#known.get(String(id))
      if (known !== undefined && known.entry.revision === revision && known.entry.heartbeatAt === heartbeat_at)
        return known
      const job = this.get(String(id))
      this.#known.set(job.entry.id, job)
      return job
    })
    if (this.#known.size > jobs.length) this.#forgetOthers(jobs)
    return jobs
  }

  /** As far as is needed to know which of them are old. */
  ended(): Pick<JobEntry, 'id' | 'state' | 'createdAt' | 'endedAt'>[] {
    const sql = "SELECT id, state, created_at, ended_at FROM jobs WHERE state IN ('done', 'cancelled')"
    return this.#database.all(sql).map((row) => {
      const { id, state, created_at, ended_at } = parsed(EndedRow, row, 'a job')
      return { id, state, createdAt: created_at, endedAt: ended_at }
    })
  }

  /** Waiting and running ones in order, a few at a time: most often the first is taken. */
  *toRun(): Generator<JobOfRow, void, void> {
    let after: number | null = -Infinity
    while (after !== null) {
      const rows: Row[] = this.#database.all(
        "SELECT * FROM jobs WHERE state IN ('waiting', 'running') AND position > ? ORDER BY position LIMIT 16",
        after,
      )
      const jobs = rows.map(readJob)
      yield* jobs
      after = jobs.at(-1)?.entry.position ?? null
    }
  }

  /** An id that no job has. */
  newId(): string {
    let id = newJobId()
    while (this.find(id) !== null) id = newJobId()
    return id
  }

  insert(entry: JobEntry, request: JobRequest): void {
    const columns = { ...jobColumns(entry), request_revision: 1 }
    const names = Object.keys(columns)
    this.#database.run(
      `INSERT INTO jobs (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      ...Object.values(columns),
    )
    this.#database.run('INSERT INTO requests (job, request) VALUES (?, ?)', entry.id, JSON.stringify(request))
  }

  /** One revision on. */
  save(entry: JobEntry): void {
    const { id, ...columns } = jobColumns({ ...entry, revision: entry.revision + 1 })
    const set = Object.keys(columns).map((name) => `${name} = ?`)
    this.#database.run(`UPDATE jobs SET ${set.join(', ')} WHERE id = ?`, ...Object.values(columns), id ?? null)
  }

  beat(id: string, at: number): void {
    this.#database.run('UPDATE jobs SET heartbeat_at = ? WHERE id = ?', at, id)
  }

  /** Something of its items changed. */
  touch(id: string): void {
    this.#database.run('UPDATE jobs SET revision = revision + 1 WHERE id = ?', id)
  }

  saveRequest(id: string, request: JobRequest): void {
    this.#database.run('UPDATE requests SET request = ? WHERE job = ?', JSON.stringify(request), id)
    this.#database.run('UPDATE jobs SET request_revision = request_revision + 1 WHERE id = ?', id)
  }

  remove(id: string): void {
    this.#database.run('DELETE FROM items WHERE job = ?', id)
    this.#database.run('DELETE FROM jobs WHERE id = ?', id)
  }

  record({ entry, counts, requestRevision }: JobOfRow): JobRecord {
    return recordOf(entry, this.#request(entry.id, requestRevision), counts)
  }

  /** Where the last one's successor stands. */
  lastPosition(): number {
    return Number(this.#database.get('SELECT coalesce(max(position), 0) + 1 AS position FROM jobs')?.['position'])
  }

  /** A place between `before` and whatever stands in front of it, leaving `id` out of account. */
  positionBefore(before: string, id: string): number {
    const between = (): { low: number; middle: number; high: number } => {
      const high = this.get(before).entry.position
      const row = this.#database.get('SELECT max(position) AS low FROM jobs WHERE position < ? AND id <> ?', high, id)
      const low = row?.['low'] === null ? high - 2 : Number(row?.['low'])
      return { low, middle: (low + high) / 2, high }
    }
    const place = between()
    if (place.low < place.middle && place.middle < place.high) return place.middle
    // Moved so often to one place that no number is left between two.
    this.#database.run(
      `UPDATE jobs SET position = place.number, revision = revision + 1
       FROM (SELECT id, row_number() OVER (ORDER BY position) AS number FROM jobs) AS place WHERE place.id = jobs.id`,
    )
    return between().middle
  }

  #request(id: string, revision: number): JobRequest {
    const known = this.#requests.get(id)
    if (known?.revision === revision) return known.request
    const row = this.#database.get('SELECT request FROM requests WHERE job = ?', id)
    const request = parsed(JobRequest, requestOf(row), 'a request')
    this.#requests.set(id, { revision, request })
    return request
  }

  #forgetOthers(jobs: readonly JobOfRow[]): void {
    const there = new Set(jobs.map(({ entry }) => entry.id))
    for (const known of [this.#known, this.#requests]) {
      for (const id of known.keys()) if (!there.has(id)) known.delete(id)
    }
  }
}

function requestOf(row: Row | undefined): unknown {
  try {
    return JSON.parse(String(row?.['request']))
  } catch (error) {
    throw new LacunaError('store.failed', { reason: 'a request in it is not as it was written' }, error)
  }
}
