/** From what was named on the command line (or dropped) to a list of files with their targets, before anything starts. */
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import type { OutputFormat, OutputSettings } from '../../../shared/picture.js'
import {
  extensionIn,
  extensionOf,
  formatByExtension,
  isUnreadableFormat,
  keptFormat,
  sniffFormat,
} from '../files/formats.js'
import { errno, nameTaken, outputError } from '../files/fs.js'
import { identities, InputGuard } from '../files/guard.js'
import { checkNameLength, defaultTemplate, fillTemplate, isTemporaryName, nameKey, splitName } from '../files/names.js'
import { outputForName } from '../files/write-picture.js'

export interface PlanRequest {
  /** Files and folders, absolute or relative to the working directory. */
  inputs: readonly string[]
  /** `-o`: a file when there is one input file and the name has a picture's extension, else a folder. */
  output: string
  settings: OutputSettings
  /** Default "{name}_denoised"; see `fillTemplate`. */
  template?: string
  /** For the template. */
  model: string
  recursive?: boolean
  overwrite?: 'never' | 'always'
}

export interface PlannedFile {
  /** Absolute. */
  readonly input: string
  /** Shown to the person: the file's name, or its path below the folder that was named. */
  readonly label: string
  /** Absolute. */
  readonly target: string
  readonly output: OutputSettings
  readonly makeFolder: boolean
  /** What already stands against it: the file would fail, the others go on. */
  readonly error: LacunaError | null
}

export interface SkippedFile {
  readonly path: string
  /**
   * hidden: a name starting with a dot; foreign: not a picture's extension; unreadable: a camera raw or HEIC file;
   * duplicate: named twice; folder: a subfolder without `recursive`; output: the output folder itself.
   */
  readonly reason: 'hidden' | 'foreign' | 'unreadable' | 'duplicate' | 'folder' | 'output'
}

export interface FilePlan {
  readonly files: readonly PlannedFile[]
  readonly skipped: readonly SkippedFile[]
  /** Knows all inputs, so that no output of the batch can be one of them. */
  readonly guard: InputGuard
}

interface Found {
  readonly input: string
  /** Path below the named folder; the name for a file named itself. */
  readonly below: string
  readonly error: LacunaError | null
}

/** Throws only for what is wrong with the request as a whole (`output.nameTemplate`); a file's trouble is in its plan. */
export async function planFiles(request: PlanRequest): Promise<FilePlan> {
  const output = resolve(request.output)
  const found: Found[] = []
  const skipped: SkippedFile[] = []
  const guard = new InputGuard()
  const seen = new Set<string>()
  const template = request.template ?? defaultTemplate
  fillTemplate(template, { name: 'name', ext: 'ext', model: request.model })

  const take = async (file: Found): Promise<void> => {
    const keys = await identities(file.input)
    if (keys.some((key) => seen.has(key))) return void skipped.push({ path: file.input, reason: 'duplicate' })
    for (const key of keys) seen.add(key)
    await guard.add(file.input)
    found.push(file)
  }
  for (const given of request.inputs) {
    const input = resolve(given)
    const kind = await kindOf(input)
    if (kind === 'folder') await walk(input, { output, recursive: request.recursive === true, take, skipped })
    else await take({ input, below: basename(input), error: kind === 'missing' ? notFound(input) : null })
  }

  const single =
    found.length === 1 && request.inputs.length === 1 && found[0]?.input === resolve(request.inputs[0] ?? '')
  const asFile = single && (await isFileName(request.output))
  const taken = new Map<string, string>()
  const files: PlannedFile[] = []
  for (const file of found) {
    files.push(await planOne(file, { request, output, asFile, template, guard, taken }))
  }
  return { files, skipped, guard }
}

interface PlanContext {
  request: PlanRequest
  output: string
  asFile: boolean
  template: string
  guard: InputGuard
  /** Name keys of the targets planned so far. */
  taken: Map<string, string>
}

