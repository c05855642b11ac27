import { copyFile, mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ResultPromise } from 'execa'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventsOf, filesBelow, jobsOf, openBench, picture, saying, tiny, type Bench } from './lacuna.js'

// Several processes in a row, on a machine that may have other work.
vi.setConfig({ testTimeout: 120_000 })

let bench: Bench
let run: ResultPromise | undefined
beforeEach(async () => {
  bench = await openBench()
  await mkdir(bench.at('in'))
  await picture(bench.at('in/first.png'))
  await picture(bench.at('ready.png'), 300, 200)
  // Older than what is taken for still growing.
  await sleep(2_100)
})
afterEach(async () => {
  run?.kill('SIGKILL')
  await bench[Symbol.asyncDispose]()
})

const denoise = ['denoise', 'in', '-o', 'out', '--watch', '--json', ...tiny]

/** Ctrl+C, and what was said until then. */
async function end(watching: ResultPromise): Promise<{ code: number | undefined; stdout: string }> {
  watching.kill('SIGINT')
  const { exitCode, stdout } = await watching
  return { code: exitCode, stdout: String(stdout) }
}

describe('--watch', () => {
  it('does what is there, then a new file when it has stopped growing, until Ctrl+C, which ends it well', async () => {
    run = bench.start([...denoise, '--report', 'sum.txt'])
    await saying(run, 'done')
    const whole = await readFile(bench.at('ready.png'))
    // Copied in five parts over longer than a file has to be still: started early, it would fail as cut short.
    const file = await open(bench.at('in/slow.png'), 'w')
    const part = Math.ceil(whole.length / 5)
    for (let at = 0; at < whole.length; at += part) {
      await file.write(whole.subarray(at, at + part))
      await sleep(700)
    }
    await file.close()
    await saying(run, 'done')
    const { code, stdout } = await end(run)
    expect(eventsOf(stdout, 'watching')[0]?.folders).toEqual([bench.at('in')])
    expect(eventsOf(stdout, 'done').map(({ index, total }) => [index, total])).toEqual([
      [1, 1],
      [2, 2],
    ])
    expect(eventsOf(stdout, 'failed')).toEqual([])
    expect(eventsOf(stdout, 'summary')[0]).toMatchObject({
      done: 2,
      failed: 0,
      unfinished: 0,
      state: 'done',
      cancelled: false,
    })
    expect([code, await filesBelow(bench.at('out'))]).toEqual([0, ['first_denoised.png', 'slow_denoised.png']])
    expect((await jobsOf(bench, 'list'))[0]).toMatchObject({ state: 'done', holder: null })
    expect(await readFile(bench.at('sum.txt'), 'utf8')).toContain('2 done')
  })

  it('says of new files what is wrong with them, and ends with 1', async () => {
    run = bench.start([...denoise, '--format', 'png'])
    await saying(run, 'done')
    await writeFile(bench.at('in/phone.heic'), '\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08mdat', 'latin1')
    await saying(run, 'failed')
    // Its result would have the name of another's.
    await picture(bench.at('in/first.jpg'))
    await saying(run, 'failed')
    const { code, stdout } = await end(run)
    expect(eventsOf(stdout, 'failed').map(({ index, error }) => [index, error.code])).toEqual([
      [2, 'file.unsupportedHeic'],
      [3, 'output.clash'],
    ])
    expect(eventsOf(stdout, 'summary')[0]).toMatchObject({ done: 1, failed: 2, unfinished: 0, state: 'done' })
    expect(code).toBe(1)
  })

  it('takes no result for a new picture where results lie beside their inputs', async () => {
    run = bench.start(['denoise', 'in', '-o', 'in', '--watch', '--json', ...tiny])
    await saying(run, 'done')
    await copyFile(bench.at('ready.png'), bench.at('in/second.png'))
    await saying(run, 'done')
    // Longer than a file has to be still.
    await sleep(3_000)
    const { stdout } = await end(run)
    expect(eventsOf(stdout, 'planned')).toHaveLength(2)
    expect(await filesBelow(bench.at('in'))).toEqual([
      'first.png',
      'first_denoised.png',
      'second.png',
      'second_denoised.png',
    ])
  })
})
