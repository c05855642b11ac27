/** How inference may run: the one place where settings and what was asked for this run become {@link RunOptions}. */
import { totalmem } from 'node:os'
import { join } from 'node:path'
import type { RunOverrides, Settings } from '../../shared/settings.js'
import type { RunOptions } from '../engine/protocol/tasks.js'
import type { StudioPaths } from './paths.js'

const GB = 1024 ** 3

export function runOptions(settings: Settings, paths: StudioPaths, overrides: RunOverrides = {}): RunOptions {
  return {
    provider: overrides.provider ?? settings.provider,
    tile: overrides.tile ?? settings.tile,
    memoryBudget: overrides.memoryBudget ?? settings.memoryBudget ?? defaultMemoryBudget(),
    cacheDir: join(paths.cache, 'engine'),
  }
}

/** Half of the machine's memory, 4 GB at most: enough for any picture, and the rest stays the person's. */
export const defaultMemoryBudget = (total: number = totalmem()): number => Math.min(4 * GB, Math.floor(total / 2))
