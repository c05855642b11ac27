import { copyFile, cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ImportedEvent, ModelEvent, RemovedEvent, VerifiedEvent } from '../../../src/shared/events.js'
import { filesBelow, openBench, picture, root, type Bench } from './lacuna.js'

const imports = join(root, 'tests/fixtures/models/imports')
const network = (name: string) => join(imports, `${name}.onnx`)

// Each is several runs of the program, most with an engine.
vi.setConfig({ testTimeout: 180_000 })

let bench: Bench
beforeAll(async () => {
  bench = await openBench([])
})
afterAll(() => bench[Symbol.asyncDispose]())

const lines = (stdout: string): unknown[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown)
const installed = (): Promise<string[]> => readdir(join(bench.home, 'data/models'))

describe('lacuna models', () => {
  it('lists what came with the program', async () => {
    const { code, stdout } = await bench.run(['models', '--json'])
    const models = lines(stdout).map((line) => ModelEvent.parse(line))
    expect(code).toBe(0)
    expect(models.find(({ id }) => id === 'lacuna-denoise')).toMatchObject({
      bundled: true,
      task: 'denoise',
      licence: 'MIT',
    })
    expect((await bench.run(['models'])).stdout).toMatch(/^ {2}lacuna-denoise +denoise +bundled/m)
  })

  it('imports a network, which then enlarges a picture, is listed, checked and removed', async () => {
    const { code, stdout, stderr } = await bench.run([
      ...['models', 'import', network('scale-2'), '--id', 'twice', '--name', 'Twice as large'],
      ...['--licence', 'MIT', '--json'],
    ])
    expect([code, stderr]).toEqual([0, ''])
    const [event] = lines(stdout).map((line) => ImportedEvent.parse(line))
    expect(event).toMatchObject({
      id: 'twice',
      name: 'Twice as large',
      licence: 'MIT',
      task: 'upscale',
      bundled: false,
    })
    expect(event?.how).toMatchObject({ scale: 'measured', layout: 'graph', margin: 'measured', channels: 'assumed' })
    expect(await filesBelow(join(bench.home, 'data'))).toEqual(['models/twice/model.json', 'models/twice/model.onnx'])

    const photo = await picture(bench.at('photo.png'), 70, 50)
    const enlarged = await bench.run([
      'upscale',
      photo,
      '-o',
      'large.png',
      '--scale',
      '2',
      '--model',
      'twice',
      '--provider',
      'cpu',
    ])
    expect([enlarged.code, enlarged.stderr]).toEqual([0, ''])

    const info = await bench.run(['models', 'info', 'twice'])
    expect(info.stdout).toMatch(/scales +2\n[^]*range +0\.\.1 → 0\.\.1/)

    const verified = await bench.run(['models', 'verify', 'twice', '--json'])
    expect(verified.code).toBe(0)
    const [check] = lines(verified.stdout).map((line) => VerifiedEvent.parse(line))
    expect(check).toMatchObject({ id: 'twice', state: 'intact' })
    expect(check?.providers.find(({ provider }) => provider === 'cpu')).toMatchObject({ state: 'passed' })

    const removed = await bench.run(['models', 'remove', 'twice', '--json'])
    expect([removed.code, lines(removed.stdout).map((line) => RemovedEvent.parse(line).id)]).toEqual([0, ['twice']])
    expect(await filesBelow(join(bench.home, 'data/models'))).toEqual([])
  })

  it('imports a network that fills holes, which then fills one', async () => {
    const graph = join(root, 'tests/fixtures/models/nhwc-bgr-contract/model.onnx')
    const { code, stdout, stderr } = await bench.run(['models', 'import', graph, '--id', 'filler', '--channels', 'bgr'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/mask +0 = known, 255 = to be filled +measured/)
    const side = { width: 96, height: 96 } as const
    const hole = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    await sharp({ create: { ...side, channels: 3, background: '#c86414' } })
      .png()
      .toFile(bench.at('plain.png'))
    const dark = sharp({ create: { ...side, channels: 3, background: '#000' } })
    await dark
      .composite([{ input: hole, left: 40, top: 40 }])
      .png()
      .toFile(bench.at('hole.png'))
    const filled = await bench.run([
      ...['inpaint', 'plain.png', '--mask', 'hole.png', '-o', 'filled.png', '--model', 'filler', '--provider', 'cpu'],
    ])
    expect([filled.code, filled.stderr]).toEqual([0, ''])
    // This network's fill is the mean of what is known, and bluer by 32.
    const { data } = await sharp(bench.at('filled.png')).raw().toBuffer({ resolveWithObject: true })
    const at = (x: number, y: number) => [...data.subarray(3 * (y * 96 + x), 3 * (y * 96 + x) + 3)]
    expect(at(10, 10)).toEqual([0xc8, 0x64, 0x14])
    expect(at(50, 50).map((value, c) => Math.abs(value - [0xc8, 0x64, 0x14 + 32][c]!) <= 2)).toEqual([true, true, true])
  })

  it('says for people what was derived, and how it is known', async () => {
    const { code, stdout } = await bench.run(['models', 'add', network('one-to-255')])
    expect(code).toBe(0)
    expect(stdout).toContain('one-to-255 is installed in ')
    expect(stdout).toMatch(/range +0\.\.1 → 0\.\.255 +measured/)
    expect(stdout).toMatch(/margin +\d px +measured/)
    expect(stdout).toContain('Nothing tells whether red or blue comes first')
  })

  it('replaces a model only when that was said', async () => {
    const args = ['models', 'import', network('scale-3'), '--id', 'taken']
    expect((await bench.run(args)).code).toBe(0)
    const again = await bench.run(args)
    expect([again.code, again.stdout]).toEqual([1, ''])
    expect(again.stderr).toContain('There is a model called taken already')
    const allowed = await bench.run([...args, '--overwrite', 'always', '--name', 'The new one'])
    expect(allowed.code).toBe(0)
    expect(await readFile(join(bench.home, 'data/models/taken/model.json'), 'utf8')).toContain('The new one')
  })

  it('finds a damaged file, and ends with 1', async () => {
    await bench.run(['models', 'import', network('scale-1'), '--id', 'broken'])
    const file = join(bench.home, 'data/models/broken/model.onnx')
    const bytes = await readFile(file)
    bytes[bytes.length >> 1]! ^= 1
    await writeFile(file, bytes)
    const { code, stdout } = await bench.run(['models', 'verify', 'broken'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/broken +damaged/)
  })
})

describe('what cannot be imported leaves nothing behind', () => {
  it.each([
    ['two-images', 'two-images.onnx takes two pictures (first, second)'],
    ['always-nan', 'always-nan.onnx answers with numbers that are none (NaN)'],
    ['unknown-operator', 'unknown-operator.onnx needs an operator that is not there (Dematerialise)'],
    ['data-above', 'data-above.onnx points to weights outside its own folder (../secret.bin)'],
    ['data-missing', 'data-missing.onnx keeps its weights in nowhere.bin, which is not beside it'],
    ['crops-most', 'crops-most.onnx makes 16 x 16 pixels of 64 x 64'],
  ])('%s', async (name, sentence) => {
    const before = await installed()
    const { code, stdout, stderr } = await bench.run(['models', 'import', network(name)])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^[^\n]+\n?$/)
    expect(stderr).toContain(sentence)
    expect(await installed()).toEqual(before)
    expect(await readdir(join(bench.home, 'data/importing'))).toEqual([])
  })

  it('a file that is not there, and one that is no network', async () => {
    expect((await bench.run(['models', 'import', 'nowhere.onnx'])).stderr).toContain('nowhere.onnx')
    await writeFile(bench.at('text.onnx'), 'Hello')
    const { code, stderr } = await bench.run(['models', 'import', 'text.onnx'])
    expect([code, stderr]).toEqual([1, 'text.onnx is not an ONNX file: choose a network that was exported to ONNX.'])
  })
})

describe('what was typed wrongly ends with 2, before anything is done', () => {
  it.each([
    [['models', 'import', network('scale-2'), '--range', 'dark'], '--range'],
    [['models', 'import', network('scale-2'), '--channels', 'gbr'], '--channels'],
    [['models', 'import', network('scale-2'), '--id', 'No Id'], '--id'],
    [['models', 'import'], 'models --help'],
    [['models', 'info', 'lacuna-denoize'], 'lacuna-denoise'],
    [['models', 'remove', 'nobody'], 'nobody'],
    [['models', 'ipmort', 'x'], 'import'],
  ])('%j', async (args, named) => {
    const { code, stdout, stderr } = await bench.run(args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(named)
  })

  it('models that came with the program stay', async () => {
    const { code, stderr } = await bench.run(['models', 'remove', 'lacuna-denoise'])
    expect([code, stderr]).toEqual([1, 'lacuna-denoise came with the program and is not removed.'])
  })
})

describe('a manifest that was edited by hand', () => {
  it('to another scale than the network has is said when it is used, and nothing is written', async () => {
    await bench.run(['models', 'import', network('scale-2'), '--id', 'lies'])
    const file = join(bench.home, 'data/models/lies/model.json')
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('"x2"', '"x4"'))
    const photo = await picture(bench.at('small.png'), 40, 40)
    const { code, stderr, stdout } = await bench.run([
      ...['upscale', photo, '-o', 'lies.png', '--scale', '4', '--model', 'lies', '--provider', 'cpu', '--quiet'],
    ])
    expect(code).toBe(1)
    expect(stderr + stdout).toContain('as at scale 4')
    expect(await readdir(bench.dir)).not.toContain('lies.png')
  })

  it('a folder that has a model.json is installed as it is described', async () => {
    const folder = bench.at('lama')
    await cp(join(root, 'tests/fixtures/models/lama-contract'), folder, { recursive: true })
    const { code, stderr } = await bench.run(['models', 'add', folder])
    expect([code, stderr]).toEqual([0, ''])
    expect(await installed()).toContain('lama-contract')
    await copyFile(network('scale-2'), join(folder, 'model.onnx'))
    const wrong = await bench.run(['models', 'add', folder, '--overwrite', 'always'])
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('damaged') as string])
  })
})
