import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Edit } from '../../../shared/edit.js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { denoiseEdit } from '../../../../tests/support/engine.js'
import { testHome, type TestHome } from '../../../../tests/support/studio.js'
import type { DocumentView, StudioView } from '../../../shared/contract.js'
import { OutputSettings } from '../../../shared/picture.js'
import { processFile } from '../jobs/process-file.js'
import { runOptions } from '../run-options.js'
import { createStudio, type Studio } from '../studio.js'

let home: TestHome
let studio: Studio
beforeAll(async () => {
  home = testHome(['tiny-denoiser', 'stuck-denoiser'])
  studio = await createStudio({ engine: home.engine(), paths: home.paths })
  await studio.settings.set({ provider: 'cpu', memoryBudget: 1e9 })
})
afterAll(async () => {
  await studio.close()
  const left = home.scratch()
  await home[Symbol.asyncDispose]()
  expect(left, 'a closed studio leaves no scratch').toEqual([])
})

let input: string
let count = 0
beforeEach(async () => {
  // Another content each time: the same would bring its history back.
  input = await home.picture('in.png', { width: 700, height: 530, seed: 1000 + ++count })
})
afterEach(() => {
  for (const { id } of studio.view().documents) studio.documents.close(id)
  studio.jobs.clear()
  rmSync(home.dir, { recursive: true, force: true })
  mkdirSync(home.dir)
})

/** The first view that satisfies; the test's own time limit ends the waiting. */
async function until(test: (view: StudioView) => boolean): Promise<StudioView> {
  const stop = new AbortController()
  try {
    for await (const view of studio.watch(stop.signal)) if (test(view)) return view
  } finally {
    stop.abort()
  }
  throw new Error('the watching ended')
}

const find = (view: StudioView, id: string): DocumentView => {
  const document = view.documents.find((one) => one.id === id)
  if (document === undefined) throw new Error(`document ${id} is not open`)
  return document
}
const now = (id: string): DocumentView => find(studio.view(), id)

async function open(path = input): Promise<string> {
  const id = await studio.documents.open(path)
  await until((view) => find(view, id).phase !== 'opening')
  return id
}

async function edit(id: string, change: Parameters<typeof denoiseEdit>[0] = {}): Promise<void> {
  const job = studio.documents.apply(id, denoiseEdit({ sigma: 15, ...change }))
  const view = await until(({ jobs }) => jobs.some((one) => one.id === job && one.endedAt !== null))
  expect(view.jobs.find((one) => one.id === job)).toMatchObject({ state: 'done', error: null })
}

const sigmaOf = (edit: Edit | null): unknown => (edit?.kind === 'denoise' ? edit.sigma : undefined)

describe('opening a picture', () => {
  it('shows it at once with what its header says, then its pixels, then its noise', async () => {
    const id = await studio.documents.open(input)
    expect(now(id)).toMatchObject({
      name: 'in.png',
      phase: 'opening',
      info: { width: 700, height: 530, format: 'png' },
      states: [{ edit: null, width: 700, height: 530, levels: 0 }],
      saved: true,
    })
    const ready = find(await until((view) => find(view, id).phase === 'ready'), id)
    // 700 px need one halving to fit into a tile of 512.
    expect(ready.states[0]?.levels).toBe(2)
    const { noise } = find(await until((view) => find(view, id).noise !== null), id)
    expect(noise).toBeGreaterThan(1)
  })

  it.each([
    ['a text', 'notes.png', 'hello', 'file.notAPicture'],
    ['nothing', 'empty.png', '', 'file.empty'],
  ])('that is none says why, and disturbs no other: %s', async (_, name, text, code) => {
    writeFileSync(home.at(name), text)
    const id = await open(home.at(name))
    expect(now(id)).toMatchObject({ phase: 'failed', info: null, states: [], error: { code, params: { name } } })
    expect(now(await open()).phase).toBe('ready')
  })

  it('that is cut short fails once its pixels are read', async () => {
    const whole = readFileSync(await home.picture('whole.jpg', { width: 900, height: 900 }))
    writeFileSync(home.at('cut.jpg'), whole.subarray(0, whole.length / 2))
    const id = await open(home.at('cut.jpg'))
    expect(now(id)).toMatchObject({ phase: 'failed', info: { width: 900 }, error: { code: 'file.truncated' } })
    expect(() => studio.documents.apply(id, denoiseEdit())).toThrow(
      expect.objectContaining({ code: 'file.truncated' }) as Error,
    )
  })

  it('opens the same file once, and anew when it has changed', async () => {
    const id = await open()
    linkSync(input, home.at('link.png'))
    expect(await studio.documents.open(input)).toBe(id)
    expect(await studio.documents.open(home.at('link.png'))).toBe(id)
    await home.picture('other.png', { width: 50, height: 50, seed: 2 })
    unlinkSync(input)
    linkSync(home.at('other.png'), input)
    expect(await studio.documents.open(input)).not.toBe(id)
  })

  it('never writes to it (P1)', async () => {
    const before = readFileSync(input)
    await edit(await open())
    expect(readFileSync(input).equals(before)).toBe(true)
  })
})

