import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ReportFile } from '../../../src/shared/events.js'
import { eventsOf, filesBelow, openBench, picture, tiny, type Bench, type Outcome } from './lacuna.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench[Symbol.asyncDispose]())

describe('a folder of everything that a folder may hold', () => {
  let outcome: Outcome
  let before: Map<string, Buffer>

  beforeAll(async () => {
    await mkdir(bench.at('in/2019/summer'), { recursive: true })
    await picture(bench.at('in/a.jpg'), 400, 300)
    await picture(bench.at('in/a.png'))
    await picture(bench.at('in/2019/b.png'))
    await picture(bench.at('in/2019/summer/c.jpg'))
    const jpeg = await readFile(bench.at('in/a.jpg'))
    await writeFile(bench.at('in/2019/damaged.jpg'), jpeg.subarray(0, jpeg.length / 2))
    await writeFile(bench.at('in/notes.txt'), 'no picture')
    await writeFile(bench.at('in/.DS_Store'), '')
    await copyFile(bench.at('in/a.jpg'), bench.at('in/2019/.hidden.jpg'))
    before = await contents()
    outcome = await bench.run([...denoise, '--json', '--report', 'sum.json'])
  })

  const denoise = ['denoise', 'in', '-o', 'out', '--recursive', '--format', 'png', ...tiny]
  const contents = async (): Promise<Map<string, Buffer>> =>
    new Map(
      await Promise.all(
        (await filesBelow(bench.at('in'))).map(async (name) => [name, await readFile(bench.at('in', name))] as const),
      ),
    )
  const below = (path: string): string => path.slice(bench.at('in').length + 1)

  it('keeps its sub-folders', async () => {
    expect(await filesBelow(bench.at('out'))).toEqual([
      '2019/b_denoised.png',
      '2019/summer/c_denoised.png',
      'a_denoised.png',
    ])
  })

  it('says of the damaged one and of the clash what is wrong, and does the others', () => {
    const failed = eventsOf(outcome.stdout, 'failed').map(({ input, error }) => [below(input), error.code])
    expect(failed.sort()).toEqual([
      ['2019/damaged.jpg', 'file.truncated'],
      ['a.png', 'output.clash'],
    ])
    expect(eventsOf(outcome.stdout, 'done')).toHaveLength(3)
    expect(outcome.code).toBe(1)
  })

  it('skips and counts what is hidden or no picture', () => {
    const skipped = eventsOf(outcome.stdout, 'skipped').map(({ input, reason }) => [below(input), reason])
    expect(skipped.sort()).toEqual([
      ['.DS_Store', 'hidden'],
      ['2019/.hidden.jpg', 'hidden'],
      ['notes.txt', 'foreign'],
    ])
  })

  it('plans every picture before it starts one, and gives the job one id', () => {
    const names = outcome.stdout.split('\n').map((line) => /"event":"(\w+)"/.exec(line)?.[1])
    expect(names.lastIndexOf('planned')).toBeLessThan(names.indexOf('started'))
    expect(new Set(outcome.stdout.match(/"job":"\w+"/g)).size).toBe(1)
  })

  it('leaves every input as it was, byte for byte', async () => expect(await contents()).toEqual(before))

  it('--report holds the sum and what became of each file', async () => {
    const report = ReportFile.parse(JSON.parse(await readFile(bench.at('sum.json'), 'utf8')))
    expect(report).toMatchObject({ done: 3, failed: 2, skipped: 3, unfinished: 0, state: 'done', cancelled: false })
    const states = Object.fromEntries(report.files.map(({ input, state }) => [below(input), state]))
    expect(states).toEqual({
      'a.jpg': 'done',
      'a.png': 'failed',
      '2019/b.png': 'done',
      '2019/damaged.jpg': 'failed',
      '2019/summer/c.jpg': 'done',
      'notes.txt': 'skipped',
      '.DS_Store': 'skipped',
      '2019/.hidden.jpg': 'skipped',
    })
    for (const { state, output, result } of report.files)
      if (state === 'done') expect((await stat(output ?? '')).size).toBe(result?.bytes)
  })

  it('again with --resume, nothing that is there is done again', async () => {
    const { code, stdout } = await bench.run([...denoise, '--resume', '--json'])
    expect(eventsOf(stdout, 'done')).toEqual([])
    expect(eventsOf(stdout, 'summary')[0]).toMatchObject({ done: 0, failed: 2, made: 3, state: 'done' })
    expect(code).toBe(1)
  })
})

describe('--report', () => {
  beforeAll(() => picture(bench.at('one.png')))
  const run = (...args: string[]) => bench.run(['denoise', 'one.png', '-o', 'reported', ...tiny, ...args])

  it('is a text for a person, and may be written again', async () => {
    for (const more of [[], ['--resume']]) {
      expect((await run('--report', 'sum.txt', ...more)).code).toBe(0)
    }
    const text = await readFile(bench.at('sum.txt'), 'utf8')
    expect(text).toMatch(/^one\.png: report of batch \w+\n/)
    expect(text).toContain('one.png: its result is there already')
  })

  it('never replaces a file that is no report, and says so before anything starts', async () => {
    const original = await readFile(bench.at('one.png'))
    const { code, stdout, stderr } = await run('--report', 'one.png', '--overwrite', 'always')
    expect(stderr).toMatch(/^one\.png already exists and was left as it is/)
    expect([code, stdout]).toEqual([1, ''])
    expect(await readFile(bench.at('one.png'))).toEqual(original)
  })

  it('into a folder that is not there is said before anything starts', async () => {
    const { stderr, stdout } = await run('--report', 'no/such/sum.txt', '--overwrite', 'always')
    expect(stderr).toMatch(/^The folder of sum\.txt cannot be used/)
    expect(stdout).toBe('')
  })
})
