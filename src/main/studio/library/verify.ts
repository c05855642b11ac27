/** Whether a model's files are whole, and what runs it here, how fast. */
import type { VerifyView } from '../../../shared/contract.js'
import { isNetwork } from '../../../shared/model.js'
import type { EngineClient } from '../../engine/protocol/client.js'
import type { RunOptions } from '../../engine/protocol/tasks.js'
import type { Library } from './library.js'

export interface VerifyTools {
  readonly library: Library
  readonly engine: EngineClient
  run(): RunOptions
}

/** Throws `model.notFound`, `model.invalid`, `engine.*`. A model without a network is always whole. */
export async function verifyModel(tools: VerifyTools, id: string, signal?: AbortSignal): Promise<VerifyView> {
  const { ref, manifest } = tools.library.resolve(id)
  if (!isNetwork(manifest)) return { state: 'intact', reason: null, providers: [] }
  const { models, providers } = await tools.engine.run<'doctor'>(
    { kind: 'doctor', models: [ref], run: tools.run() },
    { ...(signal === undefined ? {} : { signal }) },
  )
  const { state, reason } = models[0] ?? { state: 'missing' as const, reason: null }
  return { state, reason, providers: providers.map(({ model: _, maxError: __, ...rest }) => rest) }
}
