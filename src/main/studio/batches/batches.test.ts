/** Batches as the page sees them: the contract in-process, a real store, a real engine with a tiny model. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { createRouterClient } from '@orpc/server'
import { unzipSync } from 'fflate'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { denoiseEdit } from '../../../../tests/support/engine.js'
import { testHome, type TestHome } from '../../../../tests/support/studio.js'
import type { Capabilities, StudioView } from '../../../shared/contract.js'
import { ExtendEdit, InpaintEdit } from '../../../shared/edit.js'
import { ErrorWire, LacunaError } from '../../../shared/errors.js'
import { JobRequest, type BatchView, type ItemView } from '../../../shared/job.js'
import { mediaPath } from '../../../shared/media.js'
import { OutputSettings } from '../../../shared/picture.js'
import { router } from '../handlers.js'
import { openJobStore } from '../jobs/store/sqlite/index.js'
import type { HostServices } from '../host.js'
import { media, type MediaResponse } from '../media.js'
import { openScratch } from '../scratch.js'
import { createStudio, type Studio } from '../studio.js'
import { Uploads } from '../uploads.js'
import { planItems } from './plan-items.js'

let home: TestHome
let studio: Studio
/** What the person will choose in the next dialog. */
let chosen: { open: string[]; folder: string | null } = { open: [], folder: null }
const revealed: string[] = []
const edit = denoiseEdit({ sigma: 15 })

async function openStudio(): Promise<Studio> {
  const opened = await createStudio({ engine: home.engine(), paths: home.paths })
  await opened.settings.set({ provider: 'cpu', memoryBudget: 1e9 })
  return opened
}

function makeHost(how: Pick<Capabilities, 'open' | 'save'>, uploads: Uploads): HostServices {
  return {
    capabilities: {
      host: how.open === 'dialog' ? 'desktop' : 'browser',
      version: '1.0.0',
      platform: 'linux',
      reveal: true,
      ...how,
    },
    showOpenDialog: () => Promise.resolve(chosen.open),
    showModelDialog: () => Promise.resolve(null),
    showFolderDialog: () => Promise.resolve(chosen.folder),
    showSaveDialog: () => Promise.resolve(null),
    reveal: (path) => Promise.resolve(void revealed.push(path)),
    checkPath(path) {
      if (!path.startsWith(home.dir)) return Promise.reject(new LacunaError('request.forbidden', { name: path }))
      return existsSync(path) || existsSync(dirname(path))
        ? Promise.resolve(path)
        : Promise.reject(new LacunaError('file.notFound', { name: path }))
    },
    ...(how.open === 'roots' ? { roots: [home.dir] } : {}),
    listFiles: (path) => Promise.resolve({ path, parent: null, entries: [] }),
    uploads,
  }
}

let hosts: Record<'desktop' | 'roots' | 'page', HostServices>
beforeAll(async () => {
  home = testHome()
  studio = await openStudio()
  const uploads = new Uploads((await openScratch(home.at('..', 'uploads'))).dir)
  hosts = {
    desktop: makeHost({ open: 'dialog', save: 'dialog' }, uploads),
    roots: makeHost({ open: 'roots', save: 'roots' }, uploads),
    page: makeHost({ open: 'upload', save: 'download' }, uploads),
  }
})
afterAll(async () => {
  await studio.close()
  await home[Symbol.asyncDispose]()
})
afterEach(async () => {
  chosen = { open: [], folder: null }
  for (const { id } of studio.view().documents) studio.documents.close(id)
  for (const { id, state } of studio.view().batches) {
    if (state === 'running') await client().batches.cancel({ batch: id })
    await whenBatch(id, (batch) => batch.state !== 'running')
    await client().batches.remove({ batch: id })
  }
  rmSync(home.dir, { recursive: true, force: true })
  mkdirSync(home.dir)
})

const client = (host: keyof typeof hosts = 'desktop') =>
  createRouterClient(router, { context: { studio, host: hosts[host] } })

async function whenView(fits: (view: StudioView) => boolean): Promise<StudioView> {
  const stop = new AbortController()
  for await (const view of await client().watch(undefined, { signal: stop.signal })) {
    if (!fits(view)) continue
    stop.abort()
    return view
  }
  throw new Error('the watching ended')
}

