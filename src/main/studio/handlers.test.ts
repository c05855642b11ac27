import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { call, createRouterClient, ORPCError } from '@orpc/server'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { denoiseEdit } from '../../../tests/support/engine.js'
import { testHome, type TestHome } from '../../../tests/support/studio.js'
import type { StudioView } from '../../shared/contract.js'
import { ErrorWire, LacunaError } from '../../shared/errors.js'
import { mediaPath } from '../../shared/media.js'
import { OutputSettings } from '../../shared/picture.js'
import { router } from './handlers.js'
import type { HostServices } from './host.js'
import { media, type MediaRequest, type MediaResponse } from './media.js'
import { openScratch } from './scratch.js'
import { createStudio, type Studio } from './studio.js'
import { Uploads } from './uploads.js'

let home: TestHome
let studio: Studio
let host: HostServices
/** What the person will choose in the next dialog. */
let chosen: { open: string[]; folder: string | null; save: string | null } = { open: [], folder: null, save: null }
const revealed: string[] = []

beforeAll(async () => {
  home = testHome()
  studio = await createStudio({ engine: home.engine(), paths: home.paths })
  await studio.settings.set({ provider: 'cpu', memoryBudget: 1e9 })
  const uploads = new Uploads((await openScratch(home.at('..', 'uploads'))).dir)
  host = {
    capabilities: {
      host: 'desktop',
      version: '1.0.0',
      platform: 'linux',
      open: 'dialog',
      save: 'dialog',
      reveal: true,
    },
    showOpenDialog: () => Promise.resolve(chosen.open),
    showModelDialog: () => Promise.resolve(null),
    showFolderDialog: () => Promise.resolve(chosen.folder),
    showSaveDialog: () => Promise.resolve(chosen.save),
    reveal: (path) => Promise.resolve(void revealed.push(path)),
    checkPath: (path) =>
      path.startsWith(home.dir)
        ? Promise.resolve(path)
        : Promise.reject(new LacunaError('request.forbidden', { name: path })),
    listFiles: (path) => Promise.resolve({ path, parent: null, entries: [] }),
    uploads,
  }
})
afterAll(async () => {
  await studio.close()
  await home[Symbol.asyncDispose]()
})

let input: string
let count = 0
beforeEach(async () => {
  chosen = { open: [], folder: null, save: null }
  // Another content each time: the same would bring its history back.
  input = await home.picture('in.png', { width: 700, height: 530, seed: 1000 + ++count })
})
afterEach(() => {
  for (const { id } of studio.view().documents) studio.documents.close(id)
  rmSync(home.dir, { recursive: true, force: true })
  mkdirSync(home.dir)
})

const client = (): ReturnType<typeof makeClient> => makeClient()
const makeClient = () => createRouterClient(router, { context: { studio, host } })

async function until(test: (view: StudioView) => boolean): Promise<StudioView> {
  const stop = new AbortController()
  for await (const view of await client().watch(undefined, { signal: stop.signal })) {
    if (!test(view)) continue
    stop.abort()
    return view
  }
  throw new Error('the watching ended')
}

/** Opens the test's picture and waits for its pixels. */
async function ready(): Promise<{ document: string; state: string }> {
  const { documents } = await client().documents.open({ sources: [{ from: 'path', path: input }] })
  const document = documents[0] ?? ''
  const view = await until((view) => view.documents.some(({ id, phase }) => id === document && phase === 'ready'))
  return { document, state: view.documents.find(({ id }) => id === document)?.states[0]?.id ?? '' }
}

