/**
 * Writing a result, the same for every host: checked before the work starts, encoded to a temporary name beside the
 * target, verified by the engine, then given its name in one step.
 */
import { access, constants, mkdir, open, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { cancelled, LacunaError, type Note } from '../../../shared/errors.js'
import type { OutputFormat, OutputSettings, PictureInfo } from '../../../shared/picture.js'
import type { EngineClient, RunTaskOptions } from '../../engine/protocol/client.js'
import { faultPoint } from '../../engine/protocol/fault-points.js'
import type { RasterRef } from '../../engine/protocol/tasks.js'
import type { Scratch } from '../scratch.js'
import { extensionIn, formatByExtension } from './formats.js'
import { commit, errno, freeBytes, nameTaken, outputError, removeFile } from './fs.js'
import type { InputGuard } from './guard.js'
import { checkNameLength, temporaryName } from './names.js'

export interface Target {
  /** Absolute. */
  readonly path: string
  readonly overwrite: 'never' | 'always'
  /** Whether a missing folder is made; else it is an error. */
  readonly makeFolder: boolean
}

/**
 * Everything that can be known before minutes of work: the target is no input, its name is free and not too long, its
 * folder is there and can be written, its extension says what `format` is, and the disk has room for `bytes`.
 * Throws `output.*`.
 */
export async function checkTarget(
  target: Target,
  format: OutputFormat,
  guard: InputGuard,
  bytes: number,
): Promise<void> {
  const name = basename(target.path)
  const folder = dirname(target.path)
  checkNameLength(name)
  if (formatByExtension(name) !== format) throw new LacunaError('output.extensionMismatch', { name, format })
  await ready(folder, target)
  if (await guard.holds(target.path)) throw new LacunaError('output.isInput', { name })
  if (target.overwrite === 'never' && (await nameTaken(target.path))) throw new LacunaError('output.exists', { name })
  const free = await freeBytes(folder)
  if (free !== null && free < bytes) throw new LacunaError('output.diskFull', { name, folder })
}

async function ready(folder: string, target: Target): Promise<void> {
  try {
    if (target.makeFolder) await mkdir(folder, { recursive: true })
    if (!(await stat(folder)).isDirectory())
      throw new LacunaError('output.folderMissing', { name: basename(target.path), folder })
    await access(folder, constants.W_OK)
  } catch (error) {
    // EEXIST: a file has the folder's name.
    if (errno(error) === 'EEXIST')
      throw new LacunaError('output.folderMissing', { name: basename(target.path), folder }, error)
    throw outputError(error, target.path)
  }
}

/** The temporary file beside the target, as whoever answers for its removal after a crash keeps record of it. */
export interface TemporaryFile {
  readonly path: string
  /** It is whole and synced, and about to be renamed. */
  written?(file: { bytes: number; sha256: string }): Promise<void>
}

export interface WriteRequest {
  readonly raster: RasterRef
  /** Whose profile and metadata the result takes over. */
  readonly original: string
  readonly info: PictureInfo
  readonly output: OutputSettings
  readonly recipe: string | null
  readonly target: Target
  readonly guard: InputGuard
  readonly scratch: Scratch
  /** Absent: one of the scratch folder's, recorded there. */
  readonly temporary?: TemporaryFile
  /** Asked between encoding and renaming; throws when the result must not be kept. */
  readonly beforeRename?: () => Promise<void>
}

export interface WrittenFile {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly notes: readonly Note[]
}

/** Throws `output.*`, `cancelled`, or what the engine threw. Whatever happens, no temporary file stays. */
export async function writePicture(
  engine: EngineClient,
  request: WriteRequest,
  options: RunTaskOptions,
): Promise<WrittenFile> {
  const { raster, original, info, output, recipe, target, guard, scratch } = request
  const name = basename(target.path)
  const temporary = request.temporary ?? (await scratchTemporary(target.path, scratch))
  const temp = temporary.path
  try {
    await tryWriting(temp, target.path)
    const encoded = await engine.run(
      { kind: 'encode', raster, original, info, output, temp, recipe: output.strip ? null : recipe, dir: scratch.dir },
      options,
    )
    if (options.signal?.aborted === true) throw cancelled()
    // Asked again: the name may have been taken, or made a link to an input, during the work.
    if (await guard.holds(target.path)) throw new LacunaError('output.isInput', { name })
    await request.beforeRename?.()
    await temporary.written?.(encoded)
    faultPoint('rename.before')
    await commit(temp, target.path, target.overwrite === 'always')
    faultPoint('rename.after')
    await confirm(target.path, encoded.bytes)
    return { path: target.path, ...encoded }
  } catch (error) {
    // Where it cannot be removed, e.g. in a folder that has become read-only, the first failure is the one to report; the
    // file is on record.
    await removeFile(temp).catch(() => undefined)
    throw aboutTarget(outputError(error, target.path), temp, name)
  }
}

async function scratchTemporary(target: string, scratch: Scratch): Promise<TemporaryFile> {
  const path = join(dirname(target), temporaryName(basename(target), scratch.id))
  await scratch.addTemporary(path)
  return { path }
}

/** The engine knows only the temporary file; the person knows only the target. */
function aboutTarget(error: LacunaError, temp: string, name: string): LacunaError {
  if (error.params['name'] !== basename(temp)) return error
  return new LacunaError(error.code, { ...error.params, name }, error.cause)
}

/** The clearest error about a folder comes from the system itself, so it is asked before the encoder is. */
async function tryWriting(temp: string, target: string): Promise<void> {
  try {
    await (await open(temp, 'w')).close()
  } catch (error) {
    throw outputError(error, target)
  }
  await removeFile(temp)
}

/** "Saved" is said only of a file that is there and whole. */
async function confirm(path: string, bytes: number): Promise<void> {
  const { size } = await stat(path)
  if (size !== bytes) throw new LacunaError('output.verifyFailed', { name: basename(path) })
}

/** The format that a chosen name asks for when none is set; "keep" stays where the name has no picture's extension. */
export function outputForName(output: OutputSettings, name: string): OutputSettings {
  if (output.format !== 'keep') return output
  const format = formatByExtension(name)
  return format === null || format === 'gif' || extensionIn(name) === '' ? output : { ...output, format }
}
