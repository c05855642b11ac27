/** A folder of pictures through a job of the studio, whose files overlap. */
import { join } from 'node:path'
import { JobRequest } from '../../src/shared/job.js'
import { Settings } from '../../src/shared/settings.js'
import { openLibrary, runOptions, studioPaths } from '../../src/main/studio/index.js'
import { planItems } from '../../src/main/studio/batches/plan-items.js'
import { runJob } from '../../src/main/studio/batches/run-job.js'
import { openJobStore } from '../../src/main/studio/jobs/store/sqlite/index.js'
import { openLog } from '../../src/main/studio/log.js'
import { thisProcess } from '../../src/main/studio/owner.js'
import { makeFolders } from '../../src/main/studio/paths.js'
import { openEngine } from './engine.js'
import { watchTree, type TreeUse } from './process-tree.js'
import type { Workspace } from './workspace.js'

export interface FolderJob {
  /** Without its model, which is the workspace's. */
  edit: object
  source: string
  target: string
  /** A picture of its own that starts the engine and loads the networks, which is not measured. */
  first: string
  tile: number
  /** Of inference. */
  threads: number
}

/** Of the job alone; memory is that of this process and of the engine. Throws when a picture fails. */
export async function throughJob(
  workspace: Workspace,
  { edit, source, target, first, tile, threads }: FolderJob,
): Promise<TreeUse> {
  process.env['LACUNA_THREADS'] = String(threads)
  await using engine = openEngine()
  const paths = studioPaths({ dataDir: workspace.home })
  makeFolders(paths)
  await using store = await openJobStore(paths)
  const tools = { engine: engine.client, library: await openLibrary(paths), paths, store, log: openLog(paths) }
  const run = runOptions(Settings.parse({ provider: 'cpu', tile }), paths)
  const job = async (inputs: string[], to: string): Promise<TreeUse> => {
    const request = JobRequest.parse({
      edit: { ...edit, model: workspace.model.id },
      output: {},
      inputs,
      target: to,
      template: '{name}',
    })
    const use = watchTree(process.pid)
    await store.enqueue({ name: 'bench', origin: 'cli', request, state: 'waiting' }, await planItems(request))
    const lease = await store.claim(thisProcess(), () => true)
    if (lease === null) throw new Error('the job was not there')
    await runJob(tools, lease, { run, signal: new AbortController().signal, onAbort: 'interrupted' })
    const used = use.end()
    const record = await store.job(lease.job)
    if (record?.counts.failed !== 0 || record.counts.done === 0) throw new Error('the job did not end well')
    return used
  }
  await job([first], join(workspace.dir, 'first'))
  return await job([source], target)
}
