/** What the engine does wrong costs the picture that it does it to, and no other. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endAll, expectClean, expectEnded, hashes, openBench, type Bench } from './bench.js'

let bench: Bench
let before: Record<string, string>
beforeEach(async () => {
  bench = await openBench({ 'a.png': {}, 'b.png': { width: 300, height: 200 }, 'c.png': {}, 'd.jpg': {} }, [
    'tiny-denoiser',
    'hungry-denoiser',
    'stuck-denoiser',
  ])
  before = hashes(bench.inputs)
})
afterEach(async () => {
  expect(hashes(bench.inputs)).toEqual(before)
  await expectClean(bench)
  endAll()
  await bench[Symbol.asyncDispose]()
})

const outcomes = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await bench.items()).map(({ label, state, error }) => [label, error?.code ?? state]))

describe('out of memory (PEERS 7, 31)', () => {
  it('fails the picture that is too large for the device, by that name, and the others are done', async () => {
    await expectEnded(bench.host({ requests: [bench.request({ model: 'hungry-denoiser' })] }), 'well')
    expect(await outcomes()).toEqual({
      'a.png': 'done',
      'b.png': 'engine.outOfMemory',
      'c.png': 'done',
      'd.jpg': 'done',
    })
    const [, large] = await bench.items()
    expect(large?.error?.params).toMatchObject({ name: 'b.png', model: 'hungry-denoiser' })
  })

  it('is survived with smaller tiles where these fit, and the result says so', async () => {
    await expectEnded(bench.host({ requests: [bench.request({ model: 'hungry-denoiser', tile: 128 })] }), 'well')
    const items = await bench.items()
    expect(items.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done'])
    expect(items[1]?.result?.notes.map(({ code }) => code)).toEqual(['engine.retriedSmaller'])
  })
})

describe('a stuck model (PEERS 11, 34)', () => {
  it('is ended, and fails its pictures as stuck; the next job is done', async () => {
    const inputs = [bench.home.at('a.png'), bench.home.at('c.png')]
    const stuck = bench.request({ model: 'stuck-denoiser', inputs })
    const host = bench.host({ requests: [stuck, bench.request()], stuckMs: 1000 })
    await expectEnded(host, 'well')
    const ends = host.events.flatMap((event) => (event.event === 'ended' ? [event] : []))
    const first = ends.slice(0, 2)
    expect(first.map(({ label }) => label).sort()).toEqual(['a.png', 'c.png'])
    for (const { error } of first)
      expect(error).toMatchObject({ code: 'engine.stuck', params: { model: 'stuck-denoiser' } })
    expect(ends.slice(2).map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done'])
  })
})

describe('an engine that dies on one picture (PEERS 7, 43)', () => {
  it('fails that one with the model, the device and the attempts in its reason; its neighbours pay nothing', async () => {
    const hooks = [{ on: 'denoise' as const, label: 'b.png', run: 'kill -9 $ENGINE', always: true }]
    const host = bench.host({ requests: [bench.request({ tile: 64 })], hooks })
    await expectEnded(host, 'well')
    expect(await outcomes()).toEqual({ 'a.png': 'done', 'b.png': 'engine.died', 'c.png': 'done', 'd.jpg': 'done' })
    const [first, culprit, ...others] = await bench.items()
    expect(culprit?.error?.params).toMatchObject({ name: 'b.png', model: 'tiny-denoiser', attempts: 3 })
    for (const item of [first, ...others]) expect(item?.result?.notes).toEqual([])
    expect(host.events.filter(({ event }) => event === 'ended').length).toBe(4)
  })
})
