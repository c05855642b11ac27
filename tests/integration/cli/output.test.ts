import { execFileSync } from 'node:child_process'
import { chmod, copyFile, link, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesBelow, openBench, picture, tiny, type Bench } from './lacuna.js'

let bench: Bench
let original: Buffer

beforeAll(async () => {
  bench = await openBench()
  original = await readFile(await picture(bench.at('a.png')))
  await picture(bench.at('b.jpg'))
})
afterAll(() => bench[Symbol.asyncDispose]())

const denoise = (...args: string[]) => bench.run(['denoise', ...args, ...tiny])

describe('the original is never written to (P1)', () => {
  const same = 'is one of the pictures being read, and originals are never written to: choose another name or folder.'
  const cases: Record<string, () => Promise<string>> = {
    'the same path': () => Promise.resolve('a.png'),
    'the same path, written otherwise': () => Promise.resolve('./x/../a.png'),
    'a symbolic link to it': async () => {
      await symlink(bench.at('a.png'), bench.at('symlink.png'))
      return 'symlink.png'
    },
    'a hard link of it': async () => {
      await link(bench.at('a.png'), bench.at('hardlink.png'))
      return 'hardlink.png'
    },
  }
  for (const [kind, makeOutput] of Object.entries(cases)) {
    it(`output = input by ${kind}, even with --overwrite always`, async () => {
      const output = await makeOutput()
      const { code, stderr } = await denoise('a.png', '-o', output, '--overwrite', 'always')
      expect(stderr).toMatch(/^✗ [^\n]*\.png [^\n]*$/)
      expect(stderr).toContain(same)
      expect(code).toBe(1)
      expect(await readFile(bench.at('a.png'))).toEqual(original)
    })
  }

  it('nor is another picture of the same run, and the others are done', async () => {
    await mkdir(bench.at('pair'))
    await copyFile(bench.at('a.png'), bench.at('pair/x.png'))
    await copyFile(bench.at('a.png'), bench.at('pair/x_denoised.png'))
    const { code, stderr } = await denoise('pair', '-o', 'pair', '--overwrite', 'always')
    expect(stderr).toBe(`✗ pair/x.png: x_denoised.png ${same}`)
    expect(code).toBe(1)
    expect(await readFile(bench.at('pair/x_denoised.png'))).toEqual(original)
    expect(await filesBelow(bench.at('pair'))).toEqual(['x.png', 'x_denoised.png', 'x_denoised_denoised.png'])
  })
})

describe('where results go', () => {
  it('a file for one picture, in the format that its extension says', async () => {
    const { code, stderr } = await denoise('a.png', '-o', 'single.webp')
    expect([code, stderr]).toEqual([0, ''])
    expect((await sharp(bench.at('single.webp')).metadata()).format).toBe('webp')
  })

  it('a folder that is made, with the tree of a folder that was worked through', async () => {
    await mkdir(bench.at('tree/deep/er'), { recursive: true })
    await copyFile(bench.at('a.png'), bench.at('tree/one.png'))
    await copyFile(bench.at('a.png'), bench.at('tree/deep/er/two.png'))
    const { code } = await denoise('tree', 'b.jpg', '-o', 'made/new', '--recursive')
    expect([code, await filesBelow(bench.at('made'))]).toEqual([
      0,
      ['new/b_denoised.jpg', 'new/deep/er/two_denoised.png', 'new/one_denoised.png'],
    ])
  })

  it('says of folders inside a folder that they were left out', async () => {
    const { code, stderr } = await denoise('tree', '-o', 'flat')
    expect(stderr).toBe('• 1 folder inside a named folder was left out: add --recursive to work through it too.')
    expect([code, await filesBelow(bench.at('flat'))]).toEqual([0, ['one_denoised.png']])
  })

  it('--format, --quality, --depth and --name do what they say', async () => {
    const format = ['--format', 'tiff', '--depth', '16', '--name', '{name}-{ext}-{model}']
    expect((await denoise('a.png', '-o', 'named', ...format)).code).toBe(0)
    const made = await sharp(bench.at('named/a-png-tiny-denoiser.tif')).metadata()
    expect([made.format, made.depth]).toEqual(['tiff', 'ushort'])

    for (const quality of ['30', '95']) await denoise('b.jpg', '-o', `q${quality}.jpg`, '--quality', quality)
    expect((await stat(bench.at('q30.jpg'))).size).toBeLessThan((await stat(bench.at('q95.jpg'))).size)
  })

  it('two pictures that would have the same result are told apart or said', async () => {
    await mkdir(bench.at('clash'))
    await copyFile(bench.at('a.png'), bench.at('clash/p.png'))
    await copyFile(bench.at('b.jpg'), bench.at('clash/p.jpg'))
    const { code, stderr } = await denoise('clash', '-o', 'clashed', '--format', 'png')
    expect(stderr).toMatch(
      /^✗ clash\/p\.png: p_denoised\.png would be the result of p\.jpg too: choose a name template/,
    )
    expect([code, await filesBelow(bench.at('clashed'))]).toEqual([1, ['p_denoised.png']])
  })
})