describe('an edit', () => {
  it('gives a new state with its report; undo and redo show the others', async () => {
    const id = await open()
    await edit(id, { sigma: 10 })
    await edit(id, { sigma: 20 })
    expect(now(id)).toMatchObject({ current: 2, saved: false })
    expect(now(id).states.map(({ edit, levels, report }) => [sigmaOf(edit), levels, report?.sigma])).toEqual([
      [undefined, 2, undefined],
      [10, 2, 10],
      [20, 2, 20],
    ])
    await studio.documents.show(id, 0)
    expect(now(id)).toMatchObject({ current: 0, saved: true })
    await studio.documents.show(id, 2)
    expect(now(id).current).toBe(2)
    expect(() => studio.documents.show(id, 3)).toThrow(expect.objectContaining({ code: 'request.invalid' }) as Error)
  })

  it('after undoing drops what could be redone, with its files', async () => {
    const id = await open()
    await edit(id, { sigma: 10 })
    const dropped = now(id).states[1]?.id ?? ''
    await studio.documents.show(id, 0)
    await edit(id, { sigma: 20 })
    expect(now(id).states.map(({ edit }) => sigmaOf(edit))).toEqual([undefined, 20])
    const files = readdirSync(join(home.paths.cache, 'documents'), { recursive: true }).map(String)
    expect(files.filter((name) => name.includes(dropped))).toEqual([])
  })

  it('tells of its progress and can be cancelled; the picture stays as it was', async () => {
    const id = await open()
    const job = studio.documents.apply(id, denoiseEdit({ model: 'stuck-denoiser', sigma: 20 }))
    expect(() => studio.documents.apply(id, denoiseEdit())).toThrow(
      expect.objectContaining({ code: 'document.busy', params: { name: 'in.png' } }) as Error,
    )
    await until(({ jobs }) => jobs.some((one) => one.id === job && one.phase === 'denoise'))
    studio.jobs.cancel(job)
    const { jobs } = await until(({ jobs }) => jobs.some((one) => one.id === job && one.endedAt !== null))
    expect(jobs.find((one) => one.id === job)).toMatchObject({ state: 'cancelled', error: null, document: id })
    expect(now(id).states).toHaveLength(1)
    await edit(id)
  })

  it('of a second picture waits for that of the first, and leaves the queue when it is cancelled there', async () => {
    const first = await open()
    const second = await open(await home.picture('second.png', { seed: 2 }))
    const running = studio.documents.apply(first, denoiseEdit({ model: 'stuck-denoiser', sigma: 20 }))
    const waiting = studio.documents.apply(second, denoiseEdit())
    await until(({ jobs }) => jobs.some((one) => one.id === running && one.state === 'running'))
    expect(studio.view().jobs.find(({ id }) => id === waiting)?.state).toBe('waiting')
    studio.jobs.cancel(waiting)
    await until(({ jobs }) => jobs.some((one) => one.id === waiting && one.state === 'cancelled'))
    studio.jobs.cancel(running)
    const again = await studio.jobs.retry(waiting)
    await until(({ jobs }) => jobs.some((one) => one.id === again && one.state === 'done'))
    expect(now(second).states).toHaveLength(2)
  })

  it('needs a model that is there', async () => {
    const id = await open()
    expect(() => studio.documents.apply(id, denoiseEdit({ model: 'tiny' }))).toThrow(
      expect.objectContaining({ code: 'model.notFound' }) as Error,
    )
  })

  it('is foretold once it was measured', async () => {
    const id = await open()
    await edit(id)
    const foretold = studio.predict(id, denoiseEdit())
    expect(foretold).toMatchObject({ provider: 'cpu', model: 'tiny-denoiser' })
    expect(foretold.seconds).toBeGreaterThan(0)
    expect(studio.predict(id, denoiseEdit({ detail: 1, steps: 6 })).seconds).toBeCloseTo((foretold.seconds ?? 0) * 7)
    expect(studio.models().find(({ id }) => id === 'tiny-denoiser')?.speed['cpu']).toBeGreaterThan(0)
  })
})

describe('closing a picture', () => {
  it('can be undone, with its history', async () => {
    const id = await open()
    await edit(id)
    studio.documents.close(id)
    expect(studio.view().documents).toEqual([])
    expect(() => studio.documents.apply(id, denoiseEdit())).toThrow(
      expect.objectContaining({ code: 'document.notFound' }) as Error,
    )
    expect(studio.documents.reopen()).toBe(id)
    expect(now(id).states).toHaveLength(2)
    await edit(id)
  })

  it('keeps the scratch of the last few alone', async () => {
    for (let i = 0; i < 8; i++) studio.documents.close(await open(await home.picture(`${i}.png`, { seed: i })))
    await expect.poll(() => readdirSync(join(home.paths.cache, 'documents')).length).toBeLessThanOrEqual(5)
  })
})

