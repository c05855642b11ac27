/** From what was named on the command line (or dropped) to a list of files with their targets, before anything starts. */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, parse, resolve, sep } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import type { OutputFormat, OutputSettings } from '../../../shared/picture.js'
import { extensionOf, formatByExtension, keptFormat, sniffFormat } from '../files/formats.js'
import { errno, nameTaken, outputError } from '../files/fs.js'
import type { InputGuard } from '../files/guard.js'
import { checkNameLength, defaultTemplate, fillTemplate, nameKey, splitName } from '../files/names.js'
import { outputForName } from '../files/write-picture.js'
import { mapLimited } from '../map-limited.js'
import { DISK_CONCURRENCY, type FileScan, type FoundFile, scanFiles, type SkippedFile } from './scan-files.js'

export type { SkippedFile } from './scan-files.js'

export interface TargetRequest {
  /** `-o`: a file when there is one input file and the name has a picture's extension, else a folder. */
  output: string
  settings: OutputSettings
  /** Default "{name}_denoised"; see `fillTemplate`. */
  template?: string
  /** For the template. */
  model: string
  /** How many results each file has, numbered from 1; one, without a number, unless given. */
  count?: number
  overwrite?: 'never' | 'always'
}

export interface PlanRequest extends TargetRequest {
  /** Files and folders, absolute or relative to the working directory. */
  inputs: readonly string[]
  recursive?: boolean
  masksBeside?: boolean
  /** Absolute; the mask of all pictures, which is none of them. */
  mask?: string | undefined
}

export interface PlannedFile {
  /** Absolute. */
  readonly input: string
  /** Shown to the person: the file's name, or its path below the folder that was named. */
  readonly label: string
  readonly bytes: number | null
  /** Absolute. */
  readonly target: string
  readonly output: OutputSettings
  /** From 0, where a file has several results. */
  readonly variation?: number
  readonly makeFolder: boolean
  /** What already stands against it: the file would fail, the others go on. */
  readonly error: LacunaError | null
}

export interface FilePlan {
  readonly files: readonly PlannedFile[]
  readonly skipped: readonly SkippedFile[]
  /** Knows all inputs, so that no output of the batch can be one of them. */
  readonly guard: InputGuard
}

/** Throws only for what is wrong with the request as a whole (`output.nameTemplate`); a file's trouble is in its plan. */
export async function planFiles(request: PlanRequest): Promise<FilePlan> {
  checkTemplate(request)
  const { inputs, output, recursive, masksBeside, mask } = request
  const scan = await scanFiles({ inputs, output: resolve(output), recursive, masksBeside, mask })
  const [only] = scan.files
  const single = scan.files.length === 1 && inputs.length === 1 && only?.input === resolve(inputs[0] ?? '')
  return await planTargets(scan, request, { asFile: single && (await isFileName(output)) })
}

/** Throws `output.nameTemplate` for one that cannot work, whatever the file. */
export function checkTemplate({ template, model }: Pick<TargetRequest, 'template' | 'model'>): void {
  fillTemplate(template ?? defaultTemplate, { name: 'name', ext: 'ext', model })
}

/**
 * Gives each file its target. `asFile`: the output is the one file's name, not a folder; `taken`: targets planned
 * before, as `nameKey` -> label. Throws `output.nameTemplate`.
 */
export async function planTargets(
  scan: FileScan,
  request: TargetRequest,
  { asFile, taken = new Map() }: { asFile: boolean; taken?: Map<string, string> },
): Promise<FilePlan> {
  const { files, skipped, guard } = scan
  checkTemplate(request)
  await mapLimited(files, DISK_CONCURRENCY, async (file) => {
    // By the file's first bytes; the extension decides when those cannot be read, as the engine will say so anyway.
    if (file.error === null && request.settings.format === 'keep') file.format ??= await sniffFormat(file.input)
  })
  const numbers = Array.from({ length: request.count ?? 1 }, (_, at) => at)
  const named = files.flatMap((file) =>
    numbers.length === 1
      ? [nameTarget(file, request, asFile)]
      : numbers.map((variation) => numbered(nameTarget(file, request, asFile), variation)),
  )
  const present = new Presence()
  const standing = await mapLimited(named, DISK_CONCURRENCY, async ({ target, error }) =>
    error === null && (await present.mayHold(target)) ? await whatStands(target, guard) : 'nothing',
  )
  return { files: named.map((file, at) => settle(file, standing[at] ?? 'nothing', taken, request)), skipped, guard }
}

