/** A folder through a job, whose files overlap, against the plain script, which does one thing after another. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { JobRequest } from '../../src/shared/job.js'
import { studioPaths, openLibrary, runOptions } from '../../src/main/studio/index.js'
import { planItems } from '../../src/main/studio/batches/plan-items.js'
import { runJob } from '../../src/main/studio/batches/run-job.js'
import { openJobStore } from '../../src/main/studio/jobs/store/sqlite/index.js'
import { openLog } from '../../src/main/studio/log.js'
import { thisProcess } from '../../src/main/studio/owner.js'
import { makeFolders } from '../../src/main/studio/paths.js'
import { Settings } from '../../src/shared/settings.js'
import { openEngine } from './engine.js'
import { makePhoto } from './photo.js'
import { plainScript } from './plain.js'
import { table } from './table.js'
import { openWorkspace } from './workspace.js'

const TILE = 512
/** Of two cores one is left for everything but inference, as a GPU leaves them all. */
const THREADS = 1

/** `model`: a bundled one's id or a folder. The script's share of decoding and encoding grows as the network shrinks. */
export async function overlap(quick: boolean, model: string): Promise<string> {
  const plain = await plainScript()
  if (plain === null)
    return 'Not measured: it takes a Python with onnxruntime and OpenCV (models/training/requirements.txt).'
  const pictures = quick ? 12 : 100
  await using workspace = await openWorkspace(model)
  const [source, ours, theirs] = ['in', 'ours', 'plain'].map((name) => join(workspace.dir, name)) as [
    string,
    string,
    string,
  ]
  await mkdir(source)
  for (let i = 0; i < pictures; i++) {
    await makePhoto(join(source, `photo-${String(i).padStart(3, '0')}.jpg`), 2 + i / 1e5)
  }
  process.env['LACUNA_THREADS'] = String(THREADS)
  const studio = await throughJob(workspace, source, ours)
  const script = await plain(source, theirs, workspace.model.folder, TILE, THREADS)
  const { decode, encode, load } = script.parts
  const total = script.seconds - load
  const share = (decode + encode) / total
  const saved = (total - studio) / (share * total)
  return `${table(
    [`${pictures} JPEG pictures of 2 MP, ${workspace.model.id}`, 'time, s', 'a picture, s'],
    [
      ['a job of the studio', studio.toFixed(1), (studio / pictures).toFixed(3)],
      ['plain script', total.toFixed(1), (total / pictures).toFixed(3)],
    ],
  )}

Both without loading the networks, with ${THREADS} thread for inference. The script spends s = ${(100 * share).toFixed(1)} % of its time on decoding (${decode.toFixed(1)} s) and encoding (${encode.toFixed(1)} s); the job takes ${(100 * (1 - studio / total)).toFixed(1)} % less time, ${saved.toFixed(2)} times s. Aim: at least 0.8.`
}

/** Seconds of the job, after a first picture that starts the engine and loads the networks. */
async function throughJob(
  workspace: Awaited<ReturnType<typeof openWorkspace>>,
  source: string,
  target: string,
): Promise<number> {
  await using engine = openEngine()
  const paths = studioPaths({ dataDir: workspace.home })
  makeFolders(paths)
  await using store = await openJobStore(paths)
  const tools = { engine: engine.client, library: await openLibrary(paths), paths, store, log: openLog(paths) }
  const run = runOptions(Settings.parse({ provider: 'cpu', tile: TILE }), paths)
  const job = async (inputs: string[], to: string): Promise<number> => {
    const edit = { kind: 'denoise', model: workspace.model.id } as const
    const request = JobRequest.parse({ edit, output: {}, inputs, target: to, template: '{name}' })
    const began = performance.now()
    await store.enqueue({ name: 'bench', origin: 'cli', request, state: 'waiting' }, await planItems(request))
    const lease = await store.claim(thisProcess(), () => true)
    if (lease === null) throw new Error('the job was not there')
    await runJob(tools, lease, { run, signal: new AbortController().signal, onAbort: 'interrupted' })
    const seconds = (performance.now() - began) / 1000
    const record = await store.job(lease.job)
    if (record?.counts.failed !== 0 || record.counts.done === 0) throw new Error('the job did not end well')
    return seconds
  }
  const { path } = await makePhoto(join(workspace.dir, 'first.jpg'), 2)
  await job([path], join(workspace.dir, 'first'))
  return await job([source], target)
}
