/** What the studio sees of the engine: tasks go in, results come out; crashes, restarts and retries are the supervisor's. */
import type { Note } from '../../../shared/errors.js'
import type { Progress, TaskInput, TaskKind, TaskResult } from './tasks.js'

export interface RunTaskOptions {
  /** Aborting cancels between tiles and steps, and by force (the engine is restarted) when that takes too long. */
  signal?: AbortSignal
  /** 0: previews and viewer tiles, before jobs (1, the default) at the next tile. */
  priority?: 0 | 1
  onProgress?: (progress: Progress) => void
  onNote?: (note: Note) => void
}

export interface EngineStatus {
  state: 'starting' | 'ready' | 'restarting' | 'stopped'
  pid: number | null
  provider: string | null
  device: string | null
  /** Anonymous resident bytes of the engine process. */
  memoryUsed: number
}

export interface EngineClient {
  /** Throws LacunaError; `cancelled` when the signal was aborted. Starts the engine when needed. */
  run<K extends TaskKind>(task: TaskInput<K> & { kind: K }, options?: RunTaskOptions): Promise<TaskResult<K>>
  readonly status: EngineStatus
  /** Returns the function that stops listening. */
  onStatus(listener: (status: EngineStatus) => void): () => void
  /** Ends the engine process. */
  close(): Promise<void>
}
