import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { largestDifference, random, root } from '../../../../tests/support/engine.js'
import { programOf } from '../../../../tests/support/program.js'
import { testHome, type TestHome } from '../../../../tests/support/studio.js'
import type { DocumentView } from '../../../shared/contract.js'
import { emptyMask } from '../../../shared/mask/index.js'
import { createStudio, type Studio } from '../studio.js'
import { HistoryStore } from './store/index.js'
import { changeAll, fillAt, opened, resize, samplesOf, type Samples } from '../../../../tests/support/states.js'

// Several studios start and end in each test.
vi.setConfig({ testTimeout: 90_000 })

let home: TestHome
let studio: Studio
let id: string
let input: string
const studios: Studio[] = []

beforeEach(async () => {
  home = testHome([])
  input = await home.picture('in.png', { width: 1100, height: 600 })
  studio = await start()
  id = await opened(studio, input)
})
afterEach(async () => {
  for (const one of studios.splice(0)) await one.close()
  await home[Symbol.asyncDispose]()
})

/** Keeps no raster in scratch that it need not. */
async function start(): Promise<Studio> {
  const made = await createStudio({ engine: home.engine(), paths: home.paths, scratchBudget: 0 })
  studios.push(made)
  return made
}

/** As after the end of the program and another start. */
async function restart(): Promise<void> {
  await studio.close()
  studio = await start()
  id = await opened(studio, input)
}

const now = (): DocumentView => studio.documents.views().find((one) => one.id === id) ?? fail()
const fail = (): never => {
  throw new Error('the picture is not open')
}
const stored = () => studio.documents.states.stored(studio.documents.get(id))
const shown = (): Promise<Samples> => samplesOf(studio, id, now().current)

const below = (...names: string[]): string[] => {
  const folder = join(home.paths.data, 'history', ...names)
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : []
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}
const tiles = (): string[] => below('tiles')
const records = (): string[] => below('documents').filter((path) => path.endsWith('document.json'))

const AREA = { left: 500, top: 100, width: 60, height: 40 }

describe('any edits', () => {
  it.each([1, 2, 3])(
    'undone and done again give the same bytes, also after a restart (%i)',
    async (seed) => {
      const next = random(seed)
      const expected: Samples[] = [await shown()]
      for (let step = 0; step < 7; step++) {
        // Sometimes some steps are taken back first, and what followed them is dropped.
        if (next() < 0.3) await studio.documents.show(id, Math.floor(next() * expected.length))
        expected.length = now().current + 1
        const kind = next()
        if (kind < 0.6) await fillAt(studio, id, next)
        else if (kind < 0.8) await changeAll(studio, id, next)
        else await resize(studio, id, next)
        expected.push(await shown())
      }
      await expectHistory(expected)
      await restart()
      expect(now().current).toBe(expected.length - 1)
      await expectHistory(expected)
    },
    240_000,
  )

  async function expectHistory(expected: readonly Samples[]): Promise<void> {
    const steps = [...expected.keys()]
    for (const index of [...steps.toReversed(), ...steps]) {
      await studio.documents.show(id, index)
      expect(now().current).toBe(index)
      expect(largestDifference(await shown(), expected[index] ?? []), `state ${index}`).toBe(0)
    }
  }
})

