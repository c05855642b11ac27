import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventsOf, filesBelow, openBench, picture, root, type Bench } from './lacuna.js'

/** Networks from picture to picture of every contract, good and bad, through `lacuna upscale` and `lacuna denoise`. */

// A command that starts an engine each time, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

const adapters = ['plain', 'bgr', 'nhwc', '255', 'signed', 'mixed', 'bytes', 'half', 'luma']
const bad = ['nan-upscaler', 'flat-upscaler', 'hungry-upscaler', 'starving-upscaler']
const [WIDTH, HEIGHT] = [29, 23]

type Colour = readonly [number, number, number]

/** In many colours, the same each time; of luma alone in greys, whose enlargement is known. */
const colourAt = (x: number, y: number): Colour => [(x * 9) % 256, (y * 11) % 256, (x * y * 7 + 40) % 256]
const greyAt = (x: number, y: number): Colour => {
  const value = (x * 9 + y * 5) % 256
  return [value, value, value]
}
const luma = ([r, g, b]: Colour): number => 0.299 * r + 0.587 * g + 0.114 * b
/** What the networks of tests/fixtures/models/generate_networks.py make of a colour. */
const changed = ([r, g, b]: Colour): Colour => [r / 2 + 255 / 4, g, 255 - b]
const changedLuma = (colour: Colour): Colour => {
  const y = luma(colour)
  const by = y / 2 + 255 / 4 - y
  const [r, g, b] = colour.map((value) => Math.min(255, Math.max(0, value + by)))
  return [r!, g!, b!]
}

let bench: Bench
beforeAll(async () => {
  bench = await openBench([...adapters.map((name) => `adapter-${name}`), ...bad, 'told-restorer', 'tiny-upscaler'])
  const draw = (at: typeof colourAt) =>
    Buffer.from(Array.from({ length: WIDTH * HEIGHT }, (_, i) => at(i % WIDTH, Math.floor(i / WIDTH))).flat())
  const raw = { raw: { width: WIDTH, height: HEIGHT, channels: 3 } } as const
  await sharp(draw(colourAt), raw).png().toFile(bench.at('colours.png'))
  await sharp(draw(greyAt), raw).png().toFile(bench.at('greys.png'))
  await picture(bench.at('noisy.png'), 300, 200)
})
afterAll(() => bench[Symbol.asyncDispose]())

const run = (command: 'denoise' | 'upscale', from: string, to: string, model: string, ...options: string[]) =>
  bench.run([command, from, '-o', to, '--model', model, '--provider', 'cpu', ...options])

/** The largest difference of a file from a picture that is known, in 8-bit levels. */
async function awayFrom(file: string, scale: number, at: (x: number, y: number) => Colour): Promise<number> {
  const { data, info } = await sharp(bench.at(file)).raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height, info.channels]).toEqual([WIDTH * scale, HEIGHT * scale, 3])
  let most = 0
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [Math.floor(i / 3) % info.width, Math.floor(i / 3 / info.width)]
    const value = at(Math.floor(x / scale), Math.floor(y / scale))[i % 3]!
    most = Math.max(most, Math.abs(data[i]! - value))
  }
  return most
}

describe('what goes into a network and comes out is as its model.json says: the right answer comes out', () => {
  it.each(adapters)('adapter-%s, enlarging and cleaning', async (name) => {
    const model = `adapter-${name}`
    const [from, at, change] =
      name === 'luma' ? (['greys.png', greyAt, changedLuma] as const) : (['colours.png', colourAt, changed] as const)
    const both = await Promise.all([
      run('upscale', from, `${name}-2.png`, model, '--scale', '2'),
      run('denoise', 'colours.png', `${name}-1.png`, model),
    ])
    expect(both.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ])
    expect(await awayFrom(`${name}-2.png`, 2, (x, y) => change(at(x, y)))).toBeLessThanOrEqual(0.75)
    expect(await awayFrom(`${name}-1.png`, 1, (x, y) => change(colourAt(x, y)))).toBeLessThanOrEqual(0.75)
  })
})

