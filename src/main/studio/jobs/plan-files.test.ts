import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OutputSettings } from '../../../shared/picture.js'
import { planFiles, type FilePlan, type PlanRequest } from './plan-files.js'

let dir: string
beforeEach(() => (dir = realpathSync(mkdtempSync(join(tmpdir(), 'lacuna-plan-')))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const png = Buffer.from('89504e470d0a1a0a0000000d', 'hex')
const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex')
const gif = Buffer.from('GIF89a')

const put = (...names: string[]): void => {
  for (const name of names) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), /\.jpe?g$/i.test(name) ? jpeg : /\.gif$/i.test(name) ? gif : png)
  }
}

const plan = (inputs: string[], output: string, change: Partial<PlanRequest> = {}): Promise<FilePlan> =>
  planFiles({
    inputs: inputs.map((name) => join(dir, name)),
    output: join(dir, output) + (output.endsWith('/') ? '/' : ''),
    settings: OutputSettings.parse({}),
    model: 'lacuna-denoise',
    ...change,
  })

/** Targets, relative to the test's folder; a file that would fail is its error's code. */
const targets = ({ files }: FilePlan): string[] =>
  files.map(({ target, error }) => (error === null ? relative(dir, target) : error.code))
const skipped = (made: FilePlan): string[] =>
  made.skipped.map(({ path, reason }) => `${relative(dir, path)}: ${reason}`)

describe('-o', () => {
  it("is a file for one input and a picture's extension", async () => {
    put('a.png')
    expect(targets(await plan(['a.png'], 'b.png'))).toEqual(['b.png'])
  })

  it('says the format by its extension', async () => {
    put('a.png')
    expect((await plan(['a.png'], 'b.webp')).files[0]?.output.format).toBe('webp')
  })

  it('is refused when its extension says another format than what is written', async () => {
    put('a.png')
    const settings = OutputSettings.parse({ format: 'jpeg' })
    expect(targets(await plan(['a.png'], 'b.webp', { settings }))).toEqual(['output.extensionMismatch'])
    expect(targets(await plan(['a.png'], 'b.jpeg', { settings }))).toEqual(['b.jpeg'])
    expect(targets(await plan(['a.png'], 'b.gif'))).toEqual(['output.extensionMismatch'])
  })

  it.each([
    ['several inputs', ['a.png', 'b.png'], 'out.png', ['out.png/a_denoised.png', 'out.png/b_denoised.png']],
    ['a folder as the input', ['in'], 'out.png', ['out.png/c_denoised.png']],
    ['no extension', ['a.png'], 'out', ['out/a_denoised.png']],
    ['a slash at the end', ['a.png'], 'out.png/', ['out.png/a_denoised.png']],
    ['a folder that is there', ['a.png'], 'there.png', ['there.png/a_denoised.png']],
    ["an extension that is no picture's", ['a.png'], 'v1.2', ['v1.2/a_denoised.png']],
  ])('is a folder for %s', async (_, inputs, output, expected) => {
    put('a.png', 'b.png', 'in/c.png', 'there.png/x.png')
    const made = await plan(inputs, output)
    expect(targets(made)).toEqual(expected)
    expect(made.files.every(({ makeFolder }) => makeFolder)).toBe(true)
  })
})

describe('names of outputs', () => {
  it('follow the template', async () => {
    put('a.png')
    expect(targets(await plan(['a.png'], 'out', { template: '{name} ({model}, was {ext})' }))).toEqual([
      'out/a (lacuna-denoise, was png).png',
    ])
  })

  it('keep the extension as it was written where the format is kept', async () => {
    put('a.JPG', 'b.jpeg')
    expect(targets(await plan(['a.JPG', 'b.jpeg'], 'out'))).toEqual(['out/a_denoised.JPG', 'out/b_denoised.jpeg'])
  })

  it('get the extension of what is really written', async () => {
    put('photo.gif')
    writeFileSync(join(dir, 'really-png.jpg'), png)
    const settings = OutputSettings.parse({ format: 'tiff' })
    expect(targets(await plan(['photo.gif', 'really-png.jpg'], 'out'))).toEqual([
      'out/photo_denoised.png',
      'out/really-png_denoised.png',
    ])
    expect(targets(await plan(['photo.gif'], 'out', { settings }))).toEqual(['out/photo_denoised.tif'])
  })

  it('are refused as a whole for a template that cannot work', async () => {
    put('a.png')
    await expect(plan(['a.png'], 'out', { template: '{nmae}' })).rejects.toMatchObject({ code: 'output.nameTemplate' })
  })

  it('are checked for length, file by file', async () => {
    put(`${'n'.repeat(250)}.png`, 'a.png')
    expect(targets(await plan([`${'n'.repeat(250)}.png`, 'a.png'], 'out'))).toEqual([
      'output.nameTooLong',
      'out/a_denoised.png',
    ])
  })

  it('may be as long as the disk holds', async () => {
    const name = 'n'.repeat(255 - '_denoised.png'.length)
    put(`${name}.png`)
    expect(targets(await plan([`${name}.png`], 'out'))).toEqual([`out/${name}_denoised.png`])
  })
})