const output = OutputSettings.parse({})

describe('exporting', () => {
  it('writes the same bytes as the command line does (P4)', async () => {
    const settings = denoiseEdit({ detail: 0.6, steps: 2, seed: 7 })
    const id = await open()
    studio.documents.apply(id, settings)
    await until((view) => find(view, id).states.length === 2)
    const target = { path: home.at('studio.png'), overwrite: 'never' } as const
    const exported = await studio.exports.export({ document: id, output, target })
    const { engine, library, paths } = studio
    const run = runOptions(studio.settings.value, paths)
    const job = {
      input,
      target: home.at('cli.png'),
      edit: settings,
      output,
      overwrite: 'never',
      makeFolder: false,
    } as const
    const processed = await processFile({ engine, library, paths, run }, job)
    expect(readFileSync(home.at('studio.png')).equals(readFileSync(home.at('cli.png')))).toBe(true)
    expect(exported).toMatchObject({ path: home.at('studio.png'), name: 'studio.png', bytes: processed.bytes })
    expect(now(id).saved).toBe(true)
  })

  it('says what would be lost, and suggests a name, before saving', async () => {
    const id = await open()
    expect(await studio.exports.plan(id, output)).toMatchObject({
      format: 'png',
      suggestedName: 'in_copy.png',
      notes: [],
    })
    await edit(id)
    const plan = await studio.exports.plan(id, OutputSettings.parse({ format: 'jpeg', depth: 16 }))
    expect(plan).toMatchObject({ format: 'jpeg', extension: 'jpg', depth: 8, suggestedName: 'in_denoised.jpg' })
    expect(plan.notes.map(({ code }) => code)).toContain('format.depthLost')
    await studio.settings.set({ template: '{name}-{ext} ({model})' })
    expect((await studio.exports.plan(id, output)).suggestedName).toBe('in-png (tiny-denoiser).png')
  })

  it.each([
    ['another extension', 'a.webp', 'a.webp', 'webp'],
    ['no extension', 'a', 'a.png', 'png'],
    ['a dot that is no extension', 'v1.2', 'v1.2.png', 'png'],
  ])('follows a chosen name with %s', async (_, name, written, format) => {
    const id = await open()
    const target = { path: home.at(name), overwrite: 'never' } as const
    expect(await studio.exports.export({ document: id, output, target })).toMatchObject({ path: home.at(written) })
    expect(studio.view().jobs[0]).toMatchObject({ kind: 'export', state: 'done', path: home.at(written) })
    expect((await sharp(home.at(written)).metadata()).format).toBe(format)
  })

  it('never writes over an open original, by whatever name (P1)', async () => {
    const id = await open()
    await open(await home.picture('other.png', { seed: 2 }))
    symlinkSync(home.at('other.png'), home.at('link.png'))
    for (const name of ['in.png', 'other.png', 'link.png']) {
      const target = { path: home.at(name), overwrite: 'always' } as const
      await expect(studio.exports.export({ document: id, output, target })).rejects.toMatchObject({
        code: 'output.isInput',
      })
    }
  })

  it('does not replace a file unless asked to, and lists the failure', async () => {
    writeFileSync(home.at('out.png'), 'dear')
    const id = await open()
    const path = home.at('out.png')
    await expect(
      studio.exports.export({ document: id, output, target: { path, overwrite: 'never' } }),
    ).rejects.toMatchObject({ code: 'output.exists' })
    expect(studio.view().jobs[0]).toMatchObject({ kind: 'export', state: 'failed', error: { code: 'output.exists' } })
    await studio.exports.export({ document: id, output, target: { path, overwrite: 'always' } })
    expect((await sharp(path).metadata()).width).toBe(700)
  })

  it('says so when the original changed or went since it was opened', async () => {
    const id = await open()
    const target = { path: home.at('out.png'), overwrite: 'never' } as const
    writeFileSync(input, 'something else')
    await expect(studio.exports.export({ document: id, output, target })).rejects.toMatchObject({
      code: 'file.changed',
    })
    unlinkSync(input)
    await expect(studio.exports.export({ document: id, output, target })).rejects.toMatchObject({
      code: 'file.notFound',
    })
    expect(existsSync(home.at('out.png'))).toBe(false)
  })

  it('hands a result to the page once', async () => {
    const id = await open()
    const { download, path, name, bytes } = await studio.exports.export({ document: id, output, target: 'download' })
    expect([path, name]).toEqual([null, 'in_copy.png'])
    const taken = await studio.downloads.take(download ?? '')
    const chunks: Buffer[] = []
    for await (const chunk of taken?.stream ?? []) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).length).toBe(bytes)
    expect(await studio.downloads.take(download ?? '')).toBeNull()
    await expect.poll(() => readdirSync(join(home.paths.cache, 'downloads'))).toEqual([])
  })
})
