/** The `doctor` task: what runs here, how fast, and whether the bundled models are whole. */
import { freemem, totalmem } from 'node:os'
import { cancelled, LacunaError } from '../../../shared/errors.js'
import type { NetworkManifest } from '../../../shared/model.js'
import { exifToolVersion, imagingVersions } from '../imaging/index.js'
import { loadNetwork, verifyModel, type Model } from '../models/load.js'
import { anonymousMemory } from '../runtime/memory.js'
import type { TaskResult } from '../protocol/tasks.js'
import type { Handler } from './context.js'

export const doctor: Handler<'doctor'> = async ({ models, run }, { engine, signal }) => {
  const { version } = await engine.inference.backends()
  const integrity: TaskResult<'doctor'>['models'] = []
  const intact: Model<NetworkManifest>[] = []
  for (const ref of models) {
    try {
      const model = await loadNetwork(ref)
      await verifyModel(model)
      intact.push(model)
      integrity.push({ id: ref.id, state: 'intact', reason: null })
    } catch (error) {
      const { code, params } = LacunaError.from(error)
      const state = code === 'model.damaged' ? 'damaged' : 'missing'
      integrity.push({ id: ref.id, state, reason: String(params['file'] ?? params['reason'] ?? code) })
    }
  }
  const providers: TaskResult<'doctor'>['providers'] = []
  for (const provider of await engine.providers.candidates())
    for (const model of intact) {
      if (signal.aborted) throw cancelled()
      const verdict = await engine.providers.verdict(model, provider, run.cacheDir, true)
      // `testing` is only ever on disk, while a test runs.
      const state = verdict.state === 'testing' ? 'failed' : verdict.state
      providers.push({ ...verdict, model: model.ref.id, state })
    }
  return {
    versions: {
      node: process.versions.node,
      onnxruntime: version,
      ...imagingVersions(),
      exiftool: (await exifToolVersion()) ?? 'not available: it needs perl',
    },
    providers,
    models: integrity,
    memory: { total: totalmem(), free: freemem(), budget: run.memoryBudget, engineRss: anonymousMemory() },
  }
}