async function planOne(file: Found, context: PlanContext): Promise<PlannedFile> {
  const { request, output, asFile, guard, taken } = context
  let planned: PlannedFile = {
    input: file.input,
    label: file.below,
    target: asFile ? output : join(output, file.below),
    output: asFile ? outputForName(request.settings, output) : request.settings,
    makeFolder: !asFile,
    error: file.error,
  }
  if (file.error !== null) return planned
  try {
    if (!asFile) planned = { ...planned, target: await targetInFolder(file, context) }
    const name = basename(planned.target)
    checkNameLength(name)
    const format = planned.output.format === 'keep' ? await formatToKeep(file.input) : planned.output.format
    if (formatByExtension(name) !== format) throw new LacunaError('output.extensionMismatch', { name, format })
    if (await guard.holds(planned.target)) throw new LacunaError('output.isInput', { name })
    const key = nameKey(planned.target)
    const other = taken.get(key)
    // The first of a clash keeps the name, so that at least one of them is done.
    if (other !== undefined) throw new LacunaError('output.clash', { name, other })
    taken.set(key, file.below)
    if (request.overwrite !== 'always' && (await nameTaken(planned.target)))
      throw new LacunaError('output.exists', { name })
    return planned
  } catch (error) {
    return { ...planned, error: outputError(error, planned.target) }
  }
}

/** Throws `output.nameTemplate` when nothing is left of the file's own name. */
async function targetInFolder(file: Found, { request, output, template }: PlanContext): Promise<string> {
  const { name, ext } = splitName(file.below)
  const stem = fillTemplate(template, { name, ext, model: request.model })
  const format = request.settings.format === 'keep' ? await formatToKeep(file.input) : request.settings.format
  // A file that says .jpeg or .JPG goes on saying so; a PNG that calls itself .jpg does not.
  const extension = formatByExtension(file.below) === format ? ext : extensionOf(format)
  return join(output, dirname(file.below), `${stem}.${extension}`)
}

/** By the file's first bytes; its extension decides when those cannot be read, as the engine will say so anyway. */
async function formatToKeep(input: string): Promise<OutputFormat> {
  return keptFormat((await sniffFormat(input)) ?? formatByExtension(input) ?? 'png')
}

async function isFileName(output: string): Promise<boolean> {
  if (output.endsWith('/') || output.endsWith(sep)) return false
  return formatByExtension(output) !== null && (await kindOf(resolve(output))) !== 'folder'
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'missing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    // Anything else (a folder without permission, a loop of links) is the engine's to explain, file by file.
    return errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR' ? 'missing' : 'file'
  }
}

const notFound = (input: string): LacunaError => new LacunaError('file.notFound', { name: basename(input) })

interface WalkContext {
  output: string
  recursive: boolean
  take: (file: Found) => Promise<void>
  skipped: SkippedFile[]
}

/** Names in order, files of a folder before its subfolders' own, so that a batch runs as it is listed. */
async function walk(root: string, context: WalkContext): Promise<void> {
  const { output, recursive, take, skipped } = context
  const outputReal = await realpath(output).catch(() => output)
  const visited = new Set<string>()
  const visit = async (folder: string): Promise<void> => {
    const real = await realpath(folder)
    // Links may make a circle.
    if (visited.has(real)) return
    visited.add(real)
    const entries = await readdir(folder).catch((error: unknown) => unreadableFolder(folder, error))
    if (entries instanceof LacunaError) {
      // One more failure among the files, so that the others are done.
      return await take({ input: folder, below: relative(root, folder) || basename(root), error: entries })
    }
    const folders: string[] = []
    for (const name of entries.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))) {
      const path = join(folder, name)
      if (isTemporaryName(name)) continue
      if (name.startsWith('.')) skipped.push({ path, reason: 'hidden' })
      else if ((await kindOf(path)) === 'folder') folders.push(path)
      else if (isUnreadableFormat(name)) skipped.push({ path, reason: 'unreadable' })
      else if (extensionIn(name) === '' || formatByExtension(name) === null) skipped.push({ path, reason: 'foreign' })
      else await take({ input: path, below: relative(root, path), error: null })
    }
    for (const path of folders) {
      if (!recursive) skipped.push({ path, reason: 'folder' })
      else if (isSame(await realpath(path), outputReal)) skipped.push({ path, reason: 'output' })
      else await visit(path)
    }
  }
  await visit(root)
}

const unreadableFolder = (folder: string, error: unknown): LacunaError =>
  new LacunaError('file.unreadable', { name: basename(folder) }, error)

/** Also true inside the output folder: yesterday's results are no input of today's run. */
function isSame(path: string, folder: string): boolean {
  const below = relative(folder, path)
  return below === '' || (!below.startsWith('..') && !isAbsolute(below))
}