async function whenBatch(id: string, fits: (batch: BatchView) => boolean): Promise<BatchView> {
  const found = ({ batches }: StudioView) => batches.find((batch) => batch.id === id)
  const view = await whenView((now) => found(now) !== undefined && fits(found(now)!))
  return found(view)!
}

const ended = (id: string): Promise<BatchView> => whenBatch(id, ({ state }) => state === 'done')

async function addPaths(paths: string[], host: keyof typeof hosts = 'desktop'): Promise<string> {
  const sources = paths.map((path) => ({ from: 'path', path }) as const)
  return (await client(host).batches.add({ sources })).batch!
}

const rows = async (batch: string): Promise<ItemView[]> =>
  (await client().batches.items({ batch, offset: 0, limit: 500 })).items

/** label: what is or will be of it. */
const states = (items: ItemView[]): string[] =>
  items.map(({ label, state, output, error, skip }) => `${label}: ${error?.code ?? skip ?? `${state} ${output}`}`)

const code = async (promise: Promise<unknown>): Promise<string> => {
  const thrown: unknown = await promise.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  )
  return ErrorWire.parse((thrown as { data?: unknown }).data).code
}

async function get(path: string, host: keyof typeof hosts = 'page'): Promise<MediaResponse> {
  const url = new URL(path, 'http://localhost')
  const signal = new AbortController().signal
  return await media(studio, hosts[host], { method: 'GET', path: url.pathname, query: url.searchParams, signal })
}

async function bytesOf({ body }: MediaResponse): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body)
  const chunks: Buffer[] = []
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const upload = async (name: string, path: string): Promise<string> =>
  await hosts.page.uploads.receive(name, Readable.from([readFileSync(path)]), null)

/** A folder with a sub-folder, a clash, a damaged picture, a HEIC, a hidden and a foreign file. */
async function mixedFolder(): Promise<string> {
  mkdirSync(home.at('trip', 'day 2'), { recursive: true })
  await home.picture('trip/a.png', { seed: 1 })
  await home.picture('trip/b.jpg', { seed: 2 })
  await home.picture('trip/B.JPG', { seed: 3 })
  await home.picture('trip/day 2/a.png', { seed: 4 })
  const whole = readFileSync(home.at('trip', 'a.png'))
  writeFileSync(home.at('trip', 'cut.png'), whole.subarray(0, whole.length / 2))
  writeFileSync(home.at('trip', 'phone.HEIC'), 'x')
  writeFileSync(home.at('trip', '.hidden.png'), whole)
  writeFileSync(home.at('trip', 'notes.txt'), 'hello')
  return home.at('trip')
}

