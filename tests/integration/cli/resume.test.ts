import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ResultPromise } from 'execa'
import {
  events,
  eventsOf,
  filesBelow,
  jobsOf,
  openBench,
  picture,
  saying,
  showJob,
  tiny,
  type Bench,
} from './lacuna.js'

// Several processes in a row, on a machine that may have other work.
vi.setConfig({ testTimeout: 120_000 })

const count = 12
const names = Array.from({ length: count }, (_, i) => `p${String(i + 1).padStart(2, '0')}.png`)
const outputs = names.map((name) => name.replace('.png', '_denoised.png'))
const denoise = ['denoise', 'in', '-o', 'out', '--json', ...tiny]

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
  await mkdir(bench.at('in'))
  for (const name of names) await picture(bench.at('in', name), 240, 160)
})
const started: ResultPromise[] = []
afterEach(async () => {
  for (const run of started.splice(0)) run.kill('SIGKILL')
  await bench[Symbol.asyncDispose]()
})

/** Starts the batch and resolves when some of it is done, and not all. */
async function startBatch(done = 2): Promise<{ run: ResultPromise }> {
  const run = bench.start(denoise)
  started.push(run)
  await saying(run, 'done', done)
  return { run }
}

/** Files in the output folder and their times: what was done again has another. */
async function times(): Promise<Map<string, number>> {
  const files = await filesBelow(bench.at('out'))
  return new Map(
    await Promise.all(files.map(async (name) => [name, (await stat(bench.at('out', name))).mtimeMs] as const)),
  )
}

async function expectGoneOn(before: Map<string, number>, stdout: string): Promise<void> {
  const after = await times()
  expect([...after.keys()]).toEqual(outputs)
  for (const [name, time] of before) expect([name, after.get(name)]).toEqual([name, time])
  const { done, made, failed, unfinished, state } = eventsOf(stdout, 'summary')[0] ?? {}
  expect({ sum: (done ?? 0) + (made ?? 0), failed, unfinished, state }).toEqual({
    sum: count,
    failed: 0,
    unfinished: 0,
    state: 'done',
  })
  expect(made).toBeGreaterThanOrEqual(before.size)
}

describe('Ctrl+C in the middle of a batch', () => {
  it('leaves the job interrupted, whole results alone, and says how to go on', async () => {
    const run = bench.start(denoise.filter((word) => word !== '--json'))
    started.push(run)
    await expect
      .poll(async () => (await filesBelow(bench.at('out')).catch(() => [])).length, { timeout: 20_000 })
      .toBeGreaterThan(1)
    run.kill('SIGINT')
    const { exitCode, stderr, stdout } = await run
    const [job] = await jobsOf(bench, 'list')
    expect([exitCode, job?.state, job?.holder]).toEqual([130, 'interrupted', null])
    expect(String(stderr)).toContain(`"lacuna jobs resume ${job?.id ?? ''}" goes on where this stopped`)
    expect(String(stdout)).toMatch(/Cancelled: \d+ pictures? done, \d+ not finished, in /)
    expect((await filesBelow(bench.at('out'))).filter((name) => !outputs.includes(name))).toEqual([])
    expect(job?.counts.running).toBe(0)
    expect(job?.counts.done).toBe((await filesBelow(bench.at('out'))).length)
  })

  it('and the same command with --resume goes on with that job, with what came meanwhile', async () => {
    const { run } = await startBatch()
    run.kill('SIGINT')
    const first = eventsOf(String((await run).stdout), 'summary')[0]
    const before = await times()
    await picture(bench.at('in/later.png'))
    const { code, stdout } = await bench.run([...denoise, '--resume'])
    expect([code, eventsOf(stdout, 'summary')[0]?.job]).toEqual([0, first?.job])
    expect(eventsOf(stdout, 'planned').map(({ input }) => input)).toContain(bench.at('in/later.png'))
    const after = await times()
    expect([...after.keys()]).toEqual(['later_denoised.png', ...outputs])
    for (const [name, time] of before) expect([name, after.get(name)]).toEqual([name, time])
    expect(await jobsOf(bench, 'list')).toHaveLength(1)
  })

  it('without --resume a new job is made, and what is there fails as existing', async () => {
    const { run } = await startBatch()
    run.kill('SIGINT')
    await run
    const there = (await times()).size
    const { code, stdout } = await bench.run(denoise)
    expect([code, eventsOf(stdout, 'failed').length]).toEqual([1, there])
    expect((await jobsOf(bench, 'list')).map(({ state }) => state)).toEqual(['interrupted', 'done'])
  })
})

