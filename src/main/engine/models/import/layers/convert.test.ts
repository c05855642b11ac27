import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../../../../../tests/support/engine.js'
import { LacunaError } from '../../../../../shared/errors.js'
import { Inference } from '../../../runtime/inference.js'
import { formOf } from '../form.js'
import { knownScene, likeness } from '../pictures.js'
import { random } from '../random.js'
import { stage, type Staged } from '../stage.js'
import { type Planes, type Trial, trialOf } from '../trial.js'

/** A real network that npm carries (MIT), for the tests alone. */
const slim = join(root, 'node_modules/@upscalerjs/esrgan-slim')

let inference: Inference
let dir: string
beforeAll(() => {
  inference = new Inference(pathToFileURL(join(root, 'out/main/inference-worker.js')))
  dir = mkdtempSync(join(tmpdir(), 'lacuna-layers-'))
})
afterAll(() => {
  inference.close()
  rmSync(dir, { recursive: true, force: true })
})

let count = 0
function newFolder(): string {
  const folder = join(dir, String(count++))
  mkdirSync(folder)
  return folder
}

async function staged(source: string, scale?: number): Promise<{ staged: Staged; trials: Trial[] }> {
  const into = newFolder()
  const result = await stage(source, into, scale)
  const trial = ({ file, facts }: Staged['graphs'][number]) =>
    trialOf(inference, join(into, file), formOf(facts, 'net'), 'net', new AbortController().signal)
  return { staged: result, trials: result.graphs.map(trial) }
}

describe('a network of npm, from its folder', () => {
  it('is converted, one graph for each scale, with the package’s licence and source', async () => {
    const { staged: found } = await staged(slim)
    expect(found.graphs.map(({ file }) => file)).toEqual(['x2.onnx', 'x3.onnx', 'x4.onnx', 'x8.onnx'])
    expect(found.about).toEqual({
      ...{ name: 'esrgan-slim', licence: 'MIT', convertedFrom: 'TensorFlow.js' },
      source: 'npm: @upscalerjs/esrgan-slim 1.0.0',
    })
  })

  it('enlarges a picture better than repeating its pixels does', async () => {
    const { trials } = await staged(slim, 4)
    const [trial] = trials as [Trial]
    const { given, expected } = knownScene(3, 4, 48, 48)
    const repeated: Planes = {
      ...expected,
      data: expected.data.map((_, at) => {
        const [plane, pixel] = [Math.floor(at / 192 ** 2), at % 192 ** 2]
        return given.data[plane * 48 ** 2 + Math.floor(pixel / 192 / 4) * 48 + Math.floor((pixel % 192) / 4)]!
      }),
    }
    const decibels = likeness(await trial.run(given, [0, 1]), [0, 1], expected, 16)
    expect(decibels).toBeGreaterThan(likeness(repeated, [0, 1], expected, 16) + 1)
  })

  it('is the same network out of a .tgz', async () => {
    const packed = join(newFolder(), 'esrgan-slim-1.0.0.tgz')
    const inside = newFolder()
    cpSync(slim, join(inside, 'package'), { recursive: true, filter: (path) => !/\/(dist|assets)$/.test(path) })
    execFileSync('tar', ['-czf', packed, '-C', inside, 'package'])
    const [fromFolder, fromFile] = [await staged(slim, 2), await staged(packed, 2)]
    expect(fromFile.staged).toEqual(fromFolder.staged)
    const { given } = knownScene(3, 2, 32, 32)
    const [a, b] = await Promise.all([fromFolder, fromFile].map(({ trials }) => trials[0]!.run(given, [0, 1])))
    expect(a?.data).toEqual(b?.data)
  })
})

interface Made {
  layers: unknown[]
  weights?: { name: string; shape: number[]; values: number[]; quantization?: unknown }[]
  file?: string
  bytes?: Uint8Array
  /** Of how many bytes the weights are in each file, of which there are several then. */
  shards?: number
}

