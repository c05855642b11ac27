/** The application: what is open, what runs, what is set. One object, whichever host starts it. */
import { join } from 'node:path'
import type { EngineView, ModelView, Prediction, StudioView } from '../../shared/contract.js'
import type { Edit, UpscaleEdit } from '../../shared/edit.js'
import { LacunaError } from '../../shared/errors.js'
import { resultSize } from '../../shared/extend.js'
import type { StateMasks } from '../../shared/fill.js'
import { maskedPixels } from '../../shared/mask/index.js'
import { cleaningOf } from '../../shared/model.js'
import { OutputSettings } from '../../shared/picture.js'
import { contentHash } from './batches/result-key.js'
import { JobQueue } from './batches/queue.js'
import { Batches } from './batches/service.js'
import type { EngineClient } from '../engine/protocol/client.js'
import type { RunOptions } from '../engine/protocol/tasks.js'
import { Changes, snapshots } from './changes.js'
import { Documents, type DocumentTools } from './documents/documents.js'
import { Exports } from './documents/export.js'
import { HistoryStore } from './documents/store/index.js'
import { Fills } from './documents/fills.js'
import { MaskPictures } from './documents/mask-pictures.js'
import { Masks } from './documents/masks.js'
import { type Audience, Session } from './documents/session.js'
import { Downloads } from './downloads.js'
import { JobList } from './jobs/job-list.js'
import { openJobStore } from './jobs/store/sqlite/index.js'
import { Imports } from './library/imports.js'
import { removeModel } from './library/install.js'
import { type Library, openLibrary } from './library/library.js'
import { type Log, openLog } from './log.js'
import { makeFolders, type StudioPaths } from './paths.js'
import { type Cost, enlargingWork, outcome, predict } from './predict.js'
import { runOptions } from './run-options.js'
import { sweepScratch } from './scratch.js'
import type { RunOverrides, Settings } from '../../shared/settings.js'
import { openSettings, type SettingsStore } from './settings-store.js'
import { Speeds } from './speeds.js'
import { Views } from './views.js'

export interface StudioOptions {
  readonly engine: EngineClient
  readonly paths: StudioPaths
  /** No batch is started until `batches.resumeQueue`, whatever the settings say. */
  readonly paused?: boolean
  /** Bytes that rasters of states may take in scratch while their tiles would do; see `States`. */
  readonly scratchBudget?: number
  /** They hold instead of the settings. */
  readonly overrides?: RunOverrides
  /** Who sees what was open before; this machine's person unless given. */
  readonly audience?: Audience
}

export interface Studio extends AsyncDisposable {
  readonly paths: StudioPaths
  readonly engine: EngineClient
  readonly settings: SettingsStore
  readonly library: Library
  readonly documents: Documents
  readonly session: Session
  readonly exports: Exports
  readonly masks: Masks
  readonly maskPictures: MaskPictures
  readonly fills: Fills
  readonly downloads: Downloads
  readonly jobs: JobList
  readonly batches: Batches
  readonly queue: JobQueue
  readonly views: Views
  readonly imports: Imports
  readonly log: Log
  view(): StudioView
  /** A view at once and after changes, ten a second at most; ends when the signal is aborted. */
  watch(signal: AbortSignal): AsyncGenerator<StudioView, void, void>
  models(): ModelView[]
  /** Throws `model.notFound`, `model.bundled`, `output.*`. */
  removeModel(id: string): Promise<void>
  /** How `verify` runs networks. */
  run(): RunOptions
  predict(document: string, edit: Edit): Cost
  /** The same, and what comes out, saved as `output`. Throws `document.*`, `model.notFound`. */
  foretell(document: string, edit: Edit, output?: OutputSettings): Promise<Prediction>
  /** The file's own numbers at a pixel of the shown state, and a colour for the swatch. */
  pixel(document: string, x: number, y: number): Promise<{ values: number[]; hex: string }>
  /** Cancels what runs, leaves the batch that runs to go on at the next start, removes all scratch, ends the engine. */
  close(): Promise<void>
}

/** Changes of the engine's memory below this are not shown. */
const MEMORY_STEP = 8 * 1024 ** 2

