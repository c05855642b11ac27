/** What was typed and has no meaning for the model that was chosen is wrong usage: it would be left out in silence. */
import { LacunaError } from '../../../shared/errors.js'
import { graphScales } from '../../../shared/image-network.js'
import { cleaningOf, type ModelManifest } from '../../../shared/model.js'
import type { Words } from '../../../shared/words.js'
import { longFlag } from '../options.js'
import type { Values } from '../values.js'

/** Of `lacuna upscale`. Throws LacunaError `usage`. */
export function checkEnlarging({ detail }: Values, manifest: ModelManifest, { t }: Words): void {
  if (detail === undefined || detail === 0 || manifest.kind !== 'image-to-image') return
  if (graphScales(manifest).some((scale) => scale > 1)) return
  const params = { option: longFlag('detail'), model: manifest.id, reason: t('cli.usage.noMeaningReason.enlarge') }
  throw new LacunaError('usage', { reason: t('cli.usage.noMeaning', params) })
}

/** Of `lacuna denoise`. Throws LacunaError `usage`. */
export function checkMeaning({ sigma, strength, detail }: Values, manifest: ModelManifest, { t }: Words): void {
  const cleans = cleaningOf(manifest)
  // One that cleans nothing is refused for each picture, with what it is instead.
  if (cleans === null) return
  const { id: model } = manifest
  const refuse = (option: 'sigma' | 'strength' | 'detail', reason: 'noise' | 'detail'): never => {
    const params = { option: longFlag(option), model, reason: t(`cli.usage.noMeaningReason.${reason}`) }
    throw new LacunaError('usage', { reason: t('cli.usage.noMeaning', params) })
  }
  if (cleans.noise === 'none' && sigma !== undefined && sigma !== 'auto') refuse('sigma', 'noise')
  if (cleans.noise === 'none' && strength !== undefined && strength !== 1) refuse('strength', 'noise')
  if (!cleans.detail && detail !== undefined && detail !== 0) refuse('detail', 'detail')
  if (cleans.noise === 'given' && (sigma === undefined || sigma === 'auto'))
    throw new LacunaError('usage', { reason: t('cli.usage.needsSigma', { model }) })
}

/** Flags that were given and change nothing, since the model has no network to run: where results are the same, it is no mistake. */
export function withoutEffect({ provider, tile }: Values, { kind }: ModelManifest): string[] {
  if (kind !== 'patches') return []
  return (['provider', 'tile'] as const)
    .filter((option) => ({ provider, tile })[option] !== undefined)
    .map((option) => longFlag(option))
}
