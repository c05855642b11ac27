/** The built command line as a process of its own, with folders that are thrown away. */
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa, type Options, type ResultPromise } from 'execa'
import sharp from 'sharp'
import { ItemEvent, JobEvent, RunEvent, type RunEventOf } from '../../../src/shared/events.js'

export const root = resolve(import.meta.dirname, '../../..')
export const entry = join(root, 'out/main/cli.js')

export interface Bench extends AsyncDisposable {
  /** Working folder of the command line. */
  readonly dir: string
  /** Its settings, models and caches. */
  readonly home: string
  at(...path: string[]): string
  /** Runs `lacuna <args>` to its end, whatever its exit code. */
  run(args: readonly string[], options?: Options): Promise<Outcome>
  start(args: readonly string[], options?: Options): ResultPromise
}

export interface Outcome {
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** A folder with the small test networks installed as models of the person's own. */
export async function openBench(models: readonly string[] = ['tiny-denoiser']): Promise<Bench> {
  const dir = await mkdtemp(join(tmpdir(), 'lacuna-cli-'))
  const home = join(dir, '.home')
  await mkdir(join(home, 'data/models'), { recursive: true })
  for (const model of models) {
    await cp(join(root, 'tests/fixtures/models', model), join(home, 'data/models', model), { recursive: true })
  }
  const start = (args: readonly string[], options: Options = {}) =>
    execa(process.execPath, [entry, ...args], {
      cwd: dir,
      reject: false,
      stdin: 'ignore',
      ...options,
      env: { LACUNA_HOME: home, NO_COLOR: '', ...options.env },
    })
  return {
    dir,
    home,
    at: (...path) => join(dir, ...path),
    start,
    async run(args, options) {
      const { exitCode, stdout, stderr } = await start(args, options)
      return { code: exitCode, stdout: String(stdout), stderr: String(stderr) }
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}

/** The quick network on the CPU: what a picture looks like afterwards is not the question here. */
export const tiny = ['--model', 'tiny-denoiser', '--provider', 'cpu'] as const

/** A noisy picture of 64 x 48 px; the extension says the format. */
export async function picture(path: string, width = 64, height = 48): Promise<string> {
  await sharp({
    create: { width, height, channels: 3, background: '#777', noise: { type: 'gaussian', mean: 128, sigma: 20 } },
  }).toFile(path)
  return path
}

/** Every line of `--json` output, checked against the schema of its event. */
export const events = (stdout: string): RunEvent[] => lines(stdout).map((line) => RunEvent.parse(line))

/** Those of one kind. */
export const eventsOf = <E extends RunEvent['event']>(stdout: string, event: E): RunEventOf<E>[] =>
  events(stdout).filter((line): line is RunEventOf<E> => line.event === event)

/** All files below a folder, hidden ones too, as sorted paths relative to it. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((item) => !item.isDirectory())
    .map((item) => join(item.parentPath, item.name).slice(folder.length + 1))
    .sort()
}

/** Resolves at the `count`-th event of that name that a started command writes. Rejects when it ends before. */
export function saying(run: ResultPromise, event: string, count = 1): Promise<void> {
  return new Promise((done, failed) => {
    let text = ''
    run.stdout?.on('data', (data: Buffer) => {
      text += data.toString()
      if (text.split(`"event":"${event}"`).length > count) done()
    })
    run.stdout?.on('end', () => failed(new Error(`ended without ${event} (${count}): ${text}`)))
  })
}

/** What `lacuna jobs <args> --json` says of jobs. */
export async function jobsOf(bench: Bench, ...args: string[]): Promise<JobEvent[]> {
  const { stdout } = await bench.run(['jobs', ...args, '--json'])
  return lines(stdout).map((line) => JobEvent.parse(line))
}

/** A job and its files. */
export async function showJob(bench: Bench, id: string): Promise<{ job: JobEvent; items: ItemEvent[] }> {
  const [job, ...items] = lines((await bench.run(['jobs', 'show', id, '--json'])).stdout)
  return { job: JobEvent.parse(job), items: items.map((item) => ItemEvent.parse(item)) }
}

const lines = (stdout: string): unknown[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)