describe('the contract, served', () => {
  it('opens pictures by path, dialog, upload and sample, in the order they were named', async () => {
    chosen.open = [await home.picture('one.png', { seed: 1 }), await home.picture('two.png', { seed: 2 })]
    const upload = await host.uploads.receive('from elsewhere.png', Readable.from([readFileSync(input)]), null)
    const { documents } = await client().documents.open({
      sources: [
        { from: 'dialog' },
        { from: 'path', path: input },
        { from: 'upload', upload },
        { from: 'sample', sample: 'lake' },
      ],
    })
    const view = await until(({ documents }) => documents.length === 5)
    expect(view.documents.map(({ id }) => id)).toEqual(documents)
    expect(view.documents.map(({ name }) => name)).toEqual([
      'one.png',
      'two.png',
      'in.png',
      'from elsewhere.png',
      'lake.jpg',
    ])
  })

  it('opens nothing when a dialog was cancelled', async () => {
    expect(await client().documents.open({ sources: [{ from: 'dialog' }] })).toEqual({ documents: [] })
  })

  it('edits, foretells, shows, exports and reveals', async () => {
    const { document } = await ready()
    const edit = denoiseEdit({ sigma: 15 })
    expect(await client().documents.predict({ document, edit })).toMatchObject({ model: 'tiny-denoiser' })
    const { job } = await client().documents.apply({ document, edit })
    await until(({ jobs }) => jobs.some(({ id, state }) => id === job && state === 'done'))
    await client().documents.show({ document, index: 0 })
    expect(studio.view().documents[0]?.current).toBe(0)
    chosen.save = home.at('out.png')
    const saved = await client().documents.export({
      document,
      output: OutputSettings.parse({}),
      target: { to: 'dialog' },
    })
    expect(saved).toMatchObject({ path: home.at('out.png'), download: null, name: 'out.png' })
    await client().documents.reveal({ path: home.at('out.png') })
    expect(revealed).toEqual([home.at('out.png')])
  })

  it('saves nothing when the dialog was cancelled', async () => {
    const { document } = await ready()
    const call = client().documents.export({ document, output: OutputSettings.parse({}), target: { to: 'dialog' } })
    expect(await call).toBeNull()
    expect(readdirSync(home.dir)).toEqual(['in.png'])
  })

  it("reads the file's own numbers under the pointer", async () => {
    const { document } = await ready()
    const [r, g, b] = await sharp(input).extract({ left: 5, top: 7, width: 1, height: 1 }).raw().toBuffer()
    const hex = `#${[r, g, b].map((value) => (value ?? 0).toString(16).padStart(2, '0')).join('')}`
    expect(await client().documents.pixel({ document, x: 5, y: 7 })).toEqual({ values: [r, g, b], hex })
  })

  it('changes one setting and leaves the others', async () => {
    await client().settings.set({ theme: 'light' })
    expect(await client().settings.set({ wheel: 'pan' })).toMatchObject({
      theme: 'light',
      wheel: 'pan',
      provider: 'cpu',
    })
  })

  it('lists models and samples', async () => {
    const models = await client().models.list()
    expect(models.find(({ id }) => id === 'lacuna-denoise')).toMatchObject({ task: 'denoise', bundled: true })
    expect((await client().files.samples()).map(({ id }) => id)).toContain('lake')
  })

  it('closes and reopens', async () => {
    const { document } = await ready()
    await client().documents.close({ document })
    expect(await client().documents.reopen()).toEqual({ document })
  })
})

describe('P8: what the page may not', () => {
  it('open or save outside of what the host allows, or reveal what was not saved', async () => {
    const { document } = await ready()
    const output = OutputSettings.parse({})
    await expect(
      client().documents.open({ sources: [{ from: 'path', path: '/etc/hosts.png' }] }),
    ).rejects.toMatchObject({ data: { code: 'request.forbidden' } })
    await expect(
      client().documents.export({ document, output, target: { to: 'path', path: '/etc/x.png', overwrite: false } }),
    ).rejects.toMatchObject({ data: { code: 'request.forbidden' } })
    await expect(client().documents.reveal({ path: '/etc/passwd' })).rejects.toMatchObject({
      data: { code: 'request.forbidden' },
    })
  })
})

describe('errors on their way to the page', () => {
  it('are the contract LACUNA with code and parameters', async () => {
    const error = await client()
      .documents.close({ document: 'none' })
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ORPCError)
    expect(error).toMatchObject({ code: 'LACUNA', defined: true, data: { code: 'document.notFound' } })
  })

  it('tell the page nothing of what was not foreseen, and the log everything', async () => {
    const broken = { ...host, listFiles: () => Promise.reject(new Error('a secret path')) }
    const error = await call(router.files.list, { path: null }, { context: { studio, host: broken } }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code: 'LACUNA', data: { code: 'internal', params: {} } })
    const log = home.at('..', 'home', 'state', 'lacuna.log')
    await expect.poll(() => readFileSync(log, 'utf8')).toContain('a secret path')
  })
})