describe('kill -9 in the middle of a batch', () => {
  it('loses nothing: the job goes on with --resume, and nothing is done twice', async () => {
    const { run } = await startBatch()
    run.kill('SIGKILL')
    await run
    expect((await jobsOf(bench, 'list'))[0]).toMatchObject({ state: 'interrupted', holder: null })
    const before = new Map([...(await times())].filter(([name]) => outputs.includes(name)))
    const { code, stdout } = await bench.run([...denoise, '--resume'])
    expect(code).toBe(0)
    await expectGoneOn(before, stdout)
  })

  it('leaves no temporary files after the next start, whatever that does', async () => {
    const { run } = await startBatch()
    run.kill('SIGKILL')
    await run
    await picture(bench.at('other.png'))
    expect((await bench.run(['denoise', 'other.png', '-o', 'other-out.png', ...tiny])).code).toBe(0)
    expect((await filesBelow(bench.at('out'))).filter((name) => !outputs.includes(name))).toEqual([])
    expect((await filesBelow(bench.at('.home/cache'))).filter((path) => path.startsWith('jobs'))).toEqual([])
  })

  it('and "jobs resume" goes on with it too, by a shortened id', async () => {
    const { run } = await startBatch()
    run.kill('SIGKILL')
    await run
    const before = new Map([...(await times())].filter(([name]) => outputs.includes(name)))
    const [job] = await jobsOf(bench, 'list')
    const { code, stdout } = await bench.run(['jobs', 'resume', job?.id.slice(0, 4) ?? '', '--json'])
    expect(code).toBe(0)
    await expectGoneOn(before, stdout)
    const { items } = await showJob(bench, job?.id ?? '')
    expect(items.map(({ state }) => state)).toEqual(names.map(() => 'done'))
  })
})

describe('--resume when all is done', () => {
  beforeEach(async () => {
    for (const name of names.slice(2)) await rm(bench.at('in', name))
    expect((await bench.run(denoise)).code).toBe(0)
  })
  const resume = async (...more: string[]) => {
    const { code, stdout } = await bench.run([...denoise, '--resume', ...more])
    const told = Object.fromEntries(
      events(stdout).flatMap((line) =>
        line.event === 'done' || line.event === 'failed' || line.event === 'skipped'
          ? [[line.input.slice(bench.at('in').length + 1), line.event === 'failed' ? line.error.code : line.event]]
          : [],
      ),
    )
    return { code, told }
  }

  it('does what is new, and what is gone', async () => {
    await picture(bench.at('in/new.png'))
    await rm(bench.at('out/p02_denoised.png'))
    expect(await resume()).toEqual({ code: 0, told: { 'p01.png': 'skipped', 'p02.png': 'done', 'new.png': 'done' } })
  })

  it('leaves the result of a changed picture, and says so', async () => {
    await picture(bench.at('in/p01.png'), 100, 80)
    const old = await readFile(bench.at('out/p01_denoised.png'))
    expect(await resume()).toEqual({ code: 1, told: { 'p01.png': 'output.exists', 'p02.png': 'skipped' } })
    expect(await readFile(bench.at('out/p01_denoised.png'))).toEqual(old)
  })

  it('does a changed picture again with --overwrite always, and only that one', async () => {
    await picture(bench.at('in/p01.png'), 100, 80)
    expect(await resume('--overwrite', 'always')).toEqual({
      code: 0,
      told: { 'p01.png': 'done', 'p02.png': 'skipped' },
    })
  })

  it('goes by content: a result that somebody changed is not the result', async () => {
    await picture(bench.at('out/p01_denoised.png'))
    expect((await resume()).told).toEqual({ 'p01.png': 'output.exists', 'p02.png': 'skipped' })
  })

  it('and by settings: another edit is another result', async () => {
    expect((await resume('--strength', '0.5')).told).toEqual({ 'p01.png': 'output.exists', 'p02.png': 'output.exists' })
  })

  it('a renamed picture has another name for its result, so it is done', async () => {
    await rename(bench.at('in/p01.png'), bench.at('in/first.png'))
    expect((await resume()).told).toEqual({ 'first.png': 'done', 'p02.png': 'skipped' })
  })
})
