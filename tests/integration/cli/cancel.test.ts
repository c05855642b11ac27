import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ResultPromise } from 'execa'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { events, filesBelow, openBench, picture, saying, tiny, type Bench } from './lacuna.js'

/** A network that counts for minutes before it answers. */
const stuck = ['--model', 'stuck-denoiser', '--provider', 'cpu'] as const

let bench: Bench
beforeAll(async () => {
  bench = await openBench(['tiny-denoiser', 'stuck-denoiser'])
  await picture(bench.at('a.png'))
  await picture(bench.at('b.png'))
})
afterAll(() => bench[Symbol.asyncDispose]())

/** Starts a run that never ends by itself, and resolves when its picture is on the way to the network. */
async function startStuck(): Promise<{ run: ResultPromise; group: number }> {
  const args = ['denoise', 'a.png', 'b.png', '-o', 'out', '--sigma', '25', ...stuck, '--json']
  const run = bench.start(args, { detached: true })
  started.push(run)
  await saying(run, 'progress')
  await sleep(1000)
  if (run.pid === undefined) throw new Error('the command line did not start')
  return { run, group: -run.pid }
}

const started: ResultPromise[] = []
afterEach(() => {
  for (const run of started.splice(0)) run.kill('SIGKILL')
})

describe('Ctrl+C', () => {
  it('cancels cleanly with 130: the sum is said, and no half file stays', async () => {
    const { run } = await startStuck()
    run.kill('SIGINT')
    const { exitCode, stdout, stderr } = await run
    expect([exitCode, stderr]).toEqual([130, ''])
    expect(events(String(stdout)).at(-1)).toMatchObject({
      event: 'summary',
      done: 0,
      failed: 0,
      unfinished: 2,
      cancelled: true,
    })
    expect(await leftBehind()).toEqual([])
  })

  it('in a terminal reaches the engine too, and ends the same', async () => {
    const { run, group } = await startStuck()
    process.kill(group, 'SIGINT')
    const { exitCode } = await run
    expect(exitCode).toBe(130)
    expect(await leftBehind()).toEqual([])
  })

  it('twice ends at once, the engine with it, and the next run sweeps what that left', async () => {
    const { run, group } = await startStuck()
    run.kill('SIGINT')
    run.kill('SIGINT')
    await sleep(50)
    run.kill('SIGINT')
    expect((await run).exitCode).toBe(130)
    await expect.poll(() => isAlive(group), { timeout: 5000 }).toBe(false)

    expect((await bench.run(['denoise', 'a.png', '-o', 'next.png', ...tiny])).code).toBe(0)
    expect(await leftBehind()).toEqual([])
  })

  it('keeps the pictures that were finished', async () => {
    const run = bench.start(['denoise', 'a.png', 'b.png', '-o', 'kept', '--json', ...tiny])
    await saying(run, 'done')
    run.kill('SIGINT')
    const { exitCode, stdout } = await run
    const told = events(String(stdout))
    const sum = told.at(-1)
    // The second picture may have been quicker than the signal.
    expect(sum).toMatchObject({ event: 'summary', failed: 0 })
    expect(exitCode).toBe(sum?.event === 'summary' && sum.cancelled ? 130 : 0)
    // Two are on the way at once: either may be the first.
    const done = told.flatMap((event) => (event.event === 'done' ? [basename(event.output)] : []))
    expect(done.length).toBeGreaterThan(0)
    expect((await filesBelow(bench.at('kept'))).sort()).toEqual(done.sort())
  })
})

/** Outputs, temporary files beside them, and scratch. */
async function leftBehind(): Promise<string[]> {
  const outputs = existsSync(bench.at('out')) ? await filesBelow(bench.at('out')) : []
  const cache = await filesBelow(bench.at('.home/cache'))
  return [...outputs, ...cache.filter((path) => path.startsWith('jobs'))]
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