describe('a folder as input', () => {
  it('gives its pictures in natural order, and counts what is left out', async () => {
    put('in/img10.png', 'in/img2.png', 'in/.hidden.png', 'in/notes.txt', 'in/raw.NEF', 'in/sub/deep.png', 'in/README')
    const made = await plan(['in'], 'out')
    expect(targets(made)).toEqual(['out/img2_denoised.png', 'out/img10_denoised.png'])
    expect(skipped(made).sort()).toEqual([
      'in/.hidden.png: hidden',
      'in/README: foreign',
      'in/notes.txt: foreign',
      'in/raw.NEF: unreadable',
      'in/sub: folder',
    ])
  })

  it('keeps its tree in the output with `recursive`', async () => {
    put('in/a.png', 'in/2020/b.png', 'in/2020/may/c.png', 'in/.trash/d.png')
    const made = await plan(['in'], 'out', { recursive: true })
    expect(targets(made)).toEqual(['out/a_denoised.png', 'out/2020/b_denoised.png', 'out/2020/may/c_denoised.png'])
    expect(made.files.map(({ label }) => label)).toEqual(['a.png', '2020/b.png', '2020/may/c.png'])
    expect(skipped(made)).toEqual(['in/.trash: hidden'])
  })

  it("never takes the output folder's pictures for input", async () => {
    put('in/a.png', 'in/out/a_denoised.png', 'in/out/deeper/b.png')
    const made = await plan(['in'], 'in/out', { recursive: true, overwrite: 'always' })
    expect(targets(made)).toEqual(['in/out/a_denoised.png'])
    expect(skipped(made)).toEqual(['in/out: output'])
  })

  it('takes no notice of temporary files of a running job', async () => {
    put('in/a.png', 'in/.a_denoised.png.job1.lacuna-tmp')
    expect(skipped(await plan(['in'], 'out'))).toEqual([])
  })

  it('follows links, but not in circles', async () => {
    put('in/a.png', 'elsewhere/b.png')
    symlinkSync(join(dir, 'elsewhere'), join(dir, 'in', 'link'))
    symlinkSync(join(dir, 'in'), join(dir, 'in', 'circle'))
    expect(targets(await plan(['in'], 'out', { recursive: true }))).toEqual([
      'out/a_denoised.png',
      'out/link/b_denoised.png',
    ])
  })

  it('may be empty', async () => {
    mkdirSync(join(dir, 'in'))
    const made = await plan(['in'], 'out')
    expect([made.files, made.skipped]).toEqual([[], []])
  })
})

describe('P7: what stands against a file is known before anything starts, and concerns that file alone', () => {
  it('is missing', async () => {
    put('b.png')
    const made = await plan(['a.png', 'b.png'], 'out')
    expect(targets(made)).toEqual(['file.notFound', 'out/b_denoised.png'])
    expect(made.files[0]?.error?.params).toEqual({ name: 'a.png' })
  })

  it('would be written to a file that exists, unless that is wanted', async () => {
    put('a.png', 'out/a_denoised.png')
    expect(targets(await plan(['a.png'], 'out'))).toEqual(['output.exists'])
    expect(targets(await plan(['a.png'], 'out', { overwrite: 'always' }))).toEqual(['out/a_denoised.png'])
  })

  it('would be written to an input: its own, by a link, or another of the batch', async () => {
    put('a.png', 'b.png', 'linked/a.png')
    rmSync(join(dir, 'linked/a.png'))
    linkSync(join(dir, 'a.png'), join(dir, 'linked/a.png'))
    symlinkSync(join(dir, 'b.png'), join(dir, 'linked/b.png'))
    const same = { template: '{name}', overwrite: 'always' } as const
    expect(targets(await plan(['a.png'], 'a.png', same))).toEqual(['output.isInput'])
    expect(targets(await plan(['a.png', 'b.png'], '.', same))).toEqual(['output.isInput', 'output.isInput'])
    expect(targets(await plan(['a.png', 'b.png'], 'linked', same))).toEqual(['output.isInput', 'output.isInput'])
  })

  it('would be written over the result of another: the first keeps the name', async () => {
    put('a.png', 'a.jpg', 'in/A.png')
    const settings = OutputSettings.parse({ format: 'png' })
    const made = await plan(['a.png', 'a.jpg', 'in'], 'out', { settings })
    expect(targets(made)).toEqual(['out/a_denoised.png', 'output.clash', 'output.clash'])
    expect(made.files[1]?.error?.params).toEqual({ name: 'a_denoised.png', other: 'a.png' })
  })

  it('has a name that differs from another only in its Unicode form', async () => {
    put(`one/${'é.png'.normalize('NFC')}`, `two/${'é.png'.normalize('NFD')}`)
    expect(targets(await plan(['one', 'two'], 'out'))).toEqual([
      `out/${'é'.normalize('NFC')}_denoised.png`,
      'output.clash',
    ])
  })

  it('leaves nothing of its name', async () => {
    put('. .png', 'a.png')
    expect(targets(await plan(['. .png', 'a.png'], 'out', { template: '{name}' }))).toEqual([
      'output.nameTemplate',
      'out/a.png',
    ])
  })
})

describe('a file named twice', () => {
  it('is done once, by whatever name', async () => {
    put('a.png')
    symlinkSync(join(dir, 'a.png'), join(dir, 'link.png'))
    const made = await plan(['a.png', 'a.png', '.', 'link.png'], 'out')
    expect(targets(made)).toEqual(['out/a_denoised.png'])
    expect(made.skipped.every(({ reason }) => reason === 'duplicate')).toBe(true)
  })
})

describe('names in any script', () => {
  it('come through as they are', async () => {
    const names = ['日本語.png', 'Ünï cödé.png', '📷 🌅.png', "it's.png", 'a%20b.png', '-dash.png']
    put(...names)
    const made = await plan(names, 'out')
    expect(targets(made)).toEqual(names.map((name) => `out/${name.replace('.png', '_denoised.png')}`))
  })
})
