import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DocumentView, StudioView } from '../../shared/contract.js'
import { Settings } from '../../shared/settings.js'
import { getStudio, receive, setStudio, useStudio } from './store.js'

const picture = (id: string): DocumentView => ({
  ...{ id, name: id, info: null, phase: 'opening', error: null, states: [], current: 0, fill: null, noise: null },
  ...{ unstored: null, saved: false },
})
const view = (ids: readonly string[], shown: string | null = null): StudioView => ({
  ...{ documents: ids.map(picture), jobs: [], batches: [], queuePaused: false, shown },
  engine: { state: 'ready', provider: null, device: null, memoryUsed: 0, memoryBudget: 0 },
  settings: Settings.parse({}),
})
const active = (): string | null => getStudio().active
const choose = (id: string): void => setStudio((studio) => void (studio.active = id))

const nothing = (): void => useStudio.setState({ server: null, active: null, placed: null })
beforeEach(nothing)
// The window's state is one, for other tests, too.
afterEach(nothing)

describe('a window that opens shows the picture that was looked at last', () => {
  it('at once when it is there', () => {
    receive(view(['a', 'b', 'c'], 'b'))
    expect(active()).toBe('b')
  })

  it('as soon as it is there, where pictures are opened again one after the other', () => {
    receive(view([]))
    receive(view(['a']))
    expect(active()).toBe('a')
    receive(view(['a', 'b']))
    receive(view(['a', 'b'], 'b'))
    expect(active()).toBe('b')
  })

  it('but not when a person has chosen another meanwhile', () => {
    receive(view(['a', 'b']))
    choose('b')
    receive(view(['a', 'b', 'c'], 'c'))
    expect(active()).toBe('b')
  })

  it('and stays with its own when another window looks at another', () => {
    receive(view(['a', 'b'], 'b'))
    receive(view(['a', 'b'], 'a'))
    expect(active()).toBe('b')
  })

  it('also after the host was started anew, with other ids', () => {
    receive(view(['a', 'b'], 'b'))
    receive(view(['c']))
    receive(view(['c', 'd'], 'd'))
    expect(active()).toBe('d')
  })
})

describe('when the picture shown is closed', () => {
  it('the one after it comes up, whatever another window looks at', () => {
    receive(view(['a', 'b', 'c'], 'b'))
    receive(view(['a', 'c'], 'a'))
    expect(active()).toBe('c')
  })
})
