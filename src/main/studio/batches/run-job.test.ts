import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { denoiseEdit } from '../../../../tests/support/engine.js'
import { testHome, type TestHome } from '../../../../tests/support/studio.js'
import { InpaintEdit } from '../../../shared/edit.js'
import { JobRequest } from '../../../shared/job.js'
import { Settings } from '../../../shared/settings.js'
import { processFile } from '../jobs/process-file.js'
import { memoryStore } from '../jobs/store/memory.js'
import type { ItemRecord, Lease } from '../jobs/store/records.js'
import type { JobStore } from '../jobs/store/store.js'
import { openLibrary } from '../library/library.js'
import { openLog } from '../log.js'
import { type Owner, thisProcess } from '../owner.js'
import { runOptions } from '../run-options.js'
import { Changes } from '../changes.js'
import { planItems } from './plan-items.js'
import { type JobEnd, type JobTools, runJob, type RunJobOptions } from './run-job.js'
import { settleAbandoned } from './settle.js'

let home: TestHome
let store: JobStore
let tools: JobTools
beforeEach(async () => {
  home = testHome(['tiny-denoiser', 'stuck-denoiser'])
  store = memoryStore()
  const { paths } = home
  tools = { engine: home.engine(), library: await openLibrary(paths), paths, store, log: openLog(paths) }
})
afterEach(async () => {
  expect(temporaries()).toEqual([])
  expect(home.scratch()).toEqual([])
  await store[Symbol.asyncDispose]()
  await home[Symbol.asyncDispose]()
})

const temporaries = (): string[] =>
  (readdirSync(home.dir, { recursive: true }) as string[]).filter((name) => name.includes('lacuna-tmp'))
const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
const run = () => runOptions(Settings.parse({}), home.paths, { provider: 'cpu', memoryBudget: 1e9 })
/** Its process certainly does not live: this one's number with another start. */
const dead: Owner = { ...thisProcess(), start: 'an earlier boot' }

const request = (inputs: string[], change: object = {}): JobRequest =>
  JobRequest.parse({
    edit: denoiseEdit({ sigma: 15 }),
    output: {},
    inputs,
    target: home.at('out'),
    template: '{name}',
    ...change,
  })

async function enqueue(asked: JobRequest): Promise<string> {
  return await store.enqueue(
    { name: 'test', origin: 'browser', request: asked, state: 'waiting' },
    await planItems(asked),
  )
}

async function claim(job: string, owner = thisProcess()): Promise<Lease> {
  const lease = await store.claim(owner, ({ id }) => id === job)
  if (lease === null) throw new Error('the job could not be claimed')
  return lease
}

async function work(job: string, options: Partial<RunJobOptions> = {}): Promise<JobEnd> {
  const lease = await claim(job)
  return await runJob(tools, lease, {
    run: run(),
    signal: new AbortController().signal,
    onAbort: 'waiting',
    ...options,
  })
}

const states = async (job: string): Promise<string[]> => (await store.items(job)).map(({ state }) => state)
const pictures = (count: number, size = {}): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => home.picture(`p${i + 1}.png`, { seed: i + 1, ...size })))

