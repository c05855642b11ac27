/** From what a job is asked for to its items: which files, under which names, and what already stands against them. */
import { basename, isAbsolute, relative, resolve, sep } from 'node:path'
import { LacunaError, type ErrorWire } from '../../../shared/errors.js'
import type { JobRequest } from '../../../shared/job.js'
import { extensionIn } from '../files/formats.js'
import { nameKey } from '../files/names.js'
import { planFiles, planTargets, type FilePlan, type PlannedFile, type TargetRequest } from '../jobs/plan-files.js'
import { type FileScan, scanFiles, type SkippedFile } from '../jobs/scan-files.js'
import type { ItemRecord, NewItem } from '../jobs/store/records.js'

/**
 * Plans a job as the command line names it: its target is a file where one input and the name say so, else a folder.
 * Throws `output.nameTemplate`, `job.noFolder` for a request without a target.
 */
export async function planItems(request: JobRequest): Promise<NewItem[]> {
  const { inputs, recursive } = request
  return itemsOf(await planFiles({ ...targetsOf(request), inputs, recursive, ...masksOf(request) }), request)
}

/** Which files are masks, not pictures. */
export const masksOf = ({ mask }: Pick<JobRequest, 'mask'>): { masksBeside: boolean; mask?: string } => ({
  masksBeside: mask?.from === 'beside',
  ...(mask?.from === 'file' ? { mask: mask.path } : {}),
})

/** Plans files that were found, into a folder. Throws `output.nameTemplate`. */
export async function planScan(scan: FileScan, request: JobRequest): Promise<NewItem[]> {
  return itemsOf(await planTargets(scan, targetsOf(request), { asFile: false }), request)
}

/** A file that came into a watched folder, beside the items that are there; none when it was taken out by hand. */
export async function planNewFile(
  request: JobRequest,
  items: readonly Pick<ItemRecord, 'label' | 'target'>[],
  path: string,
): Promise<NewItem[]> {
  const excluded = new Set(request.excluded)
  const scan = await scanFiles({ inputs: [path], output: null, ...masksOf(request), excluded })
  const below = belowInputs(request.inputs, path)
  const found = { ...scan, files: scan.files.map((file) => ({ ...file, below })) }
  const taken = new Map(items.flatMap(({ target, label }) => (target === null ? [] : [[nameKey(target), label]])))
  return itemsOf(await planTargets(found, targetsOf(request), { asFile: false, taken }), request)
}

/** A path below the innermost of the folders that holds it, as it would have been labelled at the start. */
function belowInputs(inputs: readonly string[], path: string): string {
  const holders = inputs.map((input) => relative(input, path)).filter((below) => below !== '' && isBelow(below))
  return holders.sort((a, b) => a.length - b.length)[0] ?? basename(path)
}

const isBelow = (path: string): boolean => path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)

function targetsOf({ target, output, template, edit, count, overwrite }: JobRequest): TargetRequest {
  if (target === null) throw new LacunaError('job.noFolder')
  return { output: target, settings: output, template, model: edit.model, count, overwrite }
}

/** Files in the order in which they run, then those that cannot be read, then what is left out. */
function itemsOf({ files, skipped }: FilePlan, request: JobRequest): NewItem[] {
  const unreadable = skipped.filter(({ reason }) => reason === 'unreadable')
  const left = skipped.filter(({ reason }) => reason !== 'unreadable')
  return [...files.map(plannedItem), ...[...unreadable, ...left].map((file) => skippedItem(file, request))]
}

const plannedItem = ({ input, label, bytes, target, output, variation, makeFolder, error }: PlannedFile): NewItem => ({
  ...(variation === undefined ? {} : { variation }),
  input,
  label,
  bytes,
  target,
  output,
  makeFolder,
  state: error === null ? 'waiting' : 'failed',
  skip: null,
  error: error === null ? null : wire(error),
})

function skippedItem({ path, below, bytes, reason }: SkippedFile, { output }: JobRequest): NewItem {
  const item = { input: resolve(path), label: below, bytes, target: null, output, makeFolder: false } as const
  return reason === 'unreadable'
    ? { ...item, state: 'failed', skip: null, error: wire(unreadableError(basename(path))) }
    : { ...item, state: 'skipped', skip: reason, error: null }
}

/** Formats that are known, but neither HEIC nor camera raw. */
const otherFormats: Readonly<Record<string, string>> = { jxl: 'JPEG XL', psd: 'Photoshop' }

/** What the engine would say of a file that cannot be read, by its name alone. */
export function unreadableError(name: string): LacunaError {
  const extension = extensionIn(name)
  if (['heic', 'heif', 'hif'].includes(extension)) return new LacunaError('file.unsupportedHeic', { name })
  const format = otherFormats[extension]
  return format === undefined
    ? new LacunaError('file.unsupportedRaw', { name })
    : new LacunaError('file.unsupportedFormat', { name, format })
}

/** Without the cause, which is for the log: items are shown. */
const wire = ({ code, params }: LacunaError): ErrorWire => ({ code, params })
