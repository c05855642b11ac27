import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { ResultPromise } from 'execa'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { planItems, studioPaths } from '../../../src/main/studio/index.js'
import { openJobStore } from '../../../src/main/studio/jobs/store/sqlite/index.js'
import { JobRequest } from '../../../src/shared/job.js'
import { eventsOf, filesBelow, jobsOf, openBench, picture, saying, showJob, tiny, type Bench } from './lacuna.js'

// Several processes in a row, on a machine that may have other work.
vi.setConfig({ testTimeout: 120_000 })

const count = 12

const denoise = ['denoise', 'in', '-o', 'out', '--json', ...tiny]
/** A network that counts for minutes before it answers. */
const stuck = [
  'denoise',
  'one.png',
  '-o',
  'stuck',
  '--json',
  '--sigma',
  '25',
  '--model',
  'stuck-denoiser',
  '--provider',
  'cpu',
]

let bench: Bench
beforeEach(async () => {
  bench = await openBench(['tiny-denoiser', 'stuck-denoiser'])
  await mkdir(bench.at('in'))
  await picture(bench.at('one.png'))
  for (let i = 1; i <= count; i++) await picture(bench.at('in', `p${String(i).padStart(2, '0')}.png`), 320, 240)
})
const started: ResultPromise[] = []
afterEach(async () => {
  for (const run of started.splice(0)) run.kill('SIGKILL')
  await bench[Symbol.asyncDispose]()
})

function start(args: readonly string[]): ResultPromise {
  const run = bench.start(args)
  started.push(run)
  return run
}

/** Pictures that take several times as long as a command does to start, and its wish to be looked up (two seconds). */
const large = 24

/** A batch in a process of its own, when some of it is done; and its job. */
async function startBatch(): Promise<{ run: ResultPromise; id: string }> {
  await mkdir(bench.at('large'))
  await picture(bench.at('large/first.jpg'))
  const bytes = await readFile(await picture(bench.at('large/p1.jpg'), 1200, 900))
  for (let i = 2; i <= large; i++) await writeFile(bench.at(`large/p${i}.jpg`), bytes)
  const run = start(['denoise', 'large', '-o', 'out', '--json', '--sigma', '20', ...tiny])
  let said = ''
  run.stdout?.on('data', (data: Buffer) => (said += data.toString()))
  await saying(run, 'done')
  return { run, id: /"job":"(\w+)"/.exec(said)?.[1] ?? '' }
}

