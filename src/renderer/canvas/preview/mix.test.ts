import { describe, expect, it } from 'vitest'
import { canonicalEdit, DenoiseEdit } from '../../../shared/edit.js'
import { partEdit, partsNeeded, passes, type Part, type Pass } from './mix.js'

const parts: Record<Part, number> = { original: 200, mean: 100, sample: 140 }
const formula = (detail: number, blend: number) =>
  blend * parts.original + (1 - blend) * ((1 - detail) * parts.mean + detail * parts.sample)
const knobs = [0, 0.12, 0.3, 0.5, 0.99, 1]

/** What a canvas makes of the passes, on one premultiplied value and its alpha. */
function draw(list: Pass[], alpha: number): { value: number; alpha: number } {
  return list.reduce(
    (under, { part, alpha: weight, operation }) => {
      const over = { value: parts[part] * alpha * weight, alpha: alpha * weight }
      if (operation === 'copy') return over
      const keep = operation === 'lighter' ? 1 : 1 - over.alpha
      return { value: over.value + under.value * keep, alpha: over.alpha + under.alpha * keep }
    },
    { value: 0, alpha: 0 },
  )
}

describe('the preview mixes as the engine does', () => {
  it('opaque, for every detail and blend', () => {
    for (const detail of knobs) {
      for (const blend of knobs) {
        const drawn = draw(passes({ detail, blend }, false), 1)
        expect(drawn.value).toBeCloseTo(formula(detail, blend), 9)
        expect(drawn.alpha).toBeCloseTo(1, 9)
      }
    }
  })

  it('with transparency, colour and alpha alike', () => {
    for (const detail of knobs) {
      for (const blend of knobs) {
        const drawn = draw(passes({ detail, blend }, true), 0.4)
        expect(drawn.value).toBeCloseTo(0.4 * formula(detail, blend), 9)
        expect(drawn.alpha).toBeCloseTo(0.4, 9)
      }
    }
  })
})

describe('moving detail and blend asks for nothing new', () => {
  const edit = DenoiseEdit.parse({ kind: 'denoise', sigma: 12, strength: 0.8, seed: 7, steps: 9 })
  const key = (changed: Partial<DenoiseEdit>, part: Part) => canonicalEdit(partEdit({ ...edit, ...changed }, part))

  it('no part depends on them', () => {
    for (const part of ['original', 'mean', 'sample'] as const)
      expect(key({ detail: 0.7, blend: 0.2 }, part)).toBe(key({}, part))
  })

  it('the mean does not depend on seed and steps, the sample does', () => {
    expect(key({ seed: 8, steps: 12 }, 'mean')).toBe(key({}, 'mean'))
    expect(key({ seed: 8 }, 'sample')).not.toBe(key({}, 'sample'))
  })

  it('mean and sample depend on the noise level and strength', () => {
    for (const part of ['mean', 'sample'] as const) {
      expect(key({ sigma: 13 }, part)).not.toBe(key({}, part))
      expect(key({ strength: 1 }, part)).not.toBe(key({}, part))
    }
  })

  it('a part without weight is not fetched', () => {
    expect(partsNeeded({ detail: 0, blend: 0 })).toEqual(['mean'])
    expect(partsNeeded({ detail: 1, blend: 0.1 })).toEqual(['sample', 'original'])
    expect(partsNeeded({ detail: 0.3, blend: 1 })).toEqual(['original'])
  })
})
