import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { events, eventsOf, openBench, picture, showJob, type Bench } from './lacuna.js'

/** `lacuna upscale`, from the typed line to the file. */

// A command that starts an engine each time, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

let bench: Bench
beforeAll(async () => {
  bench = await openBench(['tiny-upscaler', 'tiny-denoiser'])
  await picture(bench.at('a.jpg'))
})
afterAll(() => bench[Symbol.asyncDispose]())

const upscale = (...args: string[]) => bench.run(['upscale', ...args, '--model', 'tiny-upscaler', '--provider', 'cpu'])
const sizeOf = async (name: string) => {
  const { width, height } = await sharp(bench.at(name)).metadata()
  return [width, height]
}

describe('lacuna upscale', () => {
  it('enlarges twice unless told otherwise, and tells what it measured', async () => {
    const { code, stdout } = await upscale('a.jpg', '-o', 'twice.png', '--json')
    expect(code).toBe(0)
    expect(await sizeOf('twice.png')).toEqual([128, 96])
    expect(eventsOf(stdout, 'done')).toMatchObject([
      { model: 'tiny-upscaler', provider: 'cpu', sigma: expect.any(Number) },
    ])
  })

  it.each<[string[], [number, number]]>([
    [
      ['--scale', '1.5'],
      [96, 72],
    ],
    [
      ['--width', '200'],
      [200, 150],
    ],
    [
      ['--height', '200'],
      [267, 200],
    ],
    [
      ['--width', '200', '--height', '120'],
      [160, 120],
    ],
    [
      ['--scale', '1'],
      [64, 48],
    ],
  ])('%j', async (options, size) => {
    const { code, stderr } = await upscale('a.jpg', '-o', 'sized.png', '--overwrite', 'always', ...options)
    expect([code, await sizeOf('sized.png')]).toEqual([0, size])
    if (options[1] === '1') expect(stderr).toContain('has that size already')
  })

  it('works through a folder, names results after it, and takes up what is left with --resume', async () => {
    for (const name of ['one.jpg', 'two.jpg']) await picture(bench.at(name), 40, 32)
    const args = ['one.jpg', 'two.jpg', '-o', 'out/', '--scale', '2', '--ensemble', '--input', 'clean', '--json']
    const first = await upscale(...args)
    expect(first.code).toBe(0)
    expect((await readdir(bench.at('out'))).sort()).toEqual(['one_upscaled.jpg', 'two_upscaled.jpg'])
    const again = await upscale(...args, '--resume')
    expect(eventsOf(again.stdout, 'summary')).toMatchObject([{ done: 0, made: 2 }])
    const [planned] = eventsOf(first.stdout, 'planned')
    const { job } = await showJob(bench, planned!.job)
    expect(job.request.edit).toMatchObject({
      kind: 'upscale',
      target: { by: 'scale', scale: 2 },
      ensemble: true,
      input: 'clean',
    })
  })

  it('is explained by --help, with examples', async () => {
    const { code, stdout } = await bench.run(['upscale', '--help'])
    expect(code).toBe(0)
    for (const option of ['--scale', '--width', '--height', '--input', '--ensemble', '--detail', '--model', '--tile'])
      expect(stdout).toContain(option)
    expect(stdout).toContain('lacuna upscale photo.jpg --scale 3 -o large.jpg')
    expect(stdout).not.toMatch(/cli\./)
  })
})

