import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { root } from '../../../../../tests/support/engine.js'
import { LacunaError } from '../../../../shared/errors.js'
import type { ImportGiven } from '../../../../shared/model-import.js'
import { Inference } from '../../runtime/inference.js'
import { describe as describeNetwork, type Description } from './describe.js'
import { random } from './random.js'
import { stageGraph } from './stage.js'

const folder = join(root, 'tests/fixtures/models/imports')
const Range = z.tuple([z.number(), z.number()])
const Built = z.record(
  z.string(),
  z.object({
    scale: z.number(),
    layout: z.string(),
    channels: z.enum(['rgb', 'bgr', 'y']),
    elements: z.string(),
    range: z.object({ image: Range, output: Range }),
    size: z.union([z.object({ width: z.number(), height: z.number() }), z.object({ multipleOf: z.number() })]),
    reach: z.number(),
    crop: z.tuple([z.number(), z.number()]).optional(),
    marked: z.boolean(),
  }),
)
const built = Built.parse(JSON.parse(readFileSync(join(folder, 'built.json'), 'utf8')))

let inference: Inference
let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'lacuna-import-'))
  inference = new Inference(pathToFileURL(join(root, 'out/main/inference-worker.js')))
})
afterAll(() => {
  inference.close()
  rmSync(dir, { recursive: true, force: true })
})

let count = 0
const newFolder = (): string => {
  const made = join(dir, String(count++))
  mkdirSync(made)
  return made
}

const derive = async (source: string, given: ImportGiven = {}): Promise<Description> => {
  const into = newFolder()
  const { graphs } = await stageGraph(source, into)
  const [{ file, facts }] = graphs as [(typeof graphs)[number]]
  return describeNetwork({
    ...{ inference, file: join(into, file), name: 'net.onnx', given, facts },
    ...{ signal: new AbortController().signal, progress: () => undefined },
  })
}
const fixture = (name: string): string => join(folder, `${name}.onnx`)

describe('what is derived of a network by looking at it and trying it is what it was built as', () => {
  it.each(Object.entries(built))('%s', async (name, truth) => {
    const found = await derive(fixture(name))
    const { form, ranges, size, margin } = found
    expect({ scale: found.scale, layout: form.layout, elements: form.elements.image }).toEqual({
      scale: truth.scale,
      layout: truth.layout,
      elements: truth.elements,
    })
    expect(found.crop).toEqual(truth.crop ?? null)
    expect({ image: ranges.image, output: ranges.output }).toEqual(truth.range)
    if ('width' in truth.size) expect(size).toEqual(truth.size)
    else expect(size).toMatchObject(truth.size)
    // Enough for the network's reach within half a level, and hardly more than that.
    const grid = 'multipleOf' in size ? size.multipleOf : 1
    expect(margin).toBeGreaterThanOrEqual(1)
    expect(margin).toBeLessThanOrEqual(Math.ceil(truth.reach / grid) * grid)
    // Without a mark nothing tells red from blue: the usual order is taken, and that is said.
    expect(found.channels).toBe(truth.channels === 'bgr' && !truth.marked ? 'rgb' : truth.channels)
    const codes = found.remarks.map(({ code }) => code)
    expect(codes.filter((code) => code !== 'order')).toEqual([])
    if (!truth.marked) expect(codes).toContain('order')
  })
})

describe('what a person says is believed', () => {
  it('of the order of channels, the range and the margin', async () => {
    const given: ImportGiven = { channels: 'bgr', range: { image: [0, 255], output: [0, 255] }, margin: 20, multipleOf: 4 }
    const found = await derive(fixture('blue-first-unmarked'), given)
    expect(found.channels).toBe('bgr')
    expect(found.ranges).toMatchObject({ image: [0, 255], output: [0, 255], how: 'given' })
    expect(found.size).toMatchObject({ multipleOf: 4 })
    expect(found.margin).toBe(20)
    expect(found.how).toMatchObject({ channels: 'given', range: 'given', size: 'given', margin: 'given' })
    // Wrong numbers give another picture, and that is seen.
    expect(found.remarks.map(({ code }) => code)).toEqual(['unlike'])
  })
})

describe('a network that no margin makes exact', () => {
  it('can be used, with a remark that there may be seams', async () => {
    const { margin, remarks, how } = await derive(fixture('whole-statistics'))
    expect(remarks.map(({ code }) => code)).toContain('noMargin')
    expect(how.margin).toBe('assumed')
    expect(margin).toBeGreaterThan(16)
  })
})

