/** A thread of the fill: it leads one, or helps the one that leads. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type MessagePort, parentPort } from 'node:worker_threads'
import { isCancelled, LacunaError } from '../../../shared/errors.js'
import { leaveArena } from './arena.js'
import { work } from './jobs.js'
import { Lane, STOP_FAILED, stopLanes } from './lanes.js'
import { fillHole } from './recipe.js'
import type { FillTask, FromThread, Job, ToThread } from './task.js'

if (!parentPort) throw new Error('worker.ts runs as a worker thread')
const parent = parentPort
const post = (message: FromThread, transfer: ArrayBuffer[] = []) => parent.postMessage(message, transfer)

/** Runs `act`; whatever it throws stops the other lanes and is told. */
function guarded(sync: Int32Array, act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!isCancelled(error)) stopLanes(sync, STOP_FAILED)
    post({ type: 'failed', error: LacunaError.from(error).toWire() })
  }
}

function lead(task: FillTask, sync: Int32Array, helpers: MessagePort[]): void {
  const lane = new Lane(sync, helpers.length + 1)
  const together = (job: Job) => {
    for (const helper of helpers) helper.postMessage(job)
    work(job, lane)
  }
  fillHole(task, together, {
    onLevel: (preview) => post({ type: 'level', preview }, [preview.picture.buffer as ArrayBuffer]),
    onFill: (variation, fill) => post({ type: 'fill', variation, fill }, [fill.picture.buffer as ArrayBuffer]),
  })
  post({ type: 'filled' })
}

function help(port: MessagePort, sync: Int32Array, lanes: number): void {
  const lane = new Lane(sync, lanes)
  port.on('message', (job: Job) => guarded(sync, () => work(job, lane)))
  port.on('close', () => post({ type: 'helped' }))
}

/** An idle thread has no reason of its own to collect, and may hold hundreds of megabytes of finished levels. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

parent.on('message', (message: ToThread) => {
  if (message.type === 'rest') {
    leaveArena()
    collectGarbage()
  } else if (message.type === 'help') help(message.port, message.sync, message.lanes)
  else {
    const { task, sync, helpers } = message
    guarded(sync, () => lead(task, sync, helpers))
    for (const helper of helpers) helper.close()
  }
})
