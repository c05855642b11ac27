import { describe, expect, it } from 'vitest'
import type { JobView } from '../../shared/contract.js'
import { DenoiseEdit } from '../../shared/edit.js'
import { JobRequest, noItems, type BatchView } from '../../shared/job.js'
import { entriesOf, fractionOf, overallOf, wayOn } from './entries.js'

const job = (id: string, state: JobView['state'], change: Partial<JobView> = {}): JobView => ({
  id,
  document: null,
  kind: 'edit',
  name: `${id}.jpg`,
  edit: null,
  state,
  phase: null,
  fraction: 0,
  secondsLeft: null,
  startedAt: null,
  endedAt: null,
  error: null,
  report: null,
  notes: [],
  path: null,
  ...change,
})

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
  origin: 'browser',
  state,
  request,
  counts: { ...noItems, waiting: 10 },
  progress: null,
  holder: null,
  createdAt: 0,
  startedAt: null,
  endedAt: null,
  kept: false,
  revision: 1,
  ...change,
})

const names = (...given: Parameters<typeof entriesOf>): string[] =>
  entriesOf(...given).map((entry) => (entry.kind === 'section' ? `# ${entry.section} ${entry.count}` : entry.key))

describe('the list of jobs', () => {
  it('has what runs, then what waits in its order, then what stands still, then what ended, the newest first', () => {
    const jobs = [
      job('late', 'waiting'),
      job('early', 'waiting'),
      job('edit', 'running'),
      job('old', 'done', { endedAt: 10 }),
    ]
    const batches = [
      batch('b1', 'done', { endedAt: 5 }),
      batch('b2', 'running'),
      batch('b3', 'waiting'),
      batch('b4', 'interrupted'),
      batch('b5', 'waiting'),
      batch('b6', 'paused'),
      batch('b7', 'cancelled', { endedAt: 20 }),
    ]
    expect(names({ jobs, batches })).toEqual([
      '# running 2',
      'job-edit',
      'batch-b2',
      '# waiting 4',
      'job-early',
      'job-late',
      'batch-b3',
      'batch-b5',
      '# stopped 2',
      'batch-b4',
      'batch-b6',
      '# ended 3',
      'batch-b7',
      'job-old',
      'batch-b1',
    ])
  })

  it('has no drafts, and no headings over nothing', () =>
    expect(entriesOf({ jobs: [], batches: [batch('draft', 'draft')] })).toEqual([]))

  it('says where a waiting batch can go; others stay where they are', () => {
    const batches = [
      batch('ended', 'done', { endedAt: 1 }),
      batch('a', 'waiting'),
      batch('held', 'paused'),
      batch('b', 'waiting'),
      batch('c', 'waiting'),
    ]
    const places = Object.fromEntries(
      entriesOf({ jobs: [], batches }).flatMap((entry) =>
        entry.kind === 'batch' ? [[entry.batch.id, entry.place]] : [],
      ),
    )
    expect(places).toEqual({
      ended: null,
      held: null,
      a: { up: undefined, down: 'c' },
      b: { up: 'a', down: null },
      c: { up: 'b', down: undefined },
    })
  })
})

describe('a job of the command line', () => {
  it('waits outside of the queue, and is no work of the studio until it runs', () => {
    const batches = [
      batch('a', 'waiting'),
      batch('cli', 'waiting', { origin: 'cli' }),
      batch('b', 'waiting'),
      batch('away', 'running', { origin: 'cli', holder: 'elsewhere' }),
    ]
    const places = entriesOf({ jobs: [], batches }).flatMap((entry) => (entry.kind === 'batch' ? [entry.place] : []))
    expect(places).toEqual([null, { up: undefined, down: null }, null, { up: 'a', down: undefined }])
    expect(overallOf({ jobs: [], batches })).toMatchObject({ live: 3, running: 1 })
  })
})

describe('progress', () => {
  it('of a batch is what its process tells, else how many of its files have ended', () => {
    const counts = { ...noItems, waiting: 6, done: 2, failed: 1, cancelled: 1, skipped: 50 }
    const progress = { fraction: 0.55, secondsLeft: 9, items: [], provider: null, device: null }
    expect(fractionOf(batch('a', 'running', { counts, progress }))).toBe(0.55)
    expect(fractionOf(batch('a', 'running', { counts }))).toBe(0.4)
    expect(fractionOf(batch('a', 'waiting', { counts: noItems }))).toBe(0)
  })

  it('of all counts what runs and waits, weighed by pictures', () => {
    const half = { ...noItems, waiting: 50, done: 50 }
    expect(
      overallOf({
        jobs: [job('edit', 'running', { fraction: 0.5 }), job('old', 'done', { endedAt: 1, fraction: 1 })],
        batches: [
          batch('a', 'running', { counts: half }),
          batch('b', 'waiting', { counts: { ...noItems, waiting: 99 } }),
          batch('c', 'paused', { counts: half }),
          batch('d', 'draft'),
        ],
      }),
    ).toEqual({ live: 3, running: 2, fraction: (0.5 + 50) / 200 })
  })

  it('of nothing is nothing', () =>
    expect(overallOf({ jobs: [], batches: [] })).toEqual({ live: 0, running: 0, fraction: 0 }))
})

describe('a job of the command line', () => {
  const way = (state: BatchView['state'], counts: Partial<BatchView['counts']> = {}, change: Partial<BatchView> = {}) =>
    wayOn(batch('a', state, { origin: 'cli', counts: { ...noItems, ...counts }, ...change }))

  it('can be taken up when no process works on it', () => {
    expect([way('waiting'), way('paused'), way('interrupted')]).toEqual(['resume', 'resume', 'resume'])
    expect(way('running', { waiting: 3, failed: 1 })).toBeNull()
  })

  it('is tried again once it has ended, if something of it failed or was cancelled', () => {
    expect([way('done', { failed: 1 }), way('cancelled', { cancelled: 2 })]).toEqual(['retry', 'retry'])
    expect(way('done', { done: 3, skipped: 1 })).toBeNull()
  })

  it('is no longer one once a studio took it up', () => {
    expect(way('paused', { waiting: 1 }, { origin: 'browser' })).toBeNull()
  })
})
