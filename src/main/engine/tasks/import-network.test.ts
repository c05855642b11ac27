import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../../../tests/support/engine.js'
import type { GraphScale, ImageNetworkManifest } from '../../../shared/image-network.js'
import { ModelManifest } from '../../../shared/model.js'
import type { ImportGiven } from '../../../shared/model-import.js'
import { likeness, scene, shrunk } from '../models/import/pictures.js'
import { imageNetwork } from '../models/image-to-image.js'
import { isOfKind, loadNetwork, verifyModel, type Model } from '../models/load.js'
import { GOLDEN_TOLERANCE, probeOf } from '../models/probe.js'
import type { TaskResult } from '../protocol/tasks.js'
import { Inference } from '../runtime/inference.js'
import { Providers } from '../runtime/providers.js'
import { importNetwork } from './import-network.js'

const fixtures = join(root, 'tests/fixtures/models/imports')
const photo = join(root, 'resources/samples/lake.jpg')

let inference: Inference
let dir: string
beforeAll(() => {
  inference = new Inference(pathToFileURL(join(root, 'out/main/inference-worker.js')))
  dir = mkdtempSync(join(tmpdir(), 'lacuna-import-'))
})
afterAll(() => {
  inference.close()
  rmSync(dir, { recursive: true, force: true })
})

let count = 0
async function imported(
  source: string,
  given: ImportGiven = {},
): Promise<{ folder: string; result: TaskResult<'import'> }> {
  const folder = join(dir, String(count++))
  mkdirSync(folder)
  const engine = { inference, providers: new Providers(inference), provider: null, device: null }
  const result = await importNetwork(
    {
      ...({ kind: 'import', source, dir: folder, given, photo } as const),
      run: { provider: 'cpu', tile: null, memoryBudget: 2e9, cacheDir: dir },
    },
    {
      ...{ engine, signal: new AbortController().signal, priority: 1 },
      ...{ progress: () => undefined, note: () => undefined, tellFill: () => undefined },
    },
  )
  return { folder, result }
}

async function opened(folder: string): Promise<Model<ImageNetworkManifest>> {
  const model = await loadNetwork({ id: 'imported', folder })
  await verifyModel(model)
  if (!isOfKind(model, 'image-to-image')) throw new Error(`it is of the kind ${model.manifest.kind}`)
  return model
}

const PNG = [0x89, 0x50, 0x4e, 0x47]

describe('what is imported runs as the models that came with the program do', () => {
  const cases: [string, GraphScale, ImportGiven][] = [
    ...([1, 2, 3, 4, 8] as const).map((scale): [string, GraphScale, ImportGiven] => [`scale-${scale}`, scale, {}]),
    ['fixed-64', 2, {}],
    ['fixed-128', 2, {}],
    ['multiple-16', 2, {}],
    ['multiple-64', 2, {}],
    ['channels-last', 2, {}],
    ['blue-first', 2, {}],
    ['blue-first-unmarked', 2, { channels: 'bgr' }],
    ['to-255', 2, {}],
    ['one-to-255', 2, {}],
    ['minus-one-to-one', 2, {}],
    ['half', 2, {}],
    ['bytes', 2, {}],
    ['luma', 2, {}],
    ['noise-map', 2, {}],
    ['data-beside', 1, {}],
    ['data-in-many', 1, {}],
    ['crops-unevenly', 2, {}],
    ['crops-scale-1', 1, {}],
    ['crops-windows', 2, {}],
  ]
  it.each(cases)('%s', async (name, scale, given) => {
    const { folder, result } = await imported(join(fixtures, `${name}.onnx`), given)
    const model = await opened(folder)
    expect(model.manifest).toEqual(result.proposal.manifest)
    // The provider check passes on the golden tile that was recorded.
    const probe = probeOf(inference, model)
    const golden = await probe.golden('cpu')
    expect(probe.recorded).toHaveLength(8)
    for (const [place, value] of probe.recorded) expect(Math.abs(golden[place]! - value)).toBeLessThan(GOLDEN_TOLERANCE)
    // A picture in many colours comes out as itself, larger: right order, range and layout.
    const { size } = model.manifest
    const side = 'width' in size ? size.width : Math.ceil(64 / size.multipleOf) * size.multipleOf
    const expected = scene(3, side, side, scale, 5)
    const given_ = shrunk(expected, scale).data
    const sigma = model.manifest.inputs.sigma === undefined ? null : new Float32Array(side * side)
    const network = imageNetwork(inference, model, 'cpu')
    const data = await network.enlarge(scale, given_, sigma, { width: side, height: side }, {})
    expect(likeness({ ...expected, data }, [0, 1], expected, 2 * scale)).toBeGreaterThan(19)
    for (const picture of [result.sample?.before, result.sample?.after])
      expect([...(picture ?? []).slice(0, 4)]).toEqual(PNG)
  })

  it('blue is added to blue, not to red, in the order that was said', async () => {
    const { folder } = await imported(join(fixtures, 'blue-first-unmarked.onnx'), { channels: 'bgr' })
    const network = imageNetwork(inference, await opened(folder), 'cpu')
    const grey = new Float32Array(3 * 64 * 64).fill(0.4)
    const out = await network.enlarge(2, grey, null, { width: 64, height: 64 }, {})
    const mean = (channel: number) =>
      out.subarray(channel * 128 * 128, (channel + 1) * 128 * 128).reduce((sum, value) => sum + value, 0) / (128 * 128)
    expect(mean(2) - mean(0)).toBeGreaterThan(0.03)
  })
})

