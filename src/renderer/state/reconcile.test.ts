import { describe, expect, it } from 'vitest'
import { reconcile } from './reconcile.js'

describe('a new snapshot keeps the identity of what did not change', () => {
  const before = {
    documents: [
      { id: 'a', states: [1, 2] },
      { id: 'b', states: [] },
    ],
    engine: { memory: 1 },
  }

  it('all of it when nothing changed', () => expect(reconcile(before, structuredClone(before))).toBe(before))

  it('the parts beside the one that changed', () => {
    const after = structuredClone(before)
    after.engine.memory = 2
    const merged = reconcile(before, after)
    expect(merged).toEqual(after)
    expect(merged.documents).toBe(before.documents)
  })

  it('the truth wins: items added, removed, keys gone, null', () => {
    for (const after of [
      { documents: [before.documents[1]], engine: null },
      { documents: [...before.documents, { id: 'c', states: [] }] },
      { documents: [], engine: { memory: 1, extra: undefined } },
    ]) {
      expect(reconcile<unknown>(before, after)).toEqual(after)
    }
  })
})
