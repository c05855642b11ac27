/** What the work needs of the studio, opened for one command and closed with it. */
import { join } from 'node:path'
import type { Words } from '../../shared/words.js'
import type { EngineClient } from '../engine/protocol/client.js'
import { settleAbandoned } from '../studio/batches/settle.js'
import { forkEngine } from '../studio/engine/fork-link.js'
import { createEngine } from '../studio/engine/supervisor.js'
import {
  makeFolders,
  openLibrary,
  openSettings,
  runOptions,
  studioPaths,
  sweepScratch,
  type ProcessTools,
  type StudioPaths,
} from '../studio/index.js'
import { pruneStore } from '../studio/jobs/prune.js'
import { openJobStore } from '../studio/jobs/store/sqlite/index.js'
import type { JobStore } from '../studio/jobs/store/store.js'
import { openLog, type Log } from '../studio/log.js'
import { thisProcess } from '../studio/owner.js'
import type { Context } from './context.js'
import type { Values } from './values.js'

/** Enough to look at jobs and to wish for something. */
export interface StoreTools extends AsyncDisposable {
  readonly paths: StudioPaths
  readonly log: Log
  readonly store: JobStore
}

export interface EngineTools extends ProcessTools, AsyncDisposable {
  readonly log: Log
}

/** Enough to run a job. */
export interface Tools extends EngineTools {
  readonly store: JobStore
}

type StoreValues = Pick<Values, 'dataDir'>
type EngineValues = Pick<Values, 'dataDir' | 'provider' | 'tile' | 'memory'>

/** Says on standard error that a damaged list was put aside. Throws LacunaError `store.newer`, `store.failed`. */
export async function openStore({ dataDir }: StoreValues, words: Words): Promise<StoreTools> {
  const paths = studioPaths({ dataDir })
  makeFolders(paths)
  const store = await openJobStore(paths)
  const log = openLog(paths)
  if (store.problem !== null) {
    log.warn('the list of jobs was damaged', store.problem)
    process.stderr.write(`${words.errorSentence(store.problem)}\n`)
  }
  return { paths, log, store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}

/** Settings are those of the studio; what was typed wins over them. Throws LacunaError `settings.newer`, `file.unreadable`. */
export async function openEngine(
  { dataDir, provider, tile, memory }: EngineValues,
  engineEntry: string,
): Promise<EngineTools> {
  const paths = studioPaths({ dataDir })
  makeFolders(paths)
  const settings = await openSettings(paths)
  const library = await openLibrary(paths)
  const engine: EngineClient = createEngine({ start: forkEngine(engineEntry) })
  const run = runOptions(settings.value, paths, { provider, tile, memoryBudget: memory })
  return { engine, library, paths, run, log: openLog(paths), [Symbol.asyncDispose]: () => engine.close() }
}

/**
 * For running jobs; `run` is that of the settings, since each job has what was typed for it. What a process that died
 * left behind is removed first. Throws what {@link openStore} and {@link openEngine} throw.
 */
export async function openTools({ dataDir }: StoreValues, { engineEntry, words }: Context): Promise<Tools> {
  const { store, log, paths } = await openStore({ dataDir }, words)
  try {
    await sweepScratch(join(paths.cache, 'jobs'))
    await settleAbandoned(store, thisProcess(), log)
    await pruneStore(store, paths)
    const tools = await openEngine({ dataDir }, engineEntry)
    return {
      ...tools,
      store,
      async [Symbol.asyncDispose]() {
        await tools[Symbol.asyncDispose]()
        await store[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}
