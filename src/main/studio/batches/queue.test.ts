import { existsSync, readdirSync } from 'node:fs'
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
