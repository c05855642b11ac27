import { afterEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../../../../tests/support/engine.js'
import { forkEngine } from './fork-link.js'

let test: TestEngine
afterEach(() => test[Symbol.asyncDispose]())

const grey = (side: number) => test.raster({ width: side, height: side, bands: 3, depth: 8 }, (x, y) => (x * y) % 200)

/** Resolves when the task reports progress for the first time. */
function started(): { onProgress: () => void; begun: Promise<void> } {
  let onProgress = () => {}
  const begun = new Promise<void>((resolve) => {
    onProgress = resolve
  })
  return { onProgress, begun }
}

/** Progress is told just before the first run; give that run the time to begin. */
const intoTheRun = () => new Promise((resolve) => setTimeout(resolve, 1000))

describe('P5: a stuck model', () => {
  it('is cancelled by force, and the next job runs in a new engine', async () => {
    test = await startTestEngine()
    const raster = await grey(64)
    const controller = new AbortController()
    const { onProgress, begun } = started()
    const job = test.denoise(raster, {
      edit: { sigma: 20 },
      model: 'stuck-denoiser',
      signal: controller.signal,
      onProgress,
    })
    const outcome = expect(job).rejects.toMatchObject({ code: 'cancelled' })
    await begun
    await intoTheRun()
    const { pid } = test.engine.status
    controller.abort()
    await outcome
    expect((await test.denoise(raster)).raster.width).toBe(64)
    expect(test.engine.status.pid).not.toBe(pid)
  })

  it('does not take another job with it: that one starts over and ends well', async () => {
    test = await startTestEngine()
    const raster = await grey(64)
    const controller = new AbortController()
    const { onProgress, begun } = started()
    const stuck = test.denoise(raster, {
      edit: { sigma: 20 },
      model: 'stuck-denoiser',
      signal: controller.signal,
      onProgress,
    })
    const outcome = expect(stuck).rejects.toMatchObject({ code: 'cancelled' })
    await begun
    await intoTheRun()
    const other = test.denoise(raster)
    controller.abort()
    await outcome
    expect((await other).report.notes).toEqual([])
  })
})

describe('P5: a crash of the engine', () => {
  it('is survived: the job is tried again with smaller tiles, and the report says so', async () => {
    test = await startTestEngine()
    const raster = await grey(500)
    let killed = 0
    const { report } = await test.denoise(raster, {
      run: { tile: 64 },
      onProgress: ({ phase }) => {
        if (killed++ === 0 && phase && test.engine.status.pid) process.kill(test.engine.status.pid, 'SIGKILL')
      },
    })
    expect(report.notes.map((note) => note.code)).toEqual(['engine.retriedSmaller'])
  })

  it('is given up after three attempts, with one error that names model and device', async () => {
    test = await startTestEngine()
    const raster = await grey(500)
    const pids = new Set<number>()
    const job = test.denoise(raster, {
      run: { tile: 64 },
      onProgress: () => {
        const { pid } = test.engine.status
        if (pid && !pids.has(pid)) {
          pids.add(pid)
          process.kill(pid, 'SIGKILL')
        }
      },
    })
    await expect(job).rejects.toMatchObject({ code: 'engine.died', params: { model: 'tiny-denoiser' } })
    expect(pids.size).toBe(3)
    expect((await test.denoise(await grey(32))).raster.width).toBe(32)
  })

  it('is blamed on the task that causes it: another that was in the engine ends well, and as if nothing had been', async () => {
    test = await startTestEngine()
    const [bad, good] = [await grey(500), await grey(200)]
    const culprit = test.denoise(bad, {
      run: { tile: 64 },
      onProgress: () => {
        if (test.engine.status.pid) process.kill(test.engine.status.pid, 'SIGKILL')
      },
    })
    const outcome = expect(culprit).rejects.toMatchObject({ code: 'engine.died' })
    const innocent = await test.denoise(good, { run: { tile: 64 } })
    await outcome
    expect(innocent.report.notes).toEqual([])
  })

  it('that cannot even start is reported as that', async () => {
    test = await startTestEngine({ start: forkEngine('/nonexistent/engine.js') })
    const raster = await grey(8)
    await expect(test.denoise(raster)).rejects.toMatchObject({ code: 'engine.startFailed' })
  })
})

describe('a network that runs without end', () => {
  it('is ended, tried humbler, and reported as stuck', async () => {
    test = await startTestEngine({ stuckMs: 1000 })
    const raster = await grey(64)
    const stuck = test.denoise(raster, { edit: { sigma: 20 }, model: 'stuck-denoiser' })
    await expect(stuck).rejects.toMatchObject({ code: 'engine.stuck', params: { model: 'stuck-denoiser' } })
    expect((await test.denoise(raster)).raster.width).toBe(64)
  })
})

describe('a silent engine', () => {
  it('is taken for hung, ended and started again', async () => {
    test = await startTestEngine({ silenceMs: 2000 })
    const raster = await grey(500)
    let stopped = 0
    const { report } = await test.denoise(raster, {
      run: { tile: 32 },
      onProgress: () => {
        if (stopped++ === 0 && test.engine.status.pid) process.kill(test.engine.status.pid, 'SIGSTOP')
      },
    })
    expect(report.notes.map((note) => note.code)).toEqual(['engine.retriedSmaller'])
  })
})
