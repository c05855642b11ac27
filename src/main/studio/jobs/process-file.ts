/**
 * One file from input to output: inspect, plan, decode, edit, encode, rename. The work of every item of a job; a document
 * does the same tasks in the same order, so that both write the same bytes.
 */
import { basename, dirname, join } from 'node:path'
import { densityAfter, type Edit } from '../../../shared/edit.js'
import { resultSize } from '../../../shared/extend.js'
import { cancelled, LacunaError, type Note } from '../../../shared/errors.js'
import type { JobReport, OutputFormat, OutputSettings, PictureInfo } from '../../../shared/picture.js'
import type { EngineClient, RunTaskOptions } from '../../engine/protocol/client.js'
import type { MaskSource, RunOptions } from '../../engine/protocol/tasks.js'
import { freeBytes } from '../files/fs.js'
import { InputGuard } from '../files/guard.js'
import { expectUnchanged, identityOf, sameIdentity } from '../files/identity.js'
import { checkTarget, type Target, type TemporaryFile, writePicture } from '../files/write-picture.js'
import type { Library } from '../library/library.js'
import { priorOf } from '../library/prior.js'
import { namedError } from '../named-error.js'
import type { StudioPaths } from '../paths.js'
import type { FileIdentity } from './store/store.js'
import { openScratch } from '../scratch.js'
import type { Stages } from '../batches/stages.js'
import { uniqueNotes } from './notes.js'
import { JobMeter, type JobPart, type JobProgress } from './progress.js'
import { recipeOf } from './recipe.js'

export interface ProcessTools {
  engine: EngineClient
  library: Library
  paths: StudioPaths
  run: RunOptions
}

export interface FileJob {
  /** Absolute. */
  input: string
  /** Of the input, when it was looked at before: it must still be that file. */
  identity?: FileIdentity
  /** Absolute; its extension must be one of the output format's. */
  target: string
  edit: Edit
  output: OutputSettings
  overwrite: 'never' | 'always'
  makeFolder: boolean
  /** What an inpaint edit repaints. */
  mask?: MaskSource
  /** Of a mask's file, when it was looked at before. */
  maskIdentity?: FileIdentity
  /** All inputs of the batch; the job's own is always guarded. */
  guard?: InputGuard
}

export interface FileResult {
  input: string
  output: string
  format: OutputFormat
  info: PictureInfo
  bytes: number
  sha256: string
  report: JobReport
  notes: Note[]
}

export interface ProcessOptions {
  signal?: AbortSignal
  /** Called once the header was read; what it resolves to is disposed of when the file is done. */
  onInspected?: (info: PictureInfo) => Promise<Disposable>
  /** When each part may run, so that successive files overlap; at once unless given. */
  stages?: Stages
  /** Where the result is written to first; one in the scratch folder's record unless given. */
  temporary?: {
    path: string
    /** The file is whole and synced, and about to be renamed. */
    written(file: { bytes: number; sha256: string }, report: JobReport): Promise<void>
  }
  onProgress?: (progress: JobProgress) => void
  onNote?: (note: Note) => void
}

/**
 * Throws LacunaError with the file's name in it; `cancelled` when the signal was aborted. In every case the scratch
 * folder and the temporary output are gone, and the target is either whole or as it was.
 */
export async function processFile(
  tools: ProcessTools,
  job: FileJob,
  options: ProcessOptions = {},
): Promise<FileResult> {
  try {
    return await processInScratch(tools, job, options)
  } catch (thrown) {
    throw namedError(thrown, basename(job.input))
  }
}

