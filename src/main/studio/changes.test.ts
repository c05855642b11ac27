import { describe, expect, it } from 'vitest'
import { Changes, snapshots } from './changes.js'

describe('watching a state', () => {
  it('shows it at once, and again after a change', async () => {
    const changes = new Changes()
    let state = 1
    const stop = new AbortController()
    const watching = snapshots(() => state, changes, stop.signal, 0)
    expect((await watching.next()).value).toBe(1)
    const next = watching.next()
    state = 2
    changes.notify()
    expect((await next).value).toBe(2)
    stop.abort()
    expect((await watching.next()).done).toBe(true)
  })

  it('leaves out what was between two looks: the latest wins', async () => {
    const changes = new Changes()
    let state = 0
    const stop = new AbortController()
    const watching = snapshots(() => state, changes, stop.signal, 20)
    await watching.next()
    for (let i = 0; i < 50; i++) {
      state++
      changes.notify()
    }
    expect((await watching.next()).value).toBe(50)
    stop.abort()
  })

  it('ends when it is aborted, waiting or not, and listens no longer', async () => {
    const changes = new Changes()
    let taken = 0
    const stop = new AbortController()
    const watching = snapshots(() => ++taken, changes, stop.signal, 0)
    await watching.next()
    const waiting = watching.next()
    stop.abort()
    expect((await waiting).done).toBe(true)
    changes.notify()
    expect(taken).toBe(1)
  })

  it('shows nothing to who had gone before', async () => {
    const watching = snapshots(() => 1, new Changes(), AbortSignal.abort())
    expect((await watching.next()).done).toBe(true)
  })
})