describe('a second input that is called a noise level', () => {
  it('is fed a map', async () => {
    const { form, scale } = await derive(fixture('noise-map'))
    expect({ scale, image: form.image, sigma: form.sigma, output: form.output }).toEqual({
      ...{ scale: 2, image: 'image', sigma: 'sigma', output: 'enlarged' },
    })
  })
})

describe('weights in a file beside the graph', () => {
  it('are taken along', async () => {
    const { scale, margin } = await derive(fixture('data-beside'))
    expect({ scale, margin }).toEqual({ scale: 1, margin: 0 })
  })
})

const refused = async (source: string): Promise<LacunaError> => {
  try {
    await derive(source)
  } catch (error) {
    if (error instanceof LacunaError) return error
    throw error
  }
  throw new Error('it was taken')
}

describe('what cannot be used is refused with one reason', () => {
  it.each([
    ['always-nan', 'import.notFinite', {}],
    ['crops-most', 'import.scale', { from: '64 x 64', to: '16 x 16' }],
    ['scale-5', 'import.scale', { to: '320 x 320' }],
    ['batch-of-4', 'import.batch', { batch: 4 }],
    ['two-images', 'import.twoPictures', { inputs: 'first, second' }],
    ['doubles', 'import.elements', { tensor: 'input', type: 'float64' }],
    ['classifier', 'import.scale', { to: '1 x 1' }],
    ['unknown-operator', 'import.operator', { operator: 'Dematerialise' }],
    ['foreign-operator', 'import.operator', { operator: 'lacuna.test.Dematerialise' }],
    ['data-missing', 'import.dataMissing', { file: 'nowhere.bin' }],
    ['data-above', 'import.dataOutside', { file: '../secret.bin' }],
    ['data-absolute', 'import.dataOutside', { file: '/etc/hostname' }],
  ])('%s: %s', async (name, code, params) => {
    expect(await refused(fixture(name))).toMatchObject({ code, params })
  })

  it('weights behind a link that leads out of the folder', async () => {
    const [inside, outside] = [newFolder(), newFolder()]
    copyFileSync(fixture('data-beside'), join(inside, 'net.onnx'))
    copyFileSync(join(folder, 'data-beside.bin'), join(outside, 'secret.bin'))
    symlinkSync(join(outside, 'secret.bin'), join(inside, 'data-beside.bin'))
    expect(await refused(join(inside, 'net.onnx'))).toMatchObject({ code: 'import.dataOutside' })
  })

  it('weights in a sub-folder', async () => {
    const inside = newFolder()
    // As long as the name that it takes the place of, so that the file stays whole.
    const graph = readFileSync(fixture('data-beside'), 'latin1').replace('data-beside.bin', 'beside/data.bin')
    writeFileSync(join(inside, 'net.onnx'), graph, 'latin1')
    expect(await refused(join(inside, 'net.onnx'))).toMatchObject({ code: 'import.dataMany' })
  })

  it('weights that are cut short', async () => {
    const inside = newFolder()
    copyFileSync(fixture('data-beside'), join(inside, 'net.onnx'))
    writeFileSync(join(inside, 'data-beside.bin'), 'short')
    expect(await refused(join(inside, 'net.onnx'))).toMatchObject({ code: 'import.dataShort' })
  })

  it('a file cut off anywhere', async () => {
    const whole = readFileSync(fixture('scale-2'))
    const cut = join(newFolder(), 'net.onnx')
    for (const share of [0.01, 0.1, 0.5, 0.9, 0.999]) {
      writeFileSync(cut, whole.subarray(0, Math.ceil(whole.length * share)))
      expect(await refused(cut)).toMatchObject({ code: 'import.truncated' })
    }
  })

  it.each([
    ['nothing', '', 'file.empty'],
    ['a text', 'Hello, this is a text about networks.', 'import.notOnnx'],
    ['a page', '<!doctype html><title>404</title>', 'import.notOnnx'],
    ['a picture', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'import.notOnnx'],
    ['a PyTorch checkpoint', 'PK\x03\x04archive/data.pkl', 'import.pytorch'],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:00', 'import.pointer'],
  ])('%s', async (_what, text, code) => {
    const file = join(newFolder(), 'net.onnx')
    writeFileSync(file, text, 'latin1')
    expect(await refused(file)).toMatchObject({ code })
  })

  it('random bytes, whatever they are', async () => {
    const file = join(newFolder(), 'net.onnx')
    for (let seed = 1; seed <= 50; seed++) {
      const next = random(seed)
      writeFileSync(file, Uint8Array.from({ length: 500 }, () => Math.floor(next() * 256)))
      expect((await refused(file)).code).toMatch(/^import\.(notOnnx|truncated)$/)
    }
  })
})
