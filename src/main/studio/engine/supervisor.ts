/**
 * Keeps the engine process alive and the studio's promises to it: a task whose process died is tried again, humbler
 * each time; a cancelled one that does not stop is stopped by ending the process; a silent process is ended.
 */
import { cancelled, LacunaError, type Note } from '../../../shared/errors.js'
import type { EngineClient, EngineStatus, RunTaskOptions } from '../../engine/protocol/client.js'
import { FromEngine, type EngineLink, type StartEngine } from '../../engine/protocol/messages.js'
import { tasks, type EngineTask, type TaskInput, type TaskKind, type TaskResult } from '../../engine/protocol/tasks.js'
import { ATTEMPTS, degrade } from './degrade.js'

export interface SupervisorOptions {
  start: StartEngine
  /** A cancelled task that has not stopped after this long takes the process with it, ms. */
  cancelGraceMs?: number
  /** A process that has said nothing for this long is taken for hung, ms. */
  silenceMs?: number
}

interface Pending {
  id: number
  task: EngineTask
  options: RunTaskOptions
  attempt: number
  notes: Note[]
  state: 'running' | 'cancelling'
  grace: NodeJS.Timeout | null
  settle(outcome: { result: unknown } | { error: LacunaError }): void
}

const STARTS = 3

export function createEngine(options: SupervisorOptions): EngineClient {
  const { start, cancelGraceMs = 1200, silenceMs = 30_000 } = options
  const pending = new Map<number, Pending>()
  const listeners = new Set<(status: EngineStatus) => void>()
  let status: EngineStatus = { state: 'stopped', pid: null, provider: null, device: null, memoryUsed: 0 }
  let link: EngineLink | null = null
  let ready = false
  let failedStarts = 0
  let expectedEnd = false
  let closed: (() => void) | null = null
  let closing = false
  let lastHeard = 0
  let nextId = 1

  const setStatus = (change: Partial<EngineStatus>) => {
    status = { ...status, ...change }
    for (const listener of listeners) listener(status)
  }

  function ensureLink(): EngineLink {
    if (link) return link
    setStatus({ state: status.state === 'stopped' ? 'starting' : 'restarting', pid: null })
    ready = false
    expectedEnd = false
    lastHeard = Date.now()
    const started = start()
    link = started
    started.onMessage((raw) => {
      if (link === started) receive(FromEngine.parse(raw))
    })
    started.onExit((reason) => {
      if (link === started) ended(reason)
    })
    return started
  }

  function post(item: Pending): void {
    const { task, note } = degrade(item.task, item.attempt, status.device)
    if (note) {
      item.notes.push(note)
      item.options.onNote?.(note)
    }
    ensureLink().post({ type: 'run', id: item.id, task, priority: item.options.priority ?? 1 })
  }

  function receive(message: FromEngine): void {
    lastHeard = Date.now()
    if (message.type === 'ready') {
      ready = true
      failedStarts = 0
      return setStatus({ state: 'ready', pid: message.pid })
    }
    if (message.type === 'heartbeat')
      return setStatus({
        memoryUsed: message.anonymous,
        provider: message.provider ?? status.provider,
        device: message.device ?? status.device,
      })
    const item = pending.get(message.id)
    if (!item) return
    if (message.type === 'progress') item.options.onProgress?.(message.progress)
    else if (message.type === 'note') item.options.onNote?.(message.note)
    else if (message.type === 'failed') item.settle({ error: LacunaError.fromWire(message.error) })
    else item.settle({ result: message.result })
  }

  function ended(reason: string): void {
    const wasReady = ready
    link = null
    ready = false
    if (!wasReady) failedStarts++
    setStatus({ state: closing ? 'stopped' : 'restarting', pid: null, memoryUsed: 0 })
    if (closing) {
      for (const item of [...pending.values()]) item.settle({ error: cancelled() })
      closed?.()
      return
    }
    for (const item of [...pending.values()]) {
      if (item.state === 'cancelling') item.settle({ error: cancelled() })
      else if (failedStarts >= STARTS) item.settle({ error: new LacunaError('engine.startFailed', { reason }) })
      // A process that was ended to cancel another task is no fault of this one.
      else if (!expectedEnd && wasReady && ++item.attempt > ATTEMPTS) item.settle({ error: died(item.task, reason) })
    }
    if (pending.size === 0) setStatus({ state: 'stopped' })
    else for (const item of pending.values()) post(item)
    if (failedStarts >= STARTS) failedStarts = 0
  }

  function died(task: EngineTask, reason: string): LacunaError {
    const model = 'model' in task ? task.model.id : task.kind
    return new LacunaError('engine.died', { model, device: status.device ?? 'CPU', attempts: ATTEMPTS, reason })
  }

  function end(): void {
    expectedEnd = true
    link?.kill()
  }

  const watchdog = setInterval(() => {
    if (link && pending.size > 0 && Date.now() - lastHeard > silenceMs) link.kill()
  }, 1000).unref()

  return {
    run<K extends TaskKind>(task: TaskInput<K>, runOptions: RunTaskOptions = {}): Promise<TaskResult<K>> {
      const { signal } = runOptions
      if (closing || signal?.aborted) return Promise.reject(cancelled())
      return new Promise<TaskResult<K>>((resolve, reject) => {
        const id = nextId++
        const cancel = () => {
          item.state = 'cancelling'
          link?.post({ type: 'cancel', id })
          item.grace = setTimeout(end, cancelGraceMs)
        }
        const item: Pending = {
          id,
          task: task as EngineTask,
          options: runOptions,
          attempt: 1,
          notes: [],
          state: 'running',
          grace: null,
          settle(outcome) {
            pending.delete(id)
            signal?.removeEventListener('abort', cancel)
            if (item.grace) clearTimeout(item.grace)
            if ('error' in outcome) return reject(outcome.error)
            // The protocol's own schema says what a result is; a result that differs is a fault of ours.
            const parsed = tasks[task.kind].result.safeParse(outcome.result)
            if (!parsed.success)
              return reject(new LacunaError('internal', { reason: `result of ${task.kind}` }, parsed.error))
            resolve(withNotes(parsed.data as TaskResult<K>, item.notes))
          },
        }
        pending.set(id, item)
        signal?.addEventListener('abort', cancel, { once: true })
        post(item)
      })
    },
    get status() {
      return status
    },
    onStatus(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      if (closing) return
      closing = true
      clearInterval(watchdog)
      if (!link) return
      await new Promise<void>((resolve) => {
        closed = resolve
        end()
      })
    },
  }
}

/** What the supervisor did for a task belongs into its report. */
function withNotes<R>(result: R, notes: Note[]): R {
  if (notes.length === 0 || typeof result !== 'object' || result === null || !('report' in result)) return result
  const report = result.report as { notes: Note[] }
  return { ...result, report: { ...report, notes: [...notes, ...report.notes] } }
}