async function processInScratch(tools: ProcessTools, job: FileJob, options: ProcessOptions): Promise<FileResult> {
  const { engine, library, run } = tools
  const { input, edit, output } = job
  const model = library.resolve(edit.model)
  const target: Target = { path: job.target, overwrite: job.overwrite, makeFolder: job.makeFolder }
  const guard = job.guard ?? new InputGuard()
  await guard.add(input)
  if (job.mask?.from === 'file') await guard.add(job.mask.path)
  throwIfAborted(options.signal)

  const before = job.identity ?? (await identityOf(input))
  const maskFile = job.mask?.from === 'file' ? job.mask.path : null
  const maskBefore = maskFile === null ? null : (job.maskIdentity ?? (await identityOf(maskFile)))
  const inspected = await engine.run({ kind: 'inspect', path: input }, base(options))
  using _admitted = await options.onInspected?.(inspected)
  const plan = await engine.run(
    { kind: 'planOutput', info: inspected, ...resultSize(edit, inspected), output },
    base(options),
  )
  await checkTarget(target, plan.format, guard, plan.estimatedBytes)

  const stage = <T>(part: JobPart, work: () => Promise<T>): Promise<T> =>
    options.stages === undefined ? work() : options.stages.run(part, options.signal ?? never, work)
  await using scratch = await openScratch(join(tools.paths.cache, 'jobs'))
  await checkScratchSpace(scratch.dir, inspected, edit)
  const meter = new JobMeter(['decode', 'edit', 'encode'])
  const decoded = await stage('decode', () =>
    engine.run({ kind: 'decode', path: input, dir: scratch.dir }, reporting(options, meter, 'decode')),
  )
  throwIfAborted(options.signal)
  const task = {
    kind: 'edit',
    raster: decoded.raster,
    edit,
    mask: job.mask,
    model: model.ref,
    prior: priorOf(edit, library)?.ref,
    out: join(scratch.dir, 'edited.v'),
    dir: scratch.dir,
    run,
  } as const
  const edited = await stage('edit', () => engine.run(task, reporting(options, meter, 'edit')))
  throwIfAborted(options.signal)
  const request = {
    raster: edited.raster,
    original: input,
    info: { ...decoded.info, density: densityAfter([edit], decoded.info.density) },
    output,
    recipe: recipeOf([edit], library),
    target,
    guard,
    scratch,
    temporary: temporaryFile(options.temporary, edited.report),
    // Profile and metadata are read from the original while the result is written: they must belong to its pixels.
    beforeRename: async () => {
      await expectUnchanged(input, before)
      if (maskFile !== null && maskBefore !== null && !sameIdentity(maskBefore, await identityOf(maskFile)))
        throw new LacunaError('mask.changed', { name: basename(maskFile), picture: basename(input) })
    },
  }
  const written = await stage('encode', () => writePicture(engine, request, reporting(options, meter, 'encode')))
  const notes = uniqueNotes(decoded.info.notes, decoded.notes, edited.report.notes, plan.notes, written.notes)
  return {
    input,
    output: written.path,
    format: plan.format,
    info: decoded.info,
    bytes: written.bytes,
    sha256: written.sha256,
    report: edited.report,
    notes,
  }
}

/** A mask that is decoded may have four channels. */
const MASK_BYTES = 4
/** The edited raster and room for the encoder. */
const RESULT_COPIES = 1.5

/**
 * Bytes of scratch for one picture: the decoded raster, the edited one, room for the encoder, and what the engine keeps
 * as floats: the noise map, and five fields of three channels while it samples.
 */
export function scratchBytes(
  info: Pick<PictureInfo, 'width' | 'height' | 'depth' | 'grey' | 'alpha'>,
  edit: Edit,
): number {
  const raster = ((info.grey ? 1 : 3) + (info.alpha ? 1 : 0)) * (info.depth / 8)
  const fields = edit.kind === 'denoise' ? (edit.sigma === 'auto' ? 4 : 0) + (edit.detail > 0 ? 5 * 12 : 0) : MASK_BYTES
  const result = resultSize(edit, info)
  return info.width * info.height * (raster + fields) + result.width * result.height * raster * RESULT_COPIES
}

async function checkScratchSpace(dir: string, info: PictureInfo, edit: Edit): Promise<void> {
  const free = await freeBytes(dir)
  if (free !== null && free < scratchBytes(info, edit))
    throw new LacunaError('output.diskFull', { name: info.name, folder: dirname(dir) })
}

function temporaryFile(temporary: ProcessOptions['temporary'], report: JobReport): TemporaryFile | undefined {
  if (temporary === undefined) return undefined
  return { path: temporary.path, written: (file) => temporary.written(file, report) }
}

const never = new AbortController().signal

const base = (options: ProcessOptions): RunTaskOptions => ({ signal: options.signal, onNote: options.onNote })

const reporting = (options: ProcessOptions, meter: JobMeter, part: JobPart): RunTaskOptions => ({
  ...base(options),
  onProgress: ({ phase, fraction }) => options.onProgress?.(meter.update(part, phase, fraction)),
})

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled()
}
