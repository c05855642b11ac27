/**
 * The inference worker: the only thread that loads onnxruntime and runs sessions.
 *
 * `session.run` blocks its thread, and more than one thread that runs sessions crashes the process, so this
 * is a worker of its own and there is exactly one. It is never terminated while it runs: the process is ended.
 */
import { parentPort, receiveMessageOnPort } from 'node:worker_threads'
import * as ort from 'onnxruntime-node'
import { type Elements, type ElementType, elementTypes, fromElements, toElements } from './elements.js'
import type { FromWorker, SessionSpec, TensorData, ToWorker } from './worker-protocol.js'

if (!parentPort) throw new Error('worker.ts runs as a worker thread')
const port = parentPort
/** Threads of a run on the CPU: all cores unless LACUNA_THREADS says how many. */
const threads = Number.parseInt(process.env['LACUNA_THREADS'] ?? '', 10)
const sessions = new Map<string, ort.InferenceSession>()

const post = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

async function open(key: string, spec: SessionSpec): Promise<{ session: ort.InferenceSession; loadMs: number }> {
  const known = sessions.get(key)
  if (known) return { session: known, loadMs: 0 }
  const began = performance.now()
  const session = await ort.InferenceSession.create(spec.file, {
    executionProviders: [spec.provider],
    graphOptimizationLevel: 'all',
    // Several shapes pass through one session (estimator, edge windows); a pattern per shape would pile up memory.
    enableMemPattern: false,
    ...(threads > 0 ? { intraOpNumThreads: threads } : {}),
    ...(spec.quiet === true ? { logSeverityLevel: 4 as const } : {}),
    ...(spec.freeDimensions ? { freeDimensionOverrides: spec.freeDimensions } : {}),
  })
  sessions.set(key, session)
  return { session, loadMs: performance.now() - began }
}

type Run = Extract<ToWorker, { type: 'run' }>

async function run(message: Run): Promise<void> {
  const { id } = message
  let stage: 'load' | 'run' = 'load'
  try {
    const { session, loadMs } = await open(message.key, message.spec)
    // A feed without a name goes to the only input that there is.
    if ('' in message.feeds && session.inputNames.length === 1) {
      const { '': data, ...named } = message.feeds
      if (data !== undefined) message.feeds = { ...named, [session.inputNames[0] ?? '']: data }
    }
    const unknown = Object.keys(message.feeds).filter((name) => !session.inputNames.includes(name))
    if (unknown.length > 0)
      throw new Error(`the graph has the inputs ${session.inputNames.join(', ')}, not ${unknown.join(', ')}`)
    for (const [name, tensor] of Object.entries(message.feeds)) expectFits(session, name, tensor)
    stage = 'run'
    const feeds = Object.fromEntries(
      Object.entries(message.feeds).map(([name, { type = 'float32', data, dims }]) => [
        name,
        new ort.Tensor(type, toElements(data, type), [...dims]),
      ]),
    )
    const spent = Object.values(message.feeds).map(({ data }) => data)
    const began = performance.now()
    const placed = await runInto(session, feeds, message.room)
    const results = placed === null ? await session.run(feeds) : {}
    const ms = performance.now() - began
    const outputs: Record<string, TensorData> = placed ?? {}
    if (placed === null && message.room !== undefined) spent.push(message.room.data)
    // The feeds have served: one of the output's length takes it, the others go back to be filled again.
    for (const name of placed === null ? session.outputNames : []) {
      const tensor = results[name]
      if (!tensor || !isElementType(tensor.type))
        throw new Error(`output ${name} is ${tensor?.type ?? 'missing'}, not ${elementTypes.join(', ')}`)
      const { type, dims } = tensor
      // A copy of its own: onnxruntime may own the memory behind the tensor.
      const room = session.outputNames.length === 1 ? takeLike(spent, tensor.size) : undefined
      outputs[name] = { dims, type, data: fromElements(tensor.data as Elements, type, room) }
      tensor.dispose()
    }
    post(
      { type: 'ran', id, outputs, spent, ms, loadMs },
      [...Object.values(outputs).map(({ data }) => data), ...spent].map(({ buffer }) => buffer as ArrayBuffer),
    )
  } catch (error) {
    post({ type: 'error', id, stage, message: error instanceof Error ? error.message : String(error) })
  }
}

/**
 * A run whose result is written where it is wanted, instead of being copied out of onnxruntime's memory and into ours. Null
 * where there is no such place, or the result does not fit into it: some graphs' outputs have a size of what is in the picture.
 */
async function runInto(
  session: ort.InferenceSession,
  feeds: Record<string, ort.Tensor>,
  room: TensorData | undefined,
): Promise<Record<string, TensorData> | null> {
  const [name, ...others] = session.outputNames
  if (room === undefined || name === undefined || others.length > 0) return null
  try {
    await session.run(feeds, { [name]: new ort.Tensor('float32', room.data, [...room.dims]) })
    return { [name]: { ...room, type: 'float32' } }
  } catch {
    // Whatever else was wrong, the run without it says.
    return null
  }
}

function takeLike<T extends Float32Array>(arrays: T[], length: number): T | undefined {
  const found = arrays.findIndex((array) => array.length === length)
  return found < 0 ? undefined : arrays.splice(found, 1)[0]
}

const isElementType = (type: string): type is ElementType => (elementTypes as readonly string[]).includes(type)

/** Throws with the reason when the graph says that it takes something else; onnxruntime's own words name neither side by name. */
function expectFits(session: ort.InferenceSession, name: string, { type = 'float32', dims }: TensorData): void {
  const taken = session.inputMetadata.find((input) => input.name === name)
  if (!taken?.isTensor) return
  if (taken.type !== type) throw new Error(`the graph's input ${name} takes ${taken.type}, not ${type}`)
  const { shape } = taken
  const free = (side: number | string) => typeof side === 'string' || side < 0
  const fits = shape.length === dims.length && shape.every((side, i) => free(side) || side === dims[i])
  if (!fits) throw new Error(`the graph's input ${name} takes the shape ${shape.join('x')}, not ${dims.join('x')}`)
}

/** What is still to be done; runs in their order. */
const runs: Run[] = []
const released = new Set<string>()
let working = false

function take(message: ToWorker): void {
  if (message.type === 'run') {
    const before = runs.findIndex((other) => other.priority > message.priority)
    runs.splice(before < 0 ? runs.length : before, 0, message)
  } else if (message.type === 'release') for (const key of message.keys) released.add(key)
  else {
    const at = runs.findIndex(({ id }) => id === message.id)
    if (at < 0) return
    runs.splice(at, 1)
    post({ type: 'dropped', id: message.id })
  }
}

/** What came while a run blocked this thread is looked at before the next is chosen. */
async function work(): Promise<void> {
  if (working) return
  working = true
  for (;;) {
    for (let received = receiveMessageOnPort(port); received !== undefined; received = receiveMessageOnPort(port))
      take(received.message as ToWorker)
    for (const key of released) {
      released.delete(key)
      await sessions.get(key)?.release()
      sessions.delete(key)
    }
    const next = runs.shift()
    if (next === undefined) break
    await run(next)
  }
  working = false
}

port.on('message', (message: ToWorker) => {
  take(message)
  void work()
})

post({
  type: 'up',
  backends: ort.listSupportedBackends().map(({ name, bundled }) => ({ name, bundled })),
  version: ort.env.versions.node ?? ort.env.versions.common,
})
