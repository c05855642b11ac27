/** The job store over a database that several processes share. */
import { LacunaError } from '../../../../../shared/errors.js'
import type { ItemResult } from '../../../../../shared/job.js'
import { removeLeftFiles } from '../left-files.js'
import type { ItemRecord, JobRecord, Lease } from '../records.js'
import * as rules from '../rules.js'
import type { FileIdentity, ItemQuery, JobStore } from '../store.js'
import type { Database } from './database.js'
import { ItemsTable } from './items-table.js'
import { JobsTable } from './jobs-table.js'
import { type JobOfRow, readMade } from './rows.js'
import { SharedWatch } from './shared-watch.js'

export class SqliteStore implements JobStore {
  readonly problem: LacunaError | null
  readonly #now: () => number
  readonly #database: Database
  readonly #jobs: JobsTable
  readonly #items: ItemsTable
  readonly #watch: SharedWatch

  constructor(database: Database, options: { problem: LacunaError | null; now: () => number }) {
    this.problem = options.problem
    this.#now = options.now
    this.#database = database
    this.#jobs = new JobsTable(database)
    this.#items = new ItemsTable(database)
    this.#watch = new SharedWatch(database, options.now)
  }

  // --- Jobs ---------------------------------------------------------------------------------------------------

  enqueue: JobStore['enqueue'] = ({ name, origin, state, request }, items) =>
    this.#change(() => {
      const id = this.#jobs.newId()
      const entry = rules.newJob(id, { name, origin, state }, this.#jobs.lastPosition(), this.#now())
      this.#jobs.insert(entry, request)
      this.#jobs.save(this.#items.add(entry, items))
      return id
    })

  append: JobStore['append'] = (id, items) =>
    this.#change(() => {
      const entry = this.#items.add(this.#jobs.get(id).entry, items)
      const waits = entry.state === 'done' && items.some(({ state }) => state === 'waiting')
      this.#jobs.save(waits ? rules.reopened(entry, this.#now()) : entry)
    })

  redraft: JobStore['redraft'] = (id, request, items, name) =>
    this.#change(() => {
      const { entry } = this.#jobs.get(id)
      if (entry.state !== 'draft') throw new LacunaError('job.notDraft', { name: entry.name })
      this.#jobs.saveRequest(id, request)
      this.#jobs.save({ ...this.#items.redraft(entry, items), name: name ?? entry.name })
    })

  job: JobStore['job'] = (typed) =>
    this.#database.read(() => {
      const prefix = rules.idPrefix(typed)
      const id = prefix === '' ? null : rules.chooseId(prefix, this.#jobs.beginning(prefix))
      return id === null ? null : this.#shown(this.#jobs.get(id))
    })

  jobs: JobStore['jobs'] = () => this.#database.read(() => this.#jobs.inOrder().map((job) => this.#shown(job)))

  items: JobStore['items'] = (id, query: ItemQuery = {}) =>
    this.#database.read(() => {
      this.#jobs.get(id)
      return this.#items.query(id, query)
    })

  item: JobStore['item'] = (id, item) => this.#database.read(() => this.#items.find(id, item))

  countItems: JobStore['countItems'] = (id, states) =>
    this.#database.read(() => rules.sumOf(this.#jobs.get(id).counts, states))

  setSizes: JobStore['setSizes'] = (id, sizes) =>
    this.#change(() => {
      let set = 0
      for (const [item, size] of sizes) set += this.#items.setSize(id, item, size)
      if (set > 0) this.#jobs.touch(id)
    })

  // --- Wishes -------------------------------------------------------------------------------------------------

  resume: JobStore['resume'] = (id) => this.#wish(id, (entry) => rules.resumed(entry, this.#now()))
  adopt: JobStore['adopt'] = (id, origin) => this.#wish(id, (entry) => rules.adopted(entry, origin, this.#now()))
  pause: JobStore['pause'] = (id) => this.#wish(id, rules.paused)
  cancel: JobStore['cancel'] = (id) => this.#wish(id, (entry) => rules.cancelledJob(entry, this.#now()))

  retry: JobStore['retry'] = (id, items) =>
    this.#change(() => {
      const { entry } = this.#jobs.get(id)
      const again = this.#items.retry(id, items)
      if (again > 0) this.#jobs.save(rules.reopened(entry, this.#now()))
      return again
    })

  move: JobStore['move'] = (id, before) =>
    this.#change(() => {
      this.#jobs.get(id)
      if (before === id) return
      const position = before === null ? this.#jobs.lastPosition() : this.#jobs.positionBefore(before, id)
      this.#jobs.save({ ...this.#jobs.get(id).entry, position })
    })

  remove: JobStore['remove'] = async (id) => {
    const left = await this.#database.read(() => {
      this.#checkUnheld(id)
      return this.#items.query(id, { states: ['running'] })
    })
    await removeLeftFiles(left)
    await this.#change(() => {
      this.#checkUnheld(id)
      this.#jobs.remove(id)
    })
  }

  prune: JobStore['prune'] = async (limits) => {
    const gone = await this.#database.write(() => {
      const ids = rules.prunable(this.#jobs.ended(), limits)
      for (const id of ids) this.#jobs.remove(id)
      // Rows are replaced, never changed, so that their numbers tell which came last.
      for (const table of ['contents', 'made'])
        this.#database.run(
          `DELETE FROM ${table} WHERE rowid <= (SELECT rowid FROM ${table} ORDER BY rowid DESC LIMIT 1 OFFSET ?)`,
          limits.results,
        )
      return ids.length
    })
    if (gone > 0) this.#watch.notify()
    return gone
  }

  // --- Running ------------------------------------------------------------------------------------------------

  claim: JobStore['claim'] = async (owner, filter) => {
    const lease = await this.#database.write((): Lease | null => {
      const now = this.#now()
      for (const job of this.#jobs.toRun()) {
        if (!rules.isClaimable(job.entry, now) || !filter(this.#jobs.record(job))) continue
        const entry = rules.claimed(job.entry, owner, now)
        this.#jobs.save(entry)
        return { job: entry.id, owner, token: entry.token }
      }
      return null
    })
    if (lease !== null) this.#watch.notify()
    return lease
  }

  heartbeat: JobStore['heartbeat'] = async (lease, progress) => {
    const { wish, news } = await this.#database.write(() => {
      const { entry } = this.#jobs.held(lease)
      const news = JSON.stringify(progress) !== JSON.stringify(entry.progress)
      if (news) this.#jobs.save({ ...entry, progress, heartbeatAt: this.#now() })
      else this.#jobs.beat(lease.job, this.#now())
      return { wish: entry.wish, news }
    })
    if (news) this.#watch.notify()
    return wish
  }

  wish: JobStore['wish'] = (lease) => this.#database.read(() => this.#jobs.held(lease).entry.wish)

  inFlight: JobStore['inFlight'] = (lease) =>
    this.#database.read(() => {
      this.#jobs.held(lease)
      return this.#items.inFlight(lease)
    })

  start: JobStore['start'] = (lease, { alone, temp }) =>
    this.#change(() => {
      this.#jobs.held(lease)
      const next = this.#items.nextWaiting(lease.job, alone)
      if (next === null) return null
      const started = rules.started(next, this.#now())
      const item = { ...started, temp: temp(started) }
      this.#items.save(item, lease.token)
      this.#jobs.touch(lease.job)
      return item
    })

  identify: JobStore['identify'] = (lease, item, key, size) =>
    this.#work(lease, item, (record) => ({ ...record, key, size }))
  written: JobStore['written'] = (lease, item, result) => this.#work(lease, item, (record) => ({ ...record, result }))
  fail: JobStore['fail'] = (lease, item, error) =>
    this.#work(lease, item, (record) => rules.failed(record, error, this.#now()))
  skip: JobStore['skip'] = (lease, item, reason) =>
    this.#work(lease, item, (record) => rules.skipped(record, reason, this.#now()))
  putBack: JobStore['putBack'] = (lease, item, { counted }) =>
    this.#work(lease, item, (record) => rules.putBack(record, counted))
  complete: JobStore['complete'] = (lease, item, result) =>
    this.#work(lease, item, (record) => {
      this.#remember(record, result)
      return rules.completed(record, result, this.#now())
    })

  release: JobStore['release'] = (lease, state) =>
    this.#change(() => {
      const { entry, counts } = this.#jobs.held(lease)
      const released = rules.released(entry, state, counts, this.#now())
      if (released.state === 'cancelled') this.#items.cancelWaiting(lease.job)
      this.#jobs.save(released)
      return released.state
    })

  // --- Identity and watching ----------------------------------------------------------------------------------

  contentHash: JobStore['contentHash'] = (file) =>
    this.#database.read(() => {
      const row = this.#database.get(
        'SELECT sha256 FROM contents WHERE path = ? AND dev = ? AND ino = ? AND size = ? AND mtime_ns = ?',
        ...identityColumns(file),
      )
      return row === undefined ? null : String(row['sha256'])
    })

  rememberContent: JobStore['rememberContent'] = async (file, sha256) => {
    const sql = 'INSERT OR REPLACE INTO contents (path, dev, ino, size, mtime_ns, sha256) VALUES (?, ?, ?, ?, ?, ?)'
    await this.#database.write(() => this.#database.run(sql, ...identityColumns(file), sha256))
  }

  made: JobStore['made'] = (target) =>
    this.#database.read(() => {
      const row = this.#database.get('SELECT key, target, sha256, bytes, at FROM made WHERE target = ?', target)
      return row === undefined ? null : readMade(row)
    })

  watch(signal: AbortSignal): AsyncGenerator<number, void, void> {
    return this.#watch.watch(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch.close()
    await this.#database.closeAfterWrites()
  }

  // --- Inside -------------------------------------------------------------------------------------------------

  /** Writes, and tells this process's watchers; others see the database change. */
  async #change<T>(body: () => T): Promise<T> {
    const value = await this.#database.write(body)
    this.#watch.notify()
    return value
  }

  #wish(id: string, change: (entry: rules.JobEntry) => rules.JobEntry): Promise<void> {
    return this.#change(() => {
      const { entry } = this.#jobs.get(id)
      const wished = change(entry)
      const cancelled = rules.isCancelling(wished) && this.#items.cancelWaiting(id) > 0
      if (wished !== entry || cancelled) this.#jobs.save(wished)
    })
  }

  #work(lease: Lease, item: number, change: (record: ItemRecord) => ItemRecord): Promise<void> {
    return this.#change(() => {
      this.#jobs.held(lease)
      this.#items.save(change(this.#items.running(lease.job, item)), lease.token)
      this.#jobs.touch(lease.job)
    })
  }

  #remember(record: ItemRecord, result: ItemResult): void {
    const made = rules.madeOf(record, result, this.#now())
    if (made === null) return
    const sql = 'INSERT OR REPLACE INTO made (key, target, sha256, bytes, at) VALUES (?, ?, ?, ?, ?)'
    this.#database.run(sql, made.key, made.target, made.sha256, made.bytes, made.at)
  }

  #checkUnheld(id: string): void {
    const { entry } = this.#jobs.get(id)
    if (rules.holderLives(entry, this.#now())) throw new LacunaError('job.running', { name: entry.name })
  }

  #shown(job: JobOfRow): JobRecord {
    return this.#jobs.record({ ...job, entry: rules.asFound(job.entry, this.#now()) })
  }
}

const identityColumns = ({ path, dev, ino, size, mtimeNs }: FileIdentity) => [path, dev, ino, size, mtimeNs] as const
