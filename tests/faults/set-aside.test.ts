/** P5: a picture that brings the process down each time is tried three times, alone from the second on, and set aside. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { endAll, expectClean, expectEnded, hashes, openBench, type Bench, type Worker } from './bench.js'

const good = ['a.png', 'b.png', 'd.png', 'e.png', 'f.png', 'g.png', 'h.png']

let bench: Bench
beforeEach(async () => {
  bench = await openBench(Object.fromEntries([...good, 'c.png'].map((name) => [name, {}])))
})
afterEach(async () => {
  endAll()
  await bench[Symbol.asyncDispose]()
})

/** What was started and had not ended when the process died. */
function inWork({ events }: Worker): string[] {
  const open = new Set<string>()
  for (const event of events) {
    if (event.event === 'started') open.add(event.label)
    if (event.event === 'ended') open.delete(event.label)
  }
  return [...open]
}

it('a picture that kills its process', async () => {
  const before = hashes(bench.inputs)
  // While its result is written, and its neighbours are on their way.
  const written = `ls '${bench.outputs}'/.c_*.lacuna-tmp`
  const hooks = [{ on: 'encode' as const, label: 'c.png', run: `until ${written}; do sleep 0.02; done; kill -9 $HOST` }]
  const first = bench.host({ requests: [bench.request()], hooks })
  await expectEnded(first, 'killed')
  expect(inWork(first)).toContain('c.png')

  for (const attempt of [2, 3]) {
    const again = bench.host({ hooks })
    await expectEnded(again, 'killed')
    expect(inWork(again)).toEqual(['c.png'])
    expect((await bench.items()).find(({ label }) => label === 'c.png')).toMatchObject({ attempts: attempt })
  }
  // The others had their end before: those that were in work at the first crash by themselves, the rest as always.
  const done = (await bench.items()).filter(({ state }) => state === 'done')
  const neighbours = done.map(({ label }) => label)

  const last = bench.host({ hooks })
  await expectEnded(last, 'well')
  const items = await bench.items()
  expect(items.find(({ label }) => label === 'c.png')).toMatchObject({
    state: 'failed',
    attempts: 3,
    error: { code: 'job.setAside', params: { name: 'c.png', attempts: 3 } },
  })
  for (const { label, state, attempts } of items.filter((item) => item.label !== 'c.png')) {
    expect({ label, state }).toEqual({ label, state: 'done' })
    expect(attempts).toBeLessThanOrEqual(2)
  }
  expect(neighbours).toContain('a.png')
  expect(await bench.job()).toMatchObject({ state: 'done', counts: { done: good.length, failed: 1 } })
  expect(Object.keys(hashes(bench.outputs))).toEqual(good.map((name) => name.replace('.', '_denoised.')))
  expect(hashes(bench.inputs)).toEqual(before)
  await expectClean(bench)
})

it('is tried again when a person wishes, with its three starts anew', async () => {
  const hooks = [{ on: 'started' as const, label: 'c.png', run: 'kill -9 $HOST' }]
  const requests = [bench.request({ inputs: ['a.png', 'c.png'].map((name) => bench.home.at(name)) })]
  for (const start of [{ requests, hooks }, { hooks }, { hooks }, {}]) await bench.host(start).ended
  const { id, counts } = await bench.job()
  expect(counts).toMatchObject({ done: 1, failed: 1 })
  await bench.host({ retry: [id] }).ended
  expect(await bench.job()).toMatchObject({ state: 'done', counts: { done: 2, failed: 0 } })
  expect((await bench.items()).find(({ label }) => label === 'c.png')).toMatchObject({ attempts: 1 })
  await expectClean(bench)
})