describe('a state', () => {
  it('costs the tiles that it changes', async () => {
    await fillAt(studio, id, random(1), AREA)
    await stored()
    const before = new Set(tiles())
    await fillAt(studio, id, random(2), AREA)
    await stored()
    // The area lies over two tiles; and a thumbnail.
    expect(tiles().filter((path) => !before.has(path)).length).toBe(3)
  })

  it('brings back what was painted on it, after a fill and after a restart', async () => {
    const operations = [{ kind: 'rectangle' as const, x: 5, y: 5, width: 10, height: 10, erase: false }]
    const masks = { mask: { ...emptyMask({ width: 1100, height: 600 }), operations }, sources: null }
    await studio.masks.set(id, 'original', masks)
    await fillAt(studio, id, random(1), AREA)
    expect(now().states.map(({ masked }) => masked)).toEqual([true, false])
    await restart()
    expect(studio.masks.get(id, 'original')).toEqual(masks)
    await studio.masks.set(id, 'original', null)
    await restart()
    expect(now().states.map(({ masked }) => masked)).toEqual([false, false])
  })

  it('has its thumbnail, report and name without its pixels', async () => {
    await fillAt(studio, id, random(1), AREA)
    const [, before] = now().states
    await restart()
    expect(now().states[1]).toEqual(before)
    const { type, data } = await studio.views.thumb(id, before?.id ?? '', new AbortController().signal)
    expect([type, data.length > 100]).toEqual(['image/webp', true])
  })

  it('whose tile is damaged says so when it is shown; the others are as they were', async () => {
    await fillAt(studio, id, random(1), AREA)
    await stored()
    const before = new Set(tiles())
    await changeAll(studio, id, random(2))
    await stored()
    const own = tiles().filter((path) => !before.has(path))
    await fillAt(studio, id, random(3), AREA)
    await fillAt(studio, id, random(3), { ...AREA, left: 20 })
    const last = await shown()
    await stored()
    await studio.documents.show(id, 1)
    await restart()
    for (const path of own) writeFileSync(path, readFileSync(path).subarray(0, 99))
    await expect(Promise.resolve(studio.documents.show(id, 2))).rejects.toMatchObject({
      code: 'history.damaged',
      params: { name: 'in.png' },
    })
    expect(now().current).toBe(1)
    await studio.documents.show(id, 0)
    await studio.documents.show(id, 1)
    await fillAt(studio, id, random(4), AREA)
    expect(now().states).toHaveLength(3)
    expect(last.length).toBe((await shown()).length)
  })
})

describe('what is done', () => {
  const masks = (x: number) => ({
    mask: {
      ...emptyMask({ width: 1100, height: 600 }),
      operations: [{ kind: 'rectangle' as const, x, y: 5, width: 10, height: 10, erase: false }],
    },
    sources: null,
  })

  it('is stored when it is said to be done: a step, and what is painted', async () => {
    await fillAt(studio, id, random(1), AREA)
    expect(readFileSync(records()[0] ?? '', 'utf8')).toContain(now().states[1]?.id)
    await studio.masks.set(id, 'original', masks(5))
    expect(below('documents').filter((path) => path.endsWith('masks-original.json'))).toHaveLength(1)
    expect(now().unstored).toBeNull()
  })

  it('and cannot be stored is shown all the same, says so, and is stored once it can be', async () => {
    await fillAt(studio, id, random(1), AREA)
    // Nothing can be written where a file is in the way.
    const folder = join(home.paths.data, 'history', 'tiles')
    renameSync(folder, `${folder}-away`)
    writeFileSync(folder, '')
    await fillAt(studio, id, random(2), AREA)
    expect(now()).toMatchObject({
      current: 2,
      unstored: { code: 'history.notStored', params: { name: 'in.png' } },
    })
    const expected = await shown()
    await studio.documents.store(id)
    expect(now().unstored).not.toBeNull()

    unlinkSync(folder)
    renameSync(`${folder}-away`, folder)
    await studio.documents.store(id)
    expect(now().unstored).toBeNull()
    await restart()
    expect(now().current).toBe(2)
    expect(largestDifference(await shown(), expected)).toBe(0)
  })

  it('also says so of what is painted', async () => {
    const folder = join(home.paths.data, 'history', 'documents')
    mkdirSync(join(folder, '..'), { recursive: true })
    writeFileSync(folder, '')
    await studio.masks.set(id, 'original', masks(5))
    expect(now().unstored?.code).toBe('history.notStored')
    unlinkSync(folder)
    await studio.masks.set(id, 'original', masks(6))
    expect(now().unstored).toBeNull()
    await restart()
    expect(studio.masks.get(id, 'original')).toEqual(masks(6))
  })
})

