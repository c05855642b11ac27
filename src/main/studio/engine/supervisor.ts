/**
 * Keeps the engine process alive and the studio's promises to it: a task whose process died is tried again, humbler
 * each time; a cancelled one that does not stop is stopped by ending the process; a silent process and one whose
 * network runs without end are ended.
 *
 * Several tasks may be in the process when it dies, and one of them did it: they are tried again one at a time, so
 * that the culprit is known and the others do not pay for it.
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
  /** A single run of a network that takes longer than this is taken for stuck, ms. */
  stuckMs?: number
}

interface Pending {
  id: number
  task: EngineTask
  options: RunTaskOptions
  attempt: number
  notes: Note[]
  /** held: waits until the suspects before it have shown that they are innocent. */
  state: 'running' | 'cancelling' | 'held'
  grace: NodeJS.Timeout | null
  settle(outcome: { result: unknown } | { error: LacunaError }): void
}

const STARTS = 3

export function createEngine(options: SupervisorOptions): EngineClient {
  const { start, cancelGraceMs = 1200, silenceMs = 30_000, stuckMs = 300_000 } = options
  const pending = new Map<number, Pending>()
  const listeners = new Set<(status: EngineStatus) => void>()
  let status: EngineStatus = { state: 'stopped', pid: null, provider: null, device: null, memoryUsed: 0 }
  let link: EngineLink | null = null
  let ready = false
  let failedStarts = 0
  let expectedEnd = false
  let stuck = false
  /** Tasks are tried one at a time, to find out which of them ends the process. */
  let isolating = false
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
    stuck = false
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
    item.state = 'running'
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
    if (message.type === 'heartbeat') {
      if (message.busyMs > stuckMs) {
        stuck = true
        link?.kill()
      }
      return setStatus({
        memoryUsed: message.anonymous,
        provider: message.provider ?? status.provider,
        device: message.device ?? status.device,
      })
    }
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
    const inProcess = [...pending.values()].filter(({ state }) => state === 'running')
    // One alone is the culprit. Of several none can be blamed yet; a process that was ended on purpose blames nobody.
    const blamed = !expectedEnd && wasReady && inProcess.length === 1 ? inProcess[0] : undefined
    if (!expectedEnd && wasReady && inProcess.length > 1) isolating = true
    const over = new Map<Pending, LacunaError>()
    for (const item of pending.values()) {
      if (item.state === 'cancelling') over.set(item, cancelled())
      else if (failedStarts >= STARTS) over.set(item, new LacunaError('engine.startFailed', { reason }))
      else if (item === blamed && ++item.attempt > ATTEMPTS) over.set(item, died(item.task, reason))
      else if (isolating) item.state = 'held'
    }
    for (const [item, error] of over) item.settle({ error })
    if (pending.size === 0) setStatus({ state: 'stopped' })
    if (!isolating) for (const item of [...pending.values()]) post(item)
    postNextHeld()
    if (failedStarts >= STARTS) failedStarts = 0
  }

  /** While suspects are tried one at a time: the next of them, or the end of it. */
  function postNextHeld(): void {
    if (!isolating || closing) return
    const items = [...pending.values()]
    if (items.some(({ state }) => state !== 'held')) return
    const [next] = items
    if (next === undefined) isolating = false
    else post(next)
  }

  function died(task: EngineTask, reason: string): LacunaError {
    const model = 'model' in task ? task.model.id : task.kind
    if (stuck) return new LacunaError('engine.stuck', { model })
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
          // Not in the process yet: nothing there has to stop.
          if (item.state === 'held') return item.settle({ error: cancelled() })
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
          state: isolating ? 'held' : 'running',
          grace: null,
          settle(outcome) {
            pending.delete(id)
            signal?.removeEventListener('abort', cancel)
            if (item.grace) clearTimeout(item.grace)
            postNextHeld()
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
        if (isolating) postNextHeld()
        else post(item)
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
