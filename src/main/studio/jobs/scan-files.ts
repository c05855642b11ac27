/** From files and folders that were named to the pictures in them, and what is left out. Nothing is opened. */
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import type { InputFormat } from '../../../shared/picture.js'
import { extensionIn, formatByExtension, isUnreadableFormat } from '../files/formats.js'
import { errno } from '../files/fs.js'
import { identitiesOf, InputGuard } from '../files/guard.js'
import { isTemporaryName } from '../files/names.js'
import { mapLimited } from '../map-limited.js'

export interface ScanRequest {
  /** Files and folders, absolute or relative to the working directory. */
  inputs: readonly string[]
  /** The folder of the results, which is not walked into; null when there is none yet. */
  output: string | null
  recursive?: boolean
  /** `<name>.mask.png` is the mask of a picture, not a picture. */
  masksBeside?: boolean
  /** Absolute; the mask of all pictures, which is none of them. */
  mask?: string | undefined
  /** Absolute paths that were taken out by hand; they are not even counted. */
  excluded?: ReadonlySet<string>
  /** Whether a link inside a folder, or beside a picture as its mask, may be followed to this real path; always, unless given. */
  mayFollow?: (real: string) => Promise<boolean>
}

export interface FoundFile {
  /** Absolute. */
  readonly input: string
  /** Path below the named folder; the name for a file named itself. */
  readonly below: string
  readonly bytes: number | null
  /** It cannot be worked on, and why. */
  readonly error: LacunaError | null
  /** By its first bytes; absent until somebody asked. */
  format?: InputFormat | null
}

export interface SkippedFile {
  readonly path: string
  /** As in {@link FoundFile}. */
  readonly below: string
  readonly bytes: number | null
  /**
   * hidden: a name starting with a dot; foreign: not a picture's extension; unreadable: a camera raw or HEIC file;
   * mask: the mask of a picture; duplicate: named twice; folder: a subfolder without `recursive`; output: the output folder itself.
   */
  readonly reason: 'hidden' | 'foreign' | 'unreadable' | 'duplicate' | 'folder' | 'output' | 'mask'
}

export interface FileScan {
  readonly files: readonly FoundFile[]
  readonly skipped: readonly SkippedFile[]
  /** Knows all files, so that no result can be one of them. */
  readonly guard: InputGuard
}

/** Enough to keep the system's own threads busy, few enough for a network disk. */
export const DISK_CONCURRENCY = 16

/** Never throws for a file: its trouble is in its record. */
export async function scanFiles(request: ScanRequest): Promise<FileScan> {
  const walker = new Walker(request)
  for (const given of request.inputs) await walker.take(resolve(given))
  return { files: walker.files, skipped: walker.skipped, guard: walker.guard }
}

type Kind = 'file' | 'folder' | 'missing' | 'forbidden'

/** What was learned of one name of a folder. */
interface Entry {
  readonly name: string
  readonly path: string
  readonly kind: Kind
  readonly bytes: number | null
  readonly keys: readonly string[]
}

class Walker {
  readonly files: FoundFile[] = []
  readonly skipped: SkippedFile[] = []
  readonly guard = new InputGuard()
  readonly #seen = new Set<string>()
  readonly #request: ScanRequest
  #outputReal: Promise<string | null> | null = null

  constructor(request: ScanRequest) {
    this.#request = request
  }

