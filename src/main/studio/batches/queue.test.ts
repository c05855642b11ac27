import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { denoiseEdit } from '../../../../tests/support/engine.js'
import { testHome, type TestHome } from '../../../../tests/support/studio.js'
import { JobRequest, type JobOrigin } from '../../../shared/job.js'
import { Settings } from '../../../shared/settings.js'
import { memoryStore } from '../jobs/store/memory.js'
import type { JobStore } from '../jobs/store/store.js'
import { openLibrary } from '../library/library.js'
import { openLog } from '../log.js'
import { thisProcess } from '../owner.js'
import { runOptions } from '../run-options.js'
import { planItems } from './plan-items.js'
import { JobQueue, type QueueListener } from './queue.js'

let home: TestHome
let store: JobStore
let queue: JobQueue
beforeEach(() => {
  home = testHome()
  store = memoryStore()
})
afterEach(async () => {
  await queue.stop()
  await store[Symbol.asyncDispose]()
  await home[Symbol.asyncDispose]()
})

async function start({ paused = false, ...listener }: { paused?: boolean } & QueueListener = {}): Promise<void> {
  const { paths } = home
  const run = () => runOptions(Settings.parse({}), paths, { provider: 'cpu', memoryBudget: 1e9 })
  const tools = { engine: home.engine(), library: await openLibrary(paths), paths, store, log: openLog(paths), run }
  queue = new JobQueue(tools, listener)
  await queue.start({ paused })
}

async function enqueue(name: string, origin: JobOrigin = 'browser'): Promise<string> {
  const inputs = [await home.picture(`${name}.png`)]
  const asked = { edit: denoiseEdit({ sigma: 15 }), output: {}, inputs, target: home.at('out'), template: '{name}' }
  const request = JobRequest.parse(asked)
  return await store.enqueue({ name, origin, request, state: 'waiting' }, await planItems(request))
}

/** A batch that waits for pictures in a folder, empty as yet. */
async function enqueueWatch(folder: string): Promise<string> {
  const asked = { edit: denoiseEdit({ sigma: 15 }), output: {}, target: home.at('out'), template: '{name}' }
  const request = JobRequest.parse({ ...asked, inputs: [home.at(folder)], watch: true })
  return await store.enqueue({ name: folder, origin: 'browser', request, state: 'waiting' }, [])
}

async function until(job: string, state: string): Promise<void> {
  const stop = new AbortController()
  for await (const _ of store.watch(AbortSignal.any([stop.signal, AbortSignal.timeout(20_000)]))) {
    if ((await store.job(job))?.state === state) return stop.abort()
  }
  throw new Error(`the job never was ${state}: ${JSON.stringify(await store.job(job))}`)
}

describe('the queue', () => {
  it('runs jobs in their order, also those that come while it rests', async () => {
    const [first, second] = [await enqueue('a'), await enqueue('b')]
    await store.move(second, first)
    const told: string[] = []
    await start({ ended: ({ label }) => void told.push(label) })
    await until(first, 'done')
    const later = await enqueue('c')
    await until(later, 'done')
    expect(told).toEqual(['b.png', 'a.png', 'c.png'])
  })

  it("leaves the command line's jobs to the command line", async () => {
    const [typed, own] = [await enqueue('typed', 'cli'), await enqueue('own')]
    await start()
    await until(own, 'done')
    expect((await store.job(typed))?.state).toBe('waiting')
  })

  it('that starts paused does nothing until it is let go', async () => {
    const job = await enqueue('a')
    await start({ paused: true })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await store.job(job))?.state).toBe('waiting')
    queue.resume()
    await until(job, 'done')
  })

  it('that starts paused still clears up after a process that died', async () => {
    const job = await enqueue('a')
    const lease = await store.claim({ ...thisProcess(), start: 'an earlier boot' }, () => true)
    if (lease === null) throw new Error('not claimed')
    await store.start(lease, { alone: false, temp: () => null })
    await start({ paused: true })
    expect(await store.job(job)).toMatchObject({ state: 'waiting', counts: { waiting: 1, running: 0 } })
  })

  it('puts back what is in work when it stops, and the next one goes on', async () => {
    const job = await enqueue('a')
    let stopping: Promise<void> | undefined
    await start({ progress: () => void (stopping ??= queue.stop()) })
    await until(job, 'running')
    await expect.poll(() => stopping !== undefined, { timeout: 15_000 }).toBe(true)
    await stopping
    const after = await store.job(job)
    // It may have been too late to stop the only file.
    if (after?.state !== 'done') {
      expect(after).toMatchObject({ state: 'waiting', counts: { waiting: 1 } })
      expect(existsSync(home.at('out')) ? readdirSync(home.at('out')) : []).toEqual([])
    }
    await start()
    await until(job, 'done')
    expect(await store.item(job, 1)).toMatchObject({ state: 'done', attempts: 1 })
  })

  it('lets others have their turn while a batch that watches has nothing to do, and takes it up when files come', async () => {
    mkdirSync(home.at('inbox'))
    const watching = await enqueueWatch('inbox')
    const behind = await enqueue('behind')
    const ended: string[] = []
    await start({ ended: ({ label }) => void ended.push(label) })
    await until(behind, 'done')
    expect(await store.job(watching)).toMatchObject({ state: 'running', counts: { waiting: 0, done: 0 } })

    await home.picture('inbox/first.png')
    await expect.poll(() => ended, { timeout: 20_000 }).toEqual(['behind.png', 'first.png'])
    await until(await enqueue('later'), 'done')
    await home.picture('inbox/second.png')
    await expect.poll(() => ended, { timeout: 20_000 }).toEqual(['behind.png', 'first.png', 'later.png', 'second.png'])
    expect(readdirSync(home.at('out')).sort()).toEqual(['behind.png', 'first.png', 'later.png', 'second.png'])

    await store.cancel(watching)
    queue.poke()
    await until(watching, 'cancelled')
  }, 60_000)

  it('makes what comes into a watched folder wait while another batch is at work, and while it is paused', async () => {
    mkdirSync(home.at('inbox'))
    const watching = await enqueueWatch('inbox')
    const behind = await enqueue('behind')
    const starts: string[] = []
    let come: Promise<unknown> = Promise.resolve()
    await start({
      started: ({ label }) => {
        starts.push(label)
        if (label === 'behind.png') come = home.picture('inbox/new.png')
      },
    })
    await until(behind, 'done')
    queue.pause()
    await come
    await expect.poll(async () => (await store.job(watching))?.counts.waiting, { timeout: 20_000 }).toBe(1)
    expect(starts).toEqual(['behind.png'])
    queue.resume()
    await expect.poll(async () => (await store.job(watching))?.counts.done, { timeout: 20_000 }).toBe(1)
  }, 60_000)

  it('goes on with others when a batch cannot be run at all', async () => {
    // No system watches a folder of this name.
    const broken = await enqueueWatch('in\0box')
    const behind = await enqueue('behind')
    await start()
    await until(behind, 'done')
    await expect.poll(async () => (await store.job(broken))?.state).toBe('waiting')
  })

  it('obeys a wish made in its own process at once', async () => {
    const job = await enqueue('a')
    let wished = false
    await start({
      started: () => {
        if (wished) return
        wished = true
        void store.cancel(job).then(() => queue.poke())
      },
    })
    await until(job, 'cancelled')
    expect(await store.item(job, 1)).toMatchObject({ state: 'cancelled' })
  })
})
