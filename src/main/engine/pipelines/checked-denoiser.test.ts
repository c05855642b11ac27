import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureModel, root } from '../../../../tests/support/engine.js'
import { goldenTile } from '../models/golden.js'
import { loadModel, type Model } from '../models/load.js'
import { Inference, type RunResult } from '../runtime/inference.js'
import { checkedDenoiser } from './checked-denoiser.js'

/**
 * A GPU that fails the way real ones do (black tiles, NaN, a shift) cannot be had on demand: the CPU's real results are
 * spoilt here when the provider is called `webgpu`.
 */
class SpoiltInference extends Inference {
  spoil: (data: Float32Array) => void = () => {}
  override async run(...[spec, feeds, options]: Parameters<Inference['run']>): Promise<RunResult> {
    if (spec.provider !== 'webgpu') return super.run(spec, feeds, options)
    const result = await super.run({ file: spec.file, provider: 'cpu' }, feeds, options)
    for (const { data } of Object.values(result.outputs)) this.spoil(data)
    return result
  }
}

const size = 64
const shape = { height: size, width: size }
let inference: SpoiltInference
let model: Model
let right: Float32Array

const run = (provider: string) => {
  const denoiser = checkedDenoiser(inference, model, provider)
  const sigma = new Float32Array(size * size).fill(0.1)
  return denoiser.denoise(goldenTile(size, 1), sigma, shape, {}).then((data) => ({ data, notes: denoiser.notes() }))
}

beforeAll(async () => {
  inference = new SpoiltInference(pathToFileURL(join(root, 'out/main/inference-worker.js')))
  model = await loadModel(fixtureModel('tiny-denoiser'))
  right = (await run('cpu')).data
})
afterAll(() => inference.close())

describe('a GPU run that ends "successfully" with a wrong tile', () => {
  const faults: [string, (data: Float32Array) => void][] = [
    ['black', (data) => data.fill(0)],
    ['not a number in one place', (data) => data.fill(NaN, 777, 778)],
    ['infinite in one place', (data) => data.fill(Infinity, 5, 6)],
    ['a little too bright', (data) => data.forEach((v, i) => (data[i] = v + 3 / 255))],
  ]
  it.each(faults)('%s: the tile is done again on the CPU, and the person is told', async (_name, spoil) => {
    inference.spoil = spoil
    const { data, notes } = await run('webgpu')
    expect(data).toEqual(right)
    expect(notes).toMatchObject([{ code: 'engine.tileRedoneOnCpu', params: { count: 1, provider: 'webgpu' } }])
  })

  it('a right tile is kept as it is', async () => {
    inference.spoil = () => {}
    expect(await run('webgpu')).toEqual({ data: right, notes: [] })
  })
})
