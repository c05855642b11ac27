/**
 * An inpainter whose every result is looked at; what a GPU got wrong is done again on the CPU, and the person is told. A
 * network that does not do on the CPU either what its model.json says is refused, rather than its result kept.
 */
import { LacunaError, type Note } from '../../../../shared/errors.js'
import type { InpainterManifest } from '../../../../shared/model.js'
import type { RunContext } from '../../models/denoiser.js'
import { inpainterModel, type InpainterModel, type MaskedPicture } from '../../models/inpainter.js'
import type { Model } from '../../models/load.js'
import { deviceName } from '../../runtime/device.js'
import type { Inference } from '../../runtime/inference.js'

export interface CheckedInpainter extends InpainterModel {
  /** Remarks for the person so far. */
  notes(): Note[]
}

export type FillFault = 'notFinite' | 'flat' | 'notBlended'

const FLAT = 1e-6
const NOT_FLAT = 4 / 255
/** Half of the known pixels of a network that blends come out nearer to what they were than this. */
const BLENDED = 0.02

/** What is wrong with a network's picture; null when nothing is. */
export function fillFault(result: Float32Array, { picture, hole }: MaskedPicture, blends: boolean): FillFault | null {
  let [low, high] = [Infinity, -Infinity]
  let [knownLow, knownHigh] = [Infinity, -Infinity]
  const changes: number[] = []
  for (let at = 0; at < hole.length; at++) {
    let change = 0
    for (let i = 3 * at; i < 3 * at + 3; i++) {
      const value = result[i]!
      if (!Number.isFinite(value)) return 'notFinite'
      low = Math.min(low, value)
      high = Math.max(high, value)
      if (hole[at] === 1) continue
      change = Math.max(change, Math.abs(value - picture[i]!))
      knownLow = Math.min(knownLow, picture[i]!)
      knownHigh = Math.max(knownHigh, picture[i]!)
    }
    if (hole[at] === 0) changes.push(change)
  }
  if (high - low < FLAT && knownHigh - knownLow > NOT_FLAT) return 'flat'
  if (blends && changes.length > 0 && median(changes) > BLENDED) return 'notBlended'
  return null
}

const median = (values: number[]): number => Float32Array.from(values).sort()[values.length >> 1]!

/** Throws `engine.badOutput` when the CPU's own result is wrong, `model.invalid` when it is not what model.json says. */
export function checkedInpainter(
  inference: Inference,
  model: Model<InpainterManifest>,
  provider: string,
): CheckedInpainter {
  const chosen = inpainterModel(inference, model, provider)
  const cpu = provider === 'cpu' ? chosen : inpainterModel(inference, model, 'cpu')
  const { blends } = model.manifest
  let redone = 0

  const onCpu = async (masked: MaskedPicture, context: RunContext): Promise<Float32Array> => {
    const result = await cpu.fill(masked, context)
    const fault = fillFault(result, masked, blends)
    if (fault === null) return result
    if (fault === 'notBlended')
      throw new LacunaError('model.invalid', {
        model: model.ref.id,
        reason: 'it says that the network blends, but the picture comes out changed outside the hole',
      })
    throw new LacunaError('engine.badOutput', { model: model.ref.id, device: deviceName('cpu'), fault })
  }

  return {
    provider,
    get sessionMs() {
      return chosen.sessionMs + (cpu === chosen ? 0 : cpu.sessionMs)
    },
    async fill(masked, context) {
      if (cpu === chosen) return await onCpu(masked, context)
      const result = await chosen.fill(masked, context)
      if (fillFault(result, masked, blends) === null) return result
      const again = await onCpu(masked, context)
      redone++
      return again
    },
    notes: () =>
      redone === 0
        ? []
        : [{ code: 'engine.tileRedoneOnCpu', params: { count: redone, device: deviceName(provider), provider } }],
  }
}
