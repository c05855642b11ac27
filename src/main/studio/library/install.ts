/** Puts a model's folder where the person's models are, whole or not at all, and takes it away again. */
import { lstat, mkdir, rename, rm, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import { errno, nameTaken, outputError, syncFolder } from '../files/fs.js'
import type { StudioPaths } from '../paths.js'
import { shortId } from '../scratch.js'
import type { Removable } from './library.js'

/** Where models wait that are not installed (yet, or any more): on the same disk, so that a rename does it. */
export const waitingFolder = (paths: StudioPaths): string => join(paths.data, 'importing')

/**
 * Renames `staged`, whose files are on the disk for good, to the folder of `id`. A model that is there is replaced only when that was
 * said. Throws `import.exists`, `output.*`; then nothing has changed.
 */
export async function installModel(staged: string, paths: StudioPaths, id: string, replace: boolean): Promise<string> {
  const target = join(paths.userModels, id)
  try {
    await mkdir(paths.userModels, { recursive: true, mode: 0o700 })
    await syncFolder(staged)
    const before = (await nameTaken(target)) ? await putAside(target, paths, id, replace) : null
    try {
      await rename(staged, target)
    } catch (error) {
      if (before !== null) await rename(before, target)
      // Two at once: the other one was first.
      if (errno(error) === 'ENOTEMPTY' || errno(error) === 'EEXIST')
        throw new LacunaError('import.exists', { model: id })
      throw error
    }
    await syncFolder(paths.userModels)
    if (before !== null) await rm(before, { recursive: true, force: true })
    return target
  } catch (error) {
    throw outputError(error, target)
  }
}

async function putAside(folder: string, paths: StudioPaths, id: string, allowed: boolean): Promise<string> {
  if (!allowed) throw new LacunaError('import.exists', { model: id })
  const aside = join(waitingFolder(paths), `${basename(folder)}.${shortId()}`)
  await mkdir(waitingFolder(paths), { recursive: true, mode: 0o700 })
  await rename(folder, aside)
  return aside
}

/** Throws `model.bundled`, `output.*`. Of a folder that is only linked, the link goes. */
export async function removeModel(model: Removable, paths: StudioPaths): Promise<void> {
  const { folder, id } = model.ref
  if (model.bundled) throw new LacunaError('model.bundled', { model: id })
  try {
    if ((await lstat(folder)).isSymbolicLink()) return await unlink(folder)
    // First out of the library in one step: a removal that is cut short leaves no half of a model there.
    const aside = await putAside(folder, paths, id, true)
    await syncFolder(paths.userModels)
    await rm(aside, { recursive: true, force: true })
  } catch (error) {
    throw outputError(error, folder)
  }
}