describe('a history', () => {
  const states = async (path: string): Promise<number> => {
    id = await opened(studio, path)
    return now().states.length
  }

  it('goes with its file when that is moved and called otherwise', async () => {
    await fillAt(studio, id, random(1), AREA)
    await studio.close()
    studio = await start()
    const moved = home.at('moved.png')
    renameSync(input, moved)
    expect(await states(moved)).toBe(2)
  })

  it('is not that of a copy, which has its own from then on', async () => {
    await fillAt(studio, id, random(1), AREA)
    const copy = home.at('copy.png')
    copyFileSync(input, copy)
    expect(await states(copy)).toBe(1)
    await fillAt(studio, id, random(2), AREA)
    await fillAt(studio, id, random(3), AREA)
    await studio.close()
    studio = await start()
    expect([await states(input), await states(copy)]).toEqual([2, 3])
  })

  it('of a picture that the page sent is found by its name', async () => {
    const send = async (name: string): Promise<number> => {
      const origin = await studio.session.room(name)
      copyFileSync(input, origin.path)
      id = await studio.documents.open(origin)
      await vi.waitUntil(() => now().phase === 'ready', { timeout: 20_000 })
      return now().states.length
    }
    expect(await send('a.png')).toBe(1)
    await fillAt(studio, id, random(1), AREA)
    await studio.close()
    studio = await start()
    expect([await send('b.png'), await send('a.png')]).toEqual([1, 2])
  })
})

describe('the record', () => {
  it('of a newer program is left as it is, and the picture opens without it', async () => {
    await fillAt(studio, id, random(1), AREA)
    await studio.close()
    const [record = ''] = records()
    const newer = readFileSync(record, 'utf8').replace('"version":1', '"version":2')
    writeFileSync(record, newer)
    await restart()
    expect(now()).toMatchObject({ phase: 'ready', current: 0, info: { notes: [{ code: 'history.newer' }] } })
    await fillAt(studio, id, random(2), AREA)
    await restart()
    expect(now().states).toHaveLength(2)
    expect(readFileSync(record, 'utf8')).toBe(newer)
    expect(await new HistoryStore(home.paths, studio.log).collect(1e9)).toMatchObject({ forgotten: 0, freed: 0 })
  })

  it('that is damaged is put aside, and said', async () => {
    await fillAt(studio, id, random(1), AREA)
    await studio.close()
    writeFileSync(records()[0] ?? '', '{"version":1')
    await restart()
    expect(now()).toMatchObject({
      phase: 'ready',
      states: [{ id: 'original' }],
      info: { notes: [{ code: 'history.damaged' }] },
    })
    await restart()
    expect(now().info?.notes).toEqual([])
  })

  it('is not made for a picture that is only looked at', async () => {
    await restart()
    expect([tiles(), records()]).toEqual([[], []])
  })
})

