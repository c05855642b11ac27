/** Pictures that vanish or change while a batch runs: a clear reason for each, nothing written of them, the rest is done. */
import { copyFileSync, existsSync } from 'node:fs'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { endAll, expectClean, expectEnded, hashes, openBench, type Bench } from './bench.js'
import { queue } from './runners.js'

const names = [...'abcdefgh'].map((name) => `${name}.png`)
/** Beside the batch, not in it: what a picture is changed to. */
const OTHER = 'other.png'
const pictures = Object.fromEntries([...names, OTHER].map((name) => [name, {}]))
/** The same file, other bytes: its time and size may even be the same. */
const replace = (name: string) => `cp '${bench.home.at(OTHER)}' '${bench.home.at(name)}'`
const remove = (name: string) => `rm '${bench.home.at(name)}'`

let undisturbed: Record<string, string>
beforeAll(async () => {
  await using bench = await openBench(pictures)
  await expectEnded(queue.start(bench), 'well')
  undisturbed = hashes(bench.outputs)
})

let bench: Bench
beforeEach(async () => {
  bench = await openBench(pictures)
})
afterEach(async () => {
  endAll()
  await bench[Symbol.asyncDispose]()
})

const request = () => bench.request({ inputs: names.map((name) => bench.home.at(name)) })
const resultOf = (name: string) => name.replace('.', '_denoised.')

/** All but one have their result; nothing was written of that one, and only the test touched the inputs. */
async function expectOnly(name: string, code: string, inputs: Record<string, string>): Promise<void> {
  for (const { label, state, error } of await bench.items()) {
    if (label === name) expect({ state, error }).toMatchObject({ state: 'failed', error: { code, params: { name } } })
    else expect({ label, state }).toEqual({ label, state: 'done' })
  }
  const { [resultOf(OTHER)]: _other, [resultOf(name)]: _failed, ...others } = undisturbed
  expect(hashes(bench.outputs)).toEqual(others)
  expect(hashes(bench.inputs)).toEqual(inputs)
  await expectClean(bench)
}

/** At the last, nothing is in work of it yet when the first is started. */
const moments = [
  ['before its turn', 'h.png', { on: 'started' as const, label: 'a.png' }],
  ['between its hash and its decoding', 'c.png', { on: 'hashed' as const, label: 'c.png' }],
  ['while it is decoded', 'c.png', { on: 'decode' as const, label: 'c.png' }],
  ['while it is denoised', 'c.png', { on: 'denoise' as const, label: 'c.png' }],
  ['while its result is written', 'c.png', { on: 'encode' as const, label: 'c.png' }],
] as const

describe('a picture that vanishes', () => {
  it.each(moments)('%s', async (_, name, moment) => {
    const { [name]: _gone, ...rest } = hashes(bench.inputs)
    await expectEnded(bench.host({ requests: [request()], hooks: [{ ...moment, run: remove(name) }] }), 'well')
    await expectOnly(name, 'file.notFound', rest)
  })
})

describe('a picture that changes', () => {
  it.each(moments.slice(1))('%s', async (_, name, moment) => {
    const inputs = hashes(bench.inputs)
    await expectEnded(bench.host({ requests: [request()], hooks: [{ ...moment, run: replace(name) }] }), 'well')
    await expectOnly(name, 'file.changed', { ...inputs, [name]: inputs[OTHER] ?? '' })

    // It has come to rest: tried again, it is done as what it is now.
    await expectEnded(bench.host({ retry: [(await bench.job()).id] }), 'well')
    expect((await bench.items()).every(({ state }) => state === 'done')).toBe(true)
    expect(hashes(bench.outputs)[resultOf(name)]).toBe(undisturbed[resultOf(OTHER)])
  })

  it('before its turn is done as what it is then', async () => {
    const hooks = [{ on: 'started' as const, label: 'a.png', run: replace('h.png') }]
    await expectEnded(bench.host({ requests: [request()], hooks }), 'well')
    expect(hashes(bench.outputs)[resultOf('h.png')]).toBe(undisturbed[resultOf(OTHER)])
  })
})

describe('PEERS 10: the same name, another picture', () => {
  it('is not taken for what was made of the first', async () => {
    const always = () => bench.request({ inputs: [bench.home.at('a.png')], overwrite: 'always', resume: true })
    await expectEnded(bench.host({ requests: [always()] }), 'well')
    const first = hashes(bench.outputs)
    // Once more: it is there already.
    const same = bench.host({ requests: [always()] })
    await expectEnded(same, 'well')
    expect(same.events).toContainEqual(expect.objectContaining({ event: 'ended', state: 'skipped' }))

    copyFileSync(bench.home.at('b.png'), bench.home.at('a.png'))
    const changed = bench.host({ requests: [always()] })
    await expectEnded(changed, 'well')
    expect(changed.events).toContainEqual(expect.objectContaining({ event: 'ended', state: 'done' }))
    expect(hashes(bench.outputs)).not.toEqual(first)
    expect(hashes(bench.outputs)[resultOf('a.png')]).toBe(undisturbed[resultOf('b.png')])
    expect(existsSync(bench.home.at('a.png'))).toBe(true)
  })
})