describe('an existing file', () => {
  it('is left as it is and reported, and the others are done', async () => {
    await mkdir(bench.at('there'))
    await writeFile(bench.at('there/a_denoised.png'), 'mine')
    const { code, stderr } = await denoise('a.png', 'b.jpg', '-o', 'there')
    expect(stderr).toMatch(/^✗ a\.png: a_denoised\.png already exists and was left as it is: [^\n]*\.$/)
    expect(await readFile(bench.at('there/a_denoised.png'), 'utf8')).toBe('mine')
    expect([code, await filesBelow(bench.at('there'))]).toEqual([1, ['a_denoised.png', 'b_denoised.jpg']])
  })

  it('is replaced with --overwrite always', async () => {
    await writeFile(bench.at('old.png'), 'old')
    expect((await denoise('a.png', '-o', 'old.png', '--overwrite', 'always')).code).toBe(0)
    expect((await sharp(bench.at('old.png')).metadata()).width).toBe(64)
  })
})

describe('an output folder that cannot be used is said in one sentence', () => {
  it('missing, for a single file', async () => {
    const { code, stderr } = await denoise('a.png', '-o', 'nowhere/at/all.png')
    expect(stderr).toMatch(
      /^✗ a\.png: The folder of all\.png cannot be used, because it is missing or not a folder: [^\n]*\.$/,
    )
    expect(code).toBe(1)
  })

  it('not a folder', async () => {
    await writeFile(bench.at('a file'), '')
    const { code, stderr } = await denoise('a.png', '-o', 'a file')
    expect(stderr).toMatch(
      /^✗ a\.png: The folder of a_denoised\.png cannot be used, because it is missing or not a folder/,
    )
    expect(code).toBe(1)
  })

  it.skipIf(process.getuid?.() === 0)('read-only (not as root, who may write everywhere)', async () => {
    await mkdir(bench.at('read-only'))
    await chmod(bench.at('read-only'), 0o500)
    const { code, stderr } = await denoise('a.png', '-o', 'read-only')
    expect(stderr).toMatch(/^✗ a\.png: a_denoised\.png cannot be written, because its folder is read-only/)
    expect(code).toBe(1)
  })

  it('full, and nothing half-written stays', async (context) => {
    await mkdir(bench.at('full'))
    if (!mountTiny(bench.at('full'))) return context.skip('a small disk can be made by root on Linux only')
    try {
      const { code, stderr } = await denoise('a.png', '-o', 'full', '--format', 'tiff')
      expect(stderr).toMatch(/^✗ a\.png: There is not enough disk space for a_denoised\.tif: free some space[^\n]*\.$/)
      expect([code, await filesBelow(bench.at('full'))]).toEqual([1, []])
    } finally {
      execFileSync('umount', [bench.at('full')])
    }
  })
})

/** A disk of 8 kB. False where this user or system has no way to make one. */
function mountTiny(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