describe('a job of another process', () => {
  it('is shown with the process that runs it, and never taken', async () => {
    const run = start(stuck)
    await saying(run, 'progress')
    const [job] = await jobsOf(bench, 'list')
    expect(job).toMatchObject({ state: 'running', origin: 'cli', name: 'one.png', holder: { pid: run.pid } })
    const table = (await bench.run(['jobs'])).stdout.split('\n')
    expect(table[0]).toMatch(/^ {2}Id +State +What +Done\/failed\/all +Where +Since$/)
    expect(table[1]).toMatch(
      new RegExp(`^ {2}${job?.id ?? ''} +running +one\\.png -> stuck +0/0/1 +process ${run.pid ?? 0}`),
    )

    const resumed = await bench.run(['jobs', 'resume', job?.id ?? ''])
    expect(resumed.stderr).toMatch(new RegExp(`runs in the process ${run.pid ?? 0} on .*, which goes on with it`))
    expect(resumed.code).toBe(0)
    expect((await jobsOf(bench, 'list'))[0]?.holder?.pid).toBe(run.pid)
  })

  it('is cancelled by id, also where its model is stuck, and leaves nothing behind', async () => {
    const run = start(stuck)
    await saying(run, 'progress')
    const { id } = (await jobsOf(bench, 'list'))[0] ?? { id: '' }
    const { code, stdout } = await bench.run(['jobs', 'cancel', id])
    expect([code, stdout]).toEqual([0, `The job ${id} is cancelled.`])
    const ended = await run
    expect(ended.exitCode).toBe(130)
    expect(eventsOf(String(ended.stdout), 'summary')[0]).toMatchObject({
      state: 'cancelled',
      cancelled: true,
      unfinished: 1,
    })
    expect(await filesBelow(bench.at('stuck')).catch(() => [])).toEqual([])
    expect((await filesBelow(bench.at('.home/cache'))).filter((path) => path.startsWith('jobs'))).toEqual([])
  })

  it('is paused by id after the pictures in work, and goes on in another process', async () => {
    const { run, id } = await startBatch()
    const { code, stdout, stderr } = await bench.run(['jobs', 'pause', id])
    const ended = await run
    // A busy machine may need more than ten seconds for the pictures in work.
    expect([
      [0, `The job ${id} is paused.`],
      [1, `The job ${id} will pause as soon as the pictures in work are done.`],
    ]).toContainEqual([code, stdout + stderr])
    expect(ended.exitCode).toBe(130)
    expect((await jobsOf(bench, 'list'))[0]).toMatchObject({ state: 'paused', holder: null, counts: { running: 0 } })

    const resumed = await bench.run(['jobs', 'resume', id, '--json'])
    expect([resumed.code, eventsOf(resumed.stdout, 'summary')[0]?.state]).toEqual([0, 'done'])
    expect(await filesBelow(bench.at('out'))).toHaveLength(large + 1)
  })

  it('cancelled keeps what is done, and retry does the rest', async () => {
    const { run, id } = await startBatch()
    await bench.run(['jobs', 'cancel', id])
    await run
    const { job } = await showJob(bench, id)
    expect(job.counts.done + job.counts.cancelled).toBe(large + 1)
    expect(await filesBelow(bench.at('out'))).toHaveLength(job.counts.done)
    expect((await bench.run(['jobs', 'resume', id])).stderr).toMatch(/was cancelled: "lacuna jobs retry/)

    const retried = await bench.run(['jobs', 'retry', id, '--json'])
    expect([retried.code, eventsOf(retried.stdout, 'done').length]).toEqual([0, job.counts.cancelled])
    expect(await filesBelow(bench.at('out'))).toHaveLength(large + 1)
  })
})

describe('jobs that are not wanted any more', () => {
  const run = (to: string) => bench.run(['denoise', 'one.png', '-o', to, '--quiet', '--sigma', '20', ...tiny])

  it('are removed by id, ended or not; results stay, and one that runs is refused', async () => {
    await run('a')
    const running = start(stuck)
    await saying(running, 'progress')
    const [ended, now] = await jobsOf(bench, 'list')
    const refused = await bench.run(['jobs', 'remove', ended?.id ?? '', now?.id ?? ''])
    expect([refused.code, (await jobsOf(bench, 'list')).length]).toEqual([1, 2])
    await bench.run(['jobs', 'cancel', now?.id ?? ''])
    await running
    const { stdout } = await bench.run(['jobs', 'remove', ended?.id ?? ''])
    expect(stdout).toBe(`The job ${ended?.id ?? ''} is forgotten.`)
    expect((await jobsOf(bench, 'list')).map(({ id }) => id)).toEqual([now?.id])
    expect(await filesBelow(bench.at('a'))).toHaveLength(1)
  })

  it('are cleared together when they have ended, but for those whose pictures the studio alone has', async () => {
    for (const to of ['a', 'b', 'c']) await run(to)
    const [kept, ...others] = await jobsOf(bench, 'list')
    await mkdir(bench.at('.home/data/batches', kept?.id ?? '', 'out'), { recursive: true })
    const { stdout } = await bench.run(['jobs', 'clear'])
    expect(stdout).toMatch(new RegExp(`^${others.length} jobs are forgotten\\.\n1 job stays, `))
    expect((await jobsOf(bench, 'list')).map(({ id }) => id)).toEqual([kept?.id])
    // What was made is still known: nothing is done again.
    const again = await bench.run(['denoise', 'one.png', '-o', 'b', '--resume', '--json', '--sigma', '20', ...tiny])
    expect(eventsOf(again.stdout, 'skipped')).toHaveLength(1)
  })
})

describe('a job with failures', () => {
  beforeEach(async () => {
    await writeFile(bench.at('in/p01.png'), '')
    expect((await bench.run(denoise)).code).toBe(1)
  })

  it('is shown with its settings and why each file failed', async () => {
    const [job] = await jobsOf(bench, 'list')
    const { code, stdout } = await bench.run(['jobs', 'show', job?.id ?? ''])
    expect(code).toBe(0)
    expect(stdout).toContain(`Job ${job?.id ?? ''}: in`)
    expect(stdout).toContain('model tiny-denoiser, sigma auto')
    expect(stdout).toMatch(/p01\.png {2}p01\.png is empty \(0 bytes\)/)

    const { items } = await showJob(bench, job?.id ?? '')
    expect(items).toHaveLength(count)
    expect(items[0]).toMatchObject({ item: 1, state: 'failed', error: { code: 'file.empty' }, result: null })
    expect(items[1]).toMatchObject({
      item: 2,
      state: 'done',
      attempts: 1,
      result: { model: 'tiny-denoiser', provider: 'cpu' },
    })
  })

  it('does the failed files again with retry, once they are mended, and nothing else', async () => {
    const { id } = (await jobsOf(bench, 'list'))[0] ?? { id: '' }
    await picture(bench.at('in/p01.png'))
    const { code, stdout } = await bench.run(['jobs', 'retry', id, '--json', '--report', 'sum.txt'])
    expect(eventsOf(stdout, 'done').map(({ input }) => input)).toEqual([bench.at('in/p01.png')])
    expect([code, (await jobsOf(bench, 'list'))[0]?.counts]).toMatchObject([0, { done: count, failed: 0 }])
    expect(await readFile(bench.at('sum.txt'), 'utf8')).toContain(`${count} done`)

    const again = await bench.run(['jobs', 'retry', id])
    expect([again.code, again.stderr]).toEqual([0, `Nothing in the job ${id} failed or was cancelled.`])
  })
})

describe('a batch of the studio', () => {
  /** As the studio leaves one that was paused. */
  async function pausedBatch(): Promise<string> {
    await using store = await openJobStore(studioPaths({ dataDir: bench.home }))
    const request = JobRequest.parse({
      edit: { kind: 'denoise', model: 'tiny-denoiser' },
      output: {},
      inputs: [bench.at('in')],
      target: bench.at('out'),
      template: '{name}_denoised',
      run: { provider: 'cpu' },
    })
    const items = await planItems(request)
    return await store.enqueue({ name: 'in', origin: 'browser', request, state: 'paused' }, items)
  }

  it('is resumed here where no studio is open', async () => {
    const id = await pausedBatch()
    const { code, stdout } = await bench.run(['jobs', 'resume', id, '--json'])
    expect([code, eventsOf(stdout, 'summary')[0]]).toMatchObject([0, { job: id, done: count, state: 'done' }])
  })

  it('is left to the studio where one is open', async () => {
    const studio = start(['serve', '--no-open', '--port', '0', '--json'])
    await saying(studio, 'serving')
    const id = await pausedBatch()
    const { code, stdout, stderr } = await bench.run(['jobs', 'resume', id])
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toBe(`The job ${id} goes on in the studio that is open (process ${studio.pid ?? 0}).`)
    await expect.poll(async () => (await jobsOf(bench, 'list'))[0]?.state, { timeout: 60_000 }).toBe('done')
    expect(await filesBelow(bench.at('out'))).toHaveLength(count)
    studio.kill('SIGINT')
    expect((await studio).exitCode).toBe(0)
  })
})

describe('several jobs', () => {
  it('are listed in order, the newest last, and steered together', async () => {
    for (const name of ['a', 'b']) {
      const run = start([
        'denoise',
        'one.png',
        '-o',
        name,
        '--json',
        '--sigma',
        '25',
        '--model',
        'stuck-denoiser',
        '--provider',
        'cpu',
      ])
      await saying(run, 'progress')
    }
    const jobs = await jobsOf(bench, 'list')
    expect(jobs.map(({ request }) => request.target)).toEqual([bench.at('a'), bench.at('b')])
    const { code, stdout } = await bench.run(['jobs', 'cancel', ...jobs.map(({ id }) => id)])
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual(jobs.map(({ id }) => `The job ${id} is cancelled.`))
  })

  it('of which one does not exist are all left alone', async () => {
    const run = start(stuck)
    await saying(run, 'progress')
    const { id } = (await jobsOf(bench, 'list'))[0] ?? { id: '' }
    const { code, stderr } = await bench.run(['jobs', 'cancel', id, 'zzzz'])
    expect([code, stderr.split('\n')[0]]).toEqual([2, 'There is no job zzzz: "lacuna jobs list" shows all of them.'])
    expect((await jobsOf(bench, 'list'))[0]?.state).toBe('running')
  })

  it('are none at first', async () => {
    expect(await bench.run(['jobs'])).toEqual({ code: 0, stdout: 'There are no jobs.', stderr: '' })
  })
})
