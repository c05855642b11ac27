/** P7: a disk that is full, or takes nothing any more, in the middle of a batch. */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../support/engine.js'
import { endAll, expectClean, expectEnded, hashes, openBench, type Bench } from './bench.js'
import { queue } from './runners.js'
import { NO_MOUNT, smallDisk } from './small-disk.js'

/** The program leaves 64 MB of every disk free: disks are larger than that, and the big picture than what is left. */
const ROOM = '128m'
const LITTLE_ROOM = '66m'

/** More than are in work at once, and one that takes its time. */
const BIG = { width: 1500, height: 1000 }
const pictures = { 'a.png': {}, 'b.png': BIG, ...Object.fromEntries([...'cdefgh'].map((name) => [`${name}.png`, {}])) }
const COUNT = Object.keys(pictures).length

let undisturbed: Record<string, string>
beforeAll(async () => {
  await using bench = await openBench(pictures)
  await expectEnded(queue.start(bench), 'well')
  undisturbed = hashes(bench.outputs)
  expect(Object.keys(undisturbed).length).toBe(COUNT)
})

let bench: Bench
let before: Record<string, string>
beforeEach(async () => {
  bench = await openBench(pictures)
  before = hashes(bench.inputs)
})
afterEach(async () => {
  endAll()
  await bench[Symbol.asyncDispose]()
})

const sh = (command: string): void => void execFileSync('sh', ['-c', command])

const resultOf = (label: string): string => label.replace('.', '_denoised.')

/** Every picture is done or failed for this reason, not all of them, and what failed has left nothing. */
async function expectFailed(code: string): Promise<string[]> {
  const items = await bench.items()
  const failed = items.filter(({ state }) => state === 'failed')
  expect(failed).not.toEqual([])
  for (const { label, error } of failed) {
    expect(error).toMatchObject({ code })
    // What there was no room for: the result, or the scratch that a picture needs.
    expect([label, resultOf(label)]).toContain(error?.params['name'])
  }
  for (const { target, state } of items)
    expect({ state, there: existsSync(target ?? '') }).toMatchObject(
      state === 'done' ? { there: true } : { state: 'failed', there: false },
    )
  // It was the trouble of some, not of all.
  expect(failed.length).toBeLessThan(COUNT)
  expect(hashes(bench.inputs)).toEqual(before)
  await expectClean(bench)
  return failed.map(({ label }) => label)
}

/** What failed is done when it is tried again, and everything is as if nothing had been. */
async function expectRetried(failed: readonly string[]): Promise<void> {
  const { id } = await bench.job()
  const again = bench.host({ retry: [id] })
  await expectEnded(again, 'well')
  const started = again.events.flatMap((event) => (event.event === 'started' ? [event.label] : []))
  expect(started.sort()).toEqual([...failed].sort())
  expect(hashes(bench.outputs)).toEqual(undisturbed)
  expect(hashes(bench.inputs)).toEqual(before)
  expect(await bench.job()).toMatchObject({ state: 'done', counts: { done: COUNT, failed: 0 } })
  await expectClean(bench)
}

describe('a disk that fills up', () => {
  it('with results: fails the files that found no room, and the rest goes on', async ({ skip }) => {
    using disk = smallDisk(bench.outputs, ROOM) ?? skip(NO_MOUNT)
    // While the first result is being written.
    const hooks = [
      { on: 'encode' as const, run: disk.fill },
      { on: 'failed' as const, run: disk.empty },
    ]
    await expectEnded(bench.host({ requests: [bench.request()], hooks }), 'well')
    await expectRetried(await expectFailed('output.diskFull'))
  })

  it('before a file is started: says so at once', async ({ skip }) => {
    using disk = smallDisk(bench.outputs, LITTLE_ROOM) ?? skip(NO_MOUNT)
    await expectEnded(queue.start(bench), 'well')
    expect(await expectFailed('output.diskFull')).toEqual(['b.png'])
    disk.resize(ROOM)
    await expectRetried(['b.png'])
  })

  it('with scratch that is too small for one file: fails that one before it starts', async ({ skip }) => {
    using disk = smallDisk(bench.home.paths.cache, LITTLE_ROOM) ?? skip(NO_MOUNT)
    await expectEnded(queue.start(bench), 'well')
    expect(await expectFailed('output.diskFull')).toEqual(['b.png'])
    disk.resize(ROOM)
    await expectRetried(['b.png'])
  })

  it('with scratch, in the middle of the work', async ({ skip }) => {
    using disk = smallDisk(bench.home.paths.cache, ROOM) ?? skip(NO_MOUNT)
    const hooks = [
      // The big picture is in work by then, and the first is done: while it takes its time, all others may fail.
      { on: 'ended' as const, label: 'a.png', run: disk.fill },
      { on: 'ended' as const, label: 'b.png', run: disk.empty },
    ]
    await expectEnded(bench.host({ requests: [bench.request()], hooks }), 'well')
    const failed = await expectFailed('output.diskFull')
    expect(failed).toContain('b.png')
    await expectRetried(failed)
  })

  it('with the job store: ends the run with one error, and a later one finishes it', async ({ skip }) => {
    const { data } = bench.home.paths
    using disk = smallDisk(data, ROOM) ?? skip(NO_MOUNT)
    cpSync(join(root, 'tests/fixtures/models/tiny-denoiser'), join(data, 'models/tiny-denoiser'), { recursive: true })
    const hooks = [{ on: 'denoise' as const, label: 'b.png', run: disk.fill }]
    const host = bench.host({ requests: [bench.request()], hooks })
    expect(await host.ended).toEqual({ code: 1, signal: null })
    expect(host.events.filter(({ event }) => event === 'error')).toMatchObject([{ error: { code: 'output.diskFull' } }])
    expect(hashes(bench.inputs)).toEqual(before)
    const done = Object.keys(hashes(bench.outputs))
    sh(disk.empty)

    const next = bench.host()
    await expectEnded(next, 'well')
    expect(hashes(bench.outputs)).toEqual(undisturbed)
    expect(hashes(bench.inputs)).toEqual(before)
    expect(await bench.job()).toMatchObject({ state: 'done', counts: { done: COUNT, failed: 0 } })
    const started = next.events.flatMap((event) => (event.event === 'started' ? [event.label] : []))
    expect(started.length).toBe(COUNT - done.length)
    await expectClean(bench)
  })
})

describe('an output folder that turns read-only', () => {
  const isRoot = userInfo().uid === 0

  /** Permissions bind everyone but root, who may mount instead. */
  function lockable(skip: (reason: string) => never): Disposable & { lock: string; unlock: string } {
    if (isRoot) return smallDisk(bench.outputs, ROOM) ?? skip(NO_MOUNT)
    mkdirSync(bench.outputs)
    return {
      lock: `chmod 555 '${bench.outputs}'`,
      unlock: `chmod 755 '${bench.outputs}'`,
      [Symbol.dispose]: () => chmodSync(bench.outputs, 0o755),
    }
  }

  it.for(['denoise', 'encode'] as const)(
    'at %s: fails the files of that time, and the rest goes on',
    async (on, { skip }) => {
      using folder = lockable(skip)
      const hooks = [
        { on, run: folder.lock },
        { on: 'failed' as const, run: folder.unlock },
      ]
      await expectEnded(bench.host({ requests: [bench.request()], hooks }), 'well')
      const failed = await expectFailed('output.readOnly')
      await expectRetried(failed)
    },
  )
})
