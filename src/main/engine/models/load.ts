/** Reads and checks a model folder. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { LacunaError } from '../../../shared/errors.js'
import type { GraphRole, ImageNetworkManifest } from '../../../shared/image-network.js'
import {
  type DenoiserManifest,
  type InpainterManifest,
  isNetwork,
  manifestFault,
  modelFiles,
  ModelManifest,
  type NetworkManifest,
} from '../../../shared/model.js'
import type { DataFiles } from '../../../shared/model-parts.js'
import type { ModelRef } from '../protocol/tasks.js'

export interface Model<M extends NetworkManifest = DenoiserManifest> {
  ref: ModelRef
  manifest: M
  /** Absolute path of a file that the manifest names. */
  file(role: 'model' | 'noise' | GraphRole): string
}

/** Throws `model.invalid` when there is no readable manifest. */
export async function readManifest(ref: ModelRef): Promise<ModelManifest> {
  try {
    return ModelManifest.parse(JSON.parse(await readFile(join(ref.folder, 'model.json'), 'utf8')))
  } catch (cause) {
    throw new LacunaError('model.invalid', { model: ref.id, reason: manifestFault(cause) }, cause)
  }
}

/** Any network. Throws `model.invalid` when there is no readable manifest, `model.damaged` when a file is missing or has another size. */
export async function loadNetwork(ref: ModelRef): Promise<Model<NetworkManifest>> {
  const manifest = await readManifest(ref)
  if (!isNetwork(manifest)) throw new LacunaError('model.invalid', { model: ref.id, reason: 'it has no network to load' })
  for (const file of modelFiles(manifest)) {
    const size = await stat(join(ref.folder, file.path)).then(
      (s) => s.size,
      () => -1,
    )
    if (size !== file.bytes) throw new LacunaError('model.damaged', { model: ref.id, file: file.path })
  }
  return modelOf(ref, manifest)
}

/** A model whose manifest is known; its files are not looked at. */
export function modelOf<M extends NetworkManifest>(ref: ModelRef, manifest: M): Model<M> {
  return {
    ref,
    manifest,
    file(role) {
      const file = Object.entries<DataFiles | undefined>(manifest.files).find(([name]) => name === role)?.[1]
      if (file === undefined || Array.isArray(file)) throw new LacunaError('model.invalid', { model: ref.id, reason: `it has no ${role} file` })
      return join(ref.folder, file.path)
    },
  }
}

/** A denoiser. Throws what {@link loadNetwork} throws, and `model.invalid` for a network of another kind. */
export const loadModel = async (ref: ModelRef): Promise<Model> => ofKind(await loadNetwork(ref), 'denoiser')

/** A network that fills holes. Throws as {@link loadModel} does. */
export const loadInpainter = async (ref: ModelRef): Promise<Model<InpainterManifest>> =>
  ofKind(await loadNetwork(ref), 'inpainter')

/** A network from a picture to a picture. Throws as {@link loadModel} does. */
export const loadImageNetwork = async (ref: ModelRef): Promise<Model<ImageNetworkManifest>> =>
  ofKind(await loadNetwork(ref), 'image-to-image')

function ofKind<K extends NetworkManifest['kind']>(
  model: Model<NetworkManifest>,
  kind: K,
): Model<Extract<NetworkManifest, { kind: K }>> {
  if (!isOfKind(model, kind))
    throw new LacunaError('model.invalid', { model: model.ref.id, reason: `it is of the kind ${model.manifest.kind}, not ${kind}` })
  return model
}

export const isOfKind = <K extends NetworkManifest['kind']>(
  model: Model<NetworkManifest>,
  kind: K,
): model is Model<Extract<NetworkManifest, { kind: K }>> => model.manifest.kind === kind

/** Compares every file with the manifest's sha256. Throws `model.damaged`. */
export async function verifyModel(model: Model<NetworkManifest>): Promise<void> {
  for (const file of modelFiles(model.manifest)) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(model.ref.folder, file.path)), hash)
    if (hash.digest('hex') !== file.sha256)
      throw new LacunaError('model.damaged', { model: model.ref.id, file: file.path })
  }
}
