import { chmod, copyFile, mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { events, filesBelow, openBench, picture, tiny, type Bench, type Outcome } from './lacuna.js'

const isRoot = process.getuid?.() === 0

describe('bad input gets one clear sentence with the file’s name, and the others are done (P7)', () => {
  /** Name -> what its sentence must say. */
  const bad: Record<string, RegExp> = {
    'missing.jpg': /was not found/,
    'zero bytes.jpg': /is empty \(0 bytes\)/,
    'text.png': /is not a picture/,
    'truncated.jpg': /is damaged or cut short/,
    'truncated.png': /is damaged or cut short/,
    'huge header.png': /has 100000 × 100000 pixels, and one gigapixel is the most/,
    'bomb.png': /has 40000 × 30000 pixels, and one gigapixel is the most/,
    'phone.heic': /is a HEIC picture, which cannot be read yet: export it as JPEG, PNG or TIFF/,
    'camera.cr2': /is a camera raw file, which cannot be read: develop it/,
    'negative.dng': /is a camera raw file/,
    'drawing.svg': /is in a format that cannot be read \(SVG\)/,
  }
  const good = ['first.png', 'last.jpg']
  let bench: Bench
  let outcome: Outcome

  beforeAll(async () => {
    bench = await openBench()
    await picture(bench.at('first.png'))
    await picture(bench.at('last.jpg'), 96, 96)
    await writeFile(bench.at('zero bytes.jpg'), '')
    await writeFile(bench.at('text.png'), 'This is a letter.\n')
    const jpeg = await readFile(bench.at('last.jpg'))
    await writeFile(bench.at('truncated.jpg'), jpeg.subarray(0, jpeg.length * 0.6))
    const png = await readFile(bench.at('first.png'))
    await writeFile(bench.at('truncated.png'), png.subarray(0, png.length * 0.6))
    await writeFile(bench.at('huge header.png'), pngHeader(100_000, 100_000))
    await writePngBomb(bench.at('bomb.png'), 40_000, 30_000)
    await writeFile(bench.at('phone.heic'), '\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08mdat', 'latin1')
    await writeFile(bench.at('camera.cr2'), 'II*\0\x10\0\0\0CR\x02\0\0\0\0\0\0\0\0\0', 'latin1')
    await writeFile(bench.at('negative.dng'), 'II*\0\x08\0\0\0\0\0\0\0\0\0', 'latin1')
    await writeFile(bench.at('drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    const inputs = ['first.png', ...Object.keys(bad), 'last.jpg']
    outcome = await bench.run(['denoise', ...inputs, '-o', 'out', ...tiny])
  })
  afterAll(() => bench[Symbol.asyncDispose]())

  it('exits with 1', () => expect(outcome.code).toBe(1))

  for (const [name, sentence] of Object.entries(bad)) {
    it(name, () => {
      const lines = outcome.stderr.split('\n').filter((line) => line.includes(name))
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatch(sentence)
      expect(lines[0]).toMatch(/^✗ .*\.$/)
    })
  }

  it('says nothing more', () => expect(outcome.stderr.split('\n')).toHaveLength(Object.keys(bad).length))

  it('finishes the good ones and leaves nothing else behind', async () => {
    expect(await filesBelow(bench.at('out'))).toEqual(['first_denoised.png', 'last_denoised.jpg'])
    expect(outcome.stdout).toMatch(new RegExp(`\\n${good.length} pictures done, ${Object.keys(bad).length} failed, `))
    expect(await filesBelow(bench.at('.home/cache'))).not.toContainEqual(expect.stringMatching(/^jobs/))
  })

  it('in a folder, says of HEIC and camera raw files what to do', async () => {
    await mkdir(bench.at('phone'))
    await copyFile(bench.at('phone.heic'), bench.at('phone/IMG_1.HEIC'))
    await copyFile(bench.at('camera.cr2'), bench.at('phone/IMG_2.CR2'))
    const { code, stdout } = await bench.run(['denoise', 'phone', '-o', 'out', '--json', ...tiny])
    const failed = events(stdout).flatMap((line) =>
      line.event === 'failed' ? [[line.error.code, line.error.params]] : [],
    )
    expect(failed).toEqual([
      ['file.unsupportedHeic', { name: 'IMG_1.HEIC' }],
      ['file.unsupportedRaw', { name: 'IMG_2.CR2' }],
    ])
    expect(code).toBe(1)
  })

  it.skipIf(isRoot)('a file without permission to read (not as root, who may read everything)', async () => {
    await picture(bench.at('private.png'))
    await chmod(bench.at('private.png'), 0)
    const { code, stderr } = await bench.run(['denoise', 'private.png', 'first.png', '-o', 'out-private', ...tiny])
    expect(stderr).toMatch(/^✗ private\.png cannot be read: check its permissions/)
    expect([code, await filesBelow(bench.at('out-private'))]).toEqual([1, ['first_denoised.png']])
  })

  it.skipIf(isRoot)('a folder without permission to read (not as root)', async () => {
    await mkdir(bench.at('locked'))
    await chmod(bench.at('locked'), 0)
    const { code, stderr } = await bench.run(['denoise', 'locked', 'first.png', '-o', 'out-locked', ...tiny])
    await chmod(bench.at('locked'), 0o700)
    expect(stderr).toMatch(/^✗ locked cannot be read/)
    expect([code, await filesBelow(bench.at('out-locked'))]).toEqual([1, ['first_denoised.png']])
  })
})

describe('names of every kind are kept', () => {
  const stems = {
    'accents composed (NFC)': 'Été à Łódź'.normalize('NFC'),
    'accents decomposed (NFD)': 'Crème brûlée'.normalize('NFD'),
    'Chinese, Japanese, Korean': '写真 しゃしん 사진',
    emoji: '🦦🏔️ 👩‍👩‍👧',
    'spaces and quotes': ` it's "100 %" {name} $HOME;`,
    'right to left': 'תמונה صورة',
    'a leading dash': '-o',
  }
  let bench: Bench
  beforeAll(async () => {
    bench = await openBench()
    await mkdir(bench.at('in'))
    const bytes = await readFile(await picture(bench.at('plain.png')))
    for (const stem of Object.values(stems)) await writeFile(bench.at('in', `${stem}.png`), bytes)
  })
  afterAll(() => bench[Symbol.asyncDispose]())

  it(Object.keys(stems).join(', '), async () => {
    const { code, stderr } = await bench.run(['denoise', 'in', '-o', 'out', ...tiny])
    expect([code, stderr]).toEqual([0, ''])
    const expected = Object.values(stems).map((stem) => `${stem}_denoised.png`)
    expect((await filesBelow(bench.at('out'))).sort()).toEqual(expected.sort())
  })

  it('250 characters, as long as the result’s name still fits', async () => {
    const long = `${'x'.repeat(246)}.png`
    await copyFile(bench.at('plain.png'), bench.at(long))
    const tooLong = await bench.run(['denoise', long, 'plain.png', '-o', 'long', ...tiny])
    expect(tooLong.stderr).toMatch(
      /^✗ x{246}\.png: x{246}_denoised\.png is too long a name for this disk: choose a shorter name/,
    )
    expect([tooLong.code, await filesBelow(bench.at('long'))]).toEqual([1, ['plain_denoised.png']])

    const fits = await bench.run(['denoise', long, '-o', 'long', '--name', '{name}', ...tiny])
    expect([fits.code, fits.stderr]).toEqual([0, ''])
    expect(await filesBelow(bench.at('long'))).toContain(long)
  })

  it('a file whose name starts with a dash, after --', async () => {
    await copyFile(bench.at('plain.png'), bench.at('-o.png'))
    const { code } = await bench.run(['denoise', '-o', 'dash.png', ...tiny, '--', '-o.png'])
    expect([code, (await sharp(bench.at('dash.png')).metadata()).width]).toEqual([0, 64])
  })
})

const signature = Buffer.from('89504e470d0a1a0a', 'hex')

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

/** 8-bit grey. */
function header(width: number, height: number): Buffer {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  data.set([8, 0, 0, 0, 0], 8)
  return chunk('IHDR', data)
}

/** A header that promises pixels, and no pixels. */
const pngHeader = (width: number, height: number): Buffer =>
  Buffer.concat([
    signature,
    header(width, height),
    chunk('IDAT', deflateSync(Buffer.alloc(16))),
    chunk('IEND', Buffer.alloc(0)),
  ])

/** A whole PNG of black pixels: a few kilobytes that unpack to a gigabyte. The deflated rows are repeated, not computed again. */
async function writePngBomb(path: string, width: number, height: number): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.write(Buffer.concat([signature, header(width, height)]))
    await file.write(chunk('IDAT', deflateSync(Buffer.alloc((width + 1) * 200), { level: 9 })))
    await file.write(chunk('IEND', Buffer.alloc(0)))
  } finally {
    await file.close()
  }
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value >>> 0
})

/** Of the PNG specification, annex D. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0)
  return (crc ^ 0xffffffff) >>> 0
}