describe('watching', () => {
  it('tells the truth at once and after changes, and ends with the one who watches', async () => {
    const stop = new AbortController()
    const views = await client().watch(undefined, { signal: stop.signal })
    expect((await views.next()).value).toMatchObject({ documents: [], engine: { memoryBudget: 1e9 } })
    const { document } = await ready()
    for await (const view of views) if (view.documents.some(({ id }) => id === document)) break
    stop.abort()
    expect((await views.next()).done).toBe(true)
  })
})

const get = (path: string, change: Partial<MediaRequest> = {}): Promise<MediaResponse> => {
  const [pathname = '', query] = path.split('?')
  const request = {
    method: 'GET',
    path: pathname,
    query: new URLSearchParams(query),
    signal: new AbortController().signal,
  }
  return media(studio, host, { ...request, ...change })
}

/** Size and pixels of an answer that must be a picture. */
async function picture(response: MediaResponse): Promise<{ width: number; height: number; data: Buffer }> {
  expect(response.status).toBe(200)
  const { data, info } = await sharp(response.body as Uint8Array)
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}

const failure = (response: MediaResponse): ErrorWire =>
  ErrorWire.parse(JSON.parse(Buffer.from(response.body as Uint8Array).toString()))

describe('pictures by URL', () => {
  it('gives the overview before the pixels were read', async () => {
    const { documents } = await client().documents.open({ sources: [{ from: 'path', path: input }] })
    expect(await picture(await get(mediaPath.overview(documents[0] ?? '')))).toMatchObject({ width: 700, height: 530 })
  })

  it('gives tiles of every level, smaller at the edges, with exact pixels at full size', async () => {
    const { document, state } = await ready()
    const tile = await picture(await get(mediaPath.tile(document, state, 0, 1, 1)))
    expect(tile).toMatchObject({ width: 188, height: 18 })
    const region = { left: 512, top: 512, width: 188, height: 18 }
    expect(tile.data.equals(await sharp(input).extract(region).raw().toBuffer())).toBe(true)
    expect(await picture(await get(mediaPath.tile(document, state, 1, 0, 0)))).toMatchObject({
      width: 350,
      height: 265,
    })
  })

  it('previews exactly what the edit will give (8.5)', async () => {
    const { document, state } = await ready()
    const edit = denoiseEdit({ sigma: 25 })
    const original = await picture(await get(mediaPath.preview(document, state, 1, 1, 'original', edit)))
    const mean = await picture(await get(mediaPath.preview(document, state, 1, 1, 'mean', edit)))
    expect(mean.data.equals(original.data)).toBe(false)
    const { job } = await client().documents.apply({ document, edit })
    const view = await until(({ jobs }) => jobs.some(({ id, endedAt }) => id === job && endedAt !== null))
    const after = view.documents[0]?.states[1]?.id ?? ''
    const applied = await picture(await get(mediaPath.preview(document, after, 1, 1, 'original', edit)))
    const worst = applied.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (mean.data[i] ?? 999))), 0)
    expect(worst).toBeLessThanOrEqual(1)
  })

  it('writes nothing that stays when it previews: no state, no history, no file beside the picture', async () => {
    const { document, state } = await ready()
    const kept = (): string[] =>
      [home.dir, home.paths.data, home.paths.state].flatMap((folder) =>
        (readdirSync(folder, { recursive: true }) as string[])
          // The lists of jobs and of what is open are the program's own; the models were there.
          .filter((name) => !/^(jobs\.sqlite|models|session|lacuna\.log)/.test(name))
          .map((name) => `${folder}: ${name}`),
      )
    const all = (): unknown => {
      const { documents, jobs, batches } = studio.view()
      const states = documents.find(({ id }) => id === document)?.states.length
      return { states, jobs: jobs.length, batches: batches.length, input: readFileSync(input, 'base64'), kept: kept() }
    }
    const before = all()
    expect(before).toMatchObject({ states: 1 })
    for (const part of ['mean', 'sample'] as const)
      await picture(await get(mediaPath.preview(document, state, 0, 0, part, denoiseEdit({ sigma: 25, steps: 2 }))))
    expect(all()).toEqual(before)
  })

  it('needs no new run when only the mix of a preview changes', async () => {
    const { document, state } = await ready()
    const path = (change: Parameters<typeof denoiseEdit>[0]): string =>
      mediaPath.preview(document, state, 0, 0, 'mean', denoiseEdit({ sigma: 25, ...change }))
    const one = await get(path({}))
    const same = await get(path({ detail: 0.7, blend: 0.3, seed: 9, steps: 3 }))
    expect(same.body).toBe(one.body)
    expect((await get(path({ strength: 0.5 }))).body).not.toBe(one.body)
  })

  it('gives thumbnails of states, files and samples', async () => {
    const { document, state } = await ready()
    expect((await picture(await get(mediaPath.thumb(document, state)))).width).toBe(192)
    expect((await picture(await get(mediaPath.file(input)))).width).toBe(192)
    expect((await picture(await get(mediaPath.sample('lake')))).width).toBe(384)
  })

  it('takes an upload and hands out a download once', async () => {
    const bytes = Readable.from([readFileSync(input)])
    const sent = await get(mediaPath.upload, { method: 'POST', upload: { name: 'é 日.png', length: null, bytes } })
    const { upload } = JSON.parse(Buffer.from(sent.body as Uint8Array).toString()) as { upload: string }
    const { documents } = await client().documents.open({ sources: [{ from: 'upload', upload }] })
    const document = documents[0] ?? ''
    await until((view) => view.documents.some(({ id, phase }) => id === document && phase === 'ready'))
    const output = OutputSettings.parse({})
    const saved = await client().documents.export({ document, output, target: { to: 'download' } })
    const response = await get(mediaPath.download(saved?.download ?? ''))
    expect(response.headers['content-disposition']).toBe(
      `attachment; filename*=UTF-8''${encodeURIComponent('é 日_copy.png')}`,
    )
    const chunks: Buffer[] = []
    for await (const chunk of response.body as Readable) chunks.push(chunk as Buffer)
    expect((await sharp(Buffer.concat(chunks)).metadata()).width).toBe(700)
    expect((await get(mediaPath.download(saved?.download ?? ''))).status).toBe(404)
  })

  it('answers a mistaken address with an error and its status, never with a throw', async () => {
    const { document, state } = await ready()
    writeFileSync(home.at('notes.png'), 'hello')
    const cases: [string, number, string][] = [
      [mediaPath.tile(document, state, 0, 9, 0), 400, 'request.invalid'],
      [mediaPath.tile(document, state, 7, 0, 0), 400, 'request.invalid'],
      [`/media/tile/${document}/${state}/0/-1/0`, 400, 'request.invalid'],
      [`/media/tile/${document}/${state}/0/0`, 400, 'request.invalid'],
      [`/media/preview/${document}/${state}/0/0/mean?edit=%7B%22kind%22%3A1%7D`, 400, 'edit.invalid'],
      [`/media/preview/${document}/${state}/0/0/mean?edit=nonsense`, 400, 'edit.invalid'],
      [mediaPath.tile('none', state, 0, 0, 0), 404, 'document.notFound'],
      [mediaPath.tile(document, 'none', 0, 0, 0), 404, 'document.notFound'],
      [mediaPath.file('/etc/passwd'), 403, 'request.forbidden'],
      [mediaPath.file(home.at('notes.png')), 422, 'file.notAPicture'],
      [mediaPath.sample('../../package.json'), 404, 'file.notFound'],
      ['/media/%E0%A4%A', 400, 'request.invalid'],
      ['/media', 400, 'request.invalid'],
      ['/elsewhere', 400, 'request.invalid'],
    ]
    for (const [path, status, code] of cases) {
      const response = await get(path)
      expect([path, response.status, failure(response).code]).toEqual([path, status, code])
    }
    expect((await get(mediaPath.overview(document), { method: 'DELETE' })).status).toBe(400)
  })

  it('drops a preview that nobody waits for any more', async () => {
    const { document, state } = await ready()
    const gone = new AbortController()
    const asked = get(mediaPath.preview(document, state, 2, 1, 'sample', denoiseEdit({ detail: 1, steps: 50 })), {
      signal: gone.signal,
    })
    gone.abort()
    expect((await asked).status).toBe(499)
  })
})