describe('what a file holds is kept', () => {
  it('alpha, 16 bits, profile, resolution, and the right way up', async () => {
    await sharp({ create: { width: 40, height: 30, channels: 4, background: { r: 200, g: 30, b: 60, alpha: 0.5 } } })
      .toColourspace('rgb16')
      .withIccProfile('p3')
      .withMetadata({ density: 254, orientation: 6 })
      .png()
      .toFile(bench.at('rich.png'))
    expect((await upscale('rich.png', '-o', 'rich-2.png', '--input', 'clean')).code).toBe(0)
    const { width, height, depth, channels, density, icc, orientation } = await sharp(bench.at('rich-2.png')).metadata()
    expect({ width, height, depth, channels, density }).toEqual({
      ...{ width: 60, height: 80, depth: 'ushort', channels: 4, density: 254 },
    })
    expect(orientation ?? 1).toBe(1)
    expect(icc).toEqual((await sharp(bench.at('rich.png')).metadata()).icc)
  })

  it('grey stays grey, and a palette becomes the colours that it stands for', async () => {
    await sharp({ create: { width: 40, height: 30, channels: 3, background: '#777' } })
      .toColourspace('b-w')
      .png()
      .toFile(bench.at('grey.png'))
    await sharp({ create: { width: 40, height: 30, channels: 3, background: '#c82840' } })
      .png({ palette: true })
      .toFile(bench.at('palette.png'))
    expect((await upscale('grey.png', 'palette.png', '-o', 'kept/', '--scale', '3')).code).toBe(0)
    const grey = await sharp(bench.at('kept/grey_upscaled.png')).metadata()
    expect([grey.channels, grey.width]).toEqual([1, 120])
    const { channels } = await sharp(bench.at('kept/palette_upscaled.png')).stats()
    expect(channels.slice(0, 3).map(({ min, max }) => [min, max])).toEqual([
      [200, 200],
      [40, 40],
      [64, 64],
    ])
  })
})

describe('what cannot be', () => {
  it.each<[string[], RegExp]>([
    [['--scale', '0'], /--scale expects a number from 1 to 8, but got "0"/],
    [['--scale', '9'], /--scale expects a number from 1 to 8/],
    [['--width', '0'], /--width expects a whole number of pixels from 1/],
    [['--height', '12.5'], /--height expects a whole number/],
    [['--width', '2000000'], /--width expects a whole number of pixels from 1 to 1000000/],
    [['--scale', '2', '--width', '100'], /leave --width and --height out/],
    [['--input', 'noisy'], /--input expects auto, clean or photo/],
    [['--detail', '1.5'], /--detail expects a number from 0 to 1, but got "1.5"/],
  ])('%j is wrong usage: 2, before anything is done', async (options, sentence) => {
    const { code, stderr } = await upscale('a.jpg', '-o', 'never.png', ...options)
    expect(code).toBe(2)
    expect(stderr).toMatch(sentence)
    expect(await readdir(bench.dir)).not.toContain('never.png')
  })

  it.each<[string[], string, RegExp]>([
    [['--width', '1000000'], 'never.png', /1000000 x 750000 is more than 8 times the picture \(64 x 48\)/],
    [['--width', '32'], 'never.png', /32 x 24 is smaller than the picture itself \(64 x 48\)/],
  ])('%j fails the picture in a sentence: 1, and nothing is written', async (options, name, sentence) => {
    const { code, stderr } = await upscale('a.jpg', '-o', name, ...options)
    expect(code).toBe(1)
    expect(stderr).toMatch(sentence)
    expect(await readdir(bench.dir)).not.toContain(name)
  })

  it('a size that the format cannot hold is refused before the work, with the formats that can', async () => {
    await picture(bench.at('wide.png'), 9000, 16)
    for (const [format, limit] of [
      ['webp', 16383],
      ['avif', 16384],
      ['jpeg', 65500],
    ] as const) {
      const options = format === 'jpeg' ? ['--scale', '8'] : ['--scale', '2']
      const { code, stderr, stdout } = await upscale('wide.png', '-o', `wide.${format}`, '--json', ...options)
      expect([format, code]).toEqual([format, 1])
      const [failed] = eventsOf(stdout, 'failed')
      expect(failed?.error).toMatchObject({ code: 'output.formatLimit', params: { limit } })
      expect(failed?.error.message).toMatch(/PNG, TIFF/)
      expect(events(stdout).some((event) => event.event === 'progress')).toBe(false)
      expect(stderr).toBe('')
    }
  })

  it('a model that is not there is said at once, with those that are', async () => {
    const { code, stderr } = await bench.run(['upscale', 'a.jpg', '-o', 'never.png', '--model', 'tiny-upscalar'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/no model called tiny-upscalar/)
    expect(stderr).toMatch(/tiny-upscaler/)
  })

  it('a model of another kind', async () => {
    const { code, stderr } = await bench.run(['upscale', 'a.jpg', '-o', 'never.png', '--model', 'tiny-denoiser'])
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/tiny-denoiser cannot be used \(it is of the kind denoiser, not image-to-image\)/)
    expect(await readdir(join(bench.dir))).not.toContain('never.png')
  })
})
