/** What every task handler is given. */
import type { Note } from '../../../shared/errors.js'
import type { Phase, Progress, TaskInput, TaskKind, TaskResult } from '../protocol/tasks.js'
import type { Inference } from '../runtime/inference.js'
import type { Providers } from '../runtime/providers.js'

export interface Engine {
  inference: Inference
  providers: Providers
  /** What ran last, for the heartbeat. */
  provider: string | null
  device: string | null
}

export interface TaskContext {
  engine: Engine
  signal: AbortSignal
  priority: 0 | 1
  progress(phase: Phase, fraction: number, tile?: number, tiles?: number): void
  note(note: Note): void
  /** What of a fill has become ready to show; goes at once. */
  tellFill(fill: NonNullable<Progress['fill']>): void
}

export type Handler<K extends TaskKind> = (input: TaskInput<K>, context: TaskContext) => Promise<TaskResult<K>>
export type Handlers = { [K in TaskKind]: Handler<K> }