describe('a network that gives back less than its scale times what it is given', () => {
  const [width, height, around] = [150, 110, 16]
  const wave = (x: number, y: number, c: number) =>
    128 + 50 * Math.sin(x / (3 + c)) * Math.cos(y / (5 - c)) + (((x * 31 + y * 17 + c * 7) * 2654435761) % 64)
  const mirrored = (at: number, length: number) => {
    const phase = Math.abs(at) % (2 * (length - 1))
    return phase < length ? phase : 2 * (length - 1) - phase
  }
  /** The picture with so many pixels mirrored around it. */
  const draw = (name: string, more: number) => {
    const [wide, high] = [width + 2 * more, height + 2 * more]
    const samples = Uint16Array.from({ length: 3 * wide * high }, (_, i) => {
      const [x, y] = [(Math.floor(i / 3) % wide) - more, Math.floor(i / 3 / wide) - more]
      return Math.round(257 * wave(mirrored(x, width), mirrored(y, height), i % 3))
    })
    return sharp(samples, { raw: { width: wide, height: high, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toFile(bench.at(name))
  }
  const pixels = async (name: string, cut: number) => {
    const size = { left: cut, top: cut, width: 2 * width, height: 2 * height }
    const { data, info } = await sharp(bench.at(name))
      .extract(size)
      .toColourspace('rgb16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([2 * width, 2 * height])
    return new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
  }

  it('enlarges a picture whole: as the same network does that leaves nothing out', async () => {
    await Promise.all([draw('whole.png', 0), draw('around.png', around)])
    const fixtures = join(root, 'tests/fixtures/models/imports')
    const enlarged = async (name: string, from: string, importing: string[], ...options: string[]) => {
      const added = await bench.run(['models', 'import', join(fixtures, `${name}.onnx`), ...importing])
      expect([added.code, added.stderr]).toEqual([0, ''])
      const { code, stderr } = await run('upscale', from, `${name}.png`, name, '--scale', '2', ...options)
      expect([code, stderr]).toEqual([0, ''])
    }
    await Promise.all([
      // The same weights, padded; its reach is 3 px.
      enlarged('scale-2', 'around.png', ['--margin', '3']),
      enlarged('crops', 'whole.png', [], '--tile', '64'),
      enlarged('crops-fixed-64', 'whole.png', []),
    ])
    const expected = await pixels('scale-2.png', 2 * around)
    for (const name of ['crops', 'crops-fixed-64']) {
      const found = await pixels(`${name}.png`, 0)
      const most = found.reduce((worst, value, at) => Math.max(worst, Math.abs(value - expected[at]!)), 0)
      // Of 65535: float sums in another order.
      expect([name, most <= 2]).toEqual([name, true])
    }
  })
})

describe('a network that answers wrongly fails the picture in a sentence, and nothing is written', () => {
  it.each([
    ['NaN', 'nan-upscaler'],
    ['the same grey everywhere', 'flat-upscaler'],
  ])('%s, enlarging and cleaning', async (_what, model) => {
    const commands = ['upscale', 'denoise'] as const
    for (const { code, stderr } of await Promise.all(
      commands.map((command) => run(command, 'colours.png', `never-${command}.png`, model)),
    )) {
      expect(code).toBe(1)
      expect(stderr).toContain(`The model ${model} gave a damaged result for colours.png`)
    }
  })

  it('another scale than its model.json says', async () => {
    const folder = join(bench.home, 'data/models/lies')
    await cp(join(root, 'tests/fixtures/models/adapter-plain'), folder, { recursive: true })
    const file = join(folder, 'model.json')
    const manifest = JSON.parse(await readFile(file, 'utf8')) as { id: string; files: Record<string, unknown> }
    const { x2, ...files } = manifest.files
    await writeFile(file, JSON.stringify({ ...manifest, id: 'lies', files: { ...files, x4: x2 }, golden: {} }))
    const { code, stderr } = await run('upscale', 'colours.png', 'never.png', 'lies', '--scale', '4')
    expect(code).toBe(1)
    expect(stderr).toContain('lies cannot be used')
    expect(stderr).toContain('as at scale 4')
  })

  it('memory runs out whatever the tile', async () => {
    const { code, stderr } = await run('upscale', 'noisy.png', 'never.png', 'starving-upscaler')
    expect(code).toBe(1)
    expect(stderr).toContain('There was not enough memory for noisy.png')
  })

  it('none of them left anything', async () => {
    expect((await filesBelow(bench.dir)).filter((name) => /never|lacuna-tmp/.test(name))).toEqual([])
  })
})

describe('a network that needs more memory than was thought', () => {
  it.each(['upscale', 'denoise'] as const)('is given smaller tiles, and that is said: lacuna %s', async (command) => {
    const [retried, small] = await Promise.all(
      ['256', '64'].map((tile) =>
        run(command, 'noisy.png', `${command}-${tile}.png`, 'hungry-upscaler', '--tile', tile, '--json'),
      ),
    )
    const notes = [retried, small].map((one) => eventsOf(one?.stdout ?? '', 'done')[0]?.notes.map(({ code }) => code))
    expect(notes).toEqual([['engine.retriedSmaller'], []])
    // What is done in smaller tiles is the same picture.
    const bytes = (tile: number) =>
      sharp(bench.at(`${command}-${tile}.png`))
        .raw()
        .toBuffer()
    expect((await bytes(256)).equals(await bytes(64))).toBe(true)
  })
})

describe('lacuna denoise with a restorer', () => {
  it.each([
    [['--sigma', '10'], '--sigma has no meaning for adapter-plain, which is told nothing of noise'],
    [['--strength', '0.5'], '--strength has no meaning for adapter-plain, which is told nothing of noise'],
    [['--detail', '0.3'], '--detail has no meaning for adapter-plain, which draws no detail'],
  ])('%j is wrong usage: 2, before anything is done', async (options, sentence) => {
    const { code, stderr } = await run('denoise', 'colours.png', 'never.png', 'adapter-plain', ...options)
    expect([code, stderr.includes(sentence)]).toEqual([2, true])
  })

  it('lacuna upscale draws no detail with one, either', async () => {
    const { code, stderr } = await run('upscale', 'colours.png', 'never.png', 'told-restorer', '--detail', '0.5')
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('--detail has no meaning for told-restorer, which enlarges nothing') as string,
    ])
  })

  it('mixes the original back with --blend', async () => {
    const { code } = await run('denoise', 'colours.png', 'blended.png', 'adapter-plain', '--blend', '0.25')
    expect(code).toBe(0)
    const mixed = (x: number, y: number): Colour => {
      const before = colourAt(x, y)
      const [r, g, b] = changed(before).map((value, c) => 0.75 * value + 0.25 * before[c]!)
      return [r!, g!, b!]
    }
    expect(await awayFrom('blended.png', 1, mixed)).toBeLessThanOrEqual(0.75)
  })

  it('works through a folder', async () => {
    const { code, stdout } = await bench.run([
      ...[
        'denoise',
        'colours.png',
        'greys.png',
        '-o',
        'cleaned/',
        '--model',
        'adapter-bytes',
        '--provider',
        'cpu',
        '--json',
      ],
    ])
    expect(code).toBe(0)
    const done = { model: 'adapter-bytes', sigma: null, notes: [] }
    expect(eventsOf(stdout, 'done')).toMatchObject([done, done])
    expect(await filesBelow(bench.at('cleaned'))).toEqual(['colours_denoised.png', 'greys_denoised.png'])
  })

  it('one that has to be told the level is told it, times strength', async () => {
    const untold = await run('denoise', 'colours.png', 'never.png', 'told-restorer')
    expect([untold.code, untold.stderr]).toEqual([2, expect.stringContaining('give --sigma with a number') as string])
    const { code } = await run(
      'denoise',
      'colours.png',
      'told.png',
      'told-restorer',
      '--sigma',
      '20',
      '--strength',
      '0.5',
    )
    expect(code).toBe(0)
    const darker = (x: number, y: number): Colour => {
      const [r, g, b] = colourAt(x, y).map((value) => Math.max(0, value - 10))
      return [r!, g!, b!]
    }
    expect(await awayFrom('told.png', 1, darker)).toBeLessThanOrEqual(0.75)
  })

  it('a network that only enlarges is no restorer', async () => {
    const { code, stderr } = await run('denoise', 'colours.png', 'never.png', 'tiny-upscaler')
    expect(code).toBe(1)
    expect(stderr).toContain('tiny-upscaler cannot be used (it has no graph of scale 1')
    expect(await filesBelow(bench.dir)).not.toContain('never.png')
  })
})
