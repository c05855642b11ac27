/** P5: a kill -9 at each step between "it is its turn" and "it is done" loses nothing and does nothing twice. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { faultPoints, type FaultPoint } from '../../src/main/engine/protocol/fault-points.js'
import { endAll, expectClean, expectEnded, finished, hashes, openBench, type Bench } from './bench.js'
import { commandLine, queue } from './runners.js'

const pictures = { 'a.png': {}, 'b.jpg': {}, 'c.png': { width: 40, height: 56 } }
const results = ['a_denoised.png', 'b_denoised.jpg', 'c_denoised.png']

/** Where the engine works; the host lives on and starts another. */
const inEngine: readonly FaultPoint[] = ['write.before', 'write.after', 'sync.before', 'sync.after']
/** The result has its name already, so that only the store's word is missing: it is not made again. */
const renamed: readonly FaultPoint[] = ['rename.after', 'commit.before']

let undisturbed: Record<string, string>
beforeAll(async () => {
  await using bench = await openBench(pictures)
  await expectEnded(queue.start(bench), 'well')
  undisturbed = hashes(bench.outputs)
  expect(Object.keys(undisturbed)).toEqual(results)
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

async function expectAllDone(): Promise<void> {
  expect(hashes(bench.outputs)).toEqual(undisturbed)
  expect(hashes(bench.inputs)).toEqual(before)
  expect(await bench.job()).toMatchObject({ state: 'done', owner: null, counts: { done: 3, failed: 0, skipped: 0 } })
  for (const { label, state, error, result } of await bench.items()) {
    expect({ label, state, error, sha256: result?.sha256 }).toEqual({
      label,
      state: 'done',
      error: null,
      sha256: undisturbed[label.replace('.', '_denoised.')],
    })
  }
  await expectClean(bench)
}

// Of the second picture there, so that one is done; and of the first, so that none is.
describe.each([
  { runner: queue, pass: 2 },
  { runner: commandLine, pass: 1 },
])('$runner.name, at the point for time $pass', ({ runner, pass }) => {
  it.each(faultPoints.filter((point) => !inEngine.includes(point)))('the host is killed: %s', async (point) => {
    const fault = bench.fault(point, pass)
    await expectEnded(runner.start(bench, fault.env), 'killed')
    expect(fault.happened()).toBe(true)
    const done = await finished(bench)
    const written = Object.keys(hashes(bench.outputs)).filter((path) => !path.includes('lacuna-tmp'))

    const next = runner.resume(bench, fault.env)
    await expectEnded(next, 'well')
    await expectAllDone()

    // What was done is not touched again, and what had its name already is not made again.
    const after = await finished(bench)
    for (const item of done) expect(after).toContainEqual(item)
    const started = next.events.flatMap((event) => (event.event === 'started' ? [event.label] : []))
    for (const { label } of done) expect(started).not.toContain(label)
    expect(started.length).toBe(3 - written.length)
    if (renamed.includes(point)) expect(written.length).toBeGreaterThan(done.length)
    for (const { attempts } of after) expect(attempts).toBeLessThanOrEqual(2)
  })

  it.each(inEngine)('the engine is killed: %s', async (point) => {
    const fault = bench.fault(point, pass)
    const host = runner.start(bench, fault.env)
    await expectEnded(host, 'well')
    expect(fault.happened()).toBe(true)
    await expectAllDone()
    for (const { attempts } of await finished(bench)) expect(attempts).toBe(1)
    expect(host.events.filter(({ event }) => event === 'ended').length).toBe(3)
  })
})
