import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { random } from '../../../../tests/support/engine.js'
import { fillAt, opened } from '../../../../tests/support/states.js'
import { testHome, type TestHome } from '../../../../tests/support/studio.js'
import type { DocumentView, StudioView } from '../../../shared/contract.js'
import { emptyMask } from '../../../shared/mask/index.js'
import { createStudio, type Studio, type StudioOptions } from '../studio.js'

// Several studios start and end in each test.
vi.setConfig({ testTimeout: 90_000 })

let home: TestHome
let studio: Studio
const studios: Studio[] = []
type Allowed = (path: string) => Promise<boolean>
const everywhere: Allowed = () => Promise.resolve(true)

beforeEach(async () => {
  home = testHome([])
  studio = await start()
})
afterEach(async () => {
  for (const one of studios.splice(0)) await one.close()
  await home[Symbol.asyncDispose]()
})

async function start(options: Partial<StudioOptions> = {}): Promise<Studio> {
  const made = await createStudio({ engine: home.engine(), paths: home.paths, ...options })
  studios.push(made)
  return made
}

/** As after the end of the program and another start. */
async function restart(allowed: Allowed = everywhere, options: Partial<StudioOptions> = {}): Promise<void> {
  await studio.close()
  studio = await start(options)
  await studio.documents.restore(allowed)
}

async function until(test: (view: StudioView) => boolean): Promise<StudioView> {
  const stop = new AbortController()
  for await (const view of studio.watch(stop.signal)) {
    if (!test(view)) continue
    stop.abort()
    return view
  }
  throw new Error('the watching ended')
}
const settled = async (): Promise<readonly DocumentView[]> =>
  (await until(({ documents }) => documents.every(({ phase }) => phase !== 'opening'))).documents
const names = (documents: readonly DocumentView[]): string[] => documents.map(({ name }) => name)

/** As the page sends a picture. */
async function sent(file: string, name: string): Promise<{ id: string; path: string }> {
  const origin = await studio.session.room(name)
  copyFileSync(file, origin.path)
  const id = await studio.documents.open(origin)
  await settled()
  return { id, path: origin.path }
}

const picture = (name: string, seed: number): Promise<string> => home.picture(name, { width: 200, height: 150, seed })
const sessions = (): string[] => readdirSync(join(home.paths.data, 'open', 'local'))
const recordAt = (id: string): string => join(home.paths.data, 'open', 'local', id, 'session.json')