/** A layers model of a chain of layers, as TensorFlow.js writes it. */
function made({ layers, weights = [], file = 'weights.bin', bytes, shards }: Made): string {
  const folder = newFolder()
  const data = bytes ?? new Uint8Array(Float32Array.from(weights.flatMap(({ values }) => values)).buffer)
  const size = shards ?? Math.max(1, data.length)
  const parts = Array.from({ length: Math.max(1, Math.ceil(data.length / size)) }, (_, i) => ({
    name: shards === undefined ? file : `group1-shard${i + 1}.bin`,
    data: data.subarray(i * size, (i + 1) * size),
  }))
  const model = {
    format: 'layers-model',
    modelTopology: {
      model_config: {
        class_name: 'Sequential',
        config: {
          name: 'chain',
          layers: [
            { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, null, null, 3] } },
            ...layers,
          ],
        },
      },
    },
    weightsManifest: [
      {
        paths: parts.map(({ name }) => name),
        weights: weights.map(({ name, shape, quantization }) => ({ name, shape, dtype: 'float32', quantization })),
      },
    ],
  }
  writeFileSync(join(folder, 'model.json'), JSON.stringify(model))
  for (const part of parts) if (!part.name.includes('/')) writeFileSync(join(folder, part.name), part.data)
  return folder
}

const layer = (kind: string, config: Record<string, unknown> = {}) => ({
  class_name: kind,
  config: { name: kind.toLowerCase(), ...config },
})

function noise(width: number, height: number): Planes {
  const next = random(3)
  return { channels: 3, width, height, data: Float32Array.from({ length: 3 * width * height }, next) }
}

describe('each kind of layer does what TensorFlow.js does', () => {
  it('a convolution with the kernel [height, width, in, out], padded to the same size; its weights in files that end anywhere', async () => {
    const next = random(1)
    const values = Array.from({ length: 3 * 3 * 3 * 3 }, () => next() - 0.5)
    const bias = [0.1, -0.2, 0.3]
    const { trials } = await staged(
      made({
        layers: [layer('Conv2D', { kernel_size: [3, 3], strides: [1, 1], padding: 'same', activation: 'relu' })],
        weights: [
          { name: 'conv2d/kernel', shape: [3, 3, 3, 3], values },
          { name: 'conv2d/bias', shape: [3], values: bias },
        ],
        shards: 50,
      }),
    )
    const picture = noise(7, 5)
    const out = await trials[0]!.run(picture, [0, 1])
    const at = (c: number, y: number, x: number) =>
      x < 0 || y < 0 || x >= 7 || y >= 5 ? 0 : picture.data[(c * 5 + y) * 7 + x]!
    for (const [o, y, x] of [
      [0, 0, 0],
      [1, 2, 3],
      [2, 4, 6],
    ] as const) {
      let sum = bias[o]!
      for (let v = 0; v < 3; v++)
        for (let u = 0; u < 3; u++)
          for (let i = 0; i < 3; i++) sum += at(i, y + v - 1, x + u - 1) * values[((v * 3 + u) * 3 + i) * 3 + o]!
      expect(out.data[(o * 5 + y) * 7 + x]).toBeCloseTo(Math.max(0, sum), 5)
    }
  })

  it('depth to space takes the block’s place first, then the channel', async () => {
    // A convolution that puts number k of 12 into channel k: place (k / 3) of the block, colour k % 3.
    const { trials } = await staged(
      made({
        layers: [
          layer('Conv2D', { kernel_size: [1, 1], strides: [1, 1], padding: 'same', activation: 'linear' }),
          layer('PixelShuffle2x', { scale: 2 }),
        ],
        weights: [
          { name: 'conv2d/kernel', shape: [1, 1, 3, 12], values: new Array<number>(36).fill(0) },
          { name: 'conv2d/bias', shape: [12], values: Array.from({ length: 12 }, (_, k) => k) },
        ],
      }),
    )
    const { width, height, data } = await trials[0]!.run(noise(2, 2), [0, 1])
    expect([width, height]).toEqual([4, 4])
    const pixel = (x: number, y: number) => [0, 1, 2].map((c) => data[c * 16 + y * 4 + x])
    expect([pixel(0, 0), pixel(1, 0), pixel(0, 1), pixel(3, 3)]).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
      [9, 10, 11],
    ])
  })

  it('scaling by a constant, upsampling, activations', async () => {
    const { trials } = await staged(
      made({
        layers: [
          layer('Rescaling', { scale: 2, offset: -1 }),
          layer('MultiplyBeta', { beta: 0.5 }),
          layer('LeakyReLU', { alpha: 0.1 }),
          layer('UpSampling2D', { size: [3, 3], interpolation: 'nearest' }),
        ],
      }),
    )
    const picture = noise(4, 3)
    const { width, height, data } = await trials[0]!.run(picture, [0, 1])
    expect([width, height]).toEqual([12, 9])
    const expected = (value: number) => (value >= 0.5 ? value - 0.5 : 0.1 * (value - 0.5))
    for (const [x, y] of [
      [0, 0],
      [5, 4],
      [11, 8],
    ] as const)
      for (let c = 0; c < 3; c++)
        expect(data[(c * 9 + y) * 12 + x]).toBeCloseTo(
          expected(picture.data[(c * 3 + Math.floor(y / 3)) * 4 + Math.floor(x / 3)]!),
          5,
        )
  })

  it('weights of a byte each are spread over their range', async () => {
    const { trials } = await staged(
      made({
        layers: [layer('Conv2D', { kernel_size: [1, 1], strides: [1, 1], padding: 'same', use_bias: false })],
        weights: [
          { name: 'conv2d/kernel', shape: [1, 1, 3, 3], values: [], quantization: { dtype: 'uint8', scale: 0.01, min: -1 } },
        ],
        bytes: Uint8Array.of(200, 100, 100, 100, 200, 100, 100, 100, 150),
      }),
    )
    const picture = noise(2, 2)
    const { data } = await trials[0]!.run(picture, [0, 1])
    for (let at = 0; at < 12; at++) expect(data[at]).toBeCloseTo(picture.data[at]! * (at < 8 ? 1 : 0.5), 5)
  })
})

