import { describe, expect, it } from 'vitest'
import type { StudioView } from '../../shared/contract.js'
import { DenoiseEdit } from '../../shared/edit.js'
import { JobRequest, noItems, type BatchView } from '../../shared/job.js'
import { Settings } from '../../shared/settings.js'
import { idle, nextManners, type Manners } from './manners.js'

const request = JobRequest.parse({
  edit: DenoiseEdit.parse({ kind: 'denoise' }),
  output: {},
  inputs: ['/photos'],
  target: '/clean',
  template: '{name}',
})

const batch = (id: string, state: BatchView['state'], change: Partial<BatchView> = {}): BatchView => ({
  id,
  name: id,
  origin: 'desktop',
  state,
  request,
  counts: { ...noItems, waiting: 10 },
  progress: null,
  holder: state === 'running' ? 'here' : null,
  createdAt: 0,
  startedAt: null,
  endedAt: null,
  kept: false,
  revision: 1,
  ...change,
})

const at = (fraction: number): BatchView['progress'] => ({
  fraction,
  secondsLeft: null,
  items: [],
  provider: null,
  device: null,
})

const view = (batches: BatchView[], queuePaused = false): StudioView => ({
  documents: [],
  jobs: [],
  batches,
  queuePaused,
  shown: null,
  engine: { state: 'ready', provider: null, device: null, memoryUsed: 0, memoryBudget: 0 },
  settings: Settings.parse({}),
})

/** What holds after each of some views in a row. */
function after(...views: StudioView[]): Manners[] {
  let now = idle
  return views.map((next) => (now = nextManners(now, next)))
}

const done = (id: string, counts: Partial<BatchView['counts']>): BatchView =>
  batch(id, 'done', { counts: { ...noItems, ...counts }, endedAt: 1 })

describe('while a batch runs', () => {
  it('the taskbar shows how far it is, with what waits behind it, and the system stays awake', () => {
    const [now] = after(view([batch('a', 'running', { progress: at(0.5) }), batch('b', 'waiting')]))
    expect(now).toMatchObject({ progress: 0.25, keepAwake: true, ended: null })
  })

  it.each([
    ['nothing is there', []],
    ['it only waits in a paused queue', [batch('a', 'waiting')]],
    ['it is paused', [batch('a', 'paused')]],
    ['it is being put together', [batch('a', 'draft')]],
    ['another process runs it', [batch('a', 'running', { holder: 'elsewhere', origin: 'cli' })]],
    [
      'it only watches its folder',
      [batch('a', 'running', { request: { ...request, watch: true }, counts: { ...noItems, done: 3 } })],
    ],
  ])('but not when %s', (_why, batches) => {
    expect(after(view(batches, true))).toEqual([idle])
  })
})

describe('when the last batch has ended', () => {
  it('it is told once, with the pictures of all that ran', () => {
    const told = after(
      view([batch('a', 'running'), batch('b', 'waiting')]),
      view([done('a', { done: 8, failed: 2 }), batch('b', 'waiting')]),
      view([done('a', { done: 8, failed: 2 }), batch('b', 'running')]),
      view([done('a', { done: 8, failed: 2 }), done('b', { done: 10 })]),
      view([done('a', { done: 8, failed: 2 }), done('b', { done: 10 })]),
    ).map(({ ended }) => ended)
    expect(told).toEqual([null, null, null, { done: 18, failed: 2 }, null])
  })

  it('sleep and taskbar are given back', () => {
    const [, last] = after(view([batch('a', 'running', { progress: at(0.9) })]), view([done('a', { done: 10 })]))
    expect(last).toMatchObject({ progress: null, keepAwake: false })
  })

  it('those that had ended before the program started are not told again', () =>
    expect(after(view([done('old', { done: 5 })]))).toEqual([idle]))

  it('one that the person stopped is no news to them', () => {
    for (const state of ['paused', 'cancelled'] as const) {
      const [, last] = after(view([batch('a', 'running')]), view([batch('a', state)]))
      expect(last).toEqual(idle)
    }
  })

  it('a command-line job that waits for its own process is not waited for', () => {
    const waiting = batch('c', 'waiting', { origin: 'cli' })
    const [, last] = after(view([batch('a', 'running'), waiting]), view([done('a', { done: 1 }), waiting]))
    expect(last?.ended).toEqual({ done: 1, failed: 0 })
  })

  it('the next batch is told for itself', () => {
    const told = after(
      view([batch('a', 'running')]),
      view([done('a', { done: 3 })]),
      view([done('a', { done: 3 }), batch('b', 'running')]),
      view([done('a', { done: 3 }), done('b', { failed: 1 })]),
    ).map(({ ended }) => ended)
    expect(told).toEqual([null, { done: 3, failed: 0 }, null, { done: 0, failed: 1 }])
  })
})