/** Throws `settings.newer`, `store.newer`, `store.failed`, `file.unreadable`, or the system's error when the folders cannot be made. */
export async function createStudio({
  engine,
  paths,
  paused,
  scratchBudget,
  overrides = {},
  audience,
}: StudioOptions): Promise<Studio> {
  makeFolders(paths)
  for (const kind of ['jobs', 'documents', 'downloads']) await sweepScratch(join(paths.cache, kind))
  await Imports.sweep(paths)
  const log = openLog(paths)
  const settings = await openSettings(paths)
  if (settings.problem !== null) log.warn('the settings were damaged', settings.problem)
  const library = await openLibrary(paths)
  const speeds = await Speeds.open(paths, log)
  const changes = new Changes()
  const jobs = new JobList(changes)
  const downloads = new Downloads(paths, log)
  const store = await openJobStore(paths)
  if (store.problem != null) log.warn('the list of jobs was damaged', store.problem)
  const session = await Session.open(paths, log, audience)
  const run = (): RunOptions => runOptions(settings.value, paths, overrides)
  const effective = (): Settings => ({ ...settings.value, ...withoutUndefined(overrides) })
  const tools: DocumentTools = {
    engine,
    library,
    paths,
    jobs,
    changes,
    speeds,
    log,
    run,
    history: new HistoryStore(paths, log),
    session,
    ...(scratchBudget === undefined ? {} : { scratchBudget }),
    historyBudget: () => settings.value.historyBudget,
    contentHash: (path, signal) => contentHash(store, path, signal),
    template: () => settings.value.template,
    prime: async (id, signal) => {
      try {
        await views.overview(id, signal)
      } catch (error) {
        // Closed meanwhile, or a picture that cannot be decoded, as decoding it is about to say.
        if (LacunaError.from(error).code === 'internal') log.warn('an overview was not made', error)
      }
    },
    forgotten: (id) => views.forget(id),
  }
  const documents = new Documents(tools)
  const exports = new Exports(tools, documents, downloads)
  const masks = new Masks(documents, changes)
  const maskPictures = new MaskPictures(tools, documents, masks, downloads)
  const fills = new Fills(tools, documents, masks, maskPictures)
  const views = new Views({
    engine,
    library,
    documents,
    history: tools.history,
    run,
    isEditing: () => jobs.isEditing(),
  })
  const queue = new JobQueue(
    { engine, library, paths, store, log, speeds, run },
    {
      progress: () => changes.notify(),
      changed: () => changes.notify(),
    },
  )
  const batches = await Batches.open({
    store,
    engine,
    library,
    paths,
    documents,
    downloads,
    changes,
    speeds,
    log,
    queue,
    settings: effective,
  })
  const imports = new Imports({ engine, library, paths, run, onProgress: () => changes.notify() })
  const stopSettings = settings.onChange(() => changes.notify())
  // Two heartbeats a second are no news while nothing is different.
  let told = ''
  const stopStatus = engine.onStatus(({ state, provider, device, memoryUsed }) => {
    const now = [state, provider, device, Math.round(memoryUsed / MEMORY_STEP)].join()
    if (now === told) return
    told = now
    changes.notify()
  })
  const ended = new AbortController()

  const view = (): StudioView => ({
    documents: documents.views(),
    jobs: jobs.views(),
    batches: batches.views(),
    shown: documents.shown,
    queuePaused: queue.paused,
    engine: engineView(engine, run().memoryBudget),
    importing: imports.fraction,
    settings: settings.value,
    overrides,
  })

  const cost = (document: string, edit: Edit): Cost => {
    const { state } = documents.get(document).ready()
    const model = library.resolve(edit.model)
    const pixels =
      edit.kind === 'upscale' ? enlargingWork(edit, state, model) : pixelsOf(edit, state, masks.get(document, state.id))
    return predict(edit, pixels, model, {
      settings: effective(),
      paths,
      speeds,
      status: engine.status,
    })
  }

  async function close(): Promise<void> {
    if (ended.signal.aborted) return
    ended.abort()
    stopSettings()
    stopStatus()
    jobs.cancelAll(() => true)
    await queue.stop()
    await batches.end()
    await fills.end()
    await imports.end()
    await documents.end()
    await store[Symbol.asyncDispose]()
    await downloads.end()
    await engine.close()
  }

  await queue.start({ paused: paused ?? settings.value.startPaused })
  return {
    paths,
    engine,
    settings,
    library,
    documents,
    session,
    exports,
    masks,
    maskPictures,
    fills,
    downloads,
    jobs,
    batches,
    queue,
    views,
    imports,
    run,
    async removeModel(id) {
      await removeModel(library.removable(id), paths)
      await library.reload()
    },
    log,
    view,
    watch: (signal) => snapshots(view, changes, AbortSignal.any([signal, ended.signal])),
    models: () =>
      library.list().map((model) => ({
        id: model.manifest.id,
        name: model.manifest.name,
        task: model.manifest.task,
        summary: model.manifest.summary,
        licence: model.manifest.licence,
        source: model.manifest.source,
        bytes: model.bytes,
        bundled: model.bundled,
        cleans: cleaningOf(model.manifest),
        speed: Object.fromEntries(
          Object.entries(speeds.of(model.manifest.id)).map(([provider, one]) => [provider, one.megapixelsPerSecond]),
        ),
      })),
    predict: cost,
    async foretell(document, edit, output = OutputSettings.parse({})) {
      const { state, info } = documents.get(document).ready()
      return { ...cost(document, edit), ...(await outcome(edit, { size: state, info, output }, engine)) }
    },
    async pixel(document, x, y) {
      const { raster, state } = documents.get(document).ready()
      if (x >= state.width || y >= state.height)
        throw new LacunaError('request.invalid', { reason: `no pixel ${x}, ${y}` })
      const { values } = await engine.run({ kind: 'pixel', raster, x, y }, { priority: 0 })
      return { values, hex: hexOf(values, raster.bands, raster.depth) }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const withoutUndefined = (given: RunOverrides): Partial<Settings> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))

/** How many pixels an edit computes; null where only a look at the picture's pixels would tell. */
function pixelsOf(
  edit: Exclude<Edit, UpscaleEdit>,
  size: { width: number; height: number },
  masks: StateMasks | null,
): number | null {
  const whole = size.width * size.height
  if (edit.kind === 'denoise') return whole
  if (edit.kind === 'inpaint') return masks === null ? null : maskedPixels(masks.mask)
  try {
    const { width, height } = resultSize(edit, size)
    return width * height - whole
  } catch {
    // Nothing is added yet.
    return null
  }
}

function engineView({ status }: EngineClient, memoryBudget: number): EngineView {
  const { state, provider, device, memoryUsed } = status
  // The budget is for host and engine together.
  return { state, provider, device, memoryUsed: memoryUsed + process.memoryUsage.rss(), memoryBudget }
}

/** The numbers as they are, at 8 bits: what the readout shows beside them, not a colour conversion. */
function hexOf(values: readonly number[], bands: number, depth: 8 | 16): string {
  const [first = 0, second = first, third = first] = bands < 3 ? values.slice(0, 1) : values
  const byte = (value: number): string =>
    Math.round(depth === 16 ? value / 257 : value)
      .toString(16)
      .padStart(2, '0')
  return `#${byte(first)}${byte(second)}${byte(third)}`
}
