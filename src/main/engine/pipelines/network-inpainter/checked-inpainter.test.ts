import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureModel, root } from '../../../../../tests/support/engine.js'
import type { InpainterManifest } from '../../../../shared/model.js'
import { loadInpainter, type Model } from '../../models/load.js'
import { goldenHole } from '../../models/probe.js'
import { Inference, type RunResult } from '../../runtime/inference.js'
import { checkedInpainter, fillFault } from './checked-inpainter.js'

/** The CPU's real results are spoilt where the provider is called `webgpu`: a GPU that fails cannot be had on demand. */
class SpoiltInference extends Inference {
  spoil: (data: Float32Array) => void = () => {}
  override async run(...[spec, feeds, options]: Parameters<Inference['run']>): Promise<RunResult> {
    if (spec.provider !== 'webgpu') return super.run(spec, feeds, options)
    const result = await super.run({ file: spec.file, provider: 'cpu' }, feeds, options)
    for (const { data } of Object.values(result.outputs)) this.spoil(data)
    return result
  }
}

let inference: SpoiltInference
let model: Model<InpainterManifest>
beforeAll(async () => {
  inference = new SpoiltInference(pathToFileURL(join(root, 'out/main/inference-worker.js')))
  model = await loadInpainter(fixtureModel('four-channel-contract'))
})
afterAll(() => inference.close())

const fill = async (provider: string) => {
  const network = checkedInpainter(inference, model, provider)
  return { picture: await network.fill(goldenHole(64, 64, 1), {}), notes: network.notes() }
}

describe('a GPU run that ends "successfully" with a wrong picture', () => {
  const faults: [string, (data: Float32Array) => void][] = [
    ['black', (data) => data.fill(0)],
    ['not a number in one place', (data) => data.fill(NaN, 777, 778)],
    ['infinite in one place', (data) => data.fill(Infinity, 5, 6)],
    ['the known part changed, of a network that blends', (data) => data.forEach((v, i) => (data[i] = 1 - v))],
  ]
  it.each(faults)('%s: it is made again on the CPU, and the person is told', async (_what, spoil) => {
    inference.spoil = spoil
    const { picture, notes } = await fill('webgpu')
    expect(picture).toEqual((await fill('cpu')).picture)
    expect(notes).toMatchObject([{ code: 'engine.tileRedoneOnCpu', params: { count: 1, provider: 'webgpu' } }])
  })

  it('a right one is kept as it is', async () => {
    inference.spoil = () => {}
    expect(await fill('webgpu')).toEqual(await fill('cpu'))
  })
})

describe('what is no fault', () => {
  it('one colour for a picture of one colour; a hole of one colour; a known part drawn anew, of a network that does that', () => {
    const masked = goldenHole(32, 32, 1)
    const plain = { ...masked, picture: masked.picture.map(() => 0.4) }
    expect(fillFault(plain.picture, plain, true)).toBeNull()
    const white = masked.picture.map((value, i) => (masked.hole[Math.floor(i / 3)] === 1 ? 1 : value))
    expect(fillFault(white, masked, true)).toBeNull()
    const lighter = masked.picture.map((value) => value + 0.1)
    expect(fillFault(lighter, masked, false)).toBeNull()
    expect(fillFault(lighter, masked, true)).toBe('notBlended')
  })
})
