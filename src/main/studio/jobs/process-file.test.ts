import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { denoiseEdit } from '../../../../tests/support/engine.js'
import { testHome, type TestHome } from '../../../../tests/support/studio.js'
import english from '../../../../resources/locales/en.json'
import { InpaintEdit } from '../../../shared/edit.js'
import { LacunaError } from '../../../shared/errors.js'
import { OutputSettings } from '../../../shared/picture.js'
import { Settings } from '../../../shared/settings.js'
import { createWords } from '../../../shared/words.js'
import { openLibrary } from '../library/library.js'
import { runOptions } from '../run-options.js'
import { type FileJob, type FileResult, processFile, type ProcessOptions, type ProcessTools } from './process-file.js'

let home: TestHome
let tools: ProcessTools
beforeAll(async () => {
  home = testHome(['tiny-denoiser', 'stuck-denoiser'])
  const { paths } = home
  const run = runOptions(Settings.parse({}), paths, { provider: 'cpu', memoryBudget: 1e9 })
  tools = { engine: home.engine(), library: await openLibrary(paths), paths, run }
})
afterAll(() => home[Symbol.asyncDispose]())

let input: string
beforeEach(async () => {
  input = await home.picture('in.png')
})
afterEach(() => {
  // Whatever a test did: nothing of it may be left lying about.
  expect(home.scratch()).toEqual([])
  expect(readdirSync(home.dir, { recursive: true }).filter((name) => String(name).includes('lacuna-tmp'))).toEqual([])
  rmSync(home.dir, { recursive: true, force: true })
  mkdirSync(home.dir)
})

const process = (target: string, job: Partial<FileJob> = {}, options: ProcessOptions = {}): Promise<FileResult> =>
  processFile(
    tools,
    {
      input,
      target: home.at(target),
      edit: denoiseEdit({ sigma: 15 }),
      output: OutputSettings.parse({}),
      overwrite: 'never',
      makeFolder: false,
      ...job,
    },
    options,
  )

describe('one file', () => {
  it('is denoised, written, and told of', async () => {
    const result = await process('out.png')
    expect(result).toMatchObject({ input, output: home.at('out.png'), format: 'png' })
    expect(result.report).toMatchObject({ provider: 'cpu', model: 'tiny-denoiser', sigma: 15, pixelsOut: 96 * 64 })
    const written = readFileSync(home.at('out.png'))
    expect(written.length).toBe(result.bytes)
    const [before, after] = await Promise.all([input, written].map((file) => sharp(file).raw().toBuffer()))
    expect(after?.length).toBe(before?.length)
    expect(after?.equals(before ?? Buffer.alloc(0))).toBe(false)
  })

  it.each([
    ['png', 'png'],
    ['jpeg', 'jpg'],
    ['tiff', 'tif'],
    ['webp', 'webp'],
    ['avif', 'avif'],
  ] as const)(
    'that is said to be done is there, opens, and has its size and the bytes on record: %s',
    async (format, ext) => {
      const { output, bytes, sha256 } = await process(`out.${ext}`, { output: OutputSettings.parse({ format }) })
      const written = readFileSync(output)
      expect(written.length).toBe(bytes)
      expect(createHash('sha256').update(written).digest('hex')).toBe(sha256)
      const { info } = await sharp(written).raw().toBuffer({ resolveWithObject: true })
      expect(info).toMatchObject({ width: 96, height: 64, channels: 3 })
    },
  )

  it('whose result cannot get its name is no success', async () => {
    const lost = process(
      'gone/out.png',
      { makeFolder: true },
      {
        onProgress: ({ phase }) => (phase === 'encode' ? rmSync(home.at('gone'), { recursive: true, force: true }) : 0),
      },
    )
    await expect(lost).rejects.toMatchObject({ code: expect.stringMatching(/^output\./) as string })
    expect(existsSync(home.at('gone/out.png'))).toBe(false)
  })

  it('keeps its metadata, and carries how it was made', async () => {
    await process('out.png')
    const { exif, xmp, density } = await sharp(home.at('out.png')).metadata()
    expect(exif?.toString('latin1')).toContain('a test picture')
    expect(density).toBe(300)
    expect(xmp?.toString()).toContain('tiny-denoiser')
  })

  it('says nothing of itself when metadata are to be left out', async () => {
    await process('out.png', { output: OutputSettings.parse({ strip: true }) })
    const { exif, xmp } = await sharp(home.at('out.png')).metadata()
    expect([exif, xmp]).toEqual([undefined, undefined])
  })

  it('gives the same bytes twice (P4)', async () => {
    const edit = denoiseEdit({ detail: 0.5, steps: 2, seed: 3 })
    const [one, two] = [await process('one.png', { edit }), await process('two.png', { edit })]
    expect(readFileSync(home.at('one.png')).equals(readFileSync(home.at('two.png')))).toBe(true)
    expect(one.sha256).toBe(two.sha256)
  })

  it('reports progress that rises to the end over all its phases', async () => {
    const seen: { phase: string; fraction: number }[] = []
    await process('out.png', {}, { onProgress: ({ phase, fraction }) => seen.push({ phase, fraction }) })
    const fractions = seen.map(({ fraction }) => fraction)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    expect(fractions.at(-1)).toBeCloseTo(1)
    expect(new Set(seen.map(({ phase }) => phase))).toContain('denoise')
  })

  it('makes the folders of its target when that is wanted', async () => {
    await process('a/b/c/out.png', { makeFolder: true })
    expect(existsSync(home.at('a/b/c/out.png'))).toBe(true)
  })

  it('is never written to (P1)', async () => {
    const before = readFileSync(input)
    await process('out.png')
    expect(readFileSync(input).equals(before)).toBe(true)
  })
})

