/** What a job store is, whichever implementation: the specification of `store.ts`. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ItemCounts } from '../../../../shared/job.js'
import { thisProcess } from '../../owner.js'
import { studioPaths } from '../../paths.js'
import { memoryStore } from './memory.js'
import type { Lease, NewItem } from './records.js'
import { openJobStore } from './sqlite/index.js'
import { type FileIdentity, type ItemQuery, type JobStore, LEASE_EXPIRY_MS } from './store.js'
import { deadOwner, livingOwner, newJob, photo, photos, remoteOwner, request, resultOf } from './testing.js'

const implementations = [
  { name: 'in memory', open: async (_home: string, now: () => number) => memoryStore({ now }) },
  {
    name: 'in SQLite',
    open: (home: string, now: () => number) => openJobStore(studioPaths({ dataDir: home }), { now }),
  },
]

describe.each(implementations)('a job store $name', ({ open }) => {
  let home: string
  let clock: number
  let store: JobStore
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'lacuna-store-'))
    clock = 1_000_000
    store = await open(home, () => clock)
  })
  afterEach(async () => {
    await store[Symbol.asyncDispose]()
    rmSync(home, { recursive: true, force: true })
  })

  const here = thisProcess()
  const any = (): boolean => true
  const noTemp = { alone: false, temp: () => null }

  async function claimed(owner = here): Promise<Lease> {
    const lease = await store.claim(owner, any)
    if (lease === null) throw new Error('nothing to claim')
    return lease
  }
  async function started(lease: Lease, alone = false): Promise<number> {
    const item = await store.start(lease, { alone, temp: () => null })
    if (item === null) throw new Error('nothing to start')
    return item.item
  }
  const stateOf = async (id: string): Promise<string | undefined> => (await store.job(id))?.state
  const states = async (id: string): Promise<string[]> => (await store.items(id)).map(({ state }) => state)
  const revision = async (id: string): Promise<number> => (await store.job(id))?.revision ?? NaN
  const names = async (): Promise<string[]> => (await store.jobs()).map(({ name }) => name)

  /** A job of three: the first failed, the second done, the third cancelled with the job. */
  async function endedJob(): Promise<string> {
    const id = await store.enqueue(newJob(), photos(3))
    const lease = await claimed()
    await store.fail(lease, await started(lease), { code: 'file.truncated', params: { name: 'p1.jpg' } })
    await store.complete(lease, await started(lease), resultOf('b'))
    await store.release(lease, 'cancelled')
    return id
  }

  describe('putting jobs in', () => {
    it('gives back what was put in, under a short id that can be typed', async () => {
      const id = await store.enqueue(newJob({ name: 'Sommer 🌞', origin: 'cli' }), photos(2))
      expect(id).toMatch(/^[a-z0-9]{4,8}$/)
      expect(await store.job(id)).toMatchObject({
        ...{ id, name: 'Sommer 🌞', origin: 'cli', state: 'waiting', request, progress: null, owner: null },
        ...{ createdAt: clock, startedAt: null, endedAt: null },
        counts: { waiting: 2, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 },
      })
    })

    it('keeps items in their order, numbered from 1, with what planning knew of them', async () => {
      const planned: NewItem[] = [
        photo('été 写真', { output: { format: 'png', depth: 16, strip: true }, makeFolder: true }),
        photo('notes', { state: 'skipped', skip: 'foreign', target: null, bytes: null }),
        photo('raw', { state: 'failed', error: { code: 'file.unsupportedRaw', params: { name: 'raw.nef' } } }),
      ]
      const id = await store.enqueue(newJob(), planned)
      const untouched = { job: id, size: null, attempts: 0, key: null, temp: null, result: null }
      expect(await store.items(id)).toEqual(
        planned.map((item, index) => ({ ...item, ...untouched, item: index + 1, startedAt: null, endedAt: null })),
      )
      expect((await store.job(id))?.counts).toMatchObject({ waiting: 1, skipped: 1, failed: 1 })
    })

    it('does not see what happens afterwards to the objects it was given', async () => {
      const items = photos(1)
      const asked = structuredClone(request)
      const id = await store.enqueue(newJob({ request: asked }), items)
      items[0]!.label = 'changed'
      asked.inputs.push('/changed')
      expect((await store.items(id))[0]?.label).toBe('p1.jpg')
      expect((await store.job(id))?.request.inputs).toEqual(['/photos'])
    })

    it('takes a job without items, as one that watches an empty folder', async () => {
      const id = await store.enqueue(newJob(), [])
      expect(await store.items(id)).toEqual([])
      expect((await claimed()).job).toBe(id)
    })

    it('appends items behind the others, and a job that was done waits again', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const lease = await claimed()
      await store.complete(lease, await started(lease), resultOf('a'))
      await store.release(lease, 'done')
      await store.append(id, [photo('note', { state: 'skipped', skip: 'hidden' })])
      expect(await stateOf(id)).toBe('done')
      await store.append(id, [photo('new')])
      expect(await store.job(id)).toMatchObject({ state: 'waiting', endedAt: null })
      expect((await store.items(id)).map(({ item, label }) => `${item} ${label}`)).toEqual([
        '1 p1.jpg',
        '2 note.jpg',
        '3 new.jpg',
      ])
    })

    it('appends to a job that runs, whose holder starts the new items too', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const lease = await claimed()
      await started(lease)
      expect(await store.start(lease, noTemp)).toBeNull()
      await store.append(id, [photo('new')])
      expect(await store.start(lease, noTemp)).toMatchObject({ item: 2, label: 'new.jpg' })
    })

    it('appends to a cancelled job, or one that is to be, only what is cancelled', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const lease = await claimed()
      await store.cancel(id)
      await store.append(id, [photo('late')])
      await store.release(lease, 'cancelled')
      await store.append(id, [photo('later'), photo('x', { state: 'skipped', skip: 'hidden' })])
      expect(await states(id)).toEqual(['cancelled', 'cancelled', 'cancelled', 'skipped'])
      expect(await stateOf(id)).toBe('cancelled')
    })

    it('changes the request, the name and the items of a draft, whose numbers are not used again', async () => {
      const id = await store.enqueue(newJob({ state: 'draft' }), photos(2))
      await store.redraft(id, { ...request, target: '/elsewhere' }, [photo('new')], 'other')
      expect(await store.job(id)).toMatchObject({ name: 'other', state: 'draft', request: { target: '/elsewhere' } })
      expect((await store.items(id)).map(({ item, label }) => `${item} ${label}`)).toEqual(['3 new.jpg'])
      expect((await store.job(id))?.counts.waiting).toBe(1)
      await store.redraft(id, request, [])
      expect(await store.job(id)).toMatchObject({ name: 'other', request: { target: '/results' } })
    })

    it('keeps the numbers and sizes of inputs that stay, also of one that was named twice', async () => {
      const twice = photo('b', { state: 'skipped', skip: 'duplicate', target: null })
      const id = await store.enqueue(newJob({ state: 'draft' }), [photo('a'), photo('b'), photo('c'), twice])
      await store.setSizes(id, new Map([2, 3].map((item) => [item, { width: 3, height: 2, depth: 8 }])))
      await store.redraft(id, request, [photo('d'), photo('c', { bytes: 7 }), photo('b', { target: '/x.jpg' }), twice])
      const items = await store.items(id)
      expect(items.map(({ item, label, skip, size }) => [item, label, skip, size?.width ?? null])).toEqual([
        [2, 'b.jpg', null, 3],
        // It is another picture now.
        [3, 'c.jpg', null, null],
        [4, 'b.jpg', 'duplicate', null],
        [5, 'd.jpg', null, null],
      ])
      expect(items[0]?.target).toBe('/x.jpg')
      await store.append(id, [photo('e')])
      expect((await store.items(id)).at(-1)?.item).toBe(6)
    })

    it('changes nothing but drafts', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      await expect(store.redraft(id, request, [])).rejects.toMatchObject({ code: 'job.notDraft' })
      expect(await store.countItems(id)).toBe(1)
    })
  })

  describe('finding them', () => {
    it('finds a job by the beginning of its id, however it is typed', async () => {
      const id = await store.enqueue(newJob(), [])
      expect(await store.job(` ${id.slice(0, 4).toUpperCase()}`)).toMatchObject({ id })
    })

    it('says that a beginning means several, and gives null for one that means none', async () => {
      const ids: string[] = []
      // More jobs than first characters.
      for (let count = 0; count < 37; count++) ids.push(await store.enqueue(newJob(), []))
      const first = ids.map((id) => id.slice(0, 1))
      const shared = first.find((letter, index) => first.indexOf(letter) !== index)!
      await expect(store.job(shared)).rejects.toMatchObject({ code: 'job.ambiguous', params: { name: shared } })
      for (const none of ['', ' ', '%', '*', `${ids[0]}0`, 'läüft']) expect(await store.job(none)).toBeNull()
    })

    it('pages through items, all or by state, and counts them', async () => {
      const id = await store.enqueue(newJob(), [
        ...photos(3),
        photo('s', { state: 'skipped', skip: 'hidden' }),
        ...photos(2),
      ])
      const page = async (query: ItemQuery): Promise<number[]> => (await store.items(id, query)).map(({ item }) => item)
      expect(await page({ offset: 2, limit: 2 })).toEqual([3, 4])
      expect(await page({ states: ['waiting'], offset: 2 })).toEqual([3, 5, 6])
      expect(await page({ states: ['skipped', 'waiting'], limit: 4 })).toEqual([1, 2, 3, 4])
      expect(await page({ states: [] })).toEqual([])
      expect(await page({ offset: 6 })).toEqual([])
      expect(await page({ limit: 0 })).toEqual([])
      expect(await store.countItems(id)).toBe(6)
      expect(await store.countItems(id, ['waiting', 'waiting'])).toBe(5)
      expect(await store.countItems(id, [])).toBe(0)
      expect(await store.item(id, 4)).toMatchObject({ item: 4, skip: 'hidden' })
      expect(await store.item(id, 7)).toBeNull()
      expect(await store.item('none', 1)).toBeNull()
    })

    it('remembers sizes found while rows were shown, and leaves those that are known', async () => {
      const id = await store.enqueue(newJob(), photos(2))
      await store.setSizes(id, new Map([[1, { width: 30, height: 20, depth: 8 }]]))
      const once = await revision(id)
      await store.setSizes(id, new Map([[1, { width: 1, height: 1, depth: 16 }]]))
      await store.setSizes(id, new Map([[9, { width: 1, height: 1, depth: 16 }]]))
      await store.setSizes('gone', new Map([[1, { width: 1, height: 1, depth: 16 }]]))
      expect((await store.items(id)).map(({ size }) => size)).toEqual([{ width: 30, height: 20, depth: 8 }, null])
      expect(await revision(id)).toBe(once)
    })

    it('says of every call about a job that is not there that it is not', async () => {
      const calls: (() => Promise<unknown>)[] = [
        () => store.append('none', []),
        () => store.redraft('none', request, []),
        () => store.items('none'),
        () => store.countItems('none'),
        () => store.resume('none'),
        () => store.adopt('none', 'browser'),
        () => store.pause('none'),
        () => store.cancel('none'),
        () => store.retry('none'),
        () => store.move('none', null),
        () => store.remove('none'),
      ]
      for (const call of calls) await expect(call(), call.toString()).rejects.toMatchObject({ code: 'job.notFound' })
      expect(await store.job('none')).toBeNull()
    })
  })

  describe('the order of the queue', () => {
    it('is the order of coming until jobs are moved', async () => {
      const ids: string[] = []
      for (const name of ['a', 'b', 'c', 'd']) ids.push(await store.enqueue(newJob({ name }), []))
      const [a, b, c, d] = ids as [string, string, string, string]
      await store.move(d, a)
      expect(await names()).toEqual(['d', 'a', 'b', 'c'])
      await store.move(a, c)
      expect(await names()).toEqual(['d', 'b', 'a', 'c'])
      await store.move(d, null)
      expect(await names()).toEqual(['b', 'a', 'c', 'd'])
      await store.move(b, b)
      await store.move(b, a)
      expect(await names()).toEqual(['b', 'a', 'c', 'd'])
      await expect(store.move(a, 'none')).rejects.toMatchObject({ code: 'job.notFound' })
      expect((await claimed()).job).toBe(b)
    })

    it('holds however often jobs are moved to one place', async () => {
      const ids: string[] = []
      for (const name of ['a', 'b', 'c']) ids.push(await store.enqueue(newJob({ name }), []))
      const [a, b, c] = ids as [string, string, string]
      for (let times = 0; times < 150; times++) await store.move(times % 2 === 0 ? a : b, c)
      expect(await names()).toEqual(['a', 'b', 'c'])
      await store.enqueue(newJob({ name: 'd' }), [])
      expect(await names()).toEqual(['a', 'b', 'c', 'd'])
    })
  })

  describe('wishes about a job that nobody holds', () => {
    it('resume drafts, paused and interrupted jobs, and no ended one', async () => {
      for (const state of ['draft', 'paused', 'waiting'] as const) {
        const id = await store.enqueue(newJob({ state }), photos(1))
        await store.resume(id)
        expect(await stateOf(id)).toBe('waiting')
        await store.release(await claimed(), 'interrupted')
        expect(await stateOf(id)).toBe('interrupted')
        await store.resume(id)
        expect(await stateOf(id)).toBe('waiting')
        await store.cancel(id)
        await store.resume(id)
        expect(await stateOf(id)).toBe('cancelled')
      }
    })

    it("take up what came from the command line; of a studio's own job nothing changes but that it goes on", async () => {
      for (const state of ['waiting', 'paused'] as const) {
        const id = await store.enqueue(newJob({ origin: 'cli', state }), photos(1))
        await store.adopt(id, 'browser')
        expect(await store.job(id)).toMatchObject({ origin: 'browser', state: 'waiting' })
        await store.adopt(id, 'desktop')
        expect(await store.job(id)).toMatchObject({ origin: 'browser', state: 'waiting' })
      }
      const ended = await store.enqueue(newJob({ origin: 'cli' }), photos(1))
      await store.cancel(ended)
      await store.adopt(ended, 'browser')
      expect(await store.job(ended)).toMatchObject({ origin: 'browser', state: 'cancelled' })
    })

    it('pause what waits or was interrupted, and no draft or ended job', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      await store.pause(id)
      expect(await stateOf(id)).toBe('paused')
      expect(await store.claim(here, any)).toBeNull()
      await store.resume(id)
      await store.release(await claimed(), 'interrupted')
      await store.pause(id)
      expect(await stateOf(id)).toBe('paused')
      const draft = await store.enqueue(newJob({ state: 'draft' }), photos(1))
      await store.pause(draft)
      expect(await stateOf(draft)).toBe('draft')
      await store.cancel(id)
      await store.pause(id)
      expect(await stateOf(id)).toBe('cancelled')
    })

    it('cancel what waits in it; what has ended stays as it is', async () => {
      const id = await store.enqueue(newJob(), [...photos(2), photo('s', { state: 'skipped', skip: 'made' })])
      const lease = await claimed()
      await store.complete(lease, await started(lease), resultOf('a'))
      await store.release(lease, 'paused')
      clock += 5
      await store.cancel(id)
      expect(await states(id)).toEqual(['done', 'cancelled', 'skipped'])
      expect(await store.job(id)).toMatchObject({ state: 'cancelled', endedAt: clock })
      clock += 5
      await store.cancel(id)
      expect((await store.job(id))?.endedAt).toBe(clock - 5)
    })

    it('leave a job that is done as it is', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const lease = await claimed()
      await store.complete(lease, await started(lease), resultOf('a'))
      await store.release(lease, 'done')
      await store.cancel(id)
      await store.pause(id)
      await store.resume(id)
      expect(await stateOf(id)).toBe('done')
    })

    it('retry what failed or was cancelled, as if it had never been started', async () => {
      const id = await endedJob()
      expect(await store.retry(id)).toBe(2)
      expect(await states(id)).toEqual(['waiting', 'done', 'waiting'])
      expect(await store.job(id)).toMatchObject({ state: 'waiting', startedAt: null, endedAt: null })
      const again = { attempts: 0, error: null, key: null, temp: null, result: null, startedAt: null, endedAt: null }
      expect(await store.item(id, 1)).toMatchObject(again)
      expect((await store.item(id, 2))?.result).toEqual(resultOf('b'))
      expect(await store.retry(id)).toBe(0)
    })

    it('retry only the items that are named, if they failed or were cancelled', async () => {
      const id = await endedJob()
      expect(await store.retry(id, [2, 77])).toBe(0)
      expect(await stateOf(id)).toBe('cancelled')
      expect(await store.retry(id, [2, 3])).toBe(1)
      expect(await states(id)).toEqual(['failed', 'done', 'waiting'])
      expect(await stateOf(id)).toBe('waiting')
    })

    it('retry in a paused job: it stays paused', async () => {
      const id = await store.enqueue(newJob({ state: 'paused' }), [
        photo('x', { state: 'failed', error: { code: 'file.empty', params: {} } }),
      ])
      expect(await store.retry(id)).toBe(1)
      expect(await stateOf(id)).toBe('paused')
    })

    it('remove it with its items, and keep its results', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const lease = await claimed()
      const item = await started(lease)
      await store.identify(lease, item, 'key', { width: 3, height: 2, depth: 8 })
      await store.complete(lease, item, resultOf('a'))
      await store.release(lease, 'done')
      await store.remove(id)
      expect(await store.jobs()).toEqual([])
      expect(await store.made('/results/p1_denoised.jpg')).toMatchObject({ key: 'key', sha256: 'a' })
    })
  })

  describe('claiming', () => {
    it('takes jobs in their order, those that pass the filter, and each once', async () => {
      const a = await store.enqueue(newJob({ name: 'a', origin: 'cli' }), [])
      const b = await store.enqueue(newJob({ name: 'b' }), [])
      await store.enqueue(newJob({ name: 'draft', state: 'draft' }), [])
      await store.enqueue(newJob({ name: 'paused', state: 'paused' }), [])
      const ofStudio = ({ origin }: { origin: string }): boolean => origin !== 'cli'
      expect(await store.claim(here, ofStudio)).toMatchObject({ job: b, owner: here })
      expect(await store.claim(here, ofStudio)).toBeNull()
      expect(await store.claim(here, any)).toMatchObject({ job: a })
      expect(await store.claim(here, any)).toBeNull()
    })

    it('looks past any number of jobs that do not pass', async () => {
      for (let count = 0; count < 40; count++) await store.enqueue(newJob(), [])
      const last = await store.enqueue(newJob({ name: 'last' }), [])
      expect(await store.claim(here, ({ name }) => name === 'last')).toMatchObject({ job: last })
    })

    it('makes it run: who holds it and since when is shown', async () => {
      const id = await store.enqueue(newJob(), [])
      clock += 10
      await claimed()
      expect(await store.job(id)).toMatchObject({ state: 'running', owner: here, heartbeatAt: clock, startedAt: clock })
    })

    it('never takes a job of a living process, however long it was silent', async () => {
      const other = await livingOwner()
      try {
        const id = await store.enqueue(newJob(), [])
        await store.claim(other.owner, any)
        clock += 100 * LEASE_EXPIRY_MS
        expect(await store.claim(here, any)).toBeNull()
        expect(await store.job(id)).toMatchObject({ state: 'running', owner: other.owner })
      } finally {
        await other.kill()
      }
      // Gone: at once.
      expect(await store.claim(here, any)).not.toBeNull()
    })

    it('takes a job of another machine when its heartbeat has expired', async () => {
      const id = await store.enqueue(newJob(), [])
      const lease = await claimed(remoteOwner)
      clock += LEASE_EXPIRY_MS
      expect(await store.claim(here, any)).toBeNull()
      await store.heartbeat(lease, null)
      clock += LEASE_EXPIRY_MS
      expect(await store.claim(here, any)).toBeNull()
      clock += 1
      expect(await stateOf(id)).toBe('waiting')
      expect(await store.claim(here, any)).toMatchObject({ job: id })
      await expect(store.heartbeat(lease, null)).rejects.toMatchObject({ code: 'job.leaseLost' })
    })

    it('shows the filter a job whose holder died as running, so that its like can be chosen', async () => {
      await store.enqueue(newJob({ name: 'fresh' }), [])
      await store.enqueue(newJob({ name: 'abandoned' }), [])
      await store.claim(deadOwner(), ({ name }) => name === 'abandoned')
      const lease = await store.claim(here, ({ state }) => state === 'running')
      expect(await store.job(lease?.job ?? '')).toMatchObject({ name: 'abandoned', owner: here })
    })
  })

  describe('a job whose holder died', () => {
    it.each([
      ['cli', 'interrupted'],
      ['browser', 'waiting'],
      ['desktop', 'waiting'],
    ] as const)('from %s is shown as %s, held by nobody', async (origin, state) => {
      const id = await store.enqueue(newJob({ origin }), photos(1))
      const lease = await claimed(deadOwner())
      await store.heartbeat(lease, { fraction: 0.5, secondsLeft: 3, items: [], provider: 'cpu', device: 'CPU' })
      const shown = { id, state, owner: null, progress: null, heartbeatAt: null, endedAt: null }
      expect(await store.job(id)).toMatchObject(shown)
      expect(await store.jobs()).toMatchObject([shown])
    })

    it('is paused or cancelled at once when somebody wishes so, and its items in flight are settled first', async () => {
      for (const [wish, state] of [
        ['pause', 'paused'],
        ['cancel', 'cancelled'],
      ] as const) {
        const id = await store.enqueue(newJob(), photos(3))
        await started(await claimed(deadOwner()))
        await store[wish](id)
        expect(await stateOf(id)).toBe(state)
        const lease = await claimed()
        expect(lease.job).toBe(id)
        expect((await store.inFlight(lease)).map(({ item }) => item)).toEqual([1])
        await store.putBack(lease, 1, { counted: true })
        expect(await store.heartbeat(lease, null)).toBe(wish)
        expect(await store.release(lease, 'waiting')).toBe(state)
        const left = wish === 'cancel' ? 'cancelled' : 'waiting'
        expect(await states(id)).toEqual([left, left, left])
        if (wish === 'pause') await store.cancel(id)
      }
    })

    it('waits again when it is resumed, with its items in flight still to be settled', async () => {
      const id = await store.enqueue(newJob({ origin: 'cli' }), photos(2))
      const dead = await claimed(deadOwner())
      await started(dead)
      await store.resume(id)
      expect(await store.job(id)).toMatchObject({ state: 'waiting', owner: null })
      await expect(store.start(dead, noTemp)).rejects.toMatchObject({ code: 'job.leaseLost' })
      const lease = await claimed()
      expect((await store.inFlight(lease)).map(({ item }) => item)).toEqual([1])
      expect(await store.heartbeat(lease, null)).toBe('run')
    })

    it("is a studio's when one takes it up, with its items in flight still to be settled", async () => {
      const id = await store.enqueue(newJob({ origin: 'cli' }), photos(2))
      const dead = await claimed(deadOwner())
      await started(dead)
      await store.adopt(id, 'desktop')
      expect(await store.job(id)).toMatchObject({ origin: 'desktop', state: 'waiting', owner: null })
      await expect(store.start(dead, noTemp)).rejects.toMatchObject({ code: 'job.leaseLost' })
      const lease = await store.claim(here, ({ origin }) => origin !== 'cli')
      expect(lease?.job).toBe(id)
      expect((await store.inFlight(lease!)).map(({ item }) => item)).toEqual([1])
      expect(await store.heartbeat(lease!, null)).toBe('run')
    })

    it('stays cancelled when it was to be, until it is retried', async () => {
      const id = await store.enqueue(newJob({ origin: 'cli' }), photos(2))
      await started(await claimed(deadOwner()))
      await store.cancel(id)
      await store.adopt(id, 'browser')
      expect(await store.job(id)).toMatchObject({ origin: 'browser', state: 'cancelled' })
      await store.retry(id)
      const lease = await claimed()
      expect((await store.inFlight(lease)).map(({ item }) => item)).toEqual([1])
    })

    it('is removed together with the temporary files that it left, and no other', async () => {
      const ours = join(home, '.p1_denoised.jpg.abc234.lacuna-tmp')
      const theirs = join(home, 'holiday.jpg')
      for (const file of [ours, theirs]) writeFileSync(file, 'x')
      const id = await store.enqueue(newJob(), photos(2))
      const lease = await claimed(deadOwner())
      await store.start(lease, { alone: false, temp: () => ours })
      await store.start(lease, { alone: false, temp: () => theirs })
      await store.remove(id)
      expect(await store.job(id)).toBeNull()
      expect(existsSync(ours)).toBe(false)
      expect(existsSync(theirs)).toBe(true)
    })
  })

  describe('wishes about a job that is held', () => {
    it('are told to its holder at the next heartbeat, and taken back by resume', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const lease = await claimed()
      expect(await store.heartbeat(lease, null)).toBe('run')
      await store.pause(id)
      expect(await stateOf(id)).toBe('running')
      expect(await store.heartbeat(lease, null)).toBe('pause')
      await store.resume(id)
      expect(await store.heartbeat(lease, null)).toBe('run')
      await store.cancel(id)
      await store.pause(id)
      await store.resume(id)
      expect(await store.heartbeat(lease, null)).toBe('cancel')
    })

    it('cancel at once what waits, and leave to the holder what it works on', async () => {
      const id = await store.enqueue(newJob(), photos(3))
      const lease = await claimed()
      const item = await started(lease)
      await store.cancel(id)
      expect(await states(id)).toEqual(['running', 'cancelled', 'cancelled'])
      await store.putBack(lease, item, { counted: false })
      expect(await store.release(lease, 'cancelled')).toBe('cancelled')
      expect(await states(id)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    })

    it('retry within its run, and take back a wish to cancel it', async () => {
      const id = await store.enqueue(newJob(), photos(3))
      const lease = await claimed()
      await store.fail(lease, await started(lease), { code: 'engine.stuck', params: {} })
      expect(await store.retry(id)).toBe(1)
      expect(await store.job(id)).toMatchObject({ state: 'running', owner: here })
      expect(await store.start(lease, noTemp)).toMatchObject({ item: 1, attempts: 1 })
      await store.cancel(id)
      expect(await store.retry(id, [3])).toBe(1)
      expect(await store.heartbeat(lease, null)).toBe('run')
      expect(await states(id)).toEqual(['running', 'cancelled', 'waiting'])
    })

    it("do not make it another one's", async () => {
      const id = await store.enqueue(newJob({ origin: 'cli' }), photos(1))
      await claimed()
      await expect(store.adopt(id, 'browser')).rejects.toMatchObject({ code: 'job.running' })
      expect(await store.job(id)).toMatchObject({ origin: 'cli', state: 'running', owner: here })
    })

    it('do not remove it', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      await claimed()
      await expect(store.remove(id)).rejects.toMatchObject({ code: 'job.running', params: { name: 'photos' } })
      expect(await store.countItems(id)).toBe(1)
    })
  })

  describe('working under a lease', () => {
    it('counts the attempt and notes the temporary file as it starts an item', async () => {
      const id = await store.enqueue(newJob(), photos(2))
      const lease = await claimed()
      clock += 7
      const item = await store.start(lease, { alone: false, temp: ({ item, attempts }) => `/t${item}-${attempts}` })
      const running = { item: 1, state: 'running', attempts: 1, temp: '/t1-1', startedAt: clock, endedAt: null }
      expect(item).toMatchObject(running)
      expect(await store.item(id, 1)).toEqual(item)
      expect((await store.job(id))?.counts).toMatchObject({ waiting: 1, running: 1 })
    })

    it('starts in order what was never started, and alone what was', async () => {
      const id = await store.enqueue(newJob(), photos(3))
      const lease = await claimed()
      await store.putBack(lease, await started(lease), { counted: true })
      await store.putBack(lease, await started(lease), { counted: false })
      expect((await store.items(id)).map(({ attempts }) => attempts)).toEqual([1, 0, 0])
      expect(await started(lease)).toBe(2)
      expect(await started(lease)).toBe(3)
      expect(await store.start(lease, noTemp)).toBeNull()
      expect(await started(lease, true)).toBe(1)
      expect(await store.start(lease, { ...noTemp, alone: true })).toBeNull()
      expect((await store.item(id, 1))?.attempts).toBe(2)
    })

    it('changes nothing when the name of the temporary file cannot be made', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const lease = await claimed()
      const temp = (): string => {
        throw new Error('no name')
      }
      await expect(store.start(lease, { alone: false, temp })).rejects.toThrow(/no name|store.failed/)
      expect(await store.item(id, 1)).toMatchObject({ state: 'waiting', attempts: 0 })
    })

    it('remembers key and size, the result before its rename, and the result', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const lease = await claimed()
      const { item } = (await store.start(lease, { alone: false, temp: () => '/results/.t' }))!
      await store.identify(lease, item, 'key-1', { width: 3, height: 2, depth: 16 })
      await store.written(lease, item, resultOf('a'))
      const size = { width: 3, height: 2, depth: 16 }
      expect(await store.item(id, item)).toMatchObject({ state: 'running', key: 'key-1', size, result: resultOf('a') })
      clock += 3
      await store.complete(lease, item, resultOf('a'))
      const done = { state: 'done', temp: null, key: 'key-1', result: resultOf('a'), endedAt: clock, error: null }
      expect(await store.item(id, item)).toMatchObject(done)
      const target = '/results/p1_denoised.jpg'
      expect(await store.made(target)).toEqual({ key: 'key-1', target, sha256: 'a', bytes: 2000, at: clock })
      expect(await store.made('/results/other.jpg')).toBeNull()
    })

    it('remembers of a target what was written to it last', async () => {
      for (const sha256 of ['first', 'second']) {
        await store.enqueue(newJob(), photos(1))
        const lease = await claimed()
        const item = await started(lease)
        await store.identify(lease, item, `key of ${sha256}`, { width: 3, height: 2, depth: 8 })
        await store.complete(lease, item, resultOf(sha256))
        await store.release(lease, 'done')
      }
      expect(await store.made('/results/p1_denoised.jpg')).toMatchObject({ key: 'key of second', sha256: 'second' })
    })

    it('keeps why an item failed or was skipped, and no temporary file', async () => {
      const id = await store.enqueue(newJob(), photos(2))
      const lease = await claimed()
      const error = { code: 'file.truncated', params: { name: 'p1.jpg', at: 7 }, detail: 'stack' } as const
      const one = (await store.start(lease, { alone: false, temp: () => '/t' }))!
      await store.written(lease, one.item, resultOf('a'))
      await store.fail(lease, one.item, error)
      const two = (await store.start(lease, { alone: false, temp: () => '/t' }))!
      await store.skip(lease, two.item, 'made')
      expect(await store.items(id)).toMatchObject([
        { state: 'failed', error, skip: null, temp: null, result: null, endedAt: clock },
        { state: 'skipped', error: null, skip: 'made', temp: null, result: null, endedAt: clock },
      ])
    })

    it('puts back as if it had not been worked on', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const before = await store.item(id, 1)
      const lease = await claimed()
      const { item } = (await store.start(lease, { alone: false, temp: () => '/t' }))!
      await store.written(lease, item, resultOf('a'))
      await store.putBack(lease, item, { counted: false })
      expect(await store.item(id, 1)).toEqual(before)
    })

    it('ends only what was started', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const lease = await claimed()
      for (const item of [1, 2]) {
        const calls = [
          () => store.identify(lease, item, 'k', { width: 1, height: 1, depth: 8 }),
          () => store.written(lease, item, resultOf('a')),
          () => store.complete(lease, item, resultOf('a')),
          () => store.fail(lease, item, { code: 'cancelled', params: {} }),
          () => store.skip(lease, item, 'made'),
          () => store.putBack(lease, item, { counted: true }),
        ]
        for (const call of calls) await expect(call(), call.toString()).rejects.toMatchObject({ code: 'internal' })
      }
      expect(await states(id)).toEqual(['waiting'])
    })

    it('knows the items that a dead holder left from its own', async () => {
      await store.enqueue(newJob(), photos(3))
      const dead = await claimed(deadOwner())
      const { item } = (await store.start(dead, { alone: false, temp: () => '/results/.p1' }))!
      await store.written(dead, item, resultOf('a'))
      const lease = await claimed()
      expect(lease.token).toBeGreaterThan(dead.token)
      await started(lease)
      const left = { item: 1, state: 'running', attempts: 1, temp: '/results/.p1', result: resultOf('a') }
      expect(await store.inFlight(lease)).toMatchObject([left])
      await store.complete(lease, 1, resultOf('a'))
      expect(await store.inFlight(lease)).toEqual([])
    })

    it('refuses every call with a lease that another process has now, or that was given up', async () => {
      const id = await store.enqueue(newJob(), photos(2))
      const lost = await claimed(deadOwner())
      const item = await started(lost)
      const newer = await claimed()
      const before = await store.items(id)
      const refused = async (lease: Lease): Promise<void> => {
        const calls: (() => Promise<unknown>)[] = [
          () => store.heartbeat(lease, null),
          () => store.inFlight(lease),
          () => store.start(lease, noTemp),
          () => store.identify(lease, item, 'k', { width: 1, height: 1, depth: 8 }),
          () => store.written(lease, item, resultOf('a')),
          () => store.complete(lease, item, resultOf('a')),
          () => store.fail(lease, item, { code: 'cancelled', params: {} }),
          () => store.skip(lease, item, 'made'),
          () => store.putBack(lease, item, { counted: true }),
          () => store.release(lease, 'done'),
        ]
        for (const call of calls) await expect(call(), call.toString()).rejects.toMatchObject({ code: 'job.leaseLost' })
      }
      await refused(lost)
      expect(await store.items(id)).toEqual(before)
      await store.release(newer, 'paused')
      await refused(newer)
      await store.remove(id)
      await refused(newer)
    })
  })

  describe('giving the lease up', () => {
    it.each(['waiting', 'paused', 'interrupted', 'cancelled'] as const)('leaves the job %s', async (state) => {
      const id = await store.enqueue(newJob(), photos(1))
      expect(await store.release(await claimed(), state)).toBe(state)
      const endedAt = state === 'cancelled' ? clock : null
      expect(await store.job(id)).toMatchObject({ state, owner: null, heartbeatAt: null, progress: null, endedAt })
    })

    it('is done when every item has ended, failed ones too', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const lease = await claimed()
      await store.fail(lease, await started(lease), { code: 'file.empty', params: {} })
      expect(await store.release(lease, 'done')).toBe('done')
      expect(await store.job(id)).toMatchObject({ state: 'done', endedAt: clock })
    })

    it('leaves it waiting when items came at the last moment', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const lease = await claimed()
      await store.complete(lease, await started(lease), resultOf('a'))
      await store.append(id, [photo('late')])
      expect(await store.release(lease, 'done')).toBe('waiting')
      expect(await store.claim(here, any)).toMatchObject({ job: id })
    })

    it('keeps a wish that was not obeyed yet', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const paused = await claimed()
      await store.pause(id)
      expect(await store.release(paused, 'waiting')).toBe('paused')
      await store.resume(id)
      const cancelled = await claimed()
      expect(await store.heartbeat(cancelled, null)).toBe('run')
      await store.cancel(id)
      expect(await store.release(cancelled, 'interrupted')).toBe('cancelled')
    })
  })

  describe('what it tells', () => {
    it('is the progress of the last heartbeat, to every process', async () => {
      const id = await store.enqueue(newJob(), photos(1))
      const lease = await claimed()
      const items = [{ item: 1, label: 'p1.jpg', phase: 'infer', fraction: 0.5 }]
      const progress = { fraction: 0.25, secondsLeft: 9, items, provider: 'cpu', device: 'CPU' }
      clock += 2
      await store.heartbeat(lease, progress)
      expect(await store.job(id)).toMatchObject({ progress, heartbeatAt: clock })
    })

    it('is counted right after any sequence of calls', async () => {
      const id = await endedJob()
      await store.retry(id)
      await store.append(id, [photo('x', { state: 'skipped', skip: 'folder' }), ...photos(3)])
      const lease = await claimed()
      await store.skip(lease, await started(lease), 'made')
      await started(lease)
      await store.putBack(lease, await started(lease), { counted: true })
      const counts: ItemCounts = { waiting: 0, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 }
      for (const state of await states(id)) counts[state as keyof ItemCounts]++
      expect((await store.job(id))?.counts).toEqual(counts)
      expect(counts).toEqual({ waiting: 3, running: 1, done: 1, skipped: 2, failed: 0, cancelled: 0 })
    })

    it('has a higher revision after every change, and the same after none', async () => {
      const id = await store.enqueue(newJob({ state: 'draft' }), photos(4))
      const other = await store.enqueue(newJob({ state: 'paused' }), [])
      let last = await revision(id)
      const changes = async (call: () => Promise<unknown>, changed = true): Promise<void> => {
        await call()
        const now = await revision(id)
        if (changed) expect(now, call.toString()).toBeGreaterThan(last)
        else expect(now, call.toString()).toBe(last)
        last = now
      }
      const progress = { fraction: 0.25, secondsLeft: null, items: [], provider: null, device: null }
      await changes(() =>
        store.redraft(
          id,
          request,
          ['w', 'x', 'y', 'z'].map((name) => photo(name)),
        ),
      )
      await changes(() => store.setSizes(id, new Map([[5, { width: 2, height: 2, depth: 8 }]])))
      await changes(() => store.resume(id))
      await changes(() => store.resume(id), false)
      await changes(() => store.append(id, photos(1)))
      await changes(() => store.move(id, null))
      let lease: Lease | undefined
      await changes(async () => (lease = await claimed()))
      const held = (): Lease => lease!
      await changes(() => store.heartbeat(held(), progress))
      await changes(() => store.heartbeat(held(), progress), false)
      await changes(() => store.start(held(), noTemp))
      await changes(() => store.identify(held(), 5, 'k', { width: 2, height: 2, depth: 8 }))
      await changes(() => store.written(held(), 5, resultOf('a')))
      await changes(() => store.complete(held(), 5, resultOf('a')))
      await changes(() => store.start(held(), noTemp))
      await changes(() => store.putBack(held(), 6, { counted: false }))
      await changes(() => store.start(held(), noTemp))
      await changes(() => store.fail(held(), 6, { code: 'file.empty', params: {} }))
      await changes(() => store.start(held(), noTemp))
      await changes(() => store.skip(held(), 7, 'made'))
      await changes(() => store.pause(id))
      await changes(() => store.release(held(), 'paused'))
      await changes(() => store.retry(id))
      await changes(() => store.retry(id), false)
      await changes(() => store.cancel(other), false)
      await changes(() => store.items(id), false)
      await changes(() => store.cancel(id))
      await changes(() => store.cancel(id), false)
    })
  })

  describe('identity', () => {
    const file: FileIdentity = {
      path: '/photos/a.jpg',
      dev: '66306',
      ino: '18446744073709551615',
      size: 5,
      mtimeNs: '1',
    }

    it('remembers the hash of exactly this file', async () => {
      expect(await store.contentHash(file)).toBeNull()
      await store.rememberContent(file, 'abc')
      expect(await store.contentHash({ ...file })).toBe('abc')
      const others = [{ path: '/photos/b.jpg' }, { dev: '1' }, { ino: '2' }, { size: 6 }, { mtimeNs: '2' }]
      for (const other of others) expect(await store.contentHash({ ...file, ...other })).toBeNull()
    })

    it('forgets what a file was before', async () => {
      await store.rememberContent(file, 'abc')
      await store.rememberContent({ ...file, mtimeNs: '2' }, 'def')
      expect(await store.contentHash(file)).toBeNull()
      expect(await store.contentHash({ ...file, mtimeNs: '2' })).toBe('def')
    })
  })

  it('tells what is wanted of a holder without a heartbeat, and nothing to one that lost its lease', async () => {
    const id = await store.enqueue(newJob(), photos(2))
    const lease = await claimed()
    expect(await store.wish(lease)).toBe('run')
    await store.pause(id)
    expect(await store.wish(lease)).toBe('pause')
    await store.cancel(id)
    expect(await store.wish(lease)).toBe('cancel')
    await store.release(lease, 'cancelled')
    await expect(store.wish(lease)).rejects.toMatchObject({ code: 'job.leaseLost' })
  })

  describe('what is kept', () => {
    const limits = { jobs: 2, endedSince: 0, results: 10, spared: new Set<string>() }

    it('are the newest ended jobs, and all that have not ended', async () => {
      const waiting = await store.enqueue(newJob({ name: 'waiting', state: 'paused' }), photos(1))
      const ended: string[] = []
      for (let i = 0; i < 4; i++) {
        clock += 1000
        ended.push(await endedJob())
      }
      expect(await store.prune({ ...limits, spared: new Set([ended[0] ?? '']) })).toBe(1)
      const left = (await store.jobs()).map(({ id }) => id)
      expect(left.sort()).toEqual([waiting, ended[0], ended[2], ended[3]].sort())
      expect(await store.item(ended[1] ?? '', 1)).toBeNull()
      expect(await store.prune(limits)).toBe(1)
      expect(await store.prune(limits)).toBe(0)
    })

    it('are no jobs that ended too long ago', async () => {
      const old = await endedJob()
      clock += 1000
      const young = await endedJob()
      expect(await store.prune({ ...limits, endedSince: clock })).toBe(1)
      expect(await store.job(old)).toBeNull()
      expect(await stateOf(young)).toBeDefined()
    })

    it('is a job whose holder died, whatever was wanted of it: its files are not settled yet', async () => {
      const id = await store.enqueue(newJob(), photos(2))
      const lease = await claimed(deadOwner())
      await started(lease)
      await store.cancel(id)
      expect(await stateOf(id)).toBe('cancelled')
      expect(await store.prune({ ...limits, jobs: 0 })).toBe(0)
      expect(await stateOf(id)).toBe('cancelled')
    })

    it('are the hashes and results that came last; one that came again is new', async () => {
      const file = (name: string): FileIdentity => ({ path: name, dev: '1', ino: '1', size: 5, mtimeNs: '1' })
      for (const name of ['a', 'b', 'c']) await store.rememberContent(file(name), name)
      await store.rememberContent(file('a'), 'a')
      await store.enqueue(newJob(), photos(3))
      const lease = await claimed()
      for (const sha256 of ['1', '2', '3']) {
        const item = await started(lease)
        await store.identify(lease, item, `key ${sha256}`, { width: 2, height: 2, depth: 8 })
        await store.complete(lease, item, resultOf(sha256))
      }
      await store.prune({ ...limits, results: 2 })
      const hashes = await Promise.all(['a', 'b', 'c'].map((name) => store.contentHash(file(name))))
      expect(hashes).toEqual(['a', null, 'c'])
      const made = await Promise.all(photos(3).map(({ target }) => store.made(target ?? '')))
      expect(made.map((one) => one?.sha256)).toEqual([undefined, '2', '3'])
    })

    it('is told to those who watch, when jobs went', async () => {
      await endedJob()
      const changes = store.watch(AbortSignal.timeout(5_000))
      await store.prune({ ...limits, jobs: 0 })
      expect((await changes.next()).done).toBe(false)
    })
  })

  describe('watching', () => {
    it('tells of every change since the call, several at once as one', async () => {
      const stop = new AbortController()
      const changes = store.watch(stop.signal)
      const id = await store.enqueue(newJob(), photos(1))
      await store.pause(id)
      const first = await changes.next()
      expect(first).toMatchObject({ done: false, value: expect.any(Number) as number })
      const next = changes.next()
      await store.resume(id)
      expect((await next).value).toBeGreaterThan(first.value as number)
      stop.abort()
    })

    it('ends with the signal, while it waits too, and with an aborted one at once', async () => {
      const stop = new AbortController()
      const waiting = store.watch(stop.signal).next()
      stop.abort()
      expect(await waiting).toEqual({ done: true, value: undefined })
      expect((await store.watch(stop.signal).next()).done).toBe(true)
    })

    it('ends with the store, which refuses what is asked of it afterwards', async () => {
      const waiting = store.watch(new AbortController().signal).next()
      await store[Symbol.asyncDispose]()
      expect((await waiting).done).toBe(true)
      await expect(store.jobs()).rejects.toMatchObject({ code: 'store.failed' })
      await expect(store.enqueue(newJob(), [])).rejects.toMatchObject({ code: 'store.failed' })
    })
  })

  it('has no problem when nothing was wrong', () => expect(store.problem).toBeNull())
})
