/** Files on their way into a batch: as paths where the host can read them, else sent one after the other. */
import { create } from 'zustand'
import type { BatchSource } from '../../shared/contract.js'
import type { ErrorWire } from '../../shared/errors.js'
import { addToBatch } from '../batch/commands.js'
import { bridge, wireOf } from '../client.js'
import type { DroppedFile } from './dropped.js'
import { send } from './upload.js'

export interface Sending {
  /** Files that were sent, of all that are to be. */
  readonly done: number
  readonly total: number
  /** Of the file under way. */
  readonly name: string
  readonly fraction: number
}

interface Sent {
  readonly sending: Sending | null
  /** What could not be sent; kept until it is dismissed or something else is sent. */
  readonly failed: readonly ErrorWire[]
}

export const useSending = create<Sent>(() => ({ sending: null, failed: [] }))

/** Each addition plans the whole draft again: files that were sent wait for each other, but not for long. */
const TOGETHER = 24
const LONGEST_WAIT_MS = 1_500

const queue: DroppedFile[] = []
let stop: AbortController | null = null

/** Adds files of this computer to the draft, as they come; one that cannot be sent is told, and the others are added. */
export async function addFiles(files: readonly DroppedFile[]): Promise<void> {
  const paths = await pathsOf(files)
  if (paths !== null) return void (await addToBatch(paths))
  queue.push(...files)
  const { sending } = useSending.getState()
  if (sending !== null) return useSending.setState({ sending: { ...sending, total: sending.total + files.length } })
  await sendAll()
}

export function stopSending(): void {
  queue.length = 0
  stop?.abort()
}

export const dismissFailed = (): void => useSending.setState({ failed: [] })

async function sendAll(): Promise<void> {
  const first = queue[0]
  if (first === undefined) return
  stop = new AbortController()
  const { signal } = stop
  useSending.setState({ sending: { done: 0, total: queue.length, name: first.below, fraction: 0 }, failed: [] })
  let together: BatchSource[] = []
  let since = Date.now()
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { file, below } = next
    update({ name: below, fraction: 0 })
    try {
      const upload = await send(file, (fraction) => update({ fraction }), signal)
      together.push({ from: 'upload', upload, below })
    } catch (thrown) {
      const wire = wireOf(thrown)
      if (wire.code !== 'cancelled') useSending.setState(({ failed }) => ({ failed: [...failed, wire] }))
    }
    update({ done: (useSending.getState().sending?.done ?? 0) + 1 })
    if (together.length < TOGETHER && Date.now() - since < LONGEST_WAIT_MS) continue
    await addToBatch(together)
    together = []
    since = Date.now()
  }
  await addToBatch(together)
  useSending.setState({ sending: null })
}

const update = (change: Partial<Sending>): void =>
  useSending.setState(({ sending }) => ({ sending: sending === null ? null : { ...sending, ...change } }))

/** Where these files and folders lie, in a host that can tell; null when their bytes have to be sent. */
async function pathsOf(files: readonly DroppedFile[]): Promise<BatchSource[] | null> {
  const desktop = bridge()
  if (desktop === undefined) return null
  try {
    const paths = await Promise.all(files.map(({ file }) => desktop.pathForFile(file)))
    return paths.map((path) => ({ from: 'path', path }))
  } catch (thrown) {
    // Something from the clipboard or another page is no file on disk.
    console.debug('No path:', thrown)
    return null
  }
}
