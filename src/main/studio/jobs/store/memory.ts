/** The job store in memory: for tests and for work that nobody wants to find again. Gone with its process. */
import { LacunaError } from '../../../../shared/errors.js'
import { type ItemCounts, type JobRequest, noItems } from '../../../../shared/job.js'
import type { ItemRecord, JobRecord, Lease, MadeResult, NewItem } from './records.js'
import { removeLeftFiles } from './left-files.js'
import * as rules from './rules.js'
import type { FileIdentity, ItemQuery, JobStore } from './store.js'
import { Watchers } from './watchers.js'

interface Kept {
  entry: rules.JobEntry
  request: JobRequest
  /** By number, in order. */
  items: Map<number, { record: ItemRecord; token: number }>
  counts: ItemCounts
}

export function memoryStore(options: { now?: () => number } = {}): JobStore {
  return new MemoryStore(options.now ?? Date.now)
}

class MemoryStore implements JobStore {
  readonly problem = null
  readonly #now: () => number
  readonly #jobs = new Map<string, Kept>()
  readonly #contents = new Map<string, { file: FileIdentity; sha256: string }>()
  readonly #made = new Map<string, MadeResult>()
  readonly #watchers = new Watchers()
  #closed = false

  constructor(now: () => number) {
    this.#now = now
  }

  // --- Jobs ---------------------------------------------------------------------------------------------------

