/**
 * Nothing leaves the machine: no telemetry, no update check, no look for models. The page's part of it is in every test of
 * `tests/e2e` (`studio.ts`).
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBench, picture, root, saying, tiny, type Bench } from './cli/lacuna.js'

let bench: Bench
let env: Record<string, string>
beforeEach(async () => {
  bench = await openBench()
  env = {
    NODE_OPTIONS: `--require ${join(root, 'tests/support/watch-network.cjs')}`,
    LACUNA_NETWORK_LOG: bench.at('network.log'),
  }
})
afterEach(() => bench[Symbol.asyncDispose]())

/** What was watched, and what it asked of the network. */
async function watched(): Promise<{ processes: number; threads: number; asked: string[] }> {
  const lines = (await readFile(bench.at('network.log'), 'utf8')).trim().split('\n')
  const what = lines.map((line) => line.replace(/^\d+ /, ''))
  const count = (one: string): number => what.filter((line) => line === one).length
  return {
    processes: count('process'),
    threads: count('thread'),
    asked: what.filter((line) => line !== 'process' && line !== 'thread'),
  }
}

describe('nothing leaves the machine', () => {
  it('when pictures are worked on: neither host, engine nor worker asks anything of the network', async () => {
    await picture(bench.at('a.png'))
    const { code } = await bench.run(['denoise', 'a.png', '-o', 'b.png', ...tiny], { env })
    expect(code).toBe(0)
    const { processes, threads, asked } = await watched()
    expect(asked).toEqual([])
    expect(processes).toBeGreaterThanOrEqual(2)
    expect(threads).toBeGreaterThanOrEqual(1)
  })

  it('when the studio is served', async () => {
    const run = bench.start(['serve', '--port', '0', '--no-open', '--json'], { env })
    await saying(run, 'serving')
    run.kill('SIGINT')
    expect((await run).exitCode).toBe(0)
    expect((await watched()).asked).toEqual([])
  })

  it('and this would be noticed', async () => {
    // An address that is nobody's (RFC 5737), and a name that cannot be (RFC 6761).
    const script = `
      require('node:net').connect(9, '192.0.2.1').on('error', () => {}).destroy()
      fetch('http://nobody.invalid/').catch(() => process.exit())
    `
    await execa(process.execPath, ['-e', script], { env, reject: false })
    const { asked } = await watched()
    expect(asked).toContain('connects to 192.0.2.1')
    expect(asked).toContainEqual(expect.stringContaining('nobody.invalid'))
  })
})
