import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { random } from '../../support/engine.js'
import { eventsOf, filesBelow, openBench, type Bench } from './lacuna.js'

/** `lacuna inpaint`: what the mask covers is replaced, and nothing else. */

const WIDTH = 120
const HEIGHT = 90
const HOLE = { left: 50, top: 35, width: 9, height: 9 }

// A command that starts an engine each time, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
  await hole('mask.png')
  await texture('a.png', 3, 8)
})
afterAll(() => bench[Symbol.asyncDispose]())

const inpaint = (...args: string[]) => bench.run(['inpaint', ...args])

/** Stripes with some noise, so that there is something to continue. */
async function texture(name: string, channels: 1 | 2 | 3 | 4, depth: 8 | 16, size = { width: WIDTH, height: HEIGHT }) {
  const next = random(7)
  const full = depth === 16 ? 65535 : 255
  const { width, height } = size
  const samples = new (depth === 16 ? Uint16Array : Uint8Array)(width * height * channels)
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < channels; c++) {
      const alpha = channels % 2 === 0 && c === channels - 1
      const stripe = 0.35 + 0.2 * Math.sin(((i % width) / 9 + c) * Math.PI) + 0.1 * next()
      samples[i * channels + c] = Math.round(full * (alpha ? 0.5 + 0.5 * next() : stripe))
    }
  await raw(samples, width, height, channels, depth).toFile(bench.at(name))
}

function raw(
  data: Uint8Array | Uint16Array,
  width: number,
  height: number,
  channels: 1 | 2 | 3 | 4,
  depth: 8 | 16,
): Sharp {
  const space = `${channels < 3 ? 'grey' : 'rgb'}16`
  const image = sharp(data, { raw: { width, height, channels } })
  return depth === 16 ? image.toColourspace(space) : channels < 3 ? image.toColourspace('b-w') : image
}

async function hole(name: string, size = { width: WIDTH, height: HEIGHT }, box = HOLE): Promise<void> {
  const white = await sharp({ create: { ...box, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  await sharp({ create: { ...size, channels: 3, background: '#000' } })
    .composite([{ input: white, left: box.left, top: box.top }])
    .png()
    .toFile(bench.at(name))
}

async function samplesOf(name: string): Promise<{ data: Uint16Array; channels: number }> {
  const { space = 'srgb' } = await sharp(bench.at(name)).metadata()
  const deep = ['rgb16', 'grey16'].includes(space)
  const image = sharp(bench.at(name)).toColourspace(deep ? space : space === 'b-w' ? 'b-w' : 'srgb')
  const { data, info } = await image.raw(deep ? { depth: 'ushort' } : {}).toBuffer({ resolveWithObject: true })
  const samples = deep ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : Uint16Array.from(data)
  return { data: samples, channels: info.channels }
}

/** How many pixels differ within and beyond a distance of the hole. */
async function differences(before: string, after: string, margin = 0): Promise<{ inside: number; outside: number }> {
  const [a, b] = await Promise.all([samplesOf(before), samplesOf(after)])
  expect(b.channels).toBe(a.channels)
  const count = { inside: 0, outside: 0 }
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)]
    const within =
      x >= HOLE.left - margin &&
      x < HOLE.left + HOLE.width + margin &&
      y >= HOLE.top - margin &&
      y < HOLE.top + HOLE.height + margin
    const from = i * a.channels
    const same = a.data.subarray(from, from + a.channels).every((value, c) => value === b.data[from + c])
    if (!same) count[within ? 'inside' : 'outside']++
  }
  return count
}

describe('P2: no pixel outside the mask changes', () => {
  it.each([
    ['rgb.png', 3, 8],
    ['rgba.png', 4, 8],
    ['grey.png', 1, 8],
    ['deep.png', 3, 16],
    ['deep-alpha.tiff', 4, 16],
    ['grey16.tiff', 1, 16],
    ['lossless.tiff', 3, 8],
  ] as const)('%s: %i channels of %i bits', async (name, channels, depth) => {
    await texture(name, channels, depth)
    const { code, stderr } = await inpaint(name, '--mask', 'mask.png', '-o', `out-${name}`)
    expect([code, stderr]).toEqual([0, ''])
    const { inside, outside } = await differences(name, `out-${name}`)
    expect(outside).toBe(0)
    expect(inside).toBeGreaterThan((HOLE.width * HOLE.height) / 2)
  })

  it('nor beyond a grown and feathered one', async () => {
    await inpaint('a.png', '--mask', 'mask.png', '--grow', '3', '--feather', '4', '-o', 'wide.png')
    expect((await differences('a.png', 'wide.png')).outside).toBeGreaterThan(0)
    expect((await differences('a.png', 'wide.png', 7)).outside).toBe(0)
  })
})

describe('the same seed', () => {
  it('gives the same bytes, and another one another fill', async () => {
    const bytes = async (name: string, seed: string): Promise<string> => {
      await inpaint('a.png', '--mask', 'mask.png', '--seed', seed, '-o', name)
      return (await readFile(bench.at(name))).toString('base64')
    }
    const first = await bytes('s1.png', '3')
    expect(await bytes('s2.png', '3')).toBe(first)
    expect(await bytes('s3.png', '4')).not.toBe(first)
  })
})

