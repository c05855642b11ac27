/** Memory over thousands of small jobs in a row, through the studio's own queue: what grows here grows without end. */
import { join } from 'node:path'
import { openLibrary, runOptions, studioPaths } from '../../src/main/studio/index.js'
import { planItems } from '../../src/main/studio/batches/plan-items.js'
import { JobQueue } from '../../src/main/studio/batches/queue.js'
import { openJobStore } from '../../src/main/studio/jobs/store/sqlite/index.js'
import { openLog } from '../../src/main/studio/log.js'
import { makeFolders } from '../../src/main/studio/paths.js'
import { JobRequest } from '../../src/shared/job.js'
import { Settings } from '../../src/shared/settings.js'
import { openEngine } from './engine.js'
import { makePhoto } from './photo.js'
import { anonymousOfTree } from './process-tree.js'
import { table } from './table.js'
import { openWorkspace, root } from './workspace.js'

const FIRST = 200

export async function manyJobs(quick: boolean): Promise<string> {
  const jobs = quick ? 260 : 2000
  // The tiny network: what is asked is what a job leaves behind, not how long inference takes.
  await using workspace = await openWorkspace(join(root, 'tests/fixtures/models/tiny-denoiser'))
  await using engine = openEngine()
  const paths = studioPaths({ dataDir: workspace.home })
  makeFolders(paths)
  await using store = await openJobStore(paths)
  const { path } = await makePhoto(join(workspace.dir, 'small.jpg'), 0.05)
  const edit = { kind: 'denoise', model: workspace.model.id } as const
  for (let i = 0; i < jobs; i++) {
    const target = join(workspace.dir, 'out')
    const request = JobRequest.parse({ edit, output: {}, inputs: [path], target, template: `{name}-${i}` })
    await store.enqueue({ name: `job ${i}`, origin: 'browser', request, state: 'waiting' }, await planItems(request))
  }
  const memory: number[] = []
  const began = performance.now()
  await new Promise<void>((resolve, reject) => {
    const run = () => runOptions(Settings.parse({ provider: 'cpu' }), paths)
    const library = openLibrary(paths)
    library
      .then(async (found) => {
        const tools = { engine: engine.client, library: found, paths, store, log: openLog(paths), run }
        const queue = new JobQueue(tools, {
          ended({ state, error }) {
            if (state !== 'done') return reject(new Error(`a job ${state}: ${JSON.stringify(error)}`))
            memory.push(anonymousOfTree(process.pid))
            if (memory.length === jobs) void queue.stop().then(resolve, reject)
          },
        })
        await queue.start({ paused: false })
      })
      .catch(reject)
  })
  const seconds = (performance.now() - began) / 1000
  const around = (at: number): number => {
    const near = memory.slice(Math.max(0, at - 25), at)
    return near.reduce((sum, value) => sum + value, 0) / near.length
  }
  const [early, late] = [around(FIRST), around(jobs)]
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0)
  return `${table(
    ['jobs done', 'memory of host and engine, MB'],
    [FIRST, ...[500, 1000, 1500].filter((at) => at < jobs), jobs].map((at) => [String(at), megabytes(around(at))]),
  )}

Growth after the first ${FIRST}: ${(100 * (late / early - 1)).toFixed(1)} % (means of 25 jobs). Aim: at most 5 %. ${jobs} jobs of one picture each took ${seconds.toFixed(0)} s.`
}