describe('P1: what is there is not replaced without being asked', () => {
  it('refuses an existing file and leaves it', async () => {
    writeFileSync(home.at('out.png'), 'dear')
    await expect(process('out.png')).rejects.toMatchObject({ code: 'output.exists', params: { name: 'out.png' } })
    expect(readFileSync(home.at('out.png'), 'utf8')).toBe('dear')
  })

  it('refuses a file that came into being during the work', async () => {
    const work = process(
      'out.png',
      {},
      { onProgress: ({ phase }) => (phase === 'encode' ? writeFileSync(home.at('out.png'), 'dear') : undefined) },
    )
    await expect(work).rejects.toMatchObject({ code: 'output.exists' })
    expect(readFileSync(home.at('out.png'), 'utf8')).toBe('dear')
  })

  it(
    'is not written when the mask changes during the work, which the sentence says',
    { timeout: 120_000 },
    async () => {
      const path = home.at('hole.png')
      const white = { input: { create: { width: 12, height: 9, channels: 3, background: '#ffffff' } } } as const
      const mask = (left: number): Promise<Buffer> =>
        sharp({ create: { width: 96, height: 64, channels: 3, background: '#000000' } })
          .composite([{ ...white, left, top: 20 }])
          .png()
          .toBuffer()
      writeFileSync(path, await mask(10))
      const other = await mask(50)
      let changed = false
      const failed = process(
        'out.png',
        { edit: InpaintEdit.parse({ kind: 'inpaint' }), mask: { from: 'file', path, fit: false } },
        {
          onProgress: ({ phase }) => {
            if (phase === 'encode' && !changed) writeFileSync(path, other)
            changed ||= phase === 'encode'
          },
        },
      )
      await expect(failed).rejects.toMatchObject({
        code: 'mask.changed',
        params: { name: 'hole.png', picture: 'in.png' },
      })
      const error = LacunaError.from(await failed.catch((thrown: unknown) => thrown))
      expect(createWords(english).errorSentence(error)).toMatch(
        /^The mask hole\.png changed on disk while in\.png was being filled/,
      )
      expect(existsSync(home.at('out.png'))).toBe(false)
    },
  )

  it('replaces it when asked to', async () => {
    writeFileSync(home.at('out.png'), 'old')
    await process('out.png', { overwrite: 'always' })
    expect((await sharp(home.at('out.png')).metadata()).width).toBe(96)
  })

  it.each([
    ['itself', 'in.png'],
    ['a symbolic link to it', 'symbolic.png'],
    ['a hard link of it', 'hard.png'],
  ])('never takes the input for an output: %s', async (_, target) => {
    const before = readFileSync(input)
    symlinkSync(input, home.at('symbolic.png'))
    linkSync(input, home.at('hard.png'))
    await expect(process(target, { overwrite: 'always' })).rejects.toMatchObject({ code: 'output.isInput' })
    expect(readFileSync(input).equals(before)).toBe(true)
  })
})

