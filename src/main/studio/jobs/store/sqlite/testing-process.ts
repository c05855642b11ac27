/**
 * A process of its own that uses the job store, for the tests: `claim`, `write` or `hold`, then the data folder. It
 * prints one JSON line after each call that returned, past any buffer, so that what was printed had happened before a
 * kill.
 */
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { thisProcess } from '../../../owner.js'
import { studioPaths } from '../../../paths.js'
import { HEARTBEAT_MS, type JobStore } from '../store.js'
import { newJob, photos, resultOf } from '../testing.js'
import { openJobStore } from './index.js'

const say = (value: object): void => void writeSync(1, `${JSON.stringify(value)}\n`)
const told = (): Promise<void> => new Promise((resolve) => process.stdin.once('data', () => resolve()))

/** When told to, takes jobs until there are none. */
async function claim(store: JobStore): Promise<void> {
  say({ call: 'opened' })
  await told()
  for (;;) {
    const lease = await store.claim(thisProcess(), () => true)
    if (lease === null) break
    say({ call: 'claim', job: lease.job })
    for (;;) {
      const item = await store.start(lease, { alone: false, temp: () => null })
      if (item === null) break
      await store.complete(lease, item.item, resultOf(String(process.pid)))
    }
    await store.release(lease, 'done')
  }
}

/** Puts jobs in and works on them until it is killed. */
async function write(store: JobStore): Promise<void> {
  for (let round = 0; ; round++) {
    const count = 1 + (round % 3) * 150
    const job = await store.enqueue(newJob({ name: `of ${count}` }), photos(count))
    say({ call: 'enqueue', job, count })
    const lease = await store.claim(thisProcess(), ({ id }) => id === job)
    if (lease === null) throw new Error('it was there')
    say({ call: 'claim', job })
    for (let started = 0; started < 4; started++) {
      const item = await store.start(lease, { alone: false, temp: ({ item }) => `/results/.${item}` })
      if (item === null) break
      say({ call: 'start', job, item: item.item })
      await store.complete(lease, item.item, resultOf(`${job}-${item.item}`))
      say({ call: 'complete', job, item: item.item })
    }
  }
}

/** Holds the first job with an item in flight, and tells of each heartbeat. */
async function hold(store: JobStore): Promise<void> {
  const lease = await store.claim(thisProcess(), () => true)
  if (lease === null) throw new Error('nothing to hold')
  await store.start(lease, { alone: false, temp: () => '/results/.held' })
  for (;;) {
    await store.heartbeat(lease, null)
    say({ call: 'heartbeat' })
    await sleep(HEARTBEAT_MS / 10)
  }
}

const [task, home] = process.argv.slice(2)
const store = await openJobStore(studioPaths({ dataDir: home ?? '' }))
if (task === 'claim') await claim(store)
else if (task === 'write') await write(store)
else await hold(store)
await store[Symbol.asyncDispose]()
process.exit(0)
