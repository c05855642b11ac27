import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fixtureModel, root } from '../../../../tests/support/engine.js'
import { LacunaError } from '../../../shared/errors.js'
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

  it('a preview goes before the jobs that wait, also before the one that the worker has already', async () => {
    const order: string[] = []
    const run = (name: string, priority: 0 | 1) =>
      inference.run(spec, feeds(64), { priority }).then(() => order.push(name))
    await Promise.all([run('job 1', 1), run('job 2', 1), run('job 3', 1), run('preview', 0)])
    // It may find that even the first has not begun.
    expect(order.slice(0, 2)).toContain('preview')
    expect(order.filter((name) => name !== 'preview')).toEqual(['job 1', 'job 2', 'job 3'])
  })

  it('one that was cancelled while it waited is never run', async () => {
    const before = inference.sessionMs
    const controller = new AbortController()
    // Long enough for the worker to hear of it before it is done.
    const first = inference.run(spec, feeds(768))
    const second = inference.run(spec, feeds(64), { signal: controller.signal })
    controller.abort()
    const outcome = expect(second).rejects.toMatchObject({ code: 'cancelled' })
    const { ms } = await first
    await outcome
    expect(inference.sessionMs - before).toBeCloseTo(ms, 6)
  })

  it('one that was cancelled does not keep those behind it from their turn', async () => {
    const controller = new AbortController()
    const runs = [1, 2, 3, 4, 5].map((n) =>
      inference.run(spec, feeds(64), n % 2 === 0 ? { signal: controller.signal } : {}).then(
        () => 'ran',
        (error: unknown) => LacunaError.from(error).code,
      ),
    )
    controller.abort()
    expect(await Promise.all(runs)).toEqual(['ran', 'cancelled', 'ran', 'cancelled', 'ran'])
    expect(inference.busyMs).toBe(0)
  })

  it('one that failed does not keep the next, which is with the worker already, from loading its session anew', async () => {
    const outcomes = await Promise.allSettled([
      inference.run(spec, { ...feeds(64), sigma: { dims: [1, 1, 32, 32], data: new Float32Array(32 * 32) } }),
      inference.run(spec, feeds(64)),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })

  it('a graph that does not take the inputs is said to be that', async () => {
    await expect(inference.run(spec, { picture: feeds(64).sample })).rejects.toThrow(/inputs sample, sigma/)
  })
})

describe('sessions that nobody uses', () => {
  const other = { file: join(fixtureModel('tiny-denoiser').folder, 'noise.onnx'), provider: 'cpu' }
  const noiseFeeds = () => ({ sample: feeds(64).sample })
  let inference: Inference
  const start = (idleMs?: number) =>
    (inference = new Inference(pathToFileURL(join(root, 'out/main/inference-worker.js')), { idleMs }))
  afterEach(() => inference.close())

  it('are released after the idle time, and loaded again when they are wanted', async () => {
    start(300)
    expect((await inference.run(spec, feeds(64))).loadMs).toBeGreaterThan(0)
    expect((await inference.run(spec, feeds(64))).loadMs).toBe(0)
    await expect
      .poll(async () => (await sleep(900), await inference.run(spec, feeds(64))).loadMs, { timeout: 10_000 })
      .toBeGreaterThan(0)
  })

  it('are kept until then, and so is what windows lay in', async () => {
    start()
    await inference.run(spec, feeds(64))
    await sleep(900)
    expect((await inference.run(spec, feeds(64))).loadMs).toBe(0)
    // The sample's array holds the result; the noise levels' came back.
    const levels = inference.buffers.take(64 * 64)
    expect(levels[0]).toBeCloseTo(0.1)
  })

  it('are given the place for their result once its shape is known: what windows lay in comes back whole', async () => {
    start()
    const first = await inference.run(spec, feeds(64))
    expect(inference.buffers.take(3 * 64 * 64)[0]).toBe(0)
    const second = await inference.run(spec, feeds(64))
    expect(second.outputs).toEqual(first.outputs)
    expect(inference.buffers.take(3 * 64 * 64)[0]).toBe(0.5)
    expect((await inference.run(spec, feeds(72))).outputs['denoised']?.dims).toEqual([1, 3, 72, 72])
  })

  it('are released at once, but for those that are wanted now, where the process holds more than its budget', async () => {
    start()
    await inference.run(spec, feeds(64))
    await inference.run(other, noiseFeeds())
    inference.keepWithin(Infinity, [])
    expect((await inference.run(other, noiseFeeds())).loadMs).toBe(0)
    inference.keepWithin(1, [spec.file])
    expect((await inference.run(spec, feeds(64))).loadMs).toBe(0)
    expect((await inference.run(other, noiseFeeds())).loadMs).toBeGreaterThan(0)
  })

  it('are not those for which runs wait', async () => {
    start()
    const runs = [inference.run(spec, feeds(64)), inference.run(other, noiseFeeds())]
    inference.keepWithin(1, [])
    await Promise.all(runs)
    expect((await inference.run(other, noiseFeeds())).loadMs).toBe(0)
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