describe('P7: one clear error with the name of the file, and nothing left of the attempt', () => {
  it.each([
    ['the folder is missing', 'missing/out.png', 'output.folderMissing'],
    ['the folder is a file', 'in.png/out.png', 'output.folderMissing'],
    ['the name is too long', `${'n'.repeat(252)}.png`, 'output.nameTooLong'],
    ['the extension says another format', 'out.jpg', 'output.extensionMismatch'],
  ])('%s', async (_, target, code) => {
    await expect(process(target)).rejects.toMatchObject({ code, params: { name: target.split('/').at(-1) } })
  })

  it('the folder to be made is a file', async () => {
    await expect(process('in.png/out.png', { makeFolder: true })).rejects.toMatchObject({
      code: 'output.folderMissing',
    })
  })

  it('the longest name that a disk holds is none of these', async () => {
    await process(`${'n'.repeat(251)}.png`)
    expect(existsSync(home.at(`${'n'.repeat(251)}.png`))).toBe(true)
  })

  it.each([
    ['nothing', '', 'file.empty'],
    ['no picture', 'hello, this is a text', 'file.notAPicture'],
  ])('the input holds %s', async (_, text, code) => {
    writeFileSync(home.at('bad.png'), text)
    await expect(process('out.png', { input: home.at('bad.png') })).rejects.toMatchObject({
      code,
      params: { name: 'bad.png' },
    })
    expect(existsSync(home.at('out.png'))).toBe(false)
  })

  it('the input is cut short', async () => {
    const whole = readFileSync(await home.picture('whole.jpg', { width: 300, height: 300 }))
    writeFileSync(home.at('cut.jpg'), whole.subarray(0, whole.length / 2))
    await expect(process('out.jpg', { input: home.at('cut.jpg') })).rejects.toMatchObject({
      code: 'file.truncated',
      params: { name: 'cut.jpg' },
    })
  })

  it('the input is missing', async () => {
    await expect(process('out.png', { input: home.at('none.png') })).rejects.toMatchObject({
      code: 'file.notFound',
      params: { name: 'none.png' },
    })
  })

  it('the model is unknown', async () => {
    await expect(process('out.png', { edit: denoiseEdit({ model: 'tiny-denoizer' }) })).rejects.toMatchObject({
      code: 'model.notFound',
      params: { model: 'tiny-denoizer', suggestion: 'tiny-denoiser' },
    })
  })

  // Permissions bind everyone but root.
  it.skipIf(userInfo().uid === 0)('the folder is read-only', async () => {
    mkdirSync(home.at('locked'))
    chmodSync(home.at('locked'), 0o555)
    await expect(process('locked/out.png')).rejects.toMatchObject({ code: 'output.readOnly' })
  })
})

/** Only root may mount; some containers refuse even that. */
function mount(where: string, options: string): boolean {
  mkdirSync(where, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', where], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('P7: a disk that takes nothing', () => {
  it.for([
    ['is full', 'size=64k', 'output.diskFull'],
    ['is read-only', 'size=1m,ro', 'output.readOnly'],
  ])('%s', async ([, options = '', code], { skip }) => {
    const disk = home.at('disk')
    if (!mount(disk, options)) skip('no right to mount a small disk here')
    try {
      await expect(process('disk/out.png')).rejects.toMatchObject({ code, params: { name: 'out.png' } })
      expect(readdirSync(disk)).toEqual([])
    } finally {
      execFileSync('umount', [disk])
    }
  })
})

describe('P5: cancelling leaves nothing', () => {
  it('before it starts', async () => {
    await expect(process('out.png', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
    expect(existsSync(home.at('out.png'))).toBe(false)
  })

  it.each(['decode', 'estimate', 'denoise', 'sample', 'encode'])('while it is at: %s', async (at) => {
    const controller = new AbortController()
    const big = await home.picture('big.png', { width: 700, height: 500 })
    const edit = denoiseEdit({ detail: 1, steps: 3 })
    const work = process(
      'out.png',
      { input: big, edit },
      {
        signal: controller.signal,
        onProgress: ({ phase }) => (phase === at ? controller.abort() : undefined),
      },
    )
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
    expect(existsSync(home.at('out.png'))).toBe(false)
  })

  it('by force when a network does not answer, and the next file is done', async () => {
    const controller = new AbortController()
    const edit = denoiseEdit({ model: 'stuck-denoiser', sigma: 20 })
    const work = process(
      'out.png',
      { edit },
      {
        signal: controller.signal,
        onProgress: ({ phase }) => (phase === 'denoise' ? controller.abort() : undefined),
      },
    )
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
    await process('next.png')
    expect(existsSync(home.at('next.png'))).toBe(true)
  })
})

describe('names in any script', () => {
  it.each(['é.png'.normalize('NFC'), 'é.png'.normalize('NFD'), '日本語.png', '📷 a b.png', "it's %20.png"])(
    'come in and go out: %s',
    async (name) => {
      copyFileSync(input, home.at(name))
      const result = await process(`out ${name}`, { input: home.at(name) })
      expect(readdirSync(home.dir)).toContain(`out ${name}`)
      expect(result.output).toBe(join(home.dir, `out ${name}`))
    },
  )
})