describe('the folder', () => {
  it('holds the files that the manifest names, and the manifest is one that can be edited', async () => {
    const { folder, result } = await imported(join(fixtures, 'data-beside.onnx'), {
      ...{ id: 'mine', name: 'Mine', licence: 'MIT', source: 'a test', summary: 'For tests.' },
    })
    expect(readdirSync(folder).sort()).toEqual(['data-beside.bin', 'model.json', 'model.onnx'])
    const text = readFileSync(join(folder, 'model.json'), 'utf8')
    expect(text).toContain('\n  "id": "mine"')
    expect(ModelManifest.parse(JSON.parse(text))).toEqual(result.proposal.manifest)
    expect(result.proposal.manifest).toMatchObject({
      ...{ id: 'mine', name: 'Mine', licence: 'MIT', source: 'a test', summary: 'For tests.', task: 'denoise' },
    })
  })

  it('holds every file of weights that the graph names, and the manifest lists them', async () => {
    const { folder, result } = await imported(join(fixtures, 'data-in-many.onnx'))
    const weights = ['data-in-many.first.weight', 'data-in-many.second.weight']
    expect(readdirSync(folder).sort()).toEqual([...weights, 'model.json', 'model.onnx'])
    const { files } = result.proposal.manifest
    const listed = 'data' in files ? [files.data ?? []].flat().map(({ path }) => path) : []
    expect(listed.sort()).toEqual(weights)
    // Another file of weights is another model.
    writeFileSync(join(folder, weights[0]!), new Uint8Array(36))
    await expect(opened(folder)).rejects.toMatchObject({ code: 'model.damaged', params: { file: weights[0] } })
  })

  it('an id is made of the file name', async () => {
    const { result } = await imported(join(fixtures, 'scale-2.onnx'))
    expect(result.proposal.manifest).toMatchObject({
      id: 'scale-2',
      name: 'scale-2',
      licence: 'unknown',
      task: 'upscale',
    })
  })
})

describe('a network that gives another scale than its manifest says', () => {
  it('is refused when it is used', async () => {
    const { folder } = await imported(join(fixtures, 'scale-2.onnx'))
    const model = await opened(folder)
    const { x2, ...files } = model.manifest.files
    const manifest = { ...model.manifest, files: { ...files, x4: x2 } }
    const lying = { ...model, manifest, file: () => join(folder, 'model.onnx') }
    const run = imageNetwork(inference, lying, 'cpu').enlarge(
      4,
      new Float32Array(3 * 64 * 64),
      null,
      { width: 64, height: 64 },
      {},
    )
    await expect(run).rejects.toMatchObject({
      code: 'model.invalid',
      params: { reason: expect.stringContaining('scale 4') as string },
    })
  })
})
