/**
 * The draft: a batch that is being put together. It lies in the store like any job, so that it survives a restart; one
 * for each kind of host. Whatever changes it plans its items again.
 */
import { copyFile, rm } from 'node:fs/promises'
import { basename, sep } from 'node:path'
import type { DraftChange, MaskFile } from '../../../shared/contract.js'
import { DenoiseEdit } from '../../../shared/edit.js'
import { LacunaError } from '../../../shared/errors.js'
import { addsNothing } from '../../../shared/extend.js'
import { JobRequest, type JobOrigin } from '../../../shared/job.js'
import { OutputSettings } from '../../../shared/picture.js'
import type { Settings } from '../../../shared/settings.js'
import { outputError } from '../files/fs.js'
import type { HostServices } from '../host.js'
import { checkTemplate } from '../jobs/plan-files.js'
import { type FileScan, scanFiles } from '../jobs/scan-files.js'
import type { JobRecord, NewItem } from '../jobs/store/records.js'
import type { JobStore } from '../jobs/store/store.js'
import type { StudioPaths } from '../paths.js'
import { batchFolder, isOwn, placeFor } from './folders.js'
import { masksOf, planScan } from './plan-items.js'
import { nameOf, type Addition } from './sources.js'
import { checkTargetFolder, proposedTarget } from './target-folder.js'

export interface DraftTools {
  readonly store: JobStore
  readonly paths: StudioPaths
  readonly settings: () => Settings
}

/** How long it is believed that the folders hold what they held: while a person moves sliders, not longer. */
const SCAN_MS = 20_000

type Change = (request: JobRequest) => Promise<JobRequest> | JobRequest

interface Pending {
  readonly job: string
  readonly changes: Change[]
  readonly done: Promise<void>
}

export class Drafts {
  readonly #tools: DraftTools
  /** The changes that the next planning will take up; those of a moment are planned together. */
  #next: Pending | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #placing: Promise<unknown> = Promise.resolve()
  #making: Promise<string> | null = null
  #scanned: { key: string; at: number; scan: FileScan } | null = null

  constructor(tools: DraftTools) {
    this.#tools = tools
  }

  /** The draft of a kind of host; null when there is none. */
  async current(origin: JobOrigin): Promise<JobRecord | null> {
    const jobs = await this.#tools.store.jobs()
    return jobs.find((job) => job.state === 'draft' && job.origin === origin) ?? null
  }

