import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureModel, root } from '../../../../tests/support/engine.js'
import { Inference } from './inference.js'

const file = join(fixtureModel('tiny-denoiser').folder, 'model.onnx')
const spec = { file, provider: 'cpu' }
const feeds = (side: number) => ({
  sample: { dims: [1, 3, side, side], data: new Float32Array(3 * side * side).fill(0.5) },
  sigma: { dims: [1, 1, side, side], data: new Float32Array(side * side).fill(0.1) },
})

describe('runs are handed to the worker one at a time', () => {
  let inference: Inference
  beforeAll(() => {
    inference = new Inference(pathToFileURL(join(root, 'out/main/inference-worker.js')))
  })
  afterAll(() => inference.close())

  it('a preview goes before the jobs that wait, but not before the run in flight', async () => {
    const order: string[] = []
    const run = (name: string, priority: 0 | 1) =>
      inference.run(spec, feeds(64), { priority }).then(() => order.push(name))
    await Promise.all([run('job 1', 1), run('job 2', 1), run('job 3', 1), run('preview', 0)])
    expect(order).toEqual(['job 1', 'preview', 'job 2', 'job 3'])
  })

  it('one that was cancelled while it waited is never run', async () => {
    const before = inference.sessionMs
    const controller = new AbortController()
    const first = inference.run(spec, feeds(64))
    const second = inference.run(spec, feeds(64), { signal: controller.signal })
    controller.abort()
    const outcome = expect(second).rejects.toMatchObject({ code: 'cancelled' })
    const { ms } = await first
    await outcome
    expect(inference.sessionMs - before).toBeCloseTo(ms, 6)
  })

  it('a graph that does not take the inputs is said to be that', async () => {
    await expect(inference.run(spec, { picture: feeds(64).sample })).rejects.toThrow(/inputs sample, sigma/)
  })
})

describe('a worker that died', () => {
  it('fails what waits and what comes after, instead of leaving it to hang', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lacuna-worker-'))
    const broken = join(dir, 'broken.mjs')
    await writeFile(broken, "throw new Error('no such library')")
    const inference = new Inference(pathToFileURL(broken))
    await expect(inference.run(spec, feeds(8))).rejects.toMatchObject({ code: 'engine.startFailed' })
    await expect(inference.run(spec, feeds(8))).rejects.toMatchObject({ params: { reason: 'no such library' } })
    await expect(inference.backends()).rejects.toMatchObject({ code: 'engine.startFailed' })
    inference.close()
    await rm(dir, { recursive: true })
  })
})
