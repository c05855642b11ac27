/** A folder that has a `model.json` already: it is taken as it is described, once it was shown to run so. */
import { copyFile, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LacunaError } from '../../../../shared/errors.js'
import type { ImportGiven } from '../../../../shared/model-import.js'
import { isNetwork, modelFiles, type NetworkManifest } from '../../../../shared/model.js'
import { loadNetwork, readManifest, verifyModel } from '../load.js'
import { dataFiles } from './external.js'
import { checkedGraph, copyError, sealed } from './stage.js'

/** Whether a folder's model.json is one of ours (a network of TensorFlow.js has one too). */
export async function isDescribed(source: string): Promise<boolean> {
  try {
    const json: unknown = JSON.parse(await readFile(join(source, 'model.json'), 'utf8'))
    return typeof json === 'object' && json !== null && 'kind' in json && 'files' in json
  } catch {
    // No folder, or no such file in it, or no JSON: something else then.
    return false
  }
}

/** Copies the files that the manifest names. Throws `model.invalid`, `model.damaged`, `import.*`. */
export async function stageDescribed(source: string, dir: string, given: ImportGiven): Promise<NetworkManifest> {
  const ref = { id: basename(source), folder: source }
  const manifest = await readManifest(ref)
  if (!isNetwork(manifest)) throw new LacunaError('import.nothing', { name: ref.id })
  await verifyModel(await loadNetwork(ref))
  const folder = await realpath(source)
  for (const { path } of modelFiles(manifest)) {
    const real = await realpath(join(source, path))
    if (dirname(real) !== folder) throw new LacunaError('import.dataOutside', { name: 'model.json', file: path })
    if (path.endsWith('.onnx')) await dataFiles(real, checkedGraph(real))
    await copyInto(dir, real, path)
  }
  for (const extra of ['CARD.md', 'LICENSE']) {
    const path = join(folder, extra)
    if (await stat(path).then((found) => found.isFile(), () => false)) await copyInto(dir, path, extra)
  }
  const { id, name, licence, summary, source: from } = given
  const told = Object.entries({ id, name, licence, summary, source: from }).filter(([, value]) => value !== undefined)
  const whole = { ...manifest, ...Object.fromEntries(told) }
  await writeFile(join(dir, 'model.json'), `${JSON.stringify(whole, null, 2)}\n`, { flush: true })
  return whole
}

async function copyInto(dir: string, from: string, name: string): Promise<void> {
  try {
    await copyFile(from, join(dir, name))
    await sealed(dir, name)
  } catch (error) {
    throw copyError(error, join(dir, name))
  }
}
