/** Reads and checks a model folder. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { LacunaError } from '../../../shared/errors.js'
import { type DenoiserManifest, ModelManifest } from '../../../shared/model.js'
import type { ModelRef } from '../protocol/tasks.js'

export interface Model {
  ref: ModelRef
  manifest: DenoiserManifest
  /** Absolute path of a file that the manifest names. */
  file(role: keyof DenoiserManifest['files']): string
}

/** Throws `model.invalid` when there is no readable manifest, `model.damaged` when a file is missing or has another size. */
export async function loadModel(ref: ModelRef): Promise<Model> {
  let read: ModelManifest
  try {
    read = ModelManifest.parse(JSON.parse(await readFile(join(ref.folder, 'model.json'), 'utf8')))
  } catch (cause) {
    throw new LacunaError('model.invalid', { model: ref.id, reason: reasonOf(cause) }, cause)
  }
  if (read.kind !== 'denoiser')
    throw new LacunaError('model.invalid', { model: ref.id, reason: 'it has no network to load' })
  const manifest = read
  for (const file of Object.values(manifest.files)) {
    const size = await stat(join(ref.folder, file.path)).then(
      (s) => s.size,
      () => -1,
    )
    if (size !== file.bytes) throw new LacunaError('model.damaged', { model: ref.id, file: file.path })
  }
  return {
    ref,
    manifest,
    file(role) {
      const file = manifest.files[role]
      if (!file) throw new LacunaError('model.invalid', { model: ref.id, reason: `it has no ${role} file` })
      return join(ref.folder, file.path)
    },
  }
}

/** Compares every file with the manifest's sha256. Throws `model.damaged`. */
export async function verifyModel(model: Model): Promise<void> {
  for (const file of Object.values(model.manifest.files)) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(model.ref.folder, file.path)), hash)
    if (hash.digest('hex') !== file.sha256)
      throw new LacunaError('model.damaged', { model: model.ref.id, file: file.path })
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Error && 'issues' in cause && Array.isArray(cause.issues)) {
    const issue = cause.issues[0] as { path?: (string | number)[]; message?: string } | undefined
    return `${issue?.path?.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`
  }
  return cause instanceof Error ? cause.message : String(cause)
}