describe('a folder overnight', () => {
  it('is planned before anything starts, runs to its end by itself, and tells of each file', async () => {
    const batch = await addPaths([await mixedFolder()])
    await client().batches.set({ batch, change: { edit } })
    expect(states(await rows(batch))).toEqual([
      'a.png: waiting a_denoised.png',
      'b.jpg: waiting b_denoised.jpg',
      'B.JPG: output.clash',
      'cut.png: waiting cut_denoised.png',
      'day 2/a.png: waiting day 2/a_denoised.png',
      'phone.HEIC: file.unsupportedHeic',
      '.hidden.png: hidden',
      'notes.txt: foreign',
    ])
    const check = await client().batches.check({ batch })
    expect(check).toMatchObject({
      example: { input: 'a.png', output: 'a_denoised.png' },
      ready: 4,
      obstacle: null,
    })
    expect(check.problems.map(({ error, count }) => [error.code, count]).sort()).toEqual([
      ['file.unsupportedHeic', 1],
      ['output.clash', 1],
    ])
    expect(check.needBytes).toBeGreaterThan(0)
    expect(check.freeBytes).toBeGreaterThan(check.needBytes ?? 0)

    await client().batches.run({ batch })
    const done = await ended(batch)
    expect(done).toMatchObject({
      name: 'trip',
      origin: 'desktop',
      holder: null,
      progress: null,
      counts: { done: 3, failed: 3, skipped: 2, waiting: 0, running: 0, cancelled: 0 },
    })
    expect(states(await rows(batch))).toEqual([
      'a.png: done a_denoised.png',
      'b.jpg: done b_denoised.jpg',
      'B.JPG: output.clash',
      'cut.png: file.truncated',
      'day 2/a.png: done day 2/a_denoised.png',
      'phone.HEIC: file.unsupportedHeic',
      '.hidden.png: hidden',
      'notes.txt: foreign',
    ])
    for (const name of ['a_denoised.png', 'b_denoised.jpg', 'day 2/a_denoised.png'])
      expect((await sharp(home.at('trip_denoised', name)).metadata()).width).toBe(96)

    const report = await client().batches.report({ batch })
    expect(report.name).toMatch(/^trip-.+\.txt$/)
    const lines = report.text.split('\n')
    expect(lines).toContainEqual(expect.stringMatching(/^Result: +3 done, 3 failed, 2 skipped$/))
    expect(lines).toContainEqual(expect.stringMatching(/^Settings: .*tiny-denoiser, sigma 15/))
    expect(lines).toContainEqual(expect.stringMatching(/^Device: .*cpu/))
    expect(lines).toContainEqual(expect.stringMatching(/^done +day 2\/a\.png -> day 2\/a_denoised\.png \(/))
    expect(lines).toContainEqual(expect.stringMatching(/^failed +cut\.png: cut\.png is damaged or cut short/))
    expect(lines).toContainEqual(expect.stringMatching(/^failed +phone\.HEIC: phone\.HEIC is a HEIC picture/))
    expect(lines).toContainEqual('skipped    notes.txt: not a picture')
    // What a person has to look at comes first.
    const ofFiles = lines.flatMap((text) => /^(done|failed|skipped) /.exec(text)?.[1] ?? [])
    expect(ofFiles).toEqual([...Array<string>(3).fill('failed'), ...['done', 'done', 'done', 'skipped', 'skipped']])
  })

  it('can be looked at by state, in windows', async () => {
    const batch = await addPaths([await mixedFolder()])
    const window = await client().batches.items({ batch, offset: 1, limit: 1, states: ['failed'] })
    expect([window.total, states(window.items)]).toEqual([2, ['phone.HEIC: file.unsupportedHeic']])
    expect(window.revision).toBe(studio.view().batches.find(({ id }) => id === batch)?.revision)
  })

  it('tries what failed again when it was mended', async () => {
    const folder = await mixedFolder()
    const batch = await addPaths([folder])
    await client().batches.set({ batch, change: { edit } })
    await client().batches.run({ batch })
    await ended(batch)
    const cut = (await rows(batch)).find(({ label }) => label === 'cut.png')!
    cpSync(join(folder, 'a.png'), join(folder, 'cut.png'))
    await client().batches.retry({ batch, items: [cut.item] })
    await whenBatch(batch, ({ state, counts }) => state === 'done' && counts.done === 4)
    expect(existsSync(home.at('trip_denoised', 'cut_denoised.png'))).toBe(true)
  })

  it('is shown in the file manager: the result, or the picture where there is none', async () => {
    const batch = await addPaths([await mixedFolder()])
    await client().batches.set({ batch, change: { edit } })
    await client().batches.run({ batch })
    await ended(batch)
    for (const { item, label } of await rows(batch))
      if (label === 'a.png' || label === 'cut.png') await client().batches.reveal({ batch, item })
    expect(revealed.slice(-2).map((path) => relative(home.dir, path))).toEqual([
      'trip_denoised/a_denoised.png',
      'trip/cut.png',
    ])
  })
})

describe('a draft', () => {
  it('takes files, folders, open pictures and what a dialog gives, and stays one', async () => {
    mkdirSync(home.at('one'))
    mkdirSync(home.at('two'))
    const a = await home.picture('one/a.png')
    const b = await home.picture('two/b.png')
    const c = await home.picture('c.png')
    const { documents } = await client().documents.open({ sources: [{ from: 'path', path: c }] })
    const batch = await addPaths([home.at('one')])
    chosen.open = [b]
    chosen.folder = home.at('two')
    const more = await client().batches.add({
      sources: [
        { from: 'dialog', kind: 'files' },
        { from: 'dialog', kind: 'folder' },
        { from: 'document', document: documents[0]! },
        { from: 'path', path: a },
      ],
    })
    expect(more.batch).toBe(batch)
    expect(states(await rows(batch))).toEqual([
      'a.png: waiting a_denoised.png',
      'b.png: waiting b_denoised.png',
      'c.png: waiting c_denoised.png',
      'b.png: duplicate',
      'a.png: duplicate',
    ])
    expect(studio.view().batches.filter(({ state }) => state === 'draft')).toHaveLength(1)
  })

  it('is none when the dialog was cancelled', async () => {
    expect(await client().batches.add({ sources: [{ from: 'dialog', kind: 'folder' }] })).toEqual({ batch: null })
    expect(studio.view().batches).toEqual([])
  })

  it('proposes a folder beside what was named, until the person chooses one', async () => {
    mkdirSync(home.at('one/deep'), { recursive: true })
    const [a, b] = [await home.picture('one/a.png'), await home.picture('one/deep/b.png')]
    const target = (batch: string) => studio.view().batches.find(({ id }) => id === batch)?.request.target
    const batch = await addPaths([home.at('one')])
    expect(target(batch)).toBe(home.at('one_denoised'))
    await addPaths([await home.picture('c.png')])
    expect(target(batch)).toBe(home.at('denoised'))
    chosen.folder = home.at('mine')
    expect(await client().batches.chooseFolder({ batch })).toEqual({ chosen: true })
    await addPaths([a, b])
    expect(target(batch)).toBe(home.at('mine'))
    chosen.folder = null
    expect(await client().batches.chooseFolder({ batch })).toEqual({ chosen: false })
    await client().batches.set({ batch, change: { target: null } })
    expect(target(batch)).toBe(home.at('denoised'))
  })

  it('begins with the names and formats of the settings, and plans again when they change', async () => {
    await studio.settings.set({ template: '{name}-clean', format: 'webp', quality: 80 })
    const batch = await addPaths([await home.picture('a.png'), await home.picture('a.jpg')])
    await studio.settings.set({ template: '{name}_denoised', format: 'keep', quality: null })
    expect(states(await rows(batch))).toEqual(['a.png: waiting a-clean.webp', 'a.jpg: output.clash'])
    expect(studio.view().batches[0]?.request.output).toMatchObject({ format: 'webp', quality: 80 })
    const change = { template: '{name} was {ext}', output: OutputSettings.parse({ format: 'tiff' }) }
    await client().batches.set({ batch, change })
    expect(states(await rows(batch))).toEqual(['a.png: waiting a was png.tif', 'a.jpg: waiting a was jpg.tif'])
  })

  it('changes one setting and leaves the others', async () => {
    const batch = await addPaths([await mixedFolder()])
    await client().batches.set({ batch, change: { recursive: false, overwrite: 'always' } })
    await client().batches.set({ batch, change: { template: '{name}' } })
    expect(studio.view().batches[0]?.request).toMatchObject({
      recursive: false,
      overwrite: 'always',
      template: '{name}',
    })
    expect(states(await rows(batch))).toContain('day 2: folder')
  })

  it('says what keeps it from running, also while a name is being typed', async () => {
    const batch = await addPaths([await home.picture('a.png')])
    await client().batches.set({ batch, change: { edit, template: '{nam' } })
    await client().batches.set({ batch, change: { template: '{nam}' } })
    expect((await client().batches.check({ batch })).obstacle?.code).toBe('output.nameTemplate')
    expect(await code(client().batches.run({ batch }))).toBe('output.nameTemplate')
    await client().batches.set({ batch, change: { template: '{name}', edit: { ...edit, model: 'none' } } })
    expect(await code(client().batches.run({ batch }))).toBe('model.notFound')
    await client().batches.drop({ batch, items: (await rows(batch)).map(({ item }) => item) })
    expect((await client().batches.check({ batch })).obstacle?.code).toBe('job.empty')
    expect(await code(client().batches.run({ batch }))).toBe('job.empty')
  })

  it('lets go of files that are taken out, also of a folder, and takes them again', async () => {
    const folder = await mixedFolder()
    const batch = await addPaths([folder])
    const gone = (await rows(batch)).filter(({ label }) => label !== 'a.png' && label !== 'b.jpg')
    await client().batches.drop({ batch, items: gone.map(({ item }) => item) })
    await client().batches.set({ batch, change: { template: '{name}2' } })
    expect(states(await rows(batch))).toEqual(['a.png: waiting a2.png', 'b.jpg: waiting b2.jpg'])
    await addPaths([join(folder, 'day 2')])
    expect(states(await rows(batch))).toEqual([
      'a.png: waiting a2.png',
      'b.jpg: waiting b2.jpg',
      'day 2/a.png: waiting day 2/a2.png',
      'a.png: duplicate',
    ])
  })

  it('keeps the numbers and sizes of its files when a setting changes', async () => {
    const batch = await addPaths([await home.picture('a.png'), await home.picture('b.png', { width: 70 })])
    let before: ItemView[] = []
    await expect.poll(async () => (before = await rows(batch)).map(({ size }) => size?.width)).toEqual([96, 70])
    await client().batches.set({ batch, change: { template: '{name}2' } })
    const after = await rows(batch)
    expect(after.map(({ item, size }) => [item, size])).toEqual(before.map(({ item, size }) => [item, size]))
    expect(after.map(({ output }) => output)).toEqual(['a2.png', 'b2.png'])
  })

  it('is no draft any more once it runs', async () => {
    const batch = await addPaths([await home.picture('a.png')])
    await client().batches.set({ batch, change: { edit } })
    await client().batches.run({ batch })
    expect(await code(client().batches.set({ batch, change: { template: 'x' } }))).toBe('job.notDraft')
    await ended(batch)
    expect(await addPaths([await home.picture('b.png')])).not.toBe(batch)
  })

  it('knows what its page may see, so that no link leads out when it runs', async () => {
    const batch = await addPaths([await home.picture('a.png')], 'roots')
    expect((await whenBatch(batch, () => true)).request.within).toEqual([home.dir])
    const own = await addPaths([home.at('a.png')])
    expect((await whenBatch(own, () => true)).request.within).toBeUndefined()
  })

  it('is not run into what the page may not name', async () => {
    const batch = await addPaths([await home.picture('a.png')])
    expect(await code(client().batches.set({ batch, change: { target: '/tmp/elsewhere' } }))).toBe('request.forbidden')
    expect(await code(client().batches.add({ sources: [{ from: 'path', path: '/etc' }] }))).toBe('request.forbidden')
  })
})

describe('the queue', () => {
  const draft = async (name: string): Promise<string> => {
    const batch = await addPaths([await home.picture(name)])
    await client().batches.set({ batch, change: { edit } })
    return batch
  }

  it('is paused, resumed, reordered and cancelled, each job by its id', async () => {
    studio.queue.pause()
    const [a, b, c] = [await draft('a.png'), '', '']
    await client().batches.run({ batch: a })
    const second = b || (await draft('b.png'))
    await client().batches.run({ batch: second })
    const third = c || (await draft('c.png'))
    await client().batches.run({ batch: third })
    const order = () => studio.view().batches.map(({ id }) => id)
    expect(order()).toEqual([a, second, third])
    await client().batches.move({ batch: third, before: a })
    expect(order()).toEqual([third, a, second])
    await client().batches.pause({ batch: a })
    await client().batches.cancel({ batch: second })
    expect(studio.view().queuePaused).toBe(true)
    await client().batches.resumeQueue()
    await ended(third)
    expect(studio.view().queuePaused).toBe(false)
    const state = (id: string) => studio.view().batches.find((batch) => batch.id === id)?.state
    expect([state(a), state(second)]).toEqual(['paused', 'cancelled'])
    await client().batches.resume({ batch: a })
    await ended(a)
    expect(readdirSync(home.at('denoised')).sort()).toEqual(['a_denoised.png', 'c_denoised.png'])
  })

  /** A job of one picture that another process of this user put into the store, and left paused. */
  async function ofCommandLine(): Promise<string> {
    const request = JobRequest.parse({
      edit,
      output: {},
      inputs: [await home.picture('a.png')],
      target: home.at('clean.png'),
      template: '{name}',
    })
    await using store = await openJobStore(home.paths)
    return await store.enqueue({ name: 'a.png', origin: 'cli', request, state: 'paused' }, await planItems(request))
  }

  it('takes up a job of the command line when a person says so, with what it was asked for there', async () => {
    const id = await ofCommandLine()
    expect(await whenBatch(id, () => true)).toMatchObject({ origin: 'cli', kept: false })
    await client('roots').batches.adopt({ batch: id })
    expect(await ended(id)).toMatchObject({ origin: 'browser', counts: { done: 1 } })
    expect(existsSync(home.at('clean.png'))).toBe(true)
  })

  it('does again what failed or was cancelled in one that ended', async () => {
    const id = await ofCommandLine()
    await client().batches.cancel({ batch: id })
    await client().batches.adopt({ batch: id })
    expect(await ended(id)).toMatchObject({ origin: 'desktop', counts: { done: 1 } })
  })

  it('forgets a job, but not its results', async () => {
    const batch = await draft('a.png')
    await client().batches.run({ batch })
    await ended(batch)
    await client().batches.remove({ batch })
    expect(studio.view().batches).toEqual([])
    expect(existsSync(home.at('denoised', 'a_denoised.png'))).toBe(true)
    expect(await code(client().batches.items({ batch, offset: 0, limit: 1 }))).toBe('job.notFound')
  })
})

/** White in the rectangle that is given as shares of the picture, black around it. */
async function maskPicture(name: string, width = 96, height = 64): Promise<string> {
  const data = Buffer.alloc(width * height)
  for (let y = height / 4; y < height / 2; y++) data.fill(255, y * width + width / 4, y * width + width / 2)
  await sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toFile(home.at(name))
  return home.at(name)
}

/** Whether the result differs from the picture, in the hole and around it. */
async function changedIn(result: string, picture: string): Promise<{ hole: boolean; around: boolean }> {
  const [a, b] = await Promise.all([result, picture].map((path) => sharp(path).removeAlpha().raw().toBuffer()))
  const seen = { hole: false, around: false }
  for (let y = 0; y < 64; y++)
    for (let x = 0; x < 96 * 3; x++) {
      const inside = y >= 16 && y < 32 && x >= 72 && x < 144
      if (a![y * 288 + x] !== b![y * 288 + x]) seen[inside ? 'hole' : 'around'] = true
    }
  return seen
}

describe('a batch that fills', { timeout: 120_000 }, () => {
  const fill = InpaintEdit.parse({ kind: 'inpaint' })
  const onlyTheHole = { hole: true, around: false }

  it('takes the mask beside each picture, which is no picture; one that has none is said before anything starts', async () => {
    mkdirSync(home.at('scans'))
    for (const [at, name] of ['a', 'b', 'c'].entries()) await home.picture(`scans/${name}.png`, { seed: at + 1 })
    for (const name of ['a', 'b']) await maskPicture(`scans/${name}.mask.png`)
    const batch = await addPaths([home.at('scans')])
    expect(await rows(batch)).toHaveLength(5)
    await client().batches.set({ batch, change: { edit: fill, template: '{name}_filled' } })
    expect(states(await rows(batch))).toEqual([
      'a.mask.png: mask',
      'a.png: waiting a_filled.png',
      'b.mask.png: mask',
      'b.png: waiting b_filled.png',
      'c.png: waiting c_filled.png',
    ])
    expect(await client().batches.check({ batch })).toMatchObject({
      ready: 2,
      problems: [{ error: { code: 'mask.missing', params: { name: 'c.png', mask: 'c.mask.png' } }, count: 1 }],
    })
    await maskPicture('scans/c.mask.png')
    await client().batches.run({ batch })
    expect(await ended(batch)).toMatchObject({ counts: { done: 3, skipped: 2 }, request: { mask: { from: 'beside' } } })
    for (const name of ['a', 'b', 'c'])
      expect(
        await changedIn(home.at('scans_inpainted', `${name}_filled.png`), home.at('scans', `${name}.png`)),
      ).toEqual(onlyTheHole)
  })

  it('takes one mask for all, stretched where that is asked for', async () => {
    const pictures = [await home.picture('a.png', { seed: 1 }), await home.picture('b.png', { seed: 2 })]
    chosen = { open: [await maskPicture('hole.png', 192, 128)], folder: null }
    const batch = await addPaths([...pictures, home.at('hole.png')])
    await client().batches.set({ batch, change: { edit: fill } })
    expect(await client().batches.chooseMask({ batch, origin: { from: 'dialog' }, fit: true })).toEqual({
      chosen: true,
    })
    expect((await rows(batch)).map(({ label, skip }) => `${label} ${skip}`)).toContain('hole.png mask')
    await client().batches.run({ batch })
    expect(await ended(batch)).toMatchObject({ counts: { done: 2, skipped: 1 } })
    for (const name of ['a', 'b'])
      expect(await changedIn(home.at('inpainted', `${name}_denoised.png`), home.at(`${name}.png`))).toEqual(onlyTheHole)
  })

  it('keeps a mask that was sent with the batch', async () => {
    const [a, hole] = [await home.picture('a.png'), await maskPicture('hole.png')]
    const { batch } = await client('page').batches.add({
      sources: [{ from: 'upload', upload: await upload('a.png', a), below: 'a.png' }],
    })
    const id = { batch: batch! }
    await client('page').batches.set({ ...id, change: { edit: fill } })
    const origin = { from: 'upload', upload: await upload('hole.png', hole) } as const
    await client('page').batches.chooseMask({ ...id, origin, fit: false })
    // The page says it again, with another setting; it may name no other.
    const { mask } = (await whenBatch(batch!, ({ request }) => request.mask?.from === 'file')).request
    if (mask?.from !== 'file') throw new Error('no file')
    await client('page').batches.set({ ...id, change: { mask: { ...mask, fit: true } } })
    const other = { from: 'file', path: '/etc/passwd', fit: false } as const
    expect(await code(client('page').batches.set({ ...id, change: { mask: other } }))).toBe('request.forbidden')
    await client('page').batches.run(id)
    const [result] = await rows(batch!)
    expect(await ended(batch!)).toMatchObject({ kept: true, counts: { done: 1 }, request: { mask: { fit: true } } })
    expect(await changedIn(join(home.paths.data, 'batches', batch!, 'out', result!.output!), a)).toEqual(onlyTheHole)
  })

  it('has no mask any more when it is to denoise', async () => {
    const batch = await addPaths([await home.picture('a.png')])
    await client().batches.set({ batch, change: { edit: fill, mask: { from: 'auto', sensitivity: 0.3 } } })
    expect((await whenBatch(batch, () => true)).request.mask).toEqual({ from: 'auto', sensitivity: 0.3 })
    await client().batches.set({ batch, change: { edit } })
    expect((await whenBatch(batch, () => true)).request.mask).toBeUndefined()
  })
})

it(
  'a batch that extends adds to each picture, and does not run while it would add nothing',
  { timeout: 120_000 },
  async () => {
    const batch = await addPaths([await home.picture('a.png')])
    await client().batches.set({ batch, change: { edit: ExtendEdit.parse({ kind: 'extend', left: '0%' }) } })
    expect((await client().batches.check({ batch })).obstacle).toMatchObject({ code: 'extend.nothing' })
    await client().batches.set({ batch, change: { edit: ExtendEdit.parse({ kind: 'extend', left: '25%', top: 8 }) } })
    await client().batches.run({ batch })
    await ended(batch)
    expect(await sharp(home.at('extended', 'a_denoised.png')).metadata()).toMatchObject({ width: 120, height: 72 })
  },
)

describe('a page without roots', () => {
  async function uploaded(): Promise<string> {
    const [a, b] = [await home.picture('a.png', { seed: 1 }), await home.picture('b.png', { seed: 2 })]
    const { batch } = await client('page').batches.add({
      sources: [
        { from: 'upload', upload: await upload('a.png', a), below: 'Urlaub/ä 1.png' },
        { from: 'upload', upload: await upload('b.png', b), below: 'Urlaub/sub/b.png' },
        { from: 'upload', upload: await upload('a.png', a), below: '../../../a.png' },
        { from: 'upload', upload: await upload('a.png', b), below: '' },
      ],
    })
    await client('page').batches.set({ batch: batch!, change: { edit } })
    return batch!
  }
  const folderOf = (batch: string) => join(home.paths.data, 'batches', batch)

  it('sends pictures, which the batch keeps, and gets its results, one or all as a ZIP', async () => {
    const batch = await uploaded()
    expect(states(await rows(batch))).toEqual([
      'ä 1.png: waiting ä 1_denoised.png',
      'sub/b.png: waiting sub/b_denoised.png',
      'a.png: waiting a_denoised.png',
      'a (2).png: waiting a (2)_denoised.png',
    ])
    await client('page').batches.run({ batch })
    await ended(batch)

    const { download } = await client('page').batches.download({ batch, item: null })
    const answer = await get(mediaPath.download(download))
    const zip = await bytesOf(answer)
    expect(answer.headers['content-length']).toBe(String(zip.length))
    expect(answer.headers['content-disposition']).toContain('Urlaub.zip')
    const files = unzipSync(zip)
    expect(Object.keys(files).sort()).toEqual([
      'a (2)_denoised.png',
      'a_denoised.png',
      'sub/b_denoised.png',
      'ä 1_denoised.png',
    ])
    for (const bytes of Object.values(files)) expect((await sharp(bytes).metadata()).width).toBe(96)
    expect(zip.length).toBeGreaterThan(Object.values(files).reduce((sum, { length }) => sum + length, 0))

    const [first] = await rows(batch)
    const one = await client('page').batches.download({ batch, item: first!.item })
    const single = await get(mediaPath.download(one.download))
    expect(single.headers['content-disposition']).toContain(encodeURIComponent('ä 1_denoised.png'))
    expect(Buffer.compare(await bytesOf(single), Buffer.from(files['ä 1_denoised.png']!))).toBe(0)
    expect((await get(mediaPath.download(one.download))).status).toBe(404)

    await client('page').batches.remove({ batch })
    expect(existsSync(folderOf(batch))).toBe(false)
  })

  it('cannot lead a picture out of the batch by its name', async () => {
    const a = await home.picture('a.png')
    const belows = ['..', '/etc/x.png', 'C:\\x\\y.png', 'a/../../b.png', '\u0000', '.', 'con.png']
    let batch = ''
    for (const below of belows) {
      const source = { from: 'upload', upload: await upload('a.png', a), below } as const
      batch = (await client('page').batches.add({ sources: [source] })).batch!
    }
    const inputs = (await rows(batch)).map(({ input }) => input)
    expect(inputs).toHaveLength(belows.length)
    for (const input of inputs) {
      expect(input.startsWith(join(folderOf(batch), 'in') + '/')).toBe(true)
      expect(statSync(input).isFile()).toBe(true)
    }
  })

  it('keeps a copy of an open picture that was sent, and of a sample', async () => {
    const { documents } = await client('page').documents.open({
      sources: [
        { from: 'upload', upload: await upload('sent.png', await home.picture('a.png')) },
        { from: 'sample', sample: 'lake' },
      ],
    })
    const { batch } = await client('page').batches.add({
      sources: documents.map((document) => ({ from: 'document', document })),
    })
    for (const document of documents) studio.documents.close(document)
    expect(states(await rows(batch!))).toEqual([
      'sent.png: waiting sent_denoised.png',
      'lake.jpg: waiting lake_denoised.jpg',
    ])
    for (const { input } of await rows(batch!)) expect(input.startsWith(folderOf(batch!))).toBe(true)
  })

  it('gets no results but its own, and shows no pictures but those of its items', async () => {
    const other = await addPaths([await home.picture('a.png')])
    await client().batches.set({ batch: other, change: { edit } })
    await client().batches.run({ batch: other })
    await ended(other)
    const { page } = hosts
    hosts.page = { ...page, checkPath: (path) => Promise.reject(new LacunaError('request.forbidden', { name: path })) }
    expect(await code(client('page').batches.download({ batch: other, item: null }))).toBe('request.forbidden')
    hosts.page = page
    const batch = await uploaded()
    const [first] = await rows(batch)
    const thumb = await get(mediaPath.batchItem(batch, first!.item))
    expect(thumb.status).toBe(200)
    expect((await sharp(await bytesOf(thumb)).metadata()).width).toBe(96)
    for (const path of [
      mediaPath.batchItem(batch, 999),
      mediaPath.batchItem('none', 1),
      mediaPath.batchItem('../../etc', 1),
    ])
      expect([path, (await get(path)).status]).toEqual([path, 404])
    expect((await get(`/media/batch/${batch}/x`)).status).toBe(400)
  })

  it('goes on after a restart of the studio, with its draft and what was sent', async () => {
    const batch = await uploaded()
    await studio.close()
    studio = await openStudio()
    expect(studio.view().batches).toMatchObject([{ id: batch, state: 'draft', counts: { waiting: 4 } }])
    const a = await home.picture('more.png')
    const added = await client('page').batches.add({
      sources: [{ from: 'upload', upload: await upload('more.png', a), below: 'more.png' }],
    })
    expect(added.batch).toBe(batch)
    await client('page').batches.run({ batch })
    const done = await ended(batch)
    expect(done.counts).toMatchObject({ done: 5, failed: 0 })
  })
})
