/**
 * Networks that are being imported: the engine describes one in a folder that waits, a person looks at what was derived and
 * changes what they know better, and the folder becomes a model, or goes.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isCancelled, LacunaError } from '../../../shared/errors.js'
import type { ImportGiven, ImportProposal } from '../../../shared/model-import.js'
import { ModelManifest } from '../../../shared/model.js'
import type { EngineClient } from '../../engine/protocol/client.js'
import type { RunOptions, TaskResult } from '../../engine/protocol/tasks.js'
import { nameTaken } from '../files/fs.js'
import type { StudioPaths } from '../paths.js'
import { openScratch, type Scratch, sweepScratch } from '../scratch.js'
import { installModel, waitingFolder } from './install.js'
import type { Library, Model } from './library.js'

export interface ImportTools {
  readonly engine: EngineClient
  readonly library: Library
  readonly paths: StudioPaths
  readonly run: () => RunOptions
  /** While a network is tried, and when that is over. */
  readonly onProgress?: () => void
}

export interface ImportSource {
  /** An ONNX file, a folder or a .tgz. */
  readonly path: string
  readonly name: string
  /** Called once when the import is over. */
  readonly release?: () => Promise<void>
}

export interface LookOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: (fraction: number) => void
}

export interface Looked {
  readonly id: string
  readonly proposal: ImportProposal
  /** Of the sample patch, in pixels; null where there is none. */
  readonly sample: { readonly width: number; readonly height: number } | null
  /** Raised with each try. */
  readonly tries: number
}

interface Import {
  readonly source: ImportSource
  readonly scratch: Scratch
  given: ImportGiven
  tries: number
  folder: string
  result: TaskResult<'import'>
}

/** A photo that comes with the program, for the sample patch. */
const SAMPLE_PHOTO = 'samples/lake.jpg'

export class Imports {
  readonly #tools: ImportTools
  readonly #imports = new Map<string, Import>()
  #fraction: number | null = null

  constructor(tools: ImportTools) {
    this.#tools = tools
  }

  /** How far the network is that is being tried, 0..1; null while none is. */
  get fraction(): number | null {
    return this.#fraction
  }

  /** Removes what imports left whose process died. */
  static async sweep(paths: StudioPaths): Promise<void> {
    await sweepScratch(waitingFolder(paths))
  }

  /** Throws `import.*`, `file.notFound`, `engine.*`, `output.*`, `cancelled`; then nothing is left of it. */
  async look(source: ImportSource, given: ImportGiven, options: LookOptions = {}): Promise<Looked> {
    try {
      const scratch = await openScratch(waitingFolder(this.#tools.paths))
      try {
        const { folder, result } = await this.#try(source, scratch, 1, given, options)
        this.#imports.set(scratch.id, { source, scratch, given, tries: 1, folder, result })
        return await this.#looked(scratch.id)
      } catch (error) {
        await scratch.remove()
        throw error
      }
    } catch (error) {
      await source.release?.()
      throw error
    }
  }

  /** Tries again with what a person says. Throws as {@link look} does, and `import.notFound`; what was tried before stays. */
  async again(id: string, given: ImportGiven, options: LookOptions = {}): Promise<Looked> {
    const one = this.#get(id)
    const tries = one.tries + 1
    one.tries = tries
    const { folder, result } = await this.#try(one.source, one.scratch, tries, given, options)
    Object.assign(one, { folder, result, given })
    return await this.#looked(id)
  }

  /** PNG. */
  picture(id: string, which: 'before' | 'after'): Uint8Array {
    const { sample } = this.#get(id).result
    if (sample === null) throw new LacunaError('import.notFound')
    return sample[which]
  }

  /** Makes it a model. Throws as {@link again} does, and `import.exists`. */
  async install(id: string, given: ImportGiven, replace: boolean, options: LookOptions = {}): Promise<Model> {
    const one = this.#get(id)
    if (technical(given) !== technical(one.given)) await this.again(id, given, options)
    const manifest = await retold(one.folder, given)
    if (!replace && this.#isKnown(manifest.id)) throw new LacunaError('import.exists', { model: manifest.id })
    await installModel(one.folder, this.#tools.paths, manifest.id, replace)
    await this.discard(id)
    await this.#tools.library.reload()
    return this.#tools.library.resolve(manifest.id)
  }

  async discard(id: string): Promise<void> {
    const one = this.#imports.get(id)
    if (one === undefined) return
    this.#imports.delete(id)
    await one.scratch.remove()
    await one.source.release?.()
  }

  async end(): Promise<void> {
    await Promise.all([...this.#imports.keys()].map((id) => this.discard(id)))
  }

  async #try(
    { path, name }: ImportSource,
    scratch: Scratch,
    number: number,
    given: ImportGiven,
    { signal, onProgress }: LookOptions,
  ): Promise<Pick<Import, 'folder' | 'result'>> {
    if (!(await nameTaken(path))) throw new LacunaError('file.notFound', { name })
    const folder = join(scratch.dir, String(number))
    await mkdir(folder, { mode: 0o700 })
    const photo = join(this.#tools.paths.resources, SAMPLE_PHOTO)
    const task = {
      ...({ kind: 'import', source: path, dir: folder, given } as const),
      photo: (await nameTaken(photo)) ? photo : null,
      run: this.#tools.run(),
    }
    this.#told(0)
    try {
      const result = await this.#tools.engine.run<'import'>(task, {
        ...(signal === undefined ? {} : { signal }),
        onProgress: ({ fraction }) => {
          this.#told(fraction)
          onProgress?.(fraction)
        },
      })
      return { folder, result }
    } catch (thrown) {
      const error = LacunaError.from(thrown)
      if (isCancelled(error)) throw error
      // A network under which the engine dies is not one to keep.
      if (error.code === 'engine.died' || error.code === 'engine.stuck')
        throw new LacunaError('import.wontRun', { name, reason: 'the engine stopped' }, error)
      throw error
    } finally {
      this.#told(null)
    }
  }

  async #looked(id: string): Promise<Looked> {
    const { result, tries } = this.#get(id)
    const { proposal, sample } = result
    return {
      ...{ id, proposal, tries },
      sample: sample === null ? null : { width: sample.width, height: sample.height },
    }
  }

  #told(fraction: number | null): void {
    this.#fraction = fraction
    this.#tools.onProgress?.()
  }

  #isKnown(model: string): boolean {
    return this.#tools.library.list().some(({ manifest }) => manifest.id === model)
  }

  #get(id: string): Import {
    const one = this.#imports.get(id)
    if (one === undefined) throw new LacunaError('import.notFound')
    return one
  }
}

/** What the network has to be tried again for, when it is said otherwise. */
const technical = ({ scale, channels, range, multipleOf, least, most, margin }: ImportGiven): string =>
  JSON.stringify([scale, channels, range?.image, range?.output, multipleOf, least, most, margin])

/** The manifest in a folder, with names as a person gave them. */
async function retold(folder: string, given: ImportGiven): Promise<ModelManifest> {
  const file = join(folder, 'model.json')
  const { id, name, licence, source, summary } = given
  const told = Object.entries({ id, name, licence, source, summary }).filter(([, value]) => value !== undefined)
  const manifest: unknown = JSON.parse(await readFile(file, 'utf8'))
  const whole = ModelManifest.parse({ ...(manifest as object), ...Object.fromEntries(told) })
  if (told.length > 0) await writeFile(file, `${JSON.stringify(whole, null, 2)}\n`, { flush: true })
  return whole
}
