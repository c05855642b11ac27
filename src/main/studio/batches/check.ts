/** What a draft comes to, before anything starts: what stands against files, room on the disk, time, memory. */
import { basename, dirname, relative } from 'node:path'
import type { DraftCheck } from '../../../shared/contract.js'
import type { Edit } from '../../../shared/edit.js'
import { type ErrorWire, LacunaError } from '../../../shared/errors.js'
import { resultSize } from '../../../shared/extend.js'
import type { PictureSize } from '../../../shared/job.js'
import type { OutputSettings } from '../../../shared/picture.js'
import { formatByExtension } from '../files/formats.js'
import { freeBytes, nameTaken } from '../files/fs.js'
import { DISK_CONCURRENCY, maskBeside } from '../jobs/scan-files.js'
import { mapLimited } from '../map-limited.js'
import type { ItemRecord, JobRecord } from '../jobs/store/records.js'
import type { Model } from '../library/library.js'
import { enlargingWork, predict } from '../predict.js'
import { bytesOf } from './result-bytes.js'

export interface CheckTools {
  readonly predicting: Parameters<typeof predict>[3]
  /** Throws `model.notFound`. */
  readonly model: (id: string) => Model
  /** Throws `output.formatLimit`; asked for large pictures alone. */
  readonly checkFormat: (item: ItemRecord, size: PictureSize, output: OutputSettings) => Promise<void>
  readonly obstacle: (draft: JobRecord) => LacunaError | null
}

/** Pixels for each byte of a file, as photos have them; told better by the files whose headers were read. */
const PIXELS_PER_BYTE: Readonly<Record<string, number>> = {
  jpeg: 2.5,
  png: 0.5,
  tiff: 0.25,
  webp: 5,
  avif: 8,
  gif: 1.5,
}
/** A picture with a shorter longest side fits into every format. */
const LARGE_SIDE = 16_000
const USUAL_SIZE: PictureSize = { width: 6000, height: 4000, depth: 8 }

export async function checkDraft(
  draft: JobRecord,
  items: readonly ItemRecord[],
  tools: CheckTools,
): Promise<DraftCheck> {
  const { request } = draft
  const waiting = items.filter(({ state }) => state === 'waiting')
  const tooLarge = await formatProblems(waiting, request, tools)
  const failed = items.flatMap(({ error }) => (error === null ? [] : [error]))
  const impossible = [...sizeProblems(waiting, request.edit), ...(await maskProblems(waiting, request))]
  const before = pixelsOf(waiting)
  const forecast = forecastOf(draft, before, waiting, tools)
  return {
    example: exampleOf(draft, waiting),
    ready: waiting.length - tooLarge.length - impossible.length,
    problems: byReason([...failed, ...tooLarge, ...impossible]),
    needBytes: needOf(items, waiting, request),
    freeBytes: request.target === null ? null : await freeAround(request.target),
    ...forecast,
    obstacle: wireOrNull(tools.obstacle(draft)),
  }
}

function forecastOf(
  { request }: JobRecord,
  pixels: ReadonlyMap<number, number>,
  waiting: readonly ItemRecord[],
  { model, predicting }: CheckTools,
): Pick<DraftCheck, 'seconds' | 'memory' | 'provider' | 'device'> {
  try {
    const known = model(request.edit.model)
    const work = workOf(request.edit, pixels, waiting, known)
    const { seconds, memory, provider, device } = predict(request.edit, work, known, predicting)
    return { seconds: waiting.length === 0 ? 0 : seconds, memory, provider, device }
  } catch (error) {
    // The obstacle says so.
    if (LacunaError.from(error).code !== 'model.notFound') throw error
    return { seconds: null, memory: 0, provider: '', device: '' }
  }
}

/** In the units of `predict`. How much a mask covers is known when it is read. */
function workOf(
  edit: Edit,
  pixels: ReadonlyMap<number, number>,
  items: readonly ItemRecord[],
  model: Model,
): number | null {
  if (edit.kind !== 'denoise' && edit.kind !== 'upscale') return null
  return items.reduce((sum, { item, size }) => {
    const own = pixels.get(item) ?? 0
    if (edit.kind === 'denoise') return sum + own
    const side = Math.max(1, Math.round(Math.sqrt(own)))
    return sum + (enlargingWork(edit, size ?? { width: side, height: side }, model) ?? 0)
  }, 0)
}

function exampleOf({ request }: JobRecord, [first]: readonly ItemRecord[]): DraftCheck['example'] {
  if (first === undefined || first.target === null) return null
  const output = request.target === null ? basename(first.target) : relative(request.target, first.target)
  return { input: first.label, output }
}

