/**
 * The live preview mixes three rasters of the same tile without asking the engine again:
 *   result = blend * original + (1 - blend) * ((1 - detail) * mean + detail * sample)
 * as a few canvas passes. Each pass draws one part with `globalAlpha` = `alpha` and the composite operation `operation`.
 */
import type { DenoiseEdit } from '../../../shared/edit.js'

export type Part = 'original' | 'mean' | 'sample'
export interface Pass {
  readonly part: Part
  readonly alpha: number
  readonly operation: 'copy' | 'source-over' | 'lighter'
}

/** Which parts a mix needs; a part with weight 0 is not fetched. */
export function partsNeeded({ detail, blend }: Pick<DenoiseEdit, 'detail' | 'blend'>): Part[] {
  return passes({ detail, blend }, false).map(({ part }) => part)
}

/**
 * Opaque tiles are layered with source-over, which rounds least. With transparency that would add up alpha, so the
 * weights are added instead (on premultiplied colour, as canvas does).
 */
export function passes({ detail, blend }: Pick<DenoiseEdit, 'detail' | 'blend'>, transparent: boolean): Pass[] {
  const weights: [Part, number][] = [
    ['mean', (1 - blend) * (1 - detail)],
    ['sample', (1 - blend) * detail],
    ['original', blend],
  ]
  const used = weights.filter(([, weight]) => weight > 0)
  let below = 0
  return used.map(([part, weight], index) => {
    below += weight
    if (transparent) return { part, alpha: weight, operation: index === 0 ? 'copy' : 'lighter' }
    return { part, alpha: index === 0 ? 1 : weight / below, operation: index === 0 ? 'copy' : 'source-over' }
  })
}

/** The edit that a part's pixels depend on: what only mixes is set to its default, so that moving it asks for nothing new. */
export function partEdit(edit: DenoiseEdit, part: Part): DenoiseEdit {
  const { version, kind, model, sigma, strength, steps, seed } = edit
  const neutral = { version, kind, model, detail: 0, blend: 0 } as const
  if (part === 'original') return { ...neutral, sigma: 'auto', strength: 1, steps: 6, seed: 0 }
  if (part === 'mean') return { ...neutral, sigma, strength, steps: 6, seed: 0 }
  return { ...neutral, sigma, strength, detail: 1, steps, seed }
}
