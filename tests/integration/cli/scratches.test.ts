import { mkdir } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventsOf, openBench, type Bench } from './lacuna.js'

/** `lacuna inpaint --mask auto`: scratches and dust are found and filled. */

const WIDTH = 200
const HEIGHT = 150

// A command that starts an engine each time, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
  await mkdir(bench.at('scans'))
  await scan('scans/clean.png', () => false)
  await scan('scans/scratched.png', isScratch)
})
afterAll(() => bench[Symbol.asyncDispose]())

const inpaint = (...args: string[]) => bench.run(['inpaint', ...args])

const isScratch = (x: number, y: number) => Math.abs(x - 90 - 0.1 * y) < 1 && y > 15 && y < 135
const sky = (x: number, y: number) => [90 + 0.3 * y + 0.1 * x, 120 + 0.3 * y, 160 + 0.2 * y]

async function scan(name: string, white: (x: number, y: number) => boolean): Promise<void> {
  const samples = new Uint8Array(3 * WIDTH * HEIGHT)
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)]
    samples.set(white(x, y) ? [250, 250, 246] : sky(x, y), 3 * i)
  }
  await sharp(samples, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).toFile(bench.at(name))
}

const pixelsOf = (name: string) => sharp(bench.at(name)).raw().toBuffer()

describe('--mask auto', () => {
  it('fills a scratch with what is beside it, and leaves all else as it is', async () => {
    const { code, stderr } = await inpaint('scans/scratched.png', '--mask', 'auto', '-o', 'repaired.png')
    expect([code, stderr]).toEqual([0, ''])
    const [before, after] = await Promise.all([pixelsOf('scans/scratched.png'), pixelsOf('repaired.png')])
    for (let i = 0; i < WIDTH * HEIGHT; i++) {
      const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)]
      if (isScratch(x, y)) expect(Math.abs(after[3 * i]! - sky(x, y)[0]!)).toBeLessThan(12)
      else if (Math.abs(x - 90 - 0.1 * y) > 12)
        expect(after.subarray(3 * i, 3 * i + 3)).toEqual(before.subarray(3 * i, 3 * i + 3))
    }
  })

  it('in a folder: a picture without scratches is written as it is, with a note', async () => {
    const { code, stdout } = await inpaint('scans', '--mask', 'auto', '-o', 'all', '--json')
    expect(code).toBe(0)
    const notes = eventsOf(stdout, 'done').map(({ input, notes }) => [
      input.slice(bench.at('scans').length + 1),
      notes.map(({ code }) => code),
    ])
    expect(Object.fromEntries(notes)).toEqual({ 'clean.png': ['picture.noScratches'], 'scratched.png': [] })
    expect(await pixelsOf('all/clean_inpainted.png')).toEqual(await pixelsOf('scans/clean.png'))
    expect(await pixelsOf('all/scratched_inpainted.png')).not.toEqual(await pixelsOf('scans/scratched.png'))
  })

  it('with --resume, what is there already is skipped, until the sensitivity is another one', async () => {
    const again = async (...more: string[]) => {
      const args = ['scans/scratched.png', '--mask', 'auto', '-o', 'again/', '--resume', '--json', ...more]
      const { stdout } = await inpaint(...args)
      return { done: eventsOf(stdout, 'done').length, skipped: eventsOf(stdout, 'skipped').map(({ reason }) => reason) }
    }
    expect(await again()).toEqual({ done: 1, skipped: [] })
    expect(await again()).toEqual({ done: 0, skipped: ['made'] })
    expect(await again('--sensitivity', '0.5')).toEqual({ done: 0, skipped: ['made'] })
    expect(await again('--sensitivity', '0.9', '--overwrite', 'always')).toEqual({ done: 1, skipped: [] })
  })
})

describe('a sensitivity', () => {
  it.each([
    ['beyond its range', ['--mask', 'auto', '--sensitivity', '1.5']],
    ['that is no number', ['--mask', 'auto', '--sensitivity', 'high']],
    ['for a mask that is given', ['--mask', 'beside', '--sensitivity', '0.4']],
  ])('%s is a usage error', async (_, args) => {
    const { code, stderr } = await inpaint('scans/scratched.png', ...args, '-o', 'never.png')
    expect(code).toBe(2)
    expect(stderr).toContain('--sensitivity')
  })
})
