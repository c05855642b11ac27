/** One database, several real processes, some of which are stopped or killed. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Program, programOf } from '../../../../../../tests/support/program.js'
import { thisProcess } from '../../../owner.js'
import { studioPaths } from '../../../paths.js'
import { type JobStore, LEASE_EXPIRY_MS } from '../store.js'
import { livingOwner, newJob, photos } from '../testing.js'
import { Database } from './database.js'
import { databaseFile, openJobStore } from './index.js'

const Said = z.object({
  call: z.string(),
  job: z.string().default(''),
  item: z.number().default(0),
  count: z.number().default(0),
})
type Said = z.infer<typeof Said>

let program: Program
beforeAll(async () => {
  program = await programOf(join(import.meta.dirname, 'testing-process.ts'))
})
afterAll(() => program.remove())

class Other {
  readonly said: Said[] = []
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: Interface
  readonly #closed: Promise<unknown>

  constructor(task: 'claim' | 'write' | 'hold', home: string) {
    this.#child = spawn(process.execPath, [program.path, task, home], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#closed = once(this.#child, 'close')
    this.#lines = createInterface(this.#child.stdout)
    this.#lines.on('line', (line) => this.said.push(Said.parse(JSON.parse(line))))
  }

  /** Until it has said so many things. */
  async until(count: number): Promise<void> {
    while (this.said.length < count) await once(this.#lines, 'line')
  }

  go(): void {
    this.#child.stdin.write('go\n')
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Until it is gone and all that it said was heard. */
  ended(): Promise<unknown> {
    return this.#closed
  }
}

let home: string
let others: Other[]
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lacuna-processes-'))
  others = []
})
afterEach(async () => {
  for (const other of others) other.signal('SIGKILL')
  await Promise.all(others.map((other) => other.ended()))
  rmSync(home, { recursive: true, force: true })
})

const other = (task: 'claim' | 'write' | 'hold'): Other => {
  const started = new Other(task, home)
  others.push(started)
  return started
}
const openHere = (now?: () => number): Promise<JobStore> => openJobStore(studioPaths({ dataDir: home }), { now })

describe('several processes', () => {
  it('make one database together, and each job goes to exactly one of them', async () => {
    const four = [other('claim'), other('claim'), other('claim'), other('claim')]
    await Promise.all(four.map((process) => process.until(1)))
    await using store = await openHere()
    const ids: string[] = []
    for (let count = 0; count < 40; count++) ids.push(await store.enqueue(newJob(), photos(3)))
    for (const process of four) process.go()
    await Promise.all(four.map((process) => process.ended()))

    const taken = four.map(({ said }) => said.filter(({ call }) => call === 'claim').map(({ job }) => job))
    expect(taken.flat().sort()).toEqual([...ids].sort())
    for (const { state, counts } of await store.jobs()) {
      expect(state).toBe('done')
      expect(counts.done).toBe(3)
    }
    // One process did all of a job.
    for (const id of ids) expect(new Set((await store.items(id)).map(({ result }) => result?.sha256)).size).toBe(1)
  }, 120_000)

  it('hear of the changes of others', async () => {
    await using store = await openHere()
    const changes = store.watch(new AbortController().signal)
    await using second = await openHere()
    const id = await second.enqueue(newJob(), photos(1))
    expect((await changes.next()).done).toBe(false)
    expect(await store.job(id)).not.toBeNull()
  })

  it('hear of the death of one that held a job', async () => {
    await using store = await openHere()
    const id = await store.enqueue(newJob({ origin: 'cli' }), photos(1))
    const { owner, kill } = await livingOwner()
    await store.claim(owner, () => true)
    const changes = store.watch(new AbortController().signal)
    expect((await store.job(id))?.state).toBe('running')
    await kill()
    await changes.next()
    expect((await store.job(id))?.state).toBe('interrupted')
  })

  it('wait for one that writes, and do not stand still meanwhile', async () => {
    await using store = await openHere()
    const writer = new Database(databaseFile(studioPaths({ dataDir: home })))
    writer.exec('BEGIN IMMEDIATE')
    let ended = false
    const enqueued = store.enqueue(newJob(), photos(1)).finally(() => (ended = true))
    for (let turns = 0; turns < 5; turns++) await sleep(50)
    expect(ended).toBe(false)
    expect(await store.jobs()).toEqual([])
    writer.exec('COMMIT')
    writer.close()
    expect(await store.countItems(await enqueued)).toBe(1)
  })
})

describe.skipIf(process.platform === 'win32')('a process that holds a job', () => {
  it('keeps it while it is suspended, and loses it at once when it is killed', async () => {
    let clock = Date.now()
    await using store = await openHere(() => clock)
    const id = await store.enqueue(newJob(), photos(2))
    const holder = other('hold')
    await holder.until(2)
    holder.signal('SIGSTOP')
    clock += 1000 * LEASE_EXPIRY_MS
    expect(await store.claim(thisProcess(), () => true)).toBeNull()
    expect((await store.job(id))?.state).toBe('running')
    const before = holder.said.length
    holder.signal('SIGCONT')
    await holder.until(before + 1)

    holder.signal('SIGKILL')
    await holder.ended()
    expect((await store.job(id))?.state).toBe('waiting')
    const lease = await store.claim(thisProcess(), () => true)
    expect(lease?.job).toBe(id)
    expect(await store.inFlight(lease!)).toMatchObject([{ item: 1, attempts: 1, temp: '/results/.held' }])
  }, 60_000)
})

describe('a process that is killed while it writes', () => {
  it('loses nothing that it was told, in 25 rounds, and leaves nothing by halves', async () => {
    let completed = 0
    for (let round = 0; round < 25; round++) {
      const writer = other('write')
      // Killed in the middle of whatever follows: different calls in every round.
      await writer.until(1 + ((round * 7) % 23))
      await sleep(round % 5)
      writer.signal('SIGKILL')
      await writer.ended()

      const database = new Database(databaseFile(studioPaths({ dataDir: home })))
      expect(database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
      expect(database.all('PRAGMA foreign_key_check')).toEqual([])
      database.close()
      await using store = await openHere()
      expect(store.problem).toBeNull()
      for (const { name, counts } of await store.jobs()) {
        const { waiting, running, done } = counts
        expect(`of ${waiting + running + done}`).toBe(name)
      }
      for (const { call, job, item, count } of writer.said) {
        if (call === 'enqueue') expect(await store.countItems(job)).toBe(count)
        if (call === 'claim') expect((await store.job(job))?.startedAt).not.toBeNull()
        if (call === 'start') expect((await store.item(job, item))?.attempts).toBe(1)
        if (call !== 'complete') continue
        completed++
        expect(await store.item(job, item)).toMatchObject({ state: 'done', result: { sha256: `${job}-${item}` } })
      }
    }
    expect(completed).toBeGreaterThan(25)
  }, 900_000)
})
