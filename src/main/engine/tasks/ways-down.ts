/**
 * Running on the provider that was chosen, with a way down when memory runs out: smaller tiles first, then the CPU. The
 * person is told.
 */
import { LacunaError, type Note } from '../../../shared/errors.js'
import type { NetworkManifest } from '../../../shared/model.js'
import type { Model } from '../models/load.js'
import { deviceName } from '../runtime/device.js'
import { InferenceError } from '../runtime/inference.js'
import type { Choice } from '../runtime/providers.js'
import type { Engine } from './context.js'

export interface Attempt {
  provider: string
  device: string
  /** Core tile side, pixels. */
  tile: number
}

interface Step {
  provider: string
  tile: number
  /** What is tried after it; null for the last. */
  next: 'smaller' | 'cpu' | null
}

/**
 * `tile`: the one to begin with; `half`: the one for less memory, the same where the network has one size alone. Throws
 * `model.invalid`, `engine.outOfMemory` or `engine.badOutput` when nothing is left to try, and whatever else `work` throws.
 */
export async function withWaysDown<T>(
  engine: Engine,
  model: Model<NetworkManifest>,
  choice: Choice,
  { tile, half }: { tile: number; half: number },
  work: (attempt: Attempt) => Promise<T>,
): Promise<{ value: T; attempt: Attempt; notes: Note[] }> {
  const notes: Note[] = [...choice.notes]
  for (const { provider, tile: side, next } of stepsOf(choice.provider, tile, half)) {
    const device = provider === choice.provider ? choice.device : deviceName(provider)
    engine.provider = provider
    engine.device = device
    const attempt = { provider, device, tile: side }
    try {
      return { value: await work(attempt), attempt, notes }
    } catch (error) {
      if (!(error instanceof InferenceError)) throw error
      if (error.stage === 'load' && provider === 'cpu')
        throw new LacunaError('model.invalid', { model: model.ref.id, reason: error.message }, error)
      engine.inference.release(provider)
      if (next === null) {
        const code = error.outOfMemory ? 'engine.outOfMemory' : 'engine.badOutput'
        throw new LacunaError(code, { model: model.ref.id, device, fault: error.message }, error)
      }
      const code = next === 'smaller' ? 'engine.retriedSmaller' : 'engine.retriedOnCpu'
      notes.push({ code, params: { device, reason: error.message } })
    }
  }
  throw new LacunaError('internal', { reason: 'no way to run was left' })
}

/** The tile and half of it, then the CPU with half of it. */
function stepsOf(provider: string, tile: number, half: number): Step[] {
  const smaller = half < tile
  if (provider === 'cpu')
    return smaller
      ? [
          { provider, tile, next: 'smaller' },
          { provider, tile: half, next: null },
        ]
      : [{ provider, tile, next: null }]
  return [
    ...(smaller ? [{ provider, tile, next: 'smaller' as const }] : []),
    { provider, tile: half, next: 'cpu' },
    { provider: 'cpu', tile: half, next: null },
  ]
}