  enqueue: JobStore['enqueue'] = async (job, items) => {
    this.#check()
    let id = rules.newJobId()
    while (this.#jobs.has(id)) id = rules.newJobId()
    const { name, origin, request, state } = structuredClone(job)
    const kept: Kept = {
      entry: rules.newJob(id, { name, origin, state }, this.#nextPosition(), this.#now()),
      request,
      items: new Map(),
      counts: { ...noItems },
    }
    this.#jobs.set(id, kept)
    this.#add(kept, items)
    this.#changed(kept)
    return id
  }

  append: JobStore['append'] = async (id, items) => {
    const kept = this.#find(id)
    this.#add(kept, items)
    const waits = items.some(({ state }) => state === 'waiting')
    if (waits && kept.entry.state === 'done') kept.entry = rules.reopened(kept.entry, this.#now())
    this.#changed(kept)
  }

  redraft: JobStore['redraft'] = async (id, request, items, name) => {
    const kept = this.#find(id)
    if (kept.entry.state !== 'draft') throw new LacunaError('job.notDraft', { name: kept.entry.name })
    const planned = rules.redrafted(
      kept.entry,
      [...kept.items.values()].map(({ record }) => record),
      items,
    )
    kept.items.clear()
    kept.counts = { ...noItems }
    kept.request = structuredClone(request)
    kept.entry = { ...kept.entry, name: name ?? kept.entry.name, lastItem: planned.lastItem }
    for (const item of planned.items) this.#put(kept, structuredClone(item))
    this.#changed(kept)
  }

  job: JobStore['job'] = async (typed) => {
    this.#check()
    const prefix = rules.idPrefix(typed)
    if (prefix === '') return null
    const id = rules.chooseId(
      prefix,
      [...this.#jobs.keys()].filter((id) => id.startsWith(prefix)),
    )
    const kept = id === null ? undefined : this.#jobs.get(id)
    return kept === undefined ? null : this.#record(kept)
  }

  jobs: JobStore['jobs'] = async () => {
    this.#check()
    return this.#inOrder().map((kept) => this.#record(kept))
  }

  items: JobStore['items'] = async (id, query: ItemQuery = {}) => {
    const { states, offset = 0, limit = Infinity } = query
    const all = [...this.#find(id).items.values()].map(({ record }) => record)
    const chosen = states === undefined ? all : all.filter(({ state }) => states.includes(state))
    return structuredClone(chosen.slice(offset, offset + limit))
  }

  item: JobStore['item'] = async (id, item) => {
    this.#check()
    return structuredClone(this.#jobs.get(id)?.items.get(item)?.record ?? null)
  }

  countItems: JobStore['countItems'] = async (id, states) => {
    const { counts } = this.#find(id)
    return rules.sumOf(counts, states)
  }

  setSizes: JobStore['setSizes'] = async (id, sizes) => {
    this.#check()
    const kept = this.#jobs.get(id)
    if (kept === undefined) return
    const found = [...sizes].flatMap(([item, size]) => {
      const record = kept.items.get(item)?.record
      return record?.size === null ? [{ ...record, size: { ...size } }] : []
    })
    for (const record of found) this.#put(kept, record)
    if (found.length > 0) this.#changed(kept)
  }

  // --- Wishes -------------------------------------------------------------------------------------------------

  resume: JobStore['resume'] = async (id) => this.#wish(id, (entry) => rules.resumed(entry, this.#now()))
  adopt: JobStore['adopt'] = async (id, origin) => this.#wish(id, (entry) => rules.adopted(entry, origin, this.#now()))
  pause: JobStore['pause'] = async (id) => this.#wish(id, rules.paused)
  cancel: JobStore['cancel'] = async (id) => {
    this.#wish(id, (entry) => rules.cancelledJob(entry, this.#now()))
    const kept = this.#find(id)
    if (rules.isCancelling(kept.entry)) this.#cancelWaiting(kept)
  }

  retry: JobStore['retry'] = async (id, items) => {
    const kept = this.#find(id)
    const again = [...kept.items.values()].filter(
      ({ record }) =>
        (record.state === 'failed' || record.state === 'cancelled') &&
        (items === undefined || items.includes(record.item)),
    )
    if (again.length === 0) return 0
    for (const { record } of again) this.#put(kept, rules.retried(record))
    kept.entry = rules.reopened(kept.entry, this.#now())
    this.#changed(kept)
    return again.length
  }

  move: JobStore['move'] = async (id, before) => {
    const kept = this.#find(id)
    const target = before === null ? null : this.#find(before)
    if (target === kept) return
    const others = this.#inOrder().filter((other) => other !== kept)
    others.splice(target === null ? others.length : others.indexOf(target), 0, kept)
    others.forEach((other, position) => (other.entry = { ...other.entry, position }))
    this.#changed(kept)
  }

  remove: JobStore['remove'] = async (id) => {
    const kept = this.#find(id)
    if (rules.holderLives(kept.entry, this.#now())) throw new LacunaError('job.running', { name: kept.entry.name })
    await removeLeftFiles([...kept.items.values()].map(({ record }) => record))
    this.#jobs.delete(id)
    this.#watchers.notify()
  }

  prune: JobStore['prune'] = async (limits) => {
    this.#check()
    const gone = rules.prunable(
      [...this.#jobs.values()].map(({ entry }) => entry),
      limits,
    )
    for (const id of gone) this.#jobs.delete(id)
    for (const map of [this.#contents, this.#made])
      for (const key of [...map.keys()].slice(0, Math.max(0, map.size - limits.results))) map.delete(key)
    if (gone.length > 0) this.#watchers.notify()
    return gone.length
  }

  // --- Running ------------------------------------------------------------------------------------------------

  claim: JobStore['claim'] = async (owner, filter) => {
    this.#check()
    const now = this.#now()
    for (const kept of this.#inOrder()) {
      if (!rules.isClaimable(kept.entry, now) || !filter(this.#written(kept))) continue
      kept.entry = rules.claimed(kept.entry, structuredClone(owner), now)
      this.#changed(kept)
      return { job: kept.entry.id, owner, token: kept.entry.token }
    }
    return null
  }

  heartbeat: JobStore['heartbeat'] = async (lease, progress) => {
    const kept = this.#held(lease)
    const news = JSON.stringify(progress) !== JSON.stringify(kept.entry.progress)
    kept.entry = { ...kept.entry, heartbeatAt: this.#now(), progress: structuredClone(progress) }
    if (news) this.#changed(kept)
    return kept.entry.wish
  }

  wish: JobStore['wish'] = async (lease) => this.#held(lease).entry.wish

  inFlight: JobStore['inFlight'] = async (lease) => {
    const left = [...this.#held(lease).items.values()].filter(
      ({ record, token }) => record.state === 'running' && token !== lease.token,
    )
    return structuredClone(left.map(({ record }) => record))
  }

  start: JobStore['start'] = async (lease, { alone, temp }) => {
    const kept = this.#held(lease)
    for (const { record } of kept.items.values()) {
      if (record.state !== 'waiting' || record.attempts > 0 !== alone) continue
      const started = rules.started(record, this.#now())
      this.#put(kept, { ...started, temp: temp(structuredClone(started)) }, lease.token)
      this.#changed(kept)
      return structuredClone(kept.items.get(record.item)?.record ?? null)
    }
    return null
  }

  identify: JobStore['identify'] = async (lease, item, key, size) =>
    this.#work(lease, item, (record) => ({ ...record, key, size }))
  written: JobStore['written'] = async (lease, item, result) =>
    this.#work(lease, item, (record) => ({ ...record, result }))
  fail: JobStore['fail'] = async (lease, item, error) =>
    this.#work(lease, item, (record) => rules.failed(record, error, this.#now()))
  skip: JobStore['skip'] = async (lease, item, reason) =>
    this.#work(lease, item, (record) => rules.skipped(record, reason, this.#now()))
  putBack: JobStore['putBack'] = async (lease, item, { counted }) =>
    this.#work(lease, item, (record) => rules.putBack(record, counted))
  complete: JobStore['complete'] = async (lease, item, result) =>
    this.#work(lease, item, (record) => {
      const made = rules.madeOf(record, result, this.#now())
      if (made !== null) setLast(this.#made, made.target, made)
      return rules.completed(record, result, this.#now())
    })

  release: JobStore['release'] = async (lease, state) => {
    const kept = this.#held(lease)
    kept.entry = rules.released(kept.entry, state, kept.counts, this.#now())
    if (kept.entry.state === 'cancelled') this.#cancelWaiting(kept)
    this.#changed(kept)
    return kept.entry.state
  }

  // --- Identity and watching ----------------------------------------------------------------------------------

  contentHash: JobStore['contentHash'] = async (file) => {
    this.#check()
    const known = this.#contents.get(file.path)
    return known !== undefined && rules.sameFile(known.file, file) ? known.sha256 : null
  }

  rememberContent: JobStore['rememberContent'] = async (file, sha256) => {
    this.#check()
    setLast(this.#contents, file.path, { file: { ...file }, sha256 })
  }

  made: JobStore['made'] = async (target) => {
    this.#check()
    return structuredClone(this.#made.get(target) ?? null)
  }

  watch(signal: AbortSignal): AsyncGenerator<number, void, void> {
    return this.#watchers.watch(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#watchers.close()
  }

  // --- Inside -------------------------------------------------------------------------------------------------

  #check(): void {
    if (this.#closed) throw new LacunaError('store.failed', { name: 'memory', reason: 'it was closed' })
  }

  #find(id: string): Kept {
    this.#check()
    const kept = this.#jobs.get(id)
    if (kept === undefined) throw rules.notFound(id)
    return kept
  }

  #held(lease: Lease): Kept {
    this.#check()
    const kept = this.#jobs.get(lease.job)
    if (kept === undefined || !rules.isHeldBy(kept.entry, lease)) throw rules.leaseLost(lease)
    return kept
  }

  #work(lease: Lease, item: number, change: (record: ItemRecord) => ItemRecord): void {
    const kept = this.#held(lease)
    const record = kept.items.get(item)?.record
    if (record?.state !== 'running') throw rules.notRunning(lease.job, item)
    this.#put(kept, structuredClone(change(record)), lease.token)
    this.#changed(kept)
  }

  #wish(id: string, change: (entry: rules.JobEntry) => rules.JobEntry): void {
    const kept = this.#find(id)
    const entry = change(kept.entry)
    if (entry === kept.entry) return
    kept.entry = entry
    this.#changed(kept)
  }

  #cancelWaiting(kept: Kept): void {
    if (kept.counts.waiting === 0) return
    for (const { record } of kept.items.values()) {
      if (record.state === 'waiting') this.#put(kept, { ...record, state: 'cancelled' })
    }
    this.#changed(kept)
  }

  #add(kept: Kept, items: readonly NewItem[]): void {
    const cancelling = rules.isCancelling(kept.entry)
    let { lastItem } = kept.entry
    for (const planned of items) {
      lastItem++
      this.#put(kept, structuredClone(rules.newItem(kept.entry.id, lastItem, planned, cancelling)))
    }
    kept.entry = { ...kept.entry, lastItem }
  }

  #put(kept: Kept, record: ItemRecord, token?: number): void {
    const before = kept.items.get(record.item)
    if (before !== undefined) kept.counts[before.record.state]--
    kept.counts[record.state]++
    kept.items.set(record.item, { record, token: token ?? before?.token ?? 0 })
  }

  #changed(kept: Kept): void {
    kept.entry = { ...kept.entry, revision: kept.entry.revision + 1 }
    this.#watchers.notify()
  }

  #inOrder(): Kept[] {
    return [...this.#jobs.values()].sort((a, b) => a.entry.position - b.entry.position)
  }

  #nextPosition(): number {
    return Math.max(0, ...[...this.#jobs.values()].map(({ entry }) => entry.position)) + 1
  }

  #record(kept: Kept): JobRecord {
    return rules.recordOf(rules.asFound(kept.entry, this.#now()), structuredClone(kept.request), { ...kept.counts })
  }

  #written(kept: Kept): JobRecord {
    return rules.recordOf(kept.entry, structuredClone(kept.request), { ...kept.counts })
  }
}

/** A map tells in which order its entries came. */
function setLast<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key)
  map.set(key, value)
}