  /** Puts files into the draft, which is made when there is none; its id. Throws `output.*`, `upload.notFound`. */
  async add(additions: readonly [Addition, ...Addition[]], host: HostServices): Promise<string> {
    const job = await this.#currentOrNew(nameOf(additions[0]), host.capabilities.host)
    const own = batchFolder(this.#tools.paths, job)
    const added = await this.#place(additions, own.in, host)
    await this.#change(job, host, (request) => {
      const inputs = [...new Set([...request.inputs, ...added])]
      // What was taken out and is put in again is meant.
      const excluded = request.excluded?.filter((path) => !added.some((input) => isWithin(path, input)))
      return { ...request, inputs, excluded }
    })
    return job
  }

  /** Takes items out. Throws `job.notFound`, `job.notDraft`. */
  async drop(job: string, items: readonly number[], host: HostServices): Promise<void> {
    const { store, paths } = this.#tools
    await this.#draft(job)
    const own = batchFolder(paths, job)
    const found = await Promise.all(items.map((item) => store.item(job, item)))
    const dropped = new Set(found.flatMap((item) => (item === null ? [] : [item.input])))
    // Nobody else has a copy of ours. Before the planning, which finds them again in a folder that was sent.
    for (const path of dropped) if (isOwn(own, path)) await rm(path, { force: true })
    await this.#change(job, host, (request) => {
      this.#scanned = null
      return {
        ...request,
        inputs: request.inputs.filter((input) => !dropped.has(input)),
        excluded: [...new Set([...(request.excluded ?? []), ...[...dropped].filter((path) => !isOwn(own, path))])],
      }
    })
  }

  /** Throws `job.notFound`, `job.notDraft`, `request.invalid`, and what a folder is refused with. */
  async set(job: string, change: DraftChange, host: HostServices): Promise<void> {
    const { target: wanted, mask, ...rest } = change
    // Nothing comes into a folder that holds what was sent.
    if (rest.watch === true && host.capabilities.open === 'upload')
      throw new LacunaError('request.invalid', { reason: 'there is no folder to watch' })
    const { target: now, mask: maskNow } = (await this.#draft(job)).request
    // A page says again what it was told, also where it could not have chosen it.
    const target =
      wanted === undefined || wanted === null || wanted === now ? wanted : await checkTargetFolder(wanted, host)
    if (mask?.from === 'file' && !(maskNow?.from === 'file' && maskNow.path === mask.path))
      mask.path = await host.checkPath(mask.path, 'read')
    await this.#change(job, host, (request) => ({
      ...request,
      ...rest,
      ...(mask === undefined ? {} : { mask }),
      ...(target === undefined ? {} : { target }),
    }))
  }

  /** False when the dialog was cancelled. Throws `job.notFound`, `job.notDraft`, `request.forbidden`, `upload.notFound`, `output.*`. */
  async chooseMask(job: string, origin: MaskFile, fit: boolean, host: HostServices): Promise<boolean> {
    await this.#draft(job)
    const path = await this.#maskFile(job, origin, host)
    if (path === null) return false
    await this.#change(job, host, (request) => ({ ...request, mask: { from: 'file', path, fit } }))
    return true
  }

  /** One that was sent is kept with the batch. Null when the dialog was cancelled. */
  async #maskFile(job: string, origin: MaskFile, host: HostServices): Promise<string | null> {
    switch (origin.from) {
      case 'dialog':
        return (await host.showOpenDialog())[0] ?? null
      case 'path':
        return await host.checkPath(origin.path, 'read')
      case 'upload': {
        const { name } = host.uploads.get(origin.upload)
        const path = await placeFor(batchFolder(this.#tools.paths, job).mask, basename(name))
        await host.uploads.move(origin.upload, path)
        return path
      }
    }
  }

  /** A folder from the host's own dialog. False when it was cancelled. */
  async chooseFolder(job: string, host: HostServices): Promise<boolean> {
    await this.#draft(job)
    const target = await host.showFolderDialog('target')
    if (target === null) return false
    await this.#change(job, host, (request) => ({ ...request, target }))
    return true
  }

  /** The draft joins the queue. Throws `job.notFound`, `job.notDraft`, and what keeps it from running. */
  async run(job: string, obstacle: (draft: JobRecord) => LacunaError | null): Promise<void> {
    await this.#settled()
    const draft = await this.#draft(job)
    const problem = obstacle(draft)
    if (problem !== null) throw problem
    await this.#tools.store.resume(job)
  }

  /** One after another, so that two files of one name do not find it free. */
  #place(additions: readonly Addition[], folder: string, host: HostServices): Promise<string[]> {
    const placed = this.#placing
      .catch(() => undefined)
      .then(async () => {
        const paths: string[] = []
        for (const addition of additions) paths.push(await place(addition, folder, host))
        return paths
      })
    this.#placing = placed
    return placed
  }

  /** All changes so far are planned. */
  async #settled(): Promise<void> {
    await (this.#next?.done ?? this.#turn).catch(() => undefined)
  }

  async #draft(id: string): Promise<JobRecord> {
    const job = await this.#tools.store.job(id)
    if (job === null) throw new LacunaError('job.notFound', { name: id })
    if (job.state !== 'draft') throw new LacunaError('job.notDraft', { name: job.name })
    return job
  }

  /** Files that are dropped one after another come to the same draft. */
  async #currentOrNew(name: string, origin: JobOrigin): Promise<string> {
    this.#making ??= (async () => {
      const current = await this.current(origin)
      return (
        current?.id ?? (await this.#tools.store.enqueue({ name, origin, request: this.#fresh(), state: 'draft' }, []))
      )
    })()
    try {
      return await this.#making
    } finally {
      this.#making = null
    }
  }

  #fresh(): JobRequest {
    const { template, format, quality } = this.#tools.settings()
    return JobRequest.parse({
      edit: DenoiseEdit.parse({ kind: 'denoise' }),
      output: OutputSettings.parse(quality === null ? { format } : { format, quality }),
      inputs: [],
      target: null,
      template,
    })
  }

  #change(job: string, host: HostServices, change: Change): Promise<void> {
    if (this.#next?.job === job) {
      this.#next.changes.push(change)
      return this.#next.done
    }
    const changes = [change]
    const done = this.#turn
      .catch(() => undefined)
      .then(async () => {
        if (this.#next?.changes === changes) this.#next = null
        await this.#apply(job, host, changes)
      })
    this.#next = { job, changes, done }
    this.#turn = done
    return done
  }

  async #apply(id: string, host: HostServices, changes: readonly Change[]): Promise<void> {
    const { store, paths } = this.#tools
    const { request: before } = await this.#draft(id)
    const own = batchFolder(paths, id)
    let request = before
    for (const change of changes) request = await change(request)
    request = withMask({ ...request, within: host.roots?.slice() ?? request.within })
    // Proposed until a person chose another.
    const proposed = await proposedTarget(before.inputs, own, host, before.edit.kind)
    if (request.target === null || (request.target === proposed && request.target === before.target))
      request = { ...request, target: await proposedTarget(request.inputs, own, host, request.edit.kind) }
    const [first] = request.inputs
    // As what it begins with now, which may not be what it began with.
    const name = first === undefined ? undefined : basename(first) || undefined
    await store.redraft(id, request, await this.#plan(request, host), name)
  }

  async #plan(request: JobRequest, host: HostServices): Promise<NewItem[]> {
    const scan = await this.#scan(request, host)
    try {
      if (request.target !== null) return await planScan(scan, request)
    } catch (error) {
      // Half of a template is what a person has typed so far; `check` says what is wrong with it.
      if (LacunaError.from(error).code !== 'output.nameTemplate') throw error
    }
    const { template: _, ...rest } = request
    const planned = await planScan(scan, {
      ...rest,
      template: '{name}',
      target: request.target ?? sep,
      overwrite: 'always',
    })
    return planned.map((item) => ({ ...item, target: null }))
  }

  async #scan(request: JobRequest, { capabilities, checkPath }: HostServices): Promise<FileScan> {
    const { inputs, excluded = [], recursive, target } = request
    const masks = masksOf(request)
    const key = JSON.stringify([inputs, excluded, recursive, target, masks])
    if (this.#scanned?.key === key && Date.now() - this.#scanned.at < SCAN_MS) return this.#scanned.scan
    // A link in a folder must not lead a page out of the roots.
    const mayFollow = (real: string): Promise<boolean> =>
      checkPath(real, 'read').then(
        () => true,
        () => false,
      )
    const scan = await scanFiles({
      inputs,
      output: target,
      recursive,
      excluded: new Set(excluded),
      ...masks,
      ...(capabilities.open === 'roots' ? { mayFollow } : {}),
    })
    this.#scanned = { key, at: Date.now(), scan }
    return scan
  }
}

