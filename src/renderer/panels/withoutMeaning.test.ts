import { describe, expect, it } from 'vitest'
import { DenoiseEdit } from '../../shared/edit.js'
import { withoutMeaning } from './withoutMeaning.js'

const edit = DenoiseEdit.parse({ kind: 'denoise', sigma: 12, strength: 0.8, detail: 0.5, blend: 0.2 })

describe('another model is chosen for an edit', () => {
  it('one that is told nothing of noise: level, strength and detail go, kept grain stays', () => {
    expect({ ...edit, ...withoutMeaning(edit, { noise: 'none', detail: false }) }).toEqual({
      ...edit,
      ...{ sigma: 'auto', strength: 1, detail: 0 },
    })
  })

  it('one that has to be told the level: there is one, the own where it was set', () => {
    const given = { noise: 'given', detail: false } as const
    expect(withoutMeaning(edit, given)).toEqual({ detail: 0 })
    expect(withoutMeaning({ ...edit, sigma: 'auto' }, given)).toEqual({ sigma: 10, detail: 0 })
  })

  it('one for which all of it has a meaning: nothing changes', () => {
    expect(withoutMeaning(edit, { noise: 'estimated', detail: true })).toEqual({})
  })
})