describe('a job', () => {
  it('does every file, and tells of each start and end', async () => {
    await pictures(3)
    const job = await enqueue(request([home.dir]))
    const told: string[] = []
    const end = await work(job, {
      started: ({ label }) => told.push(`+${label}`),
      ended: ({ label, state }) => told.push(`${state} ${label}`),
    })
    expect(end).toBe('done')
    expect(told.filter((line) => line.startsWith('+'))).toEqual(['+p1.png', '+p2.png', '+p3.png'])
    expect(told.filter((line) => line.startsWith('done')).sort()).toEqual(['done p1.png', 'done p2.png', 'done p3.png'])
    const [first] = await store.items(job)
    expect(first).toMatchObject({ state: 'done', attempts: 1, size: { width: 96, height: 64, depth: 8 } })
    expect(first?.result).toMatchObject({ provider: 'cpu', model: 'tiny-denoiser', sigma: 15 })
    expect(first?.result?.sha256).toBe(hashOf(home.at('out/p1.png')))
    expect(await store.job(job)).toMatchObject({ state: 'done', counts: { done: 3, waiting: 0 } })
  })

  it('gives the same bytes as a single picture does', async () => {
    const [input = ''] = await pictures(1)
    const { edit, output } = request([])
    const single = await processFile(
      { ...tools, run: run() },
      {
        ...{ input, target: home.at('single.png'), edit, output },
        ...{ overwrite: 'never', makeFolder: false },
      },
    )
    await work(await enqueue(request([input])))
    expect(hashOf(home.at('out/p1.png'))).toBe(single.sha256)
  })

  it('begins the next file before the one in work has ended', async () => {
    await pictures(3, { width: 640, height: 480 })
    const job = await enqueue(request([home.dir]))
    const told: string[] = []
    await work(job, { started: ({ item }) => told.push(`+${item}`), ended: ({ item }) => told.push(`-${item}`) })
    expect(told.indexOf('+2')).toBeLessThan(told.indexOf('-1'))
  })

  it('goes on when a file is bad, and keeps the reason with the file', async () => {
    await pictures(3)
    writeFileSync(home.at('p2.png'), readFileSync(home.at('p2.png')).subarray(0, 900))
    const job = await enqueue(request([home.dir]))
    expect(await work(job)).toBe('done')
    expect(await states(job)).toEqual(['done', 'failed', 'done'])
    const bad = await store.item(job, 2)
    expect(bad?.error).toMatchObject({ code: 'file.truncated', params: { name: 'p2.png' } })
    expect(existsSync(home.at('out/p2.png'))).toBe(false)
  })

  it('that is tried again takes no name from another, calls what came late like the others, and says again what cannot be', async () => {
    for (const [seed, name] of ['a.jpg', 'a.png', 'late.png'].entries()) await home.picture(name, { seed })
    writeFileSync(home.at('phone.heic'), 'x')
    renameSync(home.at('late.png'), home.at('..', 'late.png'))
    const change = { template: '{name}_clean', output: { format: 'png' }, overwrite: 'always' }
    const job = await enqueue(request([home.dir, home.at('late.png')], change))
    const outcomes = async (): Promise<string[]> =>
      (await store.items(job)).map(({ label, state, error }) => `${label}: ${error?.code ?? state}`)
    await work(job)
    const hopeless = ['a.png: output.clash', 'phone.heic: file.unsupportedHeic']
    expect(await outcomes()).toEqual(['a.jpg: done', hopeless[0], 'late.png: file.notFound', hopeless[1]])
    const made = hashOf(home.at('out/a_clean.png'))

    renameSync(home.at('..', 'late.png'), home.at('late.png'))
    await store.retry(job)
    await work(job)
    expect(await outcomes()).toEqual(['a.jpg: done', hopeless[0], 'late.png: done', hopeless[1]])
    expect(hashOf(home.at('out/a_clean.png'))).toBe(made)
    expect(readdirSync(home.at('out')).sort()).toEqual(['a_clean.png', 'late_clean.png'])
  })

  it('fails a file that vanished, and one that changes while it is worked on', async () => {
    await pictures(3, { width: 500, height: 400 })
    const job = await enqueue(request([home.dir]))
    renameSync(home.at('p1.png'), home.at('gone.tmp'))
    let changed = false
    await work(job, {
      progress: ({ item }, { phase }) => {
        if (item !== 2 || phase !== 'denoise' || changed) return
        changed = true
        copyFileSync(home.at('p3.png'), home.at('p2.png'))
      },
    })
    const codes = (await store.items(job)).map(({ error }) => error?.code ?? 'done')
    expect(codes).toEqual(['file.notFound', 'file.changed', 'done'])
    expect(readdirSync(home.at('out'))).toEqual(['p3.png'])
  })
})

describe('a job of a page that sees some folders only (P8)', () => {
  it('is led out of them by no link, also by none that came after it was planned', async () => {
    for (const folder of ['in/sub', 'masks', 'elsewhere']) mkdirSync(home.at(folder), { recursive: true })
    const names = ['in/whole.png', 'in/masked.png', 'in/swapped.png', 'in/sub/target.png', 'elsewhere/secret.png']
    for (const [seed, name] of names.entries()) await home.picture(name, { seed })
    const hole = { create: { width: 96, height: 64, channels: 3, background: '#000' } } as const
    const dot = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    await sharp(hole)
      .composite([{ input: dot, left: 40, top: 30 }])
      .toFile(home.at('masks/hole.png'))
    const edit = InpaintEdit.parse({ kind: 'inpaint' })
    const pictures = names.slice(0, 4).map((name) => home.at(name))
    const asked = request([home.at('in')], {
      edit,
      mask: { from: 'beside', fit: false },
      within: [home.at('in'), home.at('masks')],
    })
    const planned = await planItems({ ...asked, target: home.at('in/out') })
    const job = await store.enqueue({ name: 'test', origin: 'browser', request: asked, state: 'waiting' }, planned)

    for (const picture of pictures) symlinkSync(home.at('masks/hole.png'), picture.replace('.png', '.mask.png'))
    rmSync(home.at('in/masked.mask.png'))
    symlinkSync(home.at('elsewhere/secret.png'), home.at('in/masked.mask.png'))
    rmSync(home.at('in/swapped.png'))
    symlinkSync(home.at('elsewhere/secret.png'), home.at('in/swapped.png'))
    mkdirSync(home.at('in/out'))
    symlinkSync(home.at('elsewhere'), home.at('in/out/sub'))
    await work(job)

    const items = await store.items(job)
    expect(items.map(({ label, state, error }) => [label, error?.code ?? state, error?.params['name']])).toEqual([
      ['masked.png', 'request.forbidden', 'masked.mask.png'],
      ['swapped.png', 'request.forbidden', 'swapped.png'],
      ['whole.png', 'done', undefined],
      ['sub/target.png', 'request.forbidden', 'sub'],
    ])
    expect(readdirSync(home.at('elsewhere'))).toEqual(['secret.png'])
  })
})

