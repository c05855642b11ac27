import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DenoiseEdit } from '../../../shared/edit.js'
import { JobRequest } from '../../../shared/job.js'
import { OutputSettings } from '../../../shared/picture.js'
import type { NewItem } from '../jobs/store/records.js'
import { planItems, planNewFile } from './plan-items.js'

let dir: string
beforeEach(() => (dir = realpathSync(mkdtempSync(join(tmpdir(), 'lacuna-items-')))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex')

function put(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), jpeg)
  }
}

const request = (change: Partial<JobRequest> = {}): JobRequest =>
  JobRequest.parse({
    edit: DenoiseEdit.parse({ kind: 'denoise' }),
    output: OutputSettings.parse({}),
    inputs: [join(dir, 'in')],
    target: join(dir, 'out'),
    template: '{name}_denoised',
    ...change,
  })

const said = (items: readonly NewItem[]): string[] =>
  items.map(
    ({ label, state, target, error, skip }) =>
      `${label}: ${state} ${error?.code ?? skip ?? (target === null ? 'nowhere' : relative(dir, target))}`,
  )

describe('a request becomes items', () => {
  it('with what planning knows: ready, standing against, left out, unreadable by name', async () => {
    put('in/a.jpg', 'in/sub/a.jpg', 'in/A.JPG', 'in/old.jpg', 'out/old_denoised.jpg', 'in/.x.jpg', 'in/n.txt')
    put('in/a.heic', 'in/b.CR3', 'in/c.jxl', 'in/d.psd')
    const items = await planItems(request())
    expect(said(items)).toEqual([
      'a.jpg: waiting out/a_denoised.jpg',
      'A.JPG: failed output.clash',
      'old.jpg: failed output.exists',
      'sub/a.jpg: waiting out/sub/a_denoised.jpg',
      'a.heic: failed file.unsupportedHeic',
      'b.CR3: failed file.unsupportedRaw',
      'c.jxl: failed file.unsupportedFormat',
      'd.psd: failed file.unsupportedFormat',
      '.x.jpg: skipped hidden',
      'n.txt: skipped foreign',
    ])
    expect(items.every(({ bytes }) => bytes === jpeg.length)).toBe(true)
    expect(items.every(({ error }) => error === null || error.detail === undefined)).toBe(true)
  })

  it('with a file as the target where the command line means one', async () => {
    put('a.jpg')
    const items = await planItems(request({ inputs: [join(dir, 'a.jpg')], target: join(dir, 'b.png') }))
    expect(said(items)).toEqual(['a.jpg: waiting b.png'])
    expect(items[0]).toMatchObject({ makeFolder: false, output: { format: 'png' } })
  })

  it('but not without a target', async () => {
    await expect(planItems(request({ target: null }))).rejects.toMatchObject({ code: 'job.noFolder' })
  })
})

describe('a file that comes later', () => {
  it('is called and written as if it had been there', async () => {
    put('in/sub/new.jpg')
    expect(said(await planNewFile(request(), [], join(dir, 'in/sub/new.jpg')))).toEqual([
      'sub/new.jpg: waiting out/sub/new_denoised.jpg',
    ])
  })

  it('may not take the name of another, or one that exists', async () => {
    put('in/a.JPG', 'in/b.jpg', 'out/b_denoised.jpg')
    const items = [{ label: 'a.jpg', target: join(dir, 'out/a_denoised.jpg') }]
    expect(said(await planNewFile(request(), items, join(dir, 'in/a.JPG')))).toEqual(['a.JPG: failed output.clash'])
    expect(said(await planNewFile(request(), items, join(dir, 'in/b.jpg')))).toEqual(['b.jpg: failed output.exists'])
  })

  it('is not wanted when it was taken out', async () => {
    put('in/a.jpg')
    expect(await planNewFile(request({ excluded: [join(dir, 'in/a.jpg')] }), [], join(dir, 'in/a.jpg'))).toEqual([])
  })
})

describe('with a mask beside each picture', () => {
  const masked = (inputs = [join(dir, 'in')]) => request({ inputs, mask: { from: 'beside', fit: false } })

  it('masks are no pictures: in a folder, named one by one, and coming into a watched folder', async () => {
    put('in/a.jpg', 'in/a.mask.png')
    const both = ['a.jpg: waiting out/a_denoised.jpg', 'a.mask.png: skipped mask']
    expect(said(await planItems(masked()))).toEqual(both)
    expect(said(await planItems(masked([join(dir, 'in/a.jpg'), join(dir, 'in/a.mask.png')])))).toEqual(both)
    expect(said(await planNewFile(masked(), [], join(dir, 'in/a.mask.png')))).toEqual(['a.mask.png: skipped mask'])
  })

  it('and without that, a picture of such a name is a picture', async () => {
    put('in/a.mask.png')
    expect((await planItems(request()))[0]?.state).toBe('waiting')
  })
})

describe('ten thousand files', () => {
  it('are planned completely and in order, and nothing is written', async () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `in/${String(i % 25).padStart(2, '0')}/img${i}.jpg`)
    put(...names)
    const started = statSync(dir).mtimeMs
    const items = await planItems(request())
    expect(items).toHaveLength(10_000)
    expect(new Set(items.map(({ target }) => target)).size).toBe(10_000)
    expect(items.every(({ state }) => state === 'waiting')).toBe(true)
    expect(items.slice(0, 2).map(({ label }) => label)).toEqual(['00/img0.jpg', '00/img25.jpg'])
    expect(items.at(-1)?.label).toBe('24/img9999.jpg')
    // Planning writes nothing.
    expect(statSync(dir).mtimeMs).toBe(started)
  })
})