describe('what cannot be converted is refused by its name, and nothing of a package is run', () => {
  const refused = async (source: string): Promise<LacunaError> => {
    try {
      await staged(source)
    } catch (error) {
      if (error instanceof LacunaError) return error
      throw error
    }
    throw new Error('it was taken')
  }

  it.each([
    [layer('Lambda', { function: 'return x' }), 'Lambda'],
    [layer('MySecretLayer'), 'MySecretLayer'],
    [layer('constructor'), 'constructor'],
    [layer('UpSampling2D', { size: [2, 2], interpolation: 'bilinear' }), 'UpSampling2D (bilinear)'],
    [layer('Activation', { activation: 'swish' }), 'the activation swish'],
    [layer('MultiplyBeta'), 'MultiplyBeta without its beta'],
    [layer('Conv2D', { kernel_size: [3, 3] }), 'conv2d without its kernel'],
  ])('%o', async (one, named) => {
    expect(await refused(made({ layers: [one] }))).toMatchObject({ code: 'import.layer', params: { layer: named } })
  })

  it('weights outside the model’s folder, said or linked', async () => {
    expect(await refused(made({ layers: [layer('Dropout')], file: '../../secret.bin' }))).toMatchObject({
      ...{ code: 'import.dataOutside', params: { file: '../../secret.bin' } },
    })
    const outside = join(newFolder(), 'secret.bin')
    writeFileSync(outside, 'secret')
    const folder = made({ layers: [layer('Dropout')] })
    rmSync(join(folder, 'weights.bin'))
    symlinkSync(outside, join(folder, 'weights.bin'))
    expect(await refused(folder)).toMatchObject({ code: 'import.dataOutside' })
  })

  it('weights that are cut short', async () => {
    const folder = made({
      layers: [layer('Conv2D', { kernel_size: [1, 1], padding: 'same', use_bias: false })],
      weights: [{ name: 'conv2d/kernel', shape: [1, 1, 3, 3], values: [1] }],
    })
    expect(await refused(folder)).toMatchObject({ code: 'import.truncated', params: { name: 'weights.bin' } })
  })

  it('a folder with nothing in it, and a .tgz that is none', async () => {
    expect(await refused(newFolder())).toMatchObject({ code: 'import.nothing' })
    const file = join(newFolder(), 'package.tgz')
    writeFileSync(file, 'not a package')
    expect(await refused(file)).toMatchObject({ code: 'import.truncated' })
  })

  it('a package’s own code', async () => {
    const folder = made({ layers: [layer('PixelShuffle4x', { scale: 1 })] })
    const trace = join(newFolder(), 'ran')
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'net', main: 'index.js', scripts: { install: 'node index.js' } }))
    writeFileSync(join(folder, 'index.js'), `require('fs').writeFileSync(${JSON.stringify(trace)}, '')`)
    await staged(folder)
    expect(existsSync(trace)).toBe(false)
  })
})