describe('stopping', () => {
  it('by a wish to cancel keeps what is done and leaves nothing of the rest', async () => {
    await pictures(8)
    const job = await enqueue(request([home.dir]))
    const poked = new Changes()
    const end = await work(job, {
      poked,
      ended: ({ item }) => item === 1 && void store.cancel(job).then(() => poked.notify()),
    })
    expect(end).toBe('cancelled')
    const items = await store.items(job)
    expect(items[0]?.state).toBe('done')
    expect(items.filter(({ state }) => state === 'cancelled').length).toBeGreaterThan(0)
    const done = items.filter(({ state }) => state === 'done').map(({ label }) => label)
    expect(readdirSync(home.at('out')).sort()).toEqual(done)
  })

  it('by a wish to pause ends what is in work, and goes on after it', async () => {
    await pictures(9)
    const job = await enqueue(request([home.dir]))
    const poked = new Changes()
    const ended: ItemRecord[] = []
    const end = await work(job, {
      poked,
      ended: (item) => {
        ended.push(item)
        if (ended.length === 1) void store.pause(job).then(() => poked.notify())
      },
    })
    expect(end).toBe('paused')
    expect(await store.job(job)).toMatchObject({ state: 'paused', counts: { running: 0 } })
    expect((await states(job)).filter((state) => state === 'waiting').length).toBeGreaterThan(0)
    await store.resume(job)
    expect(await work(job)).toBe('done')
    expect(new Set(await states(job))).toEqual(new Set(['done']))
  })

  it('by the signal puts back what is in work, and counts no attempt', async () => {
    await pictures(6, { width: 300, height: 300 })
    const job = await enqueue(request([home.dir]))
    const stop = new AbortController()
    const end = await work(job, { signal: stop.signal, onAbort: 'interrupted', progress: () => stop.abort() })
    expect(end).toBe('aborted')
    const items = await store.items(job)
    expect(items.filter(({ state }) => state === 'running')).toEqual([])
    for (const { state, attempts } of items) if (state === 'waiting') expect(attempts).toBe(0)
    expect(await store.job(job)).toMatchObject({ state: 'interrupted', owner: null })
  })

  it('of one job does not touch another', async () => {
    await pictures(2)
    const [one, other] = [await enqueue(request([home.at('p1.png')])), await enqueue(request([home.at('p2.png')]))]
    await store.cancel(one)
    expect(await states(one)).toEqual(['cancelled'])
    expect(await states(other)).toEqual(['waiting'])
    expect(await work(other)).toBe('done')
  })
})

describe('what was made before', () => {
  it('is skipped by its content and settings, whatever its name was then', async () => {
    await pictures(2)
    await work(await enqueue(request([home.at('p1.png'), home.at('p2.png')])))
    const before = hashOf(home.at('out/p1.png'))
    // As `--resume` does: what exists is left to the run to judge.
    const again = request([home.at('p1.png'), home.at('p2.png')], { overwrite: 'always', resume: true })
    const job = await enqueue(again)
    await work(job)
    expect(await states(job)).toEqual(['skipped', 'skipped'])
    expect((await store.item(job, 1))?.skip).toBe('made')
    expect(hashOf(home.at('out/p1.png'))).toBe(before)
  })

  it('is done again when the picture or the settings changed', async () => {
    await pictures(2)
    await work(await enqueue(request([home.at('p1.png'), home.at('p2.png')])))
    copyFileSync(home.at('p2.png'), home.at('p1.png'))
    const changed = await enqueue(request([home.at('p1.png')], { overwrite: 'always', resume: true }))
    await work(changed)
    expect(await states(changed)).toEqual(['done'])
    const edit = denoiseEdit({ sigma: 20 })
    const stronger = await enqueue(request([home.at('p2.png')], { overwrite: 'always', resume: true, edit }))
    await work(stronger)
    expect(await states(stronger)).toEqual(['done'])
  })
})

