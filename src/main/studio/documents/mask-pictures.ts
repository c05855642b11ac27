/**
 * Masks that are pictures, by the hash of their bytes: those that were loaded or found in the photo, which image operations
 * name and therefore stay on the disk, and those that a wand selected, which are for the page to show and are made again.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { MaskPicture } from '../../../shared/contract.js'
import { LacunaError } from '../../../shared/errors.js'
import type { AlphaOperation, Mask, WandOperation } from '../../../shared/mask/mask.js'
import type { MaskSource } from '../../engine/protocol/tasks.js'
import { ByteCache, type Encoded } from '../byte-cache.js'
import { outputError } from '../files/fs.js'
import { checkTarget, type Target } from '../files/write-picture.js'
import { splitName } from '../files/names.js'
import { openScratch } from '../scratch.js'
import type { Downloads } from '../downloads.js'
import type { Documents, DocumentTools } from './documents.js'
import type { Masks } from './masks.js'

/** Bytes of selections that wait for the page. */
const SELECTIONS = 64e6
const HASH = /^[0-9a-f]{64}$/

export interface SavedMask {
  path: string | null
  download: string | null
  name: string
}

export class MaskPictures {
  readonly #tools: DocumentTools
  readonly #documents: Documents
  readonly #masks: Masks
  readonly #downloads: Downloads
  readonly #folder: string
  readonly #selections = new ByteCache(SELECTIONS)

  constructor(tools: DocumentTools, documents: Documents, masks: Masks, downloads: Downloads) {
    this.#tools = tools
    this.#documents = documents
    this.#masks = masks
    this.#downloads = downloads
    this.#folder = tools.history.masks
  }

  /** A mask as the engine takes it: with the files of its images. */
  sourceOf(mask: Mask): MaskSource {
    const hashes = mask.operations.flatMap((operation) => (operation.kind === 'image' ? [operation.hash] : []))
    return { from: 'operations', mask, images: Object.fromEntries(hashes.map((hash) => [hash, this.#pathOf(hash)])) }
  }

  /** What a wand or alpha operation selects. Throws `document.*`, `mask.outside`. */
  async select(
    id: string,
    stateId: string,
    operation: WandOperation | AlphaOperation,
    signal?: AbortSignal,
  ): Promise<MaskPicture> {
    return await this.#withRaster(id, stateId, async (raster, dir) => {
      const out = join(dir, 'selection.v')
      const { engine } = this.#tools
      const selected = await engine.run({ kind: 'select', raster, operation, out }, { priority: 0, signal })
      if (selected.raster === null) return { hash: '', area: { x: 0, y: 0, width: 0, height: 0 } }
      const picture = await this.#encode(selected.raster)
      const hash = hashOf(picture.data)
      this.#selections.set(hash, picture)
      return { hash, area: selected.area }
    })
  }

  /** A mask for a state from a file, or found in the picture. Throws `document.*`, `mask.*`. */
  async load(id: string, stateId: string, source: MaskSource): Promise<MaskPicture> {
    return await this.#withRaster(id, stateId, async (raster, dir) => {
      const task = { kind: 'mask', raster, mask: source, out: join(dir, 'mask.v'), dir } as const
      const made = await this.#tools.engine.run(task, { priority: 0 })
      const { data } = await this.#encode(made.raster)
      const hash = hashOf(data)
      await this.#store(this.#pathOf(hash), data)
      return { hash, area: { x: 0, y: 0, width: raster.width, height: raster.height } }
    })
  }

  /** A state's mask as a grey PNG: white is repainted. Throws `document.*`, `mask.*`, `output.*`. */
  async save(
    id: string,
    stateId: string,
    target: { path: string; overwrite: 'never' | 'always' } | 'download',
  ): Promise<SavedMask> {
    const masks = this.#masks.get(id, stateId)
    const document = this.#documents.get(id)
    if (masks === null) throw new LacunaError('mask.empty', { name: document.origin.name })
    const { data } = await this.#withRaster(id, stateId, async (raster, dir) => {
      const mask = this.sourceOf(masks.mask)
      const task = { kind: 'mask', raster, mask, out: join(dir, 'mask.v'), dir } as const
      return await this.#encode((await this.#tools.engine.run(task)).raster)
    })
    if (target === 'download') {
      const room = await this.#downloads.makeRoom()
      const path = join(room.dir, this.suggestedName(id))
      await write(path, data)
      return { path: null, download: this.#downloads.add(room.id, path), name: basename(path) }
    }
    const path = /\.png$/i.test(target.path) ? target.path : `${target.path}.png`
    const checked: Target = { path, overwrite: path === target.path ? target.overwrite : 'never', makeFolder: false }
    await checkTarget(checked, 'png', await this.#documents.guard(), data.byteLength)
    await write(path, data)
    return { path, download: null, name: basename(path) }
  }

  /** The name under which the command line finds a mask beside its picture. */
  suggestedName(id: string): string {
    return `${splitName(this.#documents.get(id).origin.name).name}.mask.png`
  }

  /** The bytes behind a hash. Throws `file.notFound`. */
  async picture(hash: string): Promise<Encoded> {
    const selection = this.#selections.get(hash)
    if (selection !== undefined) return selection
    if (!HASH.test(hash)) throw new LacunaError('file.notFound', { name: hash })
    const data = await readFile(this.#pathOf(hash)).catch((error: unknown) => {
      throw new LacunaError('file.notFound', { name: hash }, error)
    })
    return { data, type: 'image/png' }
  }

  async #withRaster<T>(
    id: string,
    stateId: string,
    work: (raster: ReturnType<ReturnType<Documents['get']>['ready']>['raster'], dir: string) => Promise<T>,
  ): Promise<T> {
    const document = this.#documents.get(id)
    const { raster, state } = document.ready(stateId)
    await using _held = document.hold(state)
    await using scratch = await openScratch(join(this.#tools.paths.cache, 'jobs'))
    return await work(raster, scratch.dir)
  }

  async #store(path: string, data: Uint8Array): Promise<void> {
    const now = new Date()
    try {
      // What lies there already was loaded again: see `collect`.
      await utimes(path, now, now)
    } catch {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await writeFileAtomic(path, Buffer.from(data), { mode: 0o600 })
    }
  }

  async #encode(raster: { path: string; width: number; height: number; bands: 1 | 2 | 3 | 4; depth: 8 | 16 }) {
    const rect = { left: 0, top: 0, width: raster.width, height: raster.height }
    return await this.#tools.engine.run({ kind: 'region', raster, rect, type: 'grey' }, { priority: 0 })
  }

  #pathOf(hash: string): string {
    if (!HASH.test(hash)) throw new LacunaError('mask.damaged', { reason: `${hash} is no hash` })
    return join(this.#folder, `${hash}.png`)
  }
}

const hashOf = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')

async function write(path: string, data: Uint8Array): Promise<void> {
  try {
    await writeFileAtomic(path, Buffer.from(data))
  } catch (error) {
    throw outputError(error, path)
  }
}
