/** Every batch and command-line job, as the page sees and steers it. */
import { stat } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import english from '../../../../resources/locales/en.json'
import type { DraftChange, DraftCheck, MaskFile } from '../../../shared/contract.js'
import { LacunaError } from '../../../shared/errors.js'
import type { BatchView, ItemState, ItemView, RunProgress } from '../../../shared/job.js'
import type { Settings } from '../../../shared/settings.js'
import { createWords } from '../../../shared/words.js'
import type { EngineClient } from '../../engine/protocol/client.js'
import type { Changes } from '../changes.js'
import type { Documents } from '../documents/documents.js'
import type { Downloads } from '../downloads.js'
import type { HostServices } from '../host.js'
import type { ItemRecord, JobRecord } from '../jobs/store/records.js'
import type { JobStore } from '../jobs/store/store.js'
import type { Library } from '../library/library.js'
import type { Log } from '../log.js'
import { isAlive, thisProcess } from '../owner.js'
import type { StudioPaths } from '../paths.js'
import type { Speeds } from '../speeds.js'
import { checkDraft } from './check.js'
import { Drafts, obstacleOf } from './drafts.js'
import { batchFolder, isOwn, removeBatchFolder } from './folders.js'
import { reportOf } from './report.js'
import { offerResult, offerResults } from './results.js'
import { RowSizes } from './row-sizes.js'
import { additions } from './sources.js'
import type { BatchSource } from '../../../shared/contract.js'

export interface BatchTools {
  readonly store: JobStore
  readonly engine: EngineClient
  readonly library: Library
  readonly paths: StudioPaths
  readonly documents: Documents
  readonly downloads: Downloads
  readonly changes: Changes
  readonly speeds: Speeds
  readonly log: Log
  readonly settings: () => Settings
  /** The studio's queue: what runs in this process, and how it is told that something was wished for. */
  readonly queue: { progress(job: string): RunProgress | null; poke(): void }
}

export interface ItemWindow {
  readonly batch: string
  readonly offset: number
  readonly limit: number
  readonly states?: readonly ItemState[] | undefined
}

/** Ended jobs beyond these are not shown, the oldest first; they stay in the store. */
const SHOWN_ENDED = 200
/** Of a job's inputs in a view. */
const SHOWN_INPUTS = 20
/** Between two looks at the store that its changes ask for, at least. */
const REFRESH_MS = 100

export class Batches {
  readonly drafts: Drafts
  readonly #tools: BatchTools
  readonly #sizes: RowSizes
  readonly #ended = new AbortController()
  readonly #words = createWords(english)
  #jobs: readonly JobRecord[] = []
  #following: Promise<void> = Promise.resolve()
  #refreshing: { promise: Promise<void>; again: boolean } | null = null

  private constructor(tools: BatchTools) {
    this.#tools = tools
    this.#sizes = new RowSizes(tools)
    this.drafts = new Drafts(tools)
  }