function nameTarget(file: FoundFile, request: TargetRequest, asFile: boolean): PlannedFile {
  const output = resolve(request.output)
  let planned: PlannedFile = {
    input: file.input,
    label: file.below,
    bytes: file.bytes,
    target: asFile ? output : join(output, file.below),
    output: asFile ? outputForName(request.settings, output) : request.settings,
    makeFolder: !asFile,
    error: file.error,
  }
  try {
    // Also of what cannot be worked on now: it may be there when it is tried again, and is to be called like the others.
    if (!asFile) planned = { ...planned, target: targetInFolder(file, request) }
    if (file.error !== null) return planned
    const name = basename(planned.target)
    checkNameLength(name)
    const format = planned.output.format === 'keep' ? formatToKeep(file) : planned.output.format
    if (formatByExtension(name) !== format) throw new LacunaError('output.extensionMismatch', { name, format })
    return planned
  } catch (error) {
    return { ...planned, error: file.error ?? outputError(error, planned.target) }
  }
}

function numbered(planned: PlannedFile, variation: number): PlannedFile {
  const { dir, name, ext } = parse(planned.target)
  const number = variation + 1
  return { ...planned, variation, label: `${planned.label} · ${number}`, target: join(dir, `${name}_${number}${ext}`) }
}

/** Throws `output.nameTemplate` when nothing is left of the file's own name. */
function targetInFolder(file: FoundFile, request: TargetRequest): string {
  const { name, ext } = splitName(file.below)
  const stem = fillTemplate(request.template ?? defaultTemplate, { name, ext, model: request.model })
  const format = request.settings.format === 'keep' ? formatToKeep(file) : request.settings.format
  // A file that says .jpeg or .JPG goes on saying so; a PNG that calls itself .jpg does not.
  const extension = formatByExtension(file.below) === format ? ext : extensionOf(format)
  return join(resolve(request.output), dirname(file.below), `${stem}.${extension}`)
}

const formatToKeep = ({ input, format }: FoundFile): OutputFormat =>
  keptFormat(format ?? formatByExtension(input) ?? 'png')

type Standing = 'nothing' | 'input' | 'file' | LacunaError

async function whatStands(target: string, guard: InputGuard): Promise<Standing> {
  try {
    if (await guard.holds(target)) return 'input'
    return (await nameTaken(target)) ? 'file' : 'nothing'
  } catch (error) {
    return outputError(error, target)
  }
}

/** In order, since the first of a clash keeps the name, so that at least one of them is done. */
function settle(
  file: PlannedFile,
  standing: Standing,
  taken: Map<string, string>,
  { overwrite }: TargetRequest,
): PlannedFile {
  if (file.error !== null) return file
  const name = basename(file.target)
  const failed = (error: LacunaError): PlannedFile => ({ ...file, error })
  if (standing === 'input') return failed(new LacunaError('output.isInput', { name }))
  const key = nameKey(file.target)
  const other = taken.get(key)
  if (other !== undefined) return failed(new LacunaError('output.clash', { name, other }))
  taken.set(key, file.label)
  if (standing instanceof LacunaError) return failed(standing)
  if (standing === 'file' && overwrite !== 'always') return failed(new LacunaError('output.exists', { name }))
  return file
}

/** Which names an output folder holds, read once for all the files that go there; most are new and hold none. */
class Presence {
  readonly #folders = new Map<string, Promise<ReadonlySet<string> | null>>()

  /** False when there is certainly nothing of that name, nor of one that some file system takes for it. */
  async mayHold(target: string): Promise<boolean> {
    const folder = dirname(target)
    const listing = this.#folders.get(folder) ?? namesIn(folder)
    this.#folders.set(folder, listing)
    const names = await listing
    return names === null || names.has(nameKey(basename(target)))
  }
}

/** Null for a folder that cannot be read: each name is asked for then. */
async function namesIn(folder: string): Promise<ReadonlySet<string> | null> {
  try {
    return new Set((await readdir(folder)).map(nameKey))
  } catch (error) {
    return errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR' ? new Set() : null
  }
}

async function isFileName(output: string): Promise<boolean> {
  if (output.endsWith('/') || output.endsWith(sep)) return false
  return formatByExtension(output) !== null && !(await isFolder(resolve(output)))
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  )
