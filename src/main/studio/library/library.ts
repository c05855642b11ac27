/** The models that are there: manifests of the bundled folder and of the person's own. Nothing heavier than JSON is read. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import { manifestFault, modelFiles, ModelManifest } from '../../../shared/model.js'
import type { ModelRef } from '../../engine/protocol/tasks.js'
import { errno } from '../files/fs.js'
import type { StudioPaths } from '../paths.js'
import { closest } from './closest.js'

export interface Model {
  readonly ref: ModelRef
  readonly manifest: ModelManifest
  readonly bundled: boolean
  /** Of all its files. */
  readonly bytes: number
}

/** A folder of the person's own. */
export type Removable = Pick<Model, 'ref' | 'bundled'>

export interface Library {
  list(): readonly Model[]
  /** Folders whose manifest cannot be used, by their name, with `model.invalid`. */
  broken(): ReadonlyMap<string, LacunaError>
  /**
   * Throws `model.notFound` with the closest known id as `suggestion` and all of them as `known`; `model.invalid` when
   * the model is there but its manifest cannot be used.
   */
  resolve(id: string): Model
  /** Throws as {@link resolve} does, and `model.bundled`; a folder whose manifest cannot be used may be removed too. */
  removable(id: string): Removable
  /** Looks again, after a model was added or removed. */
  reload(): Promise<void>
}

/** Reads all manifests once. A broken one is reported when it is asked for, not before: it concerns no other model. */
export async function openLibrary(paths: StudioPaths): Promise<Library> {
  let now = await readAll(paths)
  return {
    list: () => now.list,
    broken: () => now.broken,
    resolve(id) {
      const model = now.models.get(id)
      if (model !== undefined) return model
      throw now.broken.get(id) ?? notFound(id, now.list)
    },
    removable(id) {
      const model = now.models.get(id)
      if (model?.bundled === true) throw new LacunaError('model.bundled', { model: id })
      if (model !== undefined) return model
      if (!now.broken.has(id)) throw notFound(id, now.list)
      return { ref: { id, folder: join(paths.userModels, id) }, bundled: false }
    },
    async reload() {
      now = await readAll(paths)
    },
  }
}

async function readAll(paths: StudioPaths) {
  const models = new Map<string, Model>()
  const broken = new Map<string, LacunaError>()
  // The person's come last and win: an id of theirs may replace a bundled one on purpose.
  for (const [parent, bundled] of [
    [paths.bundledModels, true],
    [paths.userModels, false],
  ] as const) {
    for (const name of await modelFolders(parent)) {
      const folder = join(parent, name)
      const read = await readModel(folder, name, bundled)
      if (read instanceof LacunaError) broken.set(name, read)
      else if (read !== null) models.set(read.manifest.id, read)
    }
  }
  return { models, broken, list: [...models.values()].sort((a, b) => (a.manifest.id < b.manifest.id ? -1 : 1)) }
}

function notFound(id: string, list: readonly Model[]): LacunaError {
  const known = list.map((model) => model.manifest.id)
  const suggestion = closest(id, known)
  return new LacunaError('model.notFound', {
    model: id,
    known: known.join(', '),
    ...(suggestion === null ? {} : { suggestion }),
  })
}

async function modelFolders(parent: string): Promise<string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map((entry) => entry.name)
  } catch (error) {
    if (errno(error) === 'ENOENT') return []
    throw new LacunaError('file.unreadable', { name: parent }, error)
  }
}

/** Null for a folder that is no model's (training programmes, samples). */
async function readModel(folder: string, name: string, bundled: boolean): Promise<Model | LacunaError | null> {
  let text: string
  try {
    text = await readFile(join(folder, 'model.json'), 'utf8')
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return null
    return new LacunaError('model.invalid', { model: name, reason: 'model.json cannot be read' }, error)
  }
  try {
    const manifest = ModelManifest.parse(JSON.parse(text))
    const bytes = modelFiles(manifest).reduce((sum, file) => sum + file.bytes, 0)
    return { ref: { id: manifest.id, folder }, manifest, bundled, bytes }
  } catch (error) {
    return new LacunaError('model.invalid', { model: name, reason: manifestFault(error) }, error)
  }
}
