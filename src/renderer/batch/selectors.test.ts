import { describe, expect, it } from 'vitest'
import type { BatchView } from '../../shared/job.js'
import type { Studio } from '../state/store.js'
import { NEW_BATCH, selectedDocuments, shownBatch } from './selectors.js'

const batch = (id: string, state: BatchView['state'], endedAt: number | null = null) =>
  ({ id, state, endedAt }) as BatchView
const shown = (chosen: string | null, ...batches: BatchView[]): string | undefined =>
  shownBatch({ batch: chosen, server: { batches } } as Studio)?.id

describe('the batch shown', () => {
  const all = [
    batch('old', 'done', 1),
    batch('new', 'done', 2),
    batch('waits', 'waiting'),
    batch('draft', 'draft'),
    batch('runs', 'running'),
  ]

  it('is the one chosen, also when it has ended', () => expect(shown('old', ...all)).toBe('old'))

  it('else what runs, what is being put together, what waits, what ended last', () => {
    expect(shown(null, ...all)).toBe('runs')
    expect(shown('gone', ...all.slice(0, 4))).toBe('draft')
    expect(shown(null, ...all.slice(0, 3))).toBe('waits')
    expect(shown(null, ...all.slice(0, 2))).toBe('new')
    expect(shown(null)).toBeUndefined()
  })

  it('is the draft when a new one is asked for, or none, so that it is told how to begin', () => {
    expect(shown(NEW_BATCH, ...all)).toBe('draft')
    expect(shown(NEW_BATCH, ...all.slice(0, 3))).toBeUndefined()
  })
})

describe('pictures that go to a batch', () => {
  const documents = [
    { id: 'a', phase: 'ready' },
    { id: 'b', phase: 'failed' },
    { id: 'c', phase: 'opening' },
  ]
  const studio = (selection: string[]) => ({ server: { documents }, selection, active: 'c' }) as unknown as Studio

  it('are those selected in the order of the filmstrip, else the one shown; never one that could not be opened', () => {
    expect(selectedDocuments(studio(['c', 'b', 'a']))).toEqual(['a', 'c'])
    expect(selectedDocuments(studio([]))).toEqual(['c'])
  })
})
