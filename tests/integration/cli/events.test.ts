import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  DoctorEvent,
  ImportedEvent,
  ItemEvent,
  JobEvent,
  ModelEvent,
  RemovedEvent,
  ReportFile,
  RunEvent,
  ServingEvent,
  VerifiedEvent,
} from '../../../src/shared/events.js'
import { events, openBench, picture, tiny, type Bench, type Outcome } from './lacuna.js'

const eventNames = RunEvent.options.map((option) => option.shape.event.value)

describe('the documented events', () => {
  const manual = readFileSync(resolve(import.meta.dirname, '../../../docs/command-line.md'), 'utf8')
  const lines = [...manual.matchAll(/```text\n([^`]+)```/g)].flatMap(([, block = '']) => block.trim().split('\n'))
  const documented = lines.map((line) => JSON.parse(line) as { event: string })

  const others = {
    doctor: DoctorEvent,
    serving: ServingEvent,
    job: JobEvent,
    item: ItemEvent,
    report: ReportFile,
    model: ModelEvent,
    imported: ImportedEvent,
    removed: RemovedEvent,
    verified: VerifiedEvent,
  }
  const isOther = (event: string): event is keyof typeof others => Object.hasOwn(others, event)

  it('are all of them', () => {
    expect(new Set(documented.map(({ event }) => event))).toEqual(new Set([...eventNames, ...Object.keys(others)]))
  })

  for (const line of documented) {
    it(`${line.event} is as the schema says`, () => {
      const schema = isOther(line.event) ? others[line.event] : RunEvent
      expect(schema.parse(line)).toEqual(line)
    })
  }
})

describe('a run with --json', () => {
  let bench: Bench
  let outcome: Outcome
  let said: RunEvent[]

  beforeAll(async () => {
    bench = await openBench()
    await mkdir(bench.at('in/sub'), { recursive: true })
    await picture(bench.at('in/a.png'))
    await picture(bench.at('in/b.jpg'))
    await picture(bench.at('in/sub/c.png'))
    await writeFile(bench.at('in/empty.png'), '')
    await writeFile(bench.at('in/notes.txt'), 'no picture')
    await writeFile(bench.at('in/.hidden.png'), '')
    outcome = await bench.run(['denoise', 'in', 'in/a.png', '-o', 'out', '--json', ...tiny])
    said = events(outcome.stdout)
  })
  afterAll(() => bench[Symbol.asyncDispose]())

  const of = <E extends RunEvent['event']>(event: E) =>
    said.filter((line): line is Extract<RunEvent, { event: E }> => line.event === event)

  it('says nothing else, and exits with 1 because one picture failed', () => {
    expect(outcome.stderr).toBe('')
    expect(outcome.code).toBe(1)
  })

  it('plans every picture before it starts one', () => {
    const planned = of('planned')
    expect(planned.map(({ index, total, input }) => [index, total, input])).toEqual([
      [1, 3, bench.at('in/a.png')],
      [2, 3, bench.at('in/b.jpg')],
      [3, 3, bench.at('in/empty.png')],
    ])
    expect(said.slice(0, 3)).toEqual(planned)
  })

  it('says what it skips and why', () => {
    expect(of('skipped').map(({ input, reason }) => [input.slice(bench.dir.length), reason])).toEqual([
      ['/in/.hidden.png', 'hidden'],
      ['/in/notes.txt', 'foreign'],
      ['/in/sub', 'folder'],
      ['/in/a.png', 'duplicate'],
    ])
  })

  it('starts each, shows progress, and ends each with done or failed', () => {
    for (const index of [1, 2]) {
      const mine = said.filter((line) => 'index' in line && line.index === index).map(({ event }) => event)
      expect([...new Set(mine)]).toEqual(['planned', 'started', 'progress', 'done'])
    }
    expect(of('failed').map(({ index, error }) => [index, error.code])).toEqual([[3, 'file.empty']])
  })

  it('says which device ran, the noise found, and where the result is', () => {
    for (const done of of('done')) {
      expect(done).toMatchObject({ provider: 'cpu', model: 'tiny-denoiser', notes: [] })
      expect(done.device).not.toBe('')
      expect(done.sigma).toBeGreaterThan(5)
      expect(readFileSync(done.output).length).toBe(done.bytes)
    }
  })

  it('ends with the sum', () => {
    expect(said.at(-1)).toMatchObject({
      event: 'summary',
      done: 2,
      failed: 1,
      skipped: 4,
      unfinished: 0,
      cancelled: false,
    })
  })

  it('leaves progress out with --quiet', async () => {
    const { stdout } = await bench.run(['denoise', 'in/a.png', '-o', 'quiet.png', '--json', '--quiet', ...tiny])
    expect(events(stdout).map(({ event }) => event)).toEqual(['planned', 'started', 'done', 'summary'])
  })
})

describe('a run without --json', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await openBench()
    await picture(bench.at('a.png'))
    await writeFile(bench.at('empty.png'), '')
  })
  afterAll(() => bench[Symbol.asyncDispose]())

  it('gives every picture a line: results and the sum on standard output, failures on standard error', async () => {
    const { code, stdout, stderr } = await bench.run(['denoise', 'a.png', 'empty.png', '-o', 'out', ...tiny])
    const [done, sum, ...rest] = stdout.split('\n')
    expect(done).toMatch(/^✓ out\/a_denoised\.png {2}\d+(\.\d)? s {2}\S.* {2}σ \d+\.\d, \w+ noise$/)
    expect(sum).toMatch(/^1 picture done, 1 failed, in /)
    expect(rest).toEqual([])
    expect(stderr).toBe('✗ empty.png is empty (0 bytes): copy it again from where it came from.')
    expect(code).toBe(1)
  })

  it('says only what failed with --quiet', async () => {
    const { stdout, stderr } = await bench.run(['denoise', 'a.png', 'empty.png', '-o', 'quiet', '--quiet', ...tiny])
    expect(stdout).toBe('')
    expect(stderr.split('\n')).toHaveLength(1)
  })
})
