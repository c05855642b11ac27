/**
 * P5: fifty random kill -9, of the engine, of the host, and of both at once. `LACUNA_SEED=<n>` repeats the moments of an
 * earlier run (they are drawn as shares of a run's length, so that they mean the same on a slower machine).
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { random } from '../support/engine.js'
import {
  endAll,
  expectClean,
  expectEnded,
  finished,
  forget,
  hashes,
  killGroup,
  openBench,
  type Bench,
  type Worker,
} from './bench.js'
import { commandLine, engineOf, queue, type Runner } from './runners.js'

const KILLS = 50
const seed = Number(process.env['LACUNA_SEED'] ?? Date.now() % 1_000_000)

const pictures = {
  'a.png': {},
  'b.jpg': { width: 200, height: 130 },
  'c.png': { width: 40, height: 56 },
  'd.png': {},
  'e.jpg': { width: 64, height: 64 },
  'f.png': { width: 130, height: 40 },
}
const COUNT = Object.keys(pictures).length

let bench: Bench
/** Of undisturbed runs, one of each runner. */
const results: Record<string, string>[] = []
let before: Record<string, string>
/** To the end of an undisturbed run, ms: from when the job was planned, and from when its first picture was read. */
const lengths = new Map<Runner, Record<Since, number>>()

beforeAll(async () => {
  bench = await openBench(pictures)
  before = hashes(bench.inputs)
  for (const runner of [queue, commandLine]) {
    const host = runner.start(bench)
    await host.until(({ event }) => event === 'job')
    const job = performance.now()
    await host.until(({ event }) => event === 'phase')
    const phase = performance.now()
    await host.until(({ event }) => event === 'end')
    lengths.set(runner, { job: performance.now() - job, phase: performance.now() - phase })
    await expectEnded(host, 'well')
    results.push(hashes(bench.outputs))
    await nextRound()
  }
})
afterAll(async () => {
  endAll()
  await bench[Symbol.asyncDispose]()
})

afterEach(async () => {
  endAll()
  await nextRound()
})

/** Forgets the results and the job; the store and everything else stays as the kills have made it. */
async function nextRound(): Promise<void> {
  forget(bench.outputs)
  await bench.store(async (store) => {
    for (const { id } of await store.jobs()) await store.remove(id)
  })
}

type Victim = 'engine' | 'host' | 'both'
/** What the moment of a kill is counted from. */
type Since = 'job' | 'phase'

/** Whether there was somebody to kill. */
function kill(worker: Worker, victim: Victim): boolean {
  if (victim === 'both') return (killGroup(worker.pid), true)
  const pid = victim === 'host' ? worker.pid : engineOf(worker)
  if (pid === null) return false
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

/** Kills once. False when the work was over first. */
async function disturb(runner: Runner, victim: Victim, since: Since, share: number): Promise<boolean> {
  const worker = runner.start(bench)
  await worker.until(({ event }) => event === since)
  await new Promise((resolve) => setTimeout(resolve, share * (lengths.get(runner)?.[since] ?? 0)))
  const working = !worker.events.some(({ event }) => event === 'end') && kill(worker, victim)
  const { code, signal } = await worker.ended
  if (!working) return false
  if (victim === 'engine') expect({ code, signal }).toEqual({ code: 0, signal: null })
  // The last word may have been on its way.
  else if (signal !== 'SIGKILL') return false

  // Between the job's end and the process's own there was nothing to disturb.
  if (victim !== 'engine' && (await bench.job()).state === 'done') return false

  const done = await finished(bench)
  const next = victim === 'engine' ? worker : runner.resume(bench)
  await expectEnded(next, 'well')
  expect(hashes(bench.outputs)).toEqual(results[0])
  expect(hashes(bench.inputs)).toEqual(before)
  expect(await bench.job()).toMatchObject({ state: 'done', owner: null, counts: { done: COUNT, failed: 0 } })
  const after = await finished(bench)
  for (const item of done) expect(after).toContainEqual(item)
  for (const { attempts } of after) expect(attempts).toBeLessThanOrEqual(victim === 'engine' ? 1 : 2)
  const restarted = next.events.flatMap((event) => (event.event === 'started' ? [event.label] : []))
  if (victim !== 'engine') for (const { label } of done) expect(restarted).not.toContain(label)
  await expectClean(bench)
  return true
}

it('the queue and the command line give the same bytes', () => {
  const [one, two] = results
  expect(Object.keys(one ?? {}).length).toBe(COUNT)
  expect(two).toEqual(one)
})

describe(`kill -9 at a random moment (LACUNA_SEED=${seed})`, () => {
  const next = random(seed)
  const rounds = Array.from({ length: KILLS }, (_, at) => ({
    round: at + 1,
    runner: at % 2 === 0 ? queue : commandLine,
    victim: (['engine', 'host', 'both'] as const)[at % 3] ?? 'host',
    // A process needs longer to start than for its work: most moments lie in the work, where more can go wrong.
    since: at % 3 === 0 || next() < 0.7 ? ('phase' as const) : ('job' as const),
    share: Math.round(next() * 1000) / 1000,
  }))

  it.each(rounds)(
    '$round: $runner.name, kill of $victim at $share of the way from $since',
    async ({ runner, victim, since, share }) => {
      // Where the work was quicker than the moment, it is earlier the next time: each round kills.
      for (let at = share; ; at *= 0.7) {
        const killed = await disturb(runner, victim, since, at)
        await nextRound()
        if (killed) break
      }
    },
  )
})