describe('the store', () => {
  const store = () => new HistoryStore(home.paths, studio.log)

  it('forgets dropped states, then the histories that were not open for longest, and nothing that is open', async () => {
    await fillAt(studio, id, random(1), AREA)
    await studio.documents.show(id, 0)
    await fillAt(studio, id, random(2), AREA)
    await stored()
    expect((await store().collect(1e9))?.freed, 'what was dropped').toBeGreaterThan(0)
    await studio.documents.show(id, 0)
    expect(await store().collect(0)).toMatchObject({ forgotten: 0, freed: 0 })
    await restart()
    expect(now().states).toHaveLength(2)
    await studio.close()
    const other = await home.picture('other.png', { width: 600, height: 200, seed: 9 })
    studio = await start()
    id = await opened(studio, other)
    await fillAt(studio, id, random(3), { ...AREA, left: 0 })
    await stored()
    expect(await store().collect(0)).toMatchObject({ forgotten: 1 })
    expect((await store().collect(0))?.bytes).toBeGreaterThan(0)
    const kept = await shown()
    await studio.documents.show(id, 0)
    await studio.documents.show(id, 1)
    expect(largestDifference(await shown(), kept)).toBe(0)
    expect(now().states).toHaveLength(2)
    id = await opened(studio, input)
    expect(now().states).toHaveLength(1)
  })

  it('clears pictures of masks that nothing names and that were not loaded for a day', async () => {
    const folder = join(home.paths.data, 'masks')
    const left = (): string[] => (existsSync(folder) ? readdirSync(folder) : [])
    const load = async (x: number): Promise<string> => {
      const path = home.at(`mask-${x}.png`)
      const white = { create: { width: 40, height: 30, channels: 3 as const, background: '#fff' } }
      await sharp({ create: { width: 1100, height: 600, channels: 3, background: '#000' } })
        .composite([{ input: white, left: x, top: 20 }])
        .png()
        .toFile(path)
      return (await studio.maskPictures.load(id, 'original', { from: 'file', path, fit: false })).hash
    }
    const [named, unnamed, young] = [await load(100), await load(200), await load(300)]
    const operations = [{ kind: 'image' as const, hash: named, soft: true, fit: false, erase: false }]
    const masks = { mask: { ...emptyMask({ width: 1100, height: 600 }), operations }, sources: null }
    await studio.masks.set(id, 'original', masks)
    const old = new Date(Date.now() - 25 * 3600_000)
    for (const hash of [named, unnamed]) utimesSync(join(folder, `${hash}.png`), old, old)
    expect((await store().collect(1e9))?.freed).toBeGreaterThan(0)
    expect(left().toSorted()).toEqual([`${named}.png`, `${young}.png`].toSorted())
    // It goes with its history, when there is no room for that.
    await studio.close()
    expect(await store().collect(0)).toMatchObject({ forgotten: 1 })
    expect(left()).toEqual([`${young}.png`])
  })

  it('is shared by two studios: the second goes on from a copy, and neither loses a state', async () => {
    await fillAt(studio, id, random(1), AREA)
    await stored()
    const first = { studio, id }
    studio = await start()
    id = await opened(studio, input)
    expect(now().states).toHaveLength(2)
    await fillAt(studio, id, random(2), AREA)
    await stored()
    const second = { studio, id }
    const results: [typeof first, Samples][] = []
    for (const one of [first, second]) {
      ;({ studio, id } = one)
      await changeAll(studio, id, random(3))
      results.push([one, await shown()])
      await stored()
      await store().collect(0)
    }
    expect(records()).toHaveLength(2)
    for (const [one, expected] of results) {
      ;({ studio, id } = one)
      const { current } = now()
      await studio.documents.show(id, 0)
      await studio.documents.show(id, current)
      expect(largestDifference(await shown(), expected)).toBe(0)
    }
    expect([first, second].map((one) => one.studio.documents.views()[0]?.states.length)).toEqual([3, 4])
  })

  it('is whole after a kill at any moment: what the record names is there', async () => {
    await fillAt(studio, id, random(1), AREA)
    await studio.close()
    const program = await programOf(join(import.meta.dirname, 'testing-process.ts'))
    const next = random(7)
    for (let round = 0; round < 4; round++) {
      const before = tiles().length
      const child = other(program.path)
      // Between the first new tile and the record, or soon after.
      while (tiles().length < before + 1 && child.exitCode === null) await new Promise((done) => setTimeout(done, 5))
      await new Promise((done) => setTimeout(done, Math.floor(next() * 300)))
      child.kill('SIGKILL')
      await once(child, 'close')
    }
    program.remove()
    await restart()
    const { length } = now().states
    expect(length).toBeGreaterThan(1)
    for (let index = 0; index < length; index++) {
      await studio.documents.show(id, index)
      expect((await shown()).length).toBeGreaterThan(0)
    }
    await stored()
    await store().collect(1e9)
    const named = new Set(readFileSync(records()[0] ?? '', 'utf8').match(/\b[0-9a-f]{64}\b/g))
    expect(tiles().length, 'nothing but what is named').toBe(named.size)
  }, 600_000)

  /** A studio in a process of its own that opens the picture and changes it until it is killed. */
  function other(script: string): ChildProcess {
    return spawn(process.execPath, [script, join(home.dir, '..', 'home'), input, join(root, 'out/main/engine.js')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
})