  /** Reads the store once, and follows its changes from then on. Throws `store.*`. */
  static async open(tools: BatchTools): Promise<Batches> {
    const batches = new Batches(tools)
    // Before the first look, so that no change falls between the two.
    const changes = tools.store.watch(batches.#ended.signal)
    await batches.refresh()
    batches.#following = batches.#follow(changes)
    return batches
  }

  async end(): Promise<void> {
    this.#ended.abort()
    await this.#sizes.end()
    await this.#following
    await this.#refreshing?.promise.catch(() => undefined)
  }

  views(): BatchView[] {
    const ended = this.#jobs.filter(isEnded)
    const forgotten = new Set(
      ended
        .toSorted((a, b) => (b.endedAt ?? b.createdAt) - (a.endedAt ?? a.createdAt))
        .slice(SHOWN_ENDED)
        .map(({ id }) => id),
    )
    return this.#jobs.filter(({ id }) => !forgotten.has(id)).map((job) => this.#view(job))
  }

  /** What the store says now is in the views. */
  async refresh(): Promise<void> {
    if (this.#refreshing !== null) {
      // A look that is under way may have begun before the change.
      this.#refreshing.again = true
      return await this.#refreshing.promise
    }
    const refreshing = { promise: Promise.resolve(), again: false }
    this.#refreshing = refreshing
    refreshing.promise = (async () => {
      try {
        do {
          refreshing.again = false
          this.#jobs = await this.#tools.store.jobs()
        } while (refreshing.again)
      } finally {
        this.#refreshing = null
      }
      this.#tools.changes.notify()
    })()
    return await refreshing.promise
  }

  /** Null when a dialog was cancelled. Throws `request.forbidden`, `upload.notFound`, `document.notFound`, `output.*`. */
  async add(sources: readonly BatchSource[], host: HostServices): Promise<string | null> {
    const [first, ...others] = await additions(sources, { host, documents: this.#tools.documents })
    if (first === undefined) return null
    return await this.#changed(this.drafts.add([first, ...others], host))
  }

  drop = (job: string, items: readonly number[], host: HostServices): Promise<void> =>
    this.#changed(this.drafts.drop(job, items, host))

  set = (job: string, change: DraftChange, host: HostServices): Promise<void> =>
    this.#changed(this.drafts.set(job, change, host))

  chooseFolder = (job: string, host: HostServices): Promise<boolean> =>
    this.#changed(this.drafts.chooseFolder(job, host))

  /** One mask for all pictures. False when a dialog was cancelled. */
  chooseMask = (job: string, origin: MaskFile, fit: boolean, host: HostServices): Promise<boolean> =>
    this.#changed(this.drafts.chooseMask(job, origin, fit, host))

  /** Throws `job.notFound`. */
  async check(id: string): Promise<DraftCheck> {
    const { store, engine, library, paths, speeds, settings } = this.#tools
    const job = await this.#job(id)
    return await checkDraft(job, await store.items(id), {
      model: (model) => library.resolve(model),
      obstacle: this.#obstacle,
      predicting: { settings: settings(), paths, speeds, status: engine.status },
      checkFormat: async ({ input }, { width, height }, output) => {
        const info = await engine.run({ kind: 'inspect', path: input }, { priority: 0 })
        await engine.run({ kind: 'planOutput', info, width, height, output }, { priority: 0 })
      },
    })
  }

  run = (job: string): Promise<void> => this.#changed(this.drafts.run(job, this.#obstacle))

  readonly #obstacle = (draft: JobRecord): LacunaError | null =>
    obstacleOf(draft, (model) => this.#tools.library.resolve(model))

  pause = (job: string): Promise<void> => this.#changed(this.#tools.store.pause(job))

  /** Throws `job.notFound`; a draft is not resumed but run. */
  async resume(id: string): Promise<void> {
    const job = await this.#job(id)
    if (job.state === 'draft') return await this.run(id)
    await this.#changed(this.#tools.store.resume(id))
  }

  /**
   * Its files are those that the command line named: a page cannot choose any by this. Throws `job.notFound`, `job.running`.
   */
  async adopt(id: string, { capabilities }: HostServices): Promise<void> {
    const { store } = this.#tools
    await this.#job(id)
    await this.#changed(store.adopt(id, capabilities.host))
    if (isEnded(await this.#job(id))) await this.retry(id)
  }

  cancel = (job: string): Promise<void> => this.#changed(this.#tools.store.cancel(job))

  async retry(job: string, items?: readonly number[]): Promise<void> {
    await this.#changed(this.#tools.store.retry(job, items))
  }

  move = (job: string, before: string | null): Promise<void> => this.#changed(this.#tools.store.move(job, before))

  /** Throws `job.notFound`, `job.running`. */
  async remove(id: string): Promise<void> {
    const { store, paths } = this.#tools
    const job = await this.#job(id)
    // Nobody takes it up while its pictures go.
    if (job.state === 'waiting') await store.pause(id)
    const now = await this.#job(id)
    if (now.state === 'running') throw new LacunaError('job.running', { name: job.name })
    // The folder first: a job whose folder is gone can be removed again, a folder whose job is gone cannot.
    await removeBatchFolder(paths, id)
    await this.#changed(store.remove(id))
  }

  /** Throws `job.notFound`. Sizes of the waiting rows follow. */
  async items({
    batch,
    offset,
    limit,
    states,
  }: ItemWindow): Promise<{ total: number; revision: number; items: ItemView[] }> {
    const { store } = this.#tools
    // Read first: what is fetched is this new at least.
    const job = await this.#job(batch)
    const query = states === undefined ? {} : { states }
    const [total, items] = [
      await store.countItems(batch, states),
      await store.items(batch, { ...query, offset, limit }),
    ]
    this.#sizes.want(items)
    return { total, revision: job.revision, items: items.map((item) => itemView(item, job)) }
  }

  /** Throws `job.notFound`; for a file that is not there `file.notFound`. */
  async reveal(batch: string, item: number, host: HostServices): Promise<void> {
    const record = await this.item(batch, item)
    const result = record.state === 'done' ? record.target : null
    await host.reveal(result !== null && (await isThere(result)) ? result : record.input)
  }

  /** A one-time id for one result, or for all as a ZIP. Throws `job.notFound`, `request.forbidden`, `file.notFound`. */
  async download(batch: string, item: number | null, host: HostServices): Promise<string> {
    const { store, downloads, paths } = this.#tools
    const job = await this.#job(batch)
    const records = item === null ? await store.items(batch, { states: ['done'] }) : [await this.item(batch, item)]
    const files = records.flatMap(({ state, target, label }) =>
      state === 'done' && target !== null ? [{ path: target, name: resultName(job, target) ?? label }] : [],
    )
    const own = batchFolder(paths, batch)
    // A page gets what it sent, or what lies in its roots; not the results of any job of this user.
    for (const { path } of files) if (!isOwn(own, path)) await host.checkPath(path, 'read')
    const [only] = files
    if (only === undefined) throw new LacunaError('file.notFound', { name: job.name })
    return item === null ? await offerResults(downloads, job.name, files) : await offerResult(downloads, only)
  }

  /** Throws `job.notFound`. */
  async report(id: string): Promise<{ name: string; text: string }> {
    const job = await this.#job(id)
    const text = reportOf(job, await this.#tools.store.items(id), this.#words)
    return { name: `${job.name.replace(/[/\\]/g, '_')}-${id}.txt`, text }
  }

  /** Throws `job.notFound`. */
  async item(batch: string, item: number): Promise<ItemRecord> {
    const record = await this.#tools.store.item(batch, item)
    if (record === null) throw new LacunaError('job.notFound', { name: batch })
    return record
  }

  async #job(id: string): Promise<JobRecord> {
    const job = await this.#tools.store.job(id)
    // The store takes the beginning of an id for people who type; a page names the whole.
    if (job === null || job.id !== id) throw new LacunaError('job.notFound', { name: id })
    return job
  }

  /** What was asked for is in the next view, and the queue looks at once. */
  async #changed<T>(change: Promise<T>): Promise<T> {
    const result = await change
    this.#tools.queue.poke()
    await this.refresh()
    return result
  }

  async #follow(changes: AsyncGenerator<number, void, void>): Promise<void> {
    const { log } = this.#tools
    try {
      for await (const _ of changes) {
        const began = performance.now()
        await this.refresh().catch((error: unknown) => log.error('the list of jobs', error))
        // A long history takes no more than a tenth of the time, however often it changes.
        await rest(Math.max(REFRESH_MS, 9 * (performance.now() - began)), this.#ended.signal)
      }
    } catch (error) {
      log.error('watching the list of jobs', error)
    }
  }

  #view(job: JobRecord): BatchView {
    const { id, name, origin, state, request, counts, createdAt, startedAt, endedAt, revision, owner } = job
    const holder = owner === null || state !== 'running' ? null : isThisProcess(owner) ? 'here' : 'elsewhere'
    const held = holder === 'elsewhere' && owner !== null && !isAlive(owner) ? null : holder
    const progress = (held === 'here' ? this.#tools.queue.progress(id) : null) ?? job.progress
    return {
      id,
      name,
      origin,
      state,
      request: { ...request, inputs: request.inputs.slice(0, SHOWN_INPUTS), excluded: undefined },
      counts,
      kept: request.target !== null && isOwn(batchFolder(this.#tools.paths, id), request.target),
      progress: held === null ? null : progress,
      holder: held,
      createdAt,
      startedAt,
      endedAt,
      revision,
    }
  }
}

const isEnded = ({ state }: JobRecord): boolean => state === 'done' || state === 'cancelled'

const self = thisProcess()
const isThisProcess = ({ host, pid, start }: NonNullable<JobRecord['owner']>): boolean =>
  host === self.host && pid === self.pid && start === self.start

function itemView(item: ItemRecord, job: JobRecord): ItemView {
  const { label, input, bytes, size, state, attempts, error, skip, result, startedAt, endedAt } = item
  return {
    item: item.item,
    label,
    input,
    output: item.target === null ? null : resultName(job, item.target),
    bytes,
    size,
    state,
    attempts,
    // The cause is for the log.
    error: error === null ? null : { code: error.code, params: error.params },
    skip,
    result,
    startedAt,
    endedAt,
  }
}

/** Below the folder of the results; of a single target its name. */
function resultName({ request }: JobRecord, target: string): string {
  const below = request.target === null ? '' : relative(request.target, target)
  return below === '' || below.startsWith('..') ? (target.split(sep).at(-1) ?? target) : below
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    if (signal.aborted) done()
    else signal.addEventListener('abort', done)
  })
}
