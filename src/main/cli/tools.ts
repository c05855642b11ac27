/** What the work needs of the studio, opened for one command and closed with it. */
import { join } from 'node:path'
import type { EngineClient } from '../engine/protocol/client.js'
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
} from '../studio/index.js'
import { openLog, type Log } from '../studio/log.js'
import type { Values } from './values.js'

export interface Tools extends ProcessTools, AsyncDisposable {
  readonly log: Log
}

/** Settings are those of the studio; what was typed wins over them. Throws LacunaError `settings.newer`, `file.unreadable`. */
export async function openTools(
  { dataDir, provider, tile, memory }: Pick<Values, 'dataDir' | 'provider' | 'tile' | 'memory'>,
  engineEntry: string,
): Promise<Tools> {
  const paths = studioPaths({ dataDir })
  makeFolders(paths)
  await sweepScratch(join(paths.cache, 'jobs'))
  const settings = await openSettings(paths)
  const library = await openLibrary(paths)
  const engine: EngineClient = createEngine({ start: forkEngine(engineEntry) })
  const run = runOptions(settings.value, paths, { provider, tile, memoryBudget: memory })
  return { engine, library, paths, run, log: openLog(paths), [Symbol.asyncDispose]: () => engine.close() }
}
