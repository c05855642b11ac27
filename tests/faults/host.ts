/**
 * The smallest host of the studio's queue of jobs, as a process that tests may kill: opens the store, takes up what is
 * there, runs everything on a real engine, and tells of it on standard output.
 */
import { spawnSync } from 'node:child_process'
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { LacunaError } from '../../src/shared/errors.js'
import { forkEngine } from '../../src/main/studio/engine/fork-link.js'
import { createEngine } from '../../src/main/studio/engine/supervisor.js'
import { runJob } from '../../src/main/studio/batches/run-job.js'
import {
  makeFolders,
  openLibrary,
  openSettings,
  planItems,
  runOptions,
  studioPaths,
  sweepScratch,
} from '../../src/main/studio/index.js'
import { openJobStore } from '../../src/main/studio/jobs/store/sqlite/index.js'
import type { JobStore } from '../../src/main/studio/jobs/store/store.js'
import { openLog } from '../../src/main/studio/log.js'
import { thisProcess } from '../../src/main/studio/owner.js'
import { HostConfig, type HostEvent } from './protocol.js'

const config = HostConfig.parse(JSON.parse(process.argv[2] ?? ''))

// Written at once: what a process said before it was killed is what it did.
const tell = (event: HostEvent): void => void writeSync(1, `${JSON.stringify(event)}\n`)

const engine = createEngine({ start: forkEngine(config.entry), stuckMs: config.stuckMs })
let told: number | null = null
engine.onStatus(({ pid }) => {
  if (pid !== null && pid !== told) tell({ event: 'engine', pid })
  told = pid
})

const hooks = config.hooks.map((hook) => ({ ...hook, used: false }))

function moment(on: string, label: string): void {
  for (const hook of hooks) {
    if (hook.on !== on || (hook.label !== undefined && hook.label !== label) || (hook.used && !hook.always)) continue
    const env = { ...process.env, HOST: String(process.pid), ENGINE: String(engine.status.pid ?? '') }
    const { status } = spawnSync('sh', ['-c', hook.run], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    hook.used = status === 0
  }
}

/** The same store, which tells when a picture's content was hashed. */
const watched = (store: JobStore): JobStore =>
  new Proxy(store, {
    get(target, key) {
      if (key === 'rememberContent')
        return async (...given: Parameters<JobStore['rememberContent']>) => {
          await target.rememberContent(...given)
          moment('hashed', given[0].path.slice(given[0].path.lastIndexOf('/') + 1))
        }
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })

async function main(): Promise<void> {
  const paths = studioPaths({ dataDir: config.dataDir })
  makeFolders(paths)
  await sweepScratch(join(paths.cache, 'jobs'))
  const settings = await openSettings(paths)
  const library = await openLibrary(paths)
  await using store = await openJobStore(paths)
  const log = openLog(paths)
  for (const request of config.requests) {
    const items = await planItems(request)
    const job = await store.enqueue({ name: 'job', origin: 'browser', request, state: 'waiting' }, items)
    tell({ event: 'job', job })
  }
  for (const job of config.retry) await store.retry(job)

  const tools = { engine, library, paths, log, store: watched(store) }
  for (;;) {
    const lease = await store.claim(thisProcess(), () => true)
    if (lease === null) break
    const { job } = lease
    const end = await runJob(tools, lease, {
      run: runOptions(settings.value, paths, { provider: 'cpu' }),
      signal: new AbortController().signal,
      onAbort: 'waiting',
      started: ({ label }) => {
        tell({ event: 'started', job, label })
        moment('started', label)
      },
      progress: ({ label }, { phase }) => {
        tell({ event: 'phase', label, phase })
        moment(phase, label)
      },
      ended: ({ label, state, error }) => {
        tell({ event: 'ended', job, label, state, error })
        moment('ended', label)
        if (state === 'failed') moment('failed', label)
      },
    })
    tell({ event: 'end', job, end })
    if (end !== 'done') break
  }
}

try {
  await main()
} catch (thrown) {
  tell({ event: 'error', error: LacunaError.from(thrown).toWire() })
  process.exitCode = 1
} finally {
  await engine.close()
}
