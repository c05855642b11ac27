/**
 * The coordinator thread of the engine process: takes tasks, answers with progress and results, keeps a heartbeat.
 * It decodes, encodes and cuts tiles itself; inference is the worker's.
 */
import { cancelled, LacunaError } from '../../shared/errors.js'
import { ToEngine, type FromEngine } from './protocol/messages.js'
import { anonymousMemory } from './runtime/memory.js'
import { Inference } from './runtime/inference.js'
import { Providers } from './runtime/providers.js'
import type { Engine, Handler, TaskContext } from './tasks/context.js'
import { handlers } from './tasks/index.js'
import type { Progress, TaskKind } from './protocol/tasks.js'

export interface EngineChannel {
  post(message: FromEngine): void
  onMessage(listener: (message: unknown) => void): void
}

const HEARTBEAT_MS = 500
const PROGRESS_MS = 100

export function coordinate(channel: EngineChannel, workerFile: URL): void {
  const inference = new Inference(workerFile)
  const engine: Engine = { inference, providers: new Providers(inference), provider: null, device: null }
  const running = new Map<number, AbortController>()

  channel.onMessage((raw) => {
    const message = ToEngine.parse(raw)
    if (message.type === 'run') void run(message)
    else running.get(message.id)?.abort(cancelled())
  })

  async function run({ id, task, priority }: Extract<ToEngine, { type: 'run' }>): Promise<void> {
    const controller = new AbortController()
    running.set(id, controller)
    let lastProgress = 0
    let last: Progress = { phase: 'fill', fraction: 0 }
    const context: TaskContext = {
      engine,
      signal: controller.signal,
      priority,
      progress(phase, fraction, tile, tiles) {
        const now = performance.now()
        if (now - lastProgress < PROGRESS_MS && fraction < 1) return
        lastProgress = now
        last = { phase, fraction: Math.min(1, Math.max(0, fraction)), tile, tiles }
        channel.post({ type: 'progress', id, progress: last })
      },
      tellFill: (fill) => channel.post({ type: 'progress', id, progress: { ...last, fill } }),
      note: (note) => channel.post({ type: 'note', id, note }),
    }
    try {
      const handler = handlers[task.kind] as Handler<TaskKind>
      const result = await handler(task, context)
      if (controller.signal.aborted) throw cancelled()
      channel.post({ type: 'done', id, result })
    } catch (error) {
      const reported = controller.signal.aborted ? cancelled() : LacunaError.from(error)
      channel.post({ type: 'failed', id, error: reported.toWire() })
    } finally {
      running.delete(id)
    }
  }

  setInterval(() => {
    channel.post({
      type: 'heartbeat',
      rss: process.memoryUsage.rss(),
      anonymous: anonymousMemory(),
      busyMs: inference.busyMs,
      provider: engine.provider,
      device: engine.device,
    })
  }, HEARTBEAT_MS).unref()
  channel.post({ type: 'ready', pid: process.pid })
}