describe('after another start', () => {
  it('what was open is open again, in order, with its steps and masks', async () => {
    const first = await opened(studio, await picture('first.png', 1))
    const second = await opened(studio, await picture('second.png', 2))
    const third = await sent(await picture('third.png', 3), 'sent.png')
    await fillAt(studio, first, random(1))
    await fillAt(studio, third.id, random(2))
    const operations = [{ kind: 'rectangle' as const, x: 5, y: 5, width: 10, height: 10, erase: false }]
    const masks = { mask: { ...emptyMask({ width: 200, height: 150 }), operations }, sources: null }
    await studio.masks.set(second, 'original', masks)
    await restart()
    const documents = await settled()
    expect(names(documents)).toEqual(['first.png', 'second.png', 'sent.png'])
    expect(documents.map(({ states, current }) => [states.length, current])).toEqual([
      [2, 1],
      [1, 0],
      [2, 1],
    ])
    expect(studio.masks.get(documents[1]?.id ?? '', 'original')).toEqual(masks)
    await restart()
    expect(names(await settled())).toEqual(['first.png', 'second.png', 'sent.png'])
  })

  it('the picture that was looked at last is known, whatever its place, until a window shows another', async () => {
    const first = await opened(studio, await picture('first.png', 1))
    await opened(studio, await picture('second.png', 2))
    await opened(studio, await picture('third.png', 3))
    expect(studio.view().shown).toBeNull()
    for (const { id } of studio.view().documents.slice(0, 2)) studio.documents.look(id)
    const shown = (): string | undefined => {
      const { documents, shown: id } = studio.view()
      return documents.find((one) => one.id === id)?.name
    }
    await restart()
    expect(shown()).toBe('second.png')
    await restart()
    expect(shown()).toBe('second.png')
    studio.documents.close(studio.view().shown ?? '')
    expect(studio.view().shown).toBeNull()
    await restart()
    expect(shown()).toBeUndefined()
    expect(() => studio.documents.look(first)).toThrow('document.notFound')
  })

  it('what was closed last can be brought back with its steps, and what was sent, too', async () => {
    const first = await opened(studio, await picture('first.png', 1))
    const { id, path } = await sent(await picture('second.png', 2), 'sent.png')
    for (const one of [first, id]) {
      await fillAt(studio, one, random(1))
      studio.documents.close(one)
    }
    await restart()
    expect(await settled()).toEqual([])
    expect(existsSync(path)).toBe(false)
    for (const name of ['sent.png', 'first.png']) {
      const again = await studio.documents.reopen()
      const documents = await settled()
      expect(documents.find((one) => one.id === again)).toMatchObject({ name, current: 1, phase: 'ready' })
    }
    expect(studio.documents.reopen()).toBeNull()
  })

  it('that of a program that was killed is open, too, also when it came to nothing but opening it', async () => {
    await opened(studio, await picture('first.png', 1))
    await studio.session.flush()
    await studio.close()
    const [id = ''] = sessions()
    // As it is called while a process has it; there is none of this number.
    renameSync(dirname(recordAt(id)), join(home.paths.data, 'open', 'local', `${id}.4194999@${hostname()}`))
    studio = await start()
    await studio.documents.restore(everywhere)
    expect(names(await settled())).toEqual(['first.png'])
  })

  it('a picture that took the program with it twice is not opened by itself, but can be', async () => {
    await opened(studio, await picture('first.png', 1))
    await studio.close()
    const [id = ''] = sessions()
    const record = readFileSync(recordAt(id), 'utf8')
    expect(record).toContain('"tries":0')
    writeFileSync(recordAt(id), record.replace('"tries":0', '"tries":2'))
    studio = await start()
    await studio.documents.restore(everywhere)
    expect(await settled()).toEqual([])
    await studio.documents.reopen()
    expect(names(await settled())).toEqual(['first.png'])
  })

  it('what may not be opened now waits for a start where it may', async () => {
    const path = await picture('first.png', 1)
    await opened(studio, path)
    await opened(studio, await picture('second.png', 2))
    await restart((one) => Promise.resolve(one !== path))
    expect(names(await settled())).toEqual(['second.png'])
    await restart()
    expect(names(await settled()).toSorted()).toEqual(['first.png', 'second.png'])
  })

  it('a page on another machine sees nothing of it', async () => {
    await opened(studio, await picture('first.png', 1))
    await restart(everywhere, { audience: 'remote' })
    expect(await settled()).toEqual([])
    expect(studio.documents.reopen()).toBeNull()
    await restart()
    expect(names(await settled())).toEqual(['first.png'])
  })

  it('a second studio leaves the first its own, and what was sent goes when it is closed for good', async () => {
    const { id, path } = await sent(await picture('first.png', 1), 'sent.png')
    await studio.session.flush()
    const first = studio
    studio = await start()
    await studio.documents.restore(everywhere)
    expect(await settled()).toEqual([])
    await studio.close()
    studio = first
    studio.documents.close(id)
    // Five are kept for a while.
    for (let seed = 10; seed < 15; seed++)
      studio.documents.close(await opened(studio, await picture(`${seed}.png`, seed)))
    await vi.waitUntil(() => !existsSync(path))
  })
})

it('the same file asked for twice at once is one document', async () => {
  const path = await picture('first.png', 1)
  const [one, two] = await Promise.all([studio.documents.open(path), studio.documents.open(path)])
  expect(one).toBe(two)
  expect(names(await settled())).toEqual(['first.png'])
})