describe('--count', () => {
  it('writes numbered variations, all different, each as it is among more or fewer of the same count', async () => {
    const { stdout, code } = await inpaint('a.png', '--mask', 'mask.png', '--count', '3', '-o', 'many.png', '--json')
    expect(code).toBe(0)
    expect(eventsOf(stdout, 'done')).toHaveLength(3)
    const names = ['many_1.png', 'many_2.png', 'many_3.png']
    const bytes = await Promise.all(names.map(async (name) => (await readFile(bench.at(name))).toString('base64')))
    expect(new Set(bytes).size).toBe(3)
    for (const name of names) expect((await differences('a.png', name)).outside).toBe(0)
  })

  it('with --resume, only what is missing is done again', async () => {
    const again = () => inpaint('a.png', '--mask', 'mask.png', '--count', '2', '-o', 'counted/', '--resume', '--json')
    await again()
    await rm(bench.at('counted/a_inpainted_2.png'))
    const { stdout } = await again()
    expect(eventsOf(stdout, 'done').map(({ output }) => basename(output))).toEqual(['a_inpainted_2.png'])
  })
})

describe('lacuna extend', () => {
  it('adds to the sides and leaves the picture as it is', async () => {
    const sides = ['--left', '10', '--bottom', '10%']
    const { code, stderr } = await bench.run(['extend', 'a.png', ...sides, '--tile', '256', '-o', 'wide-a.png'])
    expect(code).toBe(0)
    expect(stderr).toContain('--tile changes nothing here: lacuna-patch has no network')
    const wide = sharp(bench.at('wide-a.png'))
    expect(await wide.metadata()).toMatchObject({ width: WIDTH + 10, height: HEIGHT + 9 })
    const part = await wide.extract({ left: 10, top: 0, width: WIDTH, height: HEIGHT }).raw().toBuffer()
    expect(part.equals(await sharp(bench.at('a.png')).raw().toBuffer())).toBe(true)
  })

  it('to an aspect ratio, of 16 bits with alpha', async () => {
    await texture('deep.png', 4, 16)
    expect((await bench.run(['extend', 'deep.png', '--aspect', '3:2', '-o', 'aspect.png'])).code).toBe(0)
    expect(await sharp(bench.at('aspect.png')).metadata()).toMatchObject({
      ...{ width: 135, height: HEIGHT, channels: 4, depth: 'ushort' },
    })
  })

  it('of nothing is a usage error', async () => {
    expect((await bench.run(['extend', 'a.png', '-o', 'none.png'])).code).toBe(2)
  })
})

describe('a mask that cannot be used is refused in a sentence, and nothing is written', () => {
  it.each([
    ['of another size', 'small.png', 'mask.size'],
    ['with nothing in it', 'black.png', 'mask.empty'],
    ['that covers everything', 'white.png', 'mask.full'],
    ['that is no picture', 'letter.png', 'mask.notAPicture'],
  ])('%s', async (_, mask, code) => {
    const size = { width: WIDTH, height: HEIGHT }
    await hole('small.png', { width: 60, height: 45 }, { left: 25, top: 17, width: 11, height: 8 })
    await sharp({ create: { ...size, channels: 3, background: '#000' } }).toFile(bench.at('black.png'))
    await sharp({ create: { ...size, channels: 3, background: '#fff' } }).toFile(bench.at('white.png'))
    await writeFile(bench.at('letter.png'), 'Dear editor')
    const run = await inpaint('a.png', '--mask', mask, '-o', `never-${mask}`, '--json')
    expect(run.code).toBe(1)
    expect(eventsOf(run.stdout, 'failed')[0]?.error.code).toBe(code)
    expect(await filesBelow(bench.dir)).not.toContain(`never-${mask}`)
  })

  it('but one of another size is stretched when that is asked for', async () => {
    await hole('half.png', { width: 60, height: 45 }, { left: 25, top: 18, width: 4, height: 4 })
    const { code } = await inpaint('a.png', '--mask', 'half.png', '--fit-mask', '-o', 'fitted.png')
    expect(code).toBe(0)
    expect((await differences('a.png', 'fitted.png', 2)).outside).toBe(0)
  })

  it('and one that is not there is told once for all pictures', async () => {
    const { code, stdout, stderr } = await inpaint('a.png', 'mask.png', '--mask', 'nowhere.png', '-o', 'never')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr.match(/nowhere\.png was not found/g)).toHaveLength(1)
  })

  it('and none at all is a usage error', async () => {
    const { code, stderr } = await inpaint('a.png', '-o', 'x.png')
    expect(code).toBe(2)
    expect(stderr).toContain('--mask')
  })
})

describe('a folder', () => {
  it('takes one mask for all, or each picture its own beside it, which is no picture itself', async () => {
    await mkdir(bench.at('scans'))
    for (const name of ['one', 'two']) {
      await texture(`scans/${name}.png`, 3, 8)
      await hole(`scans/${name}.mask.png`)
    }
    const own = await inpaint('scans', '--mask', 'beside', '-o', 'own', '--json')
    expect(own.code).toBe(0)
    expect(eventsOf(own.stdout, 'skipped').map(({ reason }) => reason)).toEqual(['mask', 'mask'])
    expect(await filesBelow(bench.at('own'))).toEqual(['one_inpainted.png', 'two_inpainted.png'])
    const shared = await inpaint('scans/one.png', 'scans/two.png', '--mask', 'mask.png', '-o', 'shared')
    expect(shared.code).toBe(0)
    for (const name of ['one', 'two'])
      expect(await readFile(bench.at(`shared/${name}_inpainted.png`))).toEqual(
        await readFile(bench.at(`own/${name}_inpainted.png`)),
      )
  })

  it('with --resume, what is there already is skipped until its mask is another one', async () => {
    const again = (...more: string[]) =>
      inpaint('scans/one.png', '--mask', 'mask.png', '-o', 'again/', '--resume', '--json', ...more)
    await again()
    expect(eventsOf((await again()).stdout, 'skipped')[0]?.reason).toBe('made')
    await hole('mask.png', undefined, { ...HOLE, width: HOLE.width + 4 })
    const changed = await again('--overwrite', 'always')
    await hole('mask.png')
    expect(eventsOf(changed.stdout, 'done')).toHaveLength(1)
  })
})
