/** How a task is tried again after the engine died under it: the same, with smaller tiles, then on the CPU. */
import type { Note } from '../../../shared/errors.js'
import type { EngineTask } from '../../engine/protocol/tasks.js'

/** Attempts of one task in all. */
export const ATTEMPTS = 3

const SMALLER = 256

/** The task for attempt 2 or 3, and what the person is told of the change. */
export function degrade(
  task: EngineTask,
  attempt: number,
  device: string | null,
): { task: EngineTask; note: Note | null } {
  if (!('run' in task) || attempt < 2) return { task, note: null }
  const params = { device: device ?? task.run.provider, reason: 'the engine stopped' }
  const tile = Math.min(task.run.tile ?? SMALLER, attempt === 2 ? SMALLER : SMALLER / 2)
  if (attempt === 2)
    return { task: { ...task, run: { ...task.run, tile } }, note: { code: 'engine.retriedSmaller', params } }
  return {
    task: { ...task, run: { ...task.run, tile, provider: 'cpu' } },
    note: { code: 'engine.retriedOnCpu', params },
  }
}