/** A fill has a mask, until another is chosen the one beside each picture; no other edit has one. */
function withMask({ mask, ...request }: JobRequest): JobRequest {
  if (request.edit.kind !== 'inpaint') return request
  return { ...request, mask: mask ?? { from: 'beside', fit: false } }
}

/** What keeps a draft from running, whatever its files are. `model`: throws for one that is not there. */
export function obstacleOf(draft: JobRecord, model: (id: string) => unknown): LacunaError | null {
  const { target, template, edit, watch } = draft.request
  if (draft.counts.waiting === 0 && !(watch && draft.request.inputs.length > 0)) return new LacunaError('job.empty')
  if (target === null) return new LacunaError('job.noFolder')
  if (edit.kind === 'extend' && addsNothing(edit)) return new LacunaError('extend.nothing')
  try {
    checkTemplate({ template, model: edit.model })
    model(edit.model)
    return null
  } catch (error) {
    return LacunaError.from(error)
  }
}

/** The file or folder that is an input: itself, or one of ours that was moved or copied there. */
async function place(addition: Addition, folder: string, host: HostServices): Promise<string> {
  if (addition.kind === 'path') return addition.path
  const path = await placeFor(folder, addition.below)
  if (addition.kind === 'upload') await host.uploads.move(addition.upload, path)
  else {
    await copyFile(addition.path, path).catch((error: unknown) => {
      throw outputError(error, path)
    })
  }
  return topOf(path, folder)
}

/** The dropped folder that holds a picture, or the picture itself: results keep what is below it. */
function topOf(path: string, folder: string): string {
  const [first = ''] = path.slice(folder.length + 1).split(sep)
  return folder + sep + first
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep)