  /** A file or folder that was named. */
  async take(input: string): Promise<void> {
    const entry = await look(input, basename(input), null)
    if (entry.kind === 'folder') return await this.#walk(input)
    // `*.png` of a shell names the masks, too.
    if (this.#isMask(entry)) return this.#skip(input, entry.name, 'mask', entry.bytes)
    const error = entry.kind === 'missing' ? notFound(input) : null
    this.#add(entry, basename(input), error ?? (await this.#lost(input)))
  }

  /** That a picture's own mask is a link which may not be followed; null: it may be read, or there is none. */
  async #lost(picture: string): Promise<LacunaError | null> {
    const { masksBeside = false, mayFollow } = this.#request
    if (!masksBeside || mayFollow === undefined) return null
    const mask = maskBeside(picture)
    return (await this.#mayFollow(mask)) ? null : new LacunaError('request.forbidden', { name: basename(mask) })
  }

  #add({ path, bytes, keys }: Entry, below: string, error: LacunaError | null): void {
    if (this.#request.excluded?.has(path) === true) return
    if (keys.some((key) => this.#seen.has(key)))
      return void this.skipped.push({ path, below, bytes, reason: 'duplicate' })
    for (const key of keys) this.#seen.add(key)
    this.guard.addKeys(keys)
    this.files.push({ input: path, below, bytes, error })
  }

  #isMask({ name, path }: Pick<Entry, 'name' | 'path'>): boolean {
    return path === this.#request.mask || (this.#request.masksBeside === true && isMaskName(name))
  }

  #skip(path: string, below: string, reason: SkippedFile['reason'], bytes: number | null = null): void {
    if (this.#request.excluded?.has(path) !== true) this.skipped.push({ path, below, bytes, reason })
  }

  /** Names in order, files of a folder before its subfolders' own, so that a batch runs as it is listed. */
  async #walk(root: string): Promise<void> {
    const visited = new Set<string>()
    const visit = async (folder: string): Promise<void> => {
      const below = (path: string): string => relative(root, path)
      const entries = await this.#list(folder, visited).catch((error: unknown) => unreadableFolder(folder, error))
      // One more failure among the files, so that the others are done.
      if (entries instanceof LacunaError)
        return this.#add(failedEntry(folder), below(folder) || basename(root), entries)
      const folders: string[] = []
      const lost = new Set(entries.flatMap(({ kind, path }) => (kind === 'forbidden' ? [path] : [])))
      const maskError = (path: string): LacunaError | null =>
        this.#request.masksBeside === true && lost.has(maskBeside(path))
          ? new LacunaError('request.forbidden', { name: basename(maskBeside(path)) })
          : null
      for (const entry of entries) {
        const { name, path, kind, bytes } = entry
        if (name.startsWith('.')) this.#skip(path, below(path), 'hidden', bytes)
        else if (kind === 'folder') folders.push(path)
        else if (kind === 'forbidden' && !this.#isMask(entry))
          this.#add(entry, below(path), new LacunaError('request.forbidden', { name }))
        else if (isUnreadableFormat(name)) this.#skip(path, below(path), 'unreadable', bytes)
        else if (this.#isMask(entry)) this.#skip(path, below(path), 'mask', bytes)
        else if (isForeign(name)) this.#skip(path, below(path), 'foreign', bytes)
        else this.#add(entry, below(path), maskError(path))
      }
      for (const path of folders) {
        if (this.#request.recursive !== true) this.#skip(path, below(path), 'folder')
        else if (await this.#isOutput(path)) this.#skip(path, below(path), 'output')
        else await visit(path)
      }
    }
    await visit(root)
  }

  /** What is in a folder, our own temporary files left out; nothing when it was visited before: links may make a circle. */
  async #list(folder: string, visited: Set<string>): Promise<Entry[]> {
    const real = await realpath(folder)
    if (visited.has(real)) return []
    visited.add(real)
    const all = await readdir(folder, { withFileTypes: true })
    const entries = all.filter(({ name }) => !isTemporaryName(name)).sort((a, b) => compareNames(a.name, b.name))
    return await mapLimited(entries, DISK_CONCURRENCY, async (entry): Promise<Entry> => {
      const { name } = entry
      const path = join(folder, name)
      if (entry.isDirectory()) return { name, path, kind: 'folder', bytes: null, keys: [] }
      // The real path of what is no link is known: that saves a third of the time for a large folder.
      if (!entry.isSymbolicLink()) return await look(path, name, join(real, name))
      if (!(await this.#mayFollow(path))) return { name, path, kind: 'forbidden', bytes: null, keys: [] }
      return await look(path, name, null)
    })
  }

  async #mayFollow(link: string): Promise<boolean> {
    const { mayFollow } = this.#request
    if (mayFollow === undefined) return true
    const real = await realpath(link).catch(() => null)
    // A broken link leads nowhere; the engine says so.
    return real === null || (await mayFollow(real))
  }

  /** Also true inside the output folder: yesterday's results are no input of today's run. */
  async #isOutput(folder: string): Promise<boolean> {
    const { output } = this.#request
    if (output === null) return false
    this.#outputReal ??= realpath(output).catch(() => resolve(output))
    const below = relative((await this.#outputReal) ?? output, await realpath(folder).catch(() => folder))
    return below === '' || (!below.startsWith('..') && !isAbsolute(below))
  }
}

/** `real`: its real path, where that is known. */
async function look(path: string, name: string, real: string | null): Promise<Entry> {
  try {
    const facts = await stat(path, { bigint: true })
    if (facts.isDirectory()) return { name, path, kind: 'folder', bytes: null, keys: [] }
    const keys = identitiesOf(real ?? (await realpath(path)), facts)
    return { name, path, kind: 'file', bytes: Number(facts.size), keys }
  } catch (error) {
    // Anything else (a folder without permission, a loop of links) is the engine's to explain, file by file.
    const kind = errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR' ? 'missing' : 'file'
    return { name, path, kind, bytes: null, keys: [] }
  }
}

const failedEntry = (path: string): Entry => ({ name: basename(path), path, kind: 'file', bytes: null, keys: [] })

const notFound = (input: string): LacunaError => new LacunaError('file.notFound', { name: basename(input) })

const unreadableFolder = (folder: string, error: unknown): LacunaError =>
  new LacunaError('file.unreadable', { name: basename(folder) }, error)

const MASK_ENDING = '.mask.png'
const isMaskName = (name: string): boolean => name.toLowerCase().endsWith(MASK_ENDING)

/** Where a picture's own mask lies. */
export const maskBeside = (picture: string): string =>
  join(dirname(picture), `${basename(picture, extname(picture))}${MASK_ENDING}`)

/** Whether an extension says that a file is no picture. */
export const isForeign = (name: string): boolean => extensionIn(name) === '' || formatByExtension(name) === null

const collator = new Intl.Collator('en', { numeric: true })
const compareNames = (a: string, b: string): number => collator.compare(a, b)
