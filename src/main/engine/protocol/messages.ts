/** Messages between the host's supervisor and the engine process (structured clone, both ways). */
import { z } from 'zod'
import { ErrorWire, Note } from '../../../shared/errors.js'
import { EngineTask, Progress } from './tasks.js'

export const ToEngine = z.discriminatedUnion('type', [
  /** `priority`: previews and tiles (0) go before jobs (1) at the next tile. */
  z.object({
    type: z.literal('run'),
    id: z.number().int(),
    task: EngineTask,
    priority: z.union([z.literal(0), z.literal(1)]),
  }),
  z.object({ type: z.literal('cancel'), id: z.number().int() }),
])
export type ToEngine = z.infer<typeof ToEngine>

export const FromEngine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), pid: z.number().int() }),
  /** Every half second. `busyMs`: how long the current session run has taken so far; 0 when idle. */
  z.object({
    type: z.literal('heartbeat'),
    rss: z.number(),
    anonymous: z.number(),
    busyMs: z.number(),
    provider: z.string().nullable(),
    device: z.string().nullable(),
  }),
  z.object({ type: z.literal('progress'), id: z.number().int(), progress: Progress }),
  z.object({ type: z.literal('note'), id: z.number().int(), note: Note }),
  z.object({ type: z.literal('done'), id: z.number().int(), result: z.unknown() }),
  z.object({ type: z.literal('failed'), id: z.number().int(), error: ErrorWire }),
])
export type FromEngine = z.infer<typeof FromEngine>

/** A running engine process, whatever started it: Electron's utilityProcess or Node's fork. */
export interface EngineLink {
  readonly pid: number | undefined
  post(message: ToEngine): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, however the process ended. */
  onExit(listener: (reason: string) => void): void
  /** Ends the process at once (SIGKILL). */
  kill(): void
}

export type StartEngine = () => EngineLink