/** By item: as read from its header, else by its file's length and what the others of its format have. */
function pixelsOf(items: readonly ItemRecord[]): Map<number, number> {
  const known = new Map<string, { pixels: number; bytes: number }>()
  for (const { input, size, bytes } of items) {
    if (size === null || bytes === null || bytes === 0) continue
    const format = formatByExtension(input) ?? ''
    const sum = known.get(format) ?? { pixels: 0, bytes: 0 }
    known.set(format, { pixels: sum.pixels + size.width * size.height, bytes: sum.bytes + bytes })
  }
  return new Map(
    items.map(({ item, input, size, bytes }) => {
      if (size !== null) return [item, size.width * size.height]
      if (bytes === null) return [item, USUAL_SIZE.width * USUAL_SIZE.height]
      const format = formatByExtension(input) ?? ''
      const measured = known.get(format)
      const ratio = measured === undefined ? (PIXELS_PER_BYTE[format] ?? 1) : measured.pixels / measured.bytes
      return [item, bytes * ratio]
    }),
  )
}

function needOf(items: readonly ItemRecord[], waiting: readonly ItemRecord[], request: JobRecord['request']): number {
  const done = items.filter(({ state }) => state === 'done')
  const before = pixelsOf([...waiting, ...done])
  const after = resultPixels([...waiting, ...done], before, request.edit)
  return Math.ceil(bytesOf(waiting, done, { before, after, output: request.output }))
}

/** Of pictures whose headers were read: those that the edit cannot make the size of that was asked for. */
function sizeProblems(items: readonly ItemRecord[], edit: Edit): ErrorWire[] {
  return items.flatMap(({ size }) => {
    const result = size === null ? null : sizeOf(size, edit)
    return result instanceof LacunaError ? [{ code: result.code, params: result.params }] : []
  })
}

/** Masks that are looked for beside their pictures and are not there. */
async function maskProblems(items: readonly ItemRecord[], { mask }: JobRecord['request']): Promise<ErrorWire[]> {
  if (mask?.from !== 'beside') return []
  const missing = await mapLimited(items, DISK_CONCURRENCY, async ({ input, label }) => {
    const path = maskBeside(input)
    return (await nameTaken(path))
      ? []
      : [new LacunaError('mask.missing', { name: label, mask: basename(path) }).toWire()]
  })
  return missing.flat()
}

/** Of what comes out; an enlargement to a size is taken for that of the picture where this is not known. */
function resultPixels(
  items: readonly ItemRecord[],
  pixels: ReadonlyMap<number, number>,
  edit: Edit,
): ReadonlyMap<number, number> {
  if (edit.kind !== 'upscale' && edit.kind !== 'extend') return pixels
  return new Map(
    items.map(({ item, size }) => {
      const before = pixels.get(item) ?? 0
      const result = size === null ? null : sizeOf(size, edit)
      if (result instanceof LacunaError) return [item, 0]
      if (result !== null) return [item, result.width * result.height]
      return [item, pixelsFrom(before, edit)]
    }),
  )
}

/** Of a picture whose sides are not known. */
function pixelsFrom(before: number, edit: Edit): number {
  if (edit.kind === 'upscale') return edit.target.by === 'scale' ? before * edit.target.scale ** 2 : before
  const side = Math.max(1, Math.round(Math.sqrt(before)))
  const result = sizeOf({ width: side, height: side, depth: 8 }, edit)
  return result instanceof LacunaError ? before : result.width * result.height
}

function sizeOf(size: PictureSize, edit: Edit): PictureSize | LacunaError {
  try {
    return edit.kind === 'upscale' || edit.kind === 'extend' ? { ...size, ...resultSize(edit, size) } : size
  } catch (thrown) {
    return LacunaError.from(thrown)
  }
}

async function formatProblems(
  items: readonly ItemRecord[],
  { edit, output }: Pick<JobRecord['request'], 'edit' | 'output'>,
  { checkFormat }: CheckTools,
): Promise<ErrorWire[]> {
  const problems: ErrorWire[] = []
  for (const item of items) {
    const size = item.size === null ? null : sizeOf(item.size, edit)
    if (size === null || size instanceof LacunaError || Math.max(size.width, size.height) < LARGE_SIDE) continue
    try {
      await checkFormat(item, size, output)
    } catch (error) {
      const { code, params } = LacunaError.from(error)
      if (code === 'output.formatLimit') problems.push({ code, params })
      else throw error
    }
  }
  return problems
}

/** The first of each kind stands for the others. */
function byReason(errors: readonly ErrorWire[]): DraftCheck['problems'] {
  const kinds = new Map<string, { error: ErrorWire; count: number }>()
  for (const error of errors) {
    const key = error.code === 'file.unsupportedFormat' ? `${error.code} ${error.params['format']}` : error.code
    const kind = kinds.get(key)
    if (kind === undefined) kinds.set(key, { error, count: 1 })
    else kind.count++
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count)
}

/** Of the disk that a folder is on, or will be. */
async function freeAround(folder: string): Promise<number | null> {
  for (let at = folder; ; at = dirname(at)) {
    const free = await freeBytes(at)
    if (free !== null) return free
    if (dirname(at) === at) return null
  }
}

const wireOrNull = (error: LacunaError | null): ErrorWire | null =>
  error === null ? null : { code: error.code, params: error.params }