describe('after a crash', () => {
  /** A process that started an item, got as far as `written`, and died. */
  async function crash(job: string, options: { renamed: boolean }): Promise<void> {
    const lease = await claim(job, dead)
    const item = await store.start(lease, { alone: false, temp: () => home.at('out/.p1.png.x.lacuna-tmp') })
    if (item === null) throw new Error('nothing to start')
    const bytes = Buffer.from('as if it were a picture')
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    writeFileSync(home.at('out/.p1.png.x.lacuna-tmp'), bytes)
    const known = { seconds: 1, model: 'tiny-denoiser', provider: 'cpu', device: 'CPU', sigma: 15, notes: [] }
    await store.written(lease, item.item, { bytes: bytes.length, sha256, ...known })
    if (options.renamed) renameSync(home.at('out/.p1.png.x.lacuna-tmp'), home.at('out/p1.png'))
  }
  const prepared = async (): Promise<string> => {
    await pictures(2)
    const job = await enqueue(request([home.at('p1.png'), home.at('p2.png')]))
    await work(await enqueue(request([home.at('p2.png')], { target: home.at('out'), template: 'first' })))
    return job
  }

  it('a file that had its name already counts as done, and is not done twice', async () => {
    const job = await prepared()
    await crash(job, { renamed: true })
    expect(await work(job)).toBe('done')
    expect(await store.item(job, 1)).toMatchObject({ state: 'done', attempts: 1, result: { sigma: 15 } })
    expect(readFileSync(home.at('out/p1.png'), 'utf8')).toBe('as if it were a picture')
  })

  it('a file that had not is removed and done again, by itself', async () => {
    const job = await prepared()
    await crash(job, { renamed: false })
    const told: string[] = []
    await work(job, { started: ({ item }) => told.push(`+${item}`), ended: ({ item }) => told.push(`-${item}`) })
    expect(await store.item(job, 1)).toMatchObject({ state: 'done', attempts: 2 })
    // The one that was never started goes first, and the suspect when nothing else is in work.
    expect(told).toEqual(['+2', '-2', '+1', '-1'])
  })

  it('a file that no process survived three times is set aside', async () => {
    const job = await prepared()
    for (let time = 1; time <= 3; time++) {
      const lease = await claim(job, dead)
      await import('./settle.js').then(({ settleInFlight }) => settleInFlight(store, lease, tools.log))
      const first = await store.start(lease, { alone: time > 1, temp: () => null })
      expect(first).toMatchObject({ item: 1, attempts: time })
    }
    expect(await work(job)).toBe('done')
    expect(await store.item(job, 1)).toMatchObject({ state: 'failed', error: { code: 'job.setAside' } })
    expect((await store.item(job, 2))?.state).toBe('done')
  })

  it('a job that nobody takes up leaves no temporary files, and waits for a person', async () => {
    await pictures(1)
    await work(await enqueue(request([home.at('p1.png')], { template: 'first' })))
    const asked = request([home.at('p1.png')])
    const job = await store.enqueue(
      { name: 'typed', origin: 'cli', request: asked, state: 'waiting' },
      await planItems(asked),
    )
    await crash(job, { renamed: false })
    await settleAbandoned(store, thisProcess(), tools.log)
    expect(await store.job(job)).toMatchObject({ state: 'interrupted', owner: null, counts: { waiting: 1 } })
  })

  it('whoever lost the lease stops, and touches nothing any more', async () => {
    await pictures(3, { width: 300, height: 300 })
    const job = await enqueue(request([home.dir]))
    const lease = await claim(job, dead)
    let taken: Lease | null = null
    const end = await runJob(tools, lease, {
      run: run(),
      signal: new AbortController().signal,
      onAbort: 'waiting',
      started: () => {
        void store.claim(thisProcess(), ({ id }) => id === job).then((other) => (taken ??= other))
      },
    })
    expect(end).toBe('lost')
    expect(taken).not.toBeNull()
    expect(await store.job(job)).toMatchObject({ state: 'running' })
    await settleAbandoned(store, thisProcess(), tools.log)
  })
})
